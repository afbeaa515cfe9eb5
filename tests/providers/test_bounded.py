"""A reply without an end is ended."""

import pytest

from chatbot_cli.chat.conversation import Conversation
from chatbot_cli.chat.events import ModelEvent, ReasoningDelta, TextDelta
from chatbot_cli.chat.messages import Ending, Message, Request
from chatbot_cli.errors import ReplyCut
from chatbot_cli.providers.bounded import BoundedChat
from tests.fakes import ScriptedModel, setup_with

REQUEST = Request((Message("user", "Go on for ever."),))


async def test_a_reply_is_cut_at_the_limit_and_what_came_is_kept() -> None:
    model = ScriptedModel([TextDelta("1234567890")] * 10)
    talk = Conversation(setup_with(BoundedChat(model, 35)))
    with pytest.raises(ReplyCut, match="more than 35 bytes"):
        async for _ in talk.take_turn("Go on for ever."):
            pass
    (exchange,) = talk.exchanges
    assert (exchange.assistant, exchange.ending) == ("1234567890" * 3, Ending.LOST)
    assert model.open == 0


async def test_bytes_count_not_letters_and_reasoning_counts_too() -> None:
    model = BoundedChat(ScriptedModel([ReasoningDelta("ééééé"), TextDelta("ééééé"), TextDelta("é")]), 20)
    events: list[ModelEvent] = []

    async def read() -> None:
        async for event in model.stream(REQUEST):
            events.append(event)

    with pytest.raises(ReplyCut):
        await read()
    assert events == [ReasoningDelta("ééééé"), TextDelta("ééééé")]
