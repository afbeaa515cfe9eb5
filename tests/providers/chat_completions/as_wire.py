"""Chat Completions, as the contract of the adapters speaks it."""

import json
from collections.abc import Iterator
from typing import Any

from chatbot_cli.chat.messages import Ending
from chatbot_cli.chat.model import ChatModel
from tests.providers.adapter_contract import Breaks, Calls, Counts, Ends, Received, Refuses, Says, Step, Steps, Thinks
from tests.providers.asking import chat_at
from tests.streaming_server import DONE, RESET, Reply, chunk, page, stream
from tests.streaming_server import Step as Sent

REASONS = {Ending.COMPLETE: "stop", Ending.LENGTH: "length", Ending.FILTERED: "content_filter"}


class ChatCompletions:
    """The protocol of OpenAI and most others."""

    def chat(self, base_url: str) -> ChatModel:
        return chat_at(base_url)

    def reply(self, steps: Steps) -> Reply:
        if refusal := next((step for step in steps if isinstance(step, Refuses)), None):
            said = "m does not support tools" if refusal.tool is None else f"tools[{refusal.tool}] is not valid"
            return page({"error": {"message": said}}, 400)
        calls = [step for step in steps if isinstance(step, Calls)]
        ended = () if Breaks() in steps else (DONE,)
        return stream(*(sent for step in steps for sent in _sent(step, calls)), *ended)

    def received(self, body: Any) -> Received:
        tools = [tool["function"] for tool in body.get("tools", ())]
        return Received(
            tuple((one["name"], one["description"], one["parameters"]) for one in tools),
            tuple(
                (
                    one["role"],
                    one["content"] or "",
                    tuple(
                        (call["id"], call["function"]["name"], json.loads(call["function"]["arguments"]))
                        for call in one.get("tool_calls", ())
                    ),
                    one.get("tool_call_id", ""),
                )
                for one in body["messages"]
            ),
        )


def _sent(step: Step, calls: list[Calls]) -> Iterator[Sent]:
    match step:
        case Thinks(text):
            yield chunk(reasoning_content=text)
        case Says(text):
            yield chunk(content=text)
        case Calls(own_id, name, pieces):
            index = calls.index(step)
            yield chunk(tool_calls=[{"index": index, "id": own_id, "function": {"name": name, "arguments": ""}}])
            for piece in pieces:
                yield chunk(tool_calls=[{"index": index, "function": {"arguments": piece}}])
        case Ends(ending, for_calls):
            yield chunk("tool_calls" if for_calls else REASONS[ending])
        case Counts(sent, reply):
            yield chunk(usage=(sent, reply))
        case Breaks():
            yield RESET
