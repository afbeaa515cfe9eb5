"""Against a real model, of a file of weights or at any server: `CHAT_REAL_GGUF=PATH.gguf pytest -m real`.

Or `CHAT_REAL_BASE_URL=http://localhost:8080/v1 CHAT_REAL_MODEL=M pytest -m real`; CHAT_REAL_KEY is the server's key, if
it wants one. A small model is enough: what is asked stands in the question.
"""

import json
import os
from collections.abc import AsyncGenerator
from dataclasses import replace
from pathlib import Path

import jsonschema
import pytest

from chatbot_cli.app.shapes import shape_named
from chatbot_cli.chat.conversation import Conversation
from chatbot_cli.chat.events import (
    Finished,
    ModelEvent,
    ReplyEnded,
    RequestBuilt,
    RowsArrived,
    TextDelta,
    TokensUsed,
    TurnEvent,
)
from chatbot_cli.chat.messages import Ending, Exchange, Request
from chatbot_cli.chat.model import Model
from chatbot_cli.chat.options import Options
from chatbot_cli.chat.rounds import CallOutcome
from chatbot_cli.chat.server_window import THE_SERVER
from chatbot_cli.chat.setup import Setup
from chatbot_cli.chat.tool_events import ToolBegan, ToolsIgnored
from chatbot_cli.chat.tool_rounds import Tools
from chatbot_cli.chat.transcript import Transcript
from chatbot_cli.providers.catalog import open_model
from chatbot_cli.providers.route.endpoint import Access
from chatbot_cli.providers.wire.call_reader import CallReader
from tests.chat.turns import take_turn
from tests.fakes import FakeApprover, FakeToolbox, tool_named

GGUF = os.environ.get("CHAT_REAL_GGUF", "")
BASE_URL = "" if GGUF else os.environ.get("CHAT_REAL_BASE_URL", "")
MODEL = f"gguf/{Path(GGUF).absolute()}" if GGUF else os.environ.get("CHAT_REAL_MODEL", "")
PEOPLE = "Ada is 36 years old and feels good today. Bob is 41 years old and feels bad today."

pytestmark = [
    pytest.mark.real,
    pytest.mark.skipif(
        not (GGUF or (BASE_URL and MODEL)),
        reason="CHAT_REAL_GGUF names no file, nor CHAT_REAL_BASE_URL and CHAT_REAL_MODEL a model",
    ),
]


def conversation(*, tools: Tools | None = None, model: Model | None = None) -> Conversation:
    options = Options(temperature=0.0, max_reply_tokens=40 if tools else 400)
    return Conversation(Setup("assistant", "", model or real_model(), options=options), tools=tools)


def real_model() -> Model:
    return open_model(MODEL, Access({"OPENAI_API_KEY": os.environ.get("CHAT_REAL_KEY", "none")}, BASE_URL or None))


async def test_a_reply_streams() -> None:
    events = await take_turn(conversation(), "Count from 1 to 10, separated by commas.")
    assert len([event for event in events if isinstance(event, TextDelta)]) > 1
    assert isinstance(events[-1], ReplyEnded)
    (used,) = [event for event in events if isinstance(event, TokensUsed)]
    assert used.reply > 1


@pytest.mark.parametrize("many", [False, True])
async def test_an_answer_as_data_is_valid(many: bool) -> None:
    shape = shape_named("name, age int, mood good|bad, nickname str?", Path("."), many=many)
    talk = conversation()
    talk.change_setup("shape", replace(talk.setup, shape=shape))
    events = await take_turn(talk, f"{PEOPLE} {'Who are they?' if many else 'Who is Ada?'}")
    document = json.loads(talk.exchanges[-1].assistant)
    rows = document if many else [document]
    assert rows
    for row in rows:
        jsonschema.validate(row, json.loads(shape.source))
    assert any(isinstance(event, RowsArrived) for event in events) is many


async def test_a_server_that_tells_what_it_holds_is_sent_no_more() -> None:
    model = real_model()
    await model.server_window.ask()
    if (told := model.server_window.told) is None:
        pytest.skip("this server does not tell what it holds")
    talk = Conversation(Setup("assistant", "", real_model(), options=Options(max_reply_tokens=20)).at_its_server())
    long = Exchange("The moon is far away. " * (told // 50), "Yes, it is.")
    talk.change("", replace(talk.state, exchanges=Transcript((long,) * 20)))
    events = await take_turn(talk, "Is it?")
    (built,) = [event for event in events if isinstance(event, RequestBuilt)]
    assert built.window.tokens <= told - 20
    assert talk.setup.window == (told, THE_SERVER)
    assert isinstance(events[-1], ReplyEnded)


WEATHER = """
{"type": "object", "required": ["city"], "properties": {
    "city": {"type": "string", "description": "The city whose weather is wanted, in English."},
    "unit": {"type": "string", "enum": ["celsius", "fahrenheit"], "description": "The unit of the temperature."}}}
"""


def tools() -> Tools:
    weather = tool_named("weather")
    definition = replace(weather.definition, description="Tells the weather of a city.", parameters=WEATHER)
    return Tools(FakeToolbox([replace(weather, definition=definition)], {"weather": "It snows."}), FakeApprover())


async def test_a_model_calls_a_tool_or_it_is_said_that_its_server_has_ignored_the_tools() -> None:
    talk = conversation(tools=tools())
    events: list[TurnEvent] = [*await take_turn(talk, "What is the weather in Oslo?")]
    if not any(isinstance(event, ToolBegan) for event in events):
        assert any(isinstance(event, ToolsIgnored) for event in events)
        events = [*await take_turn(talk, "And in Rome?")]
        assert not any(isinstance(event, ToolsIgnored) for event in events), "it is said once"


class CallsBadlyFirst:
    """The real model, after a reply that calls a tool with arguments that are no JSON."""

    def __init__(self) -> None:
        self.requests = 0

    async def stream(self, request: Request) -> AsyncGenerator[ModelEvent, None]:
        self.requests += 1
        if self.requests > 1:
            async for event in real_model().stream(request):
                yield event
            return
        reader = CallReader(["weather"])
        reader.add([{"index": 0, "id": "call_1", "function": {"name": "weather", "arguments": '{"city": "Os'}}])
        yield reader.calls()
        yield Finished(Ending.COMPLETE)


async def test_a_call_with_broken_arguments_does_no_harm_to_the_next_request() -> None:
    chat = CallsBadlyFirst()
    talk = conversation(tools=tools(), model=replace(real_model(), chat_model=chat))
    await take_turn(talk, "What is the weather in Oslo?")
    (first, *_) = talk.exchanges[-1].rounds
    assert first.results[0].outcome is CallOutcome.INVALID
    assert '{"city": "Os' in first.results[0].text
    assert chat.requests > 1
