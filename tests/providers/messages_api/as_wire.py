"""Anthropic's Messages, as the contract of the adapters speaks it."""

from collections.abc import Iterator
from typing import Any

from chatbot_cli.chat.messages import Ending
from chatbot_cli.chat.model import ChatModel
from tests.messages_events import STOP, begins, ends, refusal, text, thinking, tool_use
from tests.providers.adapter_contract import Breaks, Calls, Counts, Ends, Received, Refuses, Says, Step, Steps, Thinks
from tests.providers.asking import messages_chat_at
from tests.streaming_server import RESET, Reply, stream
from tests.streaming_server import Step as Sent

REASONS = {Ending.COMPLETE: "end_turn", Ending.LENGTH: "max_tokens", Ending.FILTERED: "content_filtered"}
Spoken = tuple[str, str, tuple[tuple[str, str, Any], ...], str]


class Messages:
    """The protocol of Anthropic."""

    def chat(self, base_url: str) -> ChatModel:
        return messages_chat_at(base_url)

    def reply(self, steps: Steps) -> Reply:
        if refused := next((step for step in steps if isinstance(step, Refuses)), None):
            said = "This model does not support tool use"
            if refused.tool is not None:
                said = f"tools.{refused.tool}.custom.input_schema: JSON schema is invalid"
            return refusal(400, "invalid_request_error", said)
        counts = next((step for step in steps if isinstance(step, Counts)), None)
        begun = begins({"input_tokens": counts.sent} if counts else {})
        ended = () if Breaks() in steps else (STOP,)
        return stream(begun, *(sent for index, step in enumerate(steps) for sent in _sent(index, step, counts)), *ended)

    def received(self, body: Any) -> Received:
        return Received(
            tuple((one["name"], one["description"], one["input_schema"]) for one in body.get("tools", ())),
            tuple(spoken for message in body["messages"] for spoken in _spoken(message)),
        )


def _sent(index: int, step: Step, counts: Counts | None) -> Iterator[Sent]:
    match step:
        case Thinks(thought):
            yield thinking(thought, index=index)
        case Says(piece):
            yield text(piece, index=index)
        case Calls(own_id, name, pieces):
            yield tool_use(own_id, name, *pieces, index=index)
        case Ends(ending, for_calls):
            usage = {"output_tokens": counts.reply} if counts else {}
            yield ends("tool_use" if for_calls else REASONS[ending], usage)
        case Breaks():
            yield RESET


def _spoken(message: Any) -> Iterator[Spoken]:
    """What a message says: each result by itself, then its text with its calls."""
    content = message["content"]
    blocks = [{"type": "text", "text": content}] if isinstance(content, str) else content
    assert blocks, "a message is empty"
    results = [one for one in blocks if one["type"] == "tool_result"]
    assert blocks[: len(results)] == results, "a result is not first"
    yield from (("tool", one["content"], (), one["tool_use_id"]) for one in results)
    calls = tuple((one["id"], one["name"], one["input"]) for one in blocks if one["type"] == "tool_use")
    texts = [one["text"] for one in blocks if one["type"] == "text"]
    assert all(one.strip() for one in texts), "a text is empty"
    if texts or calls:
        yield message["role"], "\n\n".join(texts), calls, ""
