"""Calls of tools as servers stream them, read by the real SDK from a real server: see recorded_calls.txt."""

import json
import re
from dataclasses import dataclass, field
from pathlib import Path

import pytest

from chatbot_cli.chat.events import CallsArrived, Finished
from chatbot_cli.chat.messages import Ending, Message, Request
from chatbot_cli.chat.rounds import ToolCall
from chatbot_cli.chat.tools import ToolDefinition
from chatbot_cli.errors import ProviderError
from chatbot_cli.providers.chat_completions.wire_messages import wire_messages
from tests.providers.asking import ask, chat_at
from tests.streaming_server import DONE, StreamingServer, event, stream

RECORDED = Path(__file__).with_name("recorded_calls.txt")
TOOLS = tuple(map(ToolDefinition, ("time", "weather", "time_zone")))


@dataclass
class Recorded:
    """One of the recorded replies, and what is to come of it."""

    title: str
    calls: list[str] = field(
        default_factory=list
    )  # each its id, name and arguments; * is any id, ! what was unreadable
    ends: str = "complete"
    says: str = ""
    sent_along: str = ""
    choices: list[str] = field(default_factory=list)


def recorded() -> list[Recorded]:
    """All of the file."""
    replies: list[Recorded] = []
    for line in RECORDED.read_text("utf-8").splitlines():
        if line.startswith("== "):
            replies.append(Recorded(line.removeprefix("== ")))
        elif line.startswith("-> "):
            replies[-1].calls.append(line.removeprefix("-> "))
        elif line.startswith("ends "):
            replies[-1].ends = line.removeprefix("ends ")
        elif line.startswith("says "):
            replies[-1].says = line.removeprefix("says ")
        elif line.startswith("sent along "):
            replies[-1].sent_along = line.removeprefix("sent along ")
        elif line.startswith("{"):
            replies[-1].choices.append(line)
    return replies


def written(call: ToolCall, expected: str, unreadable: str | None) -> str:
    """A call as the file has it."""
    own_id = "*" if expected.startswith("* ") and re.fullmatch("[A-Za-z0-9]{9}", call.id) else call.id
    assert unreadable is None or call.arguments == "{}"
    return f"{own_id} {call.name} {call.arguments if unreadable is None else f'! {unreadable}'}"


@pytest.mark.parametrize("reply", recorded(), ids=lambda reply: reply.title)
async def test_a_recorded_reply_brings_its_calls(reply: Recorded) -> None:
    chunks = b"".join(event({"id": "c", "choices": [json.loads(choice)]}) for choice in reply.choices)
    with StreamingServer(stream(chunks, DONE)) as server:
        chat = chat_at(server.base_url)
        answer = await ask(chat, Request((Message("user", "Hi"),), tools=TOOLS))
        again = server.base_url
    arrived = [one for one in answer.events if isinstance(one, CallsArrived)]
    calls = [call for one in arrived for call in one.calls]
    bad = {own_id: came for one in arrived for own_id, came in one.unreadable}
    assert len(calls) == len(reply.calls)
    told = [written(call, one, bad.get(call.id)) for call, one in zip(calls, reply.calls, strict=True)]
    assert told == reply.calls
    assert answer.text == reply.says
    assert len({call.id for call in calls}) == len(calls)
    endings = [one.ending for one in answer.events if isinstance(one, Finished)]
    if reply.ends == "lost":
        assert isinstance(answer.error, ProviderError)
        assert endings == []
    else:
        assert answer.error is None
        assert endings == [Ending[reply.ends.upper()]]
    if calls and reply.sent_along:
        sent = wire_messages([Message("assistant", "", tuple(calls))], address=again)
        assert json.loads(reply.sent_along).items() <= sent[0]["tool_calls"][0].items()
