"""Rounds of tool calls: none is sent with a call unanswered, and an exchange with rounds is one piece."""

from collections.abc import Sequence
from dataclasses import replace

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from chatbot_cli.chat.context import Context
from chatbot_cli.chat.limits import Limits
from chatbot_cli.chat.messages import Ending, Exchange, Message
from chatbot_cli.chat.rounds import CallId, Reasoning, Round, ToolCall, ToolResult
from chatbot_cli.chat.window import messages_of, select, surely_fits
from tests.fakes import WordCounter
from tests.rounds import A_CALL, A_PICTURE, A_ROUND, EXCHANGES

NEW = (Message("user", "And now?"),)


@pytest.mark.parametrize(
    ("calls", "results"),
    [
        ((), ()),
        ((A_CALL,), ()),
        ((A_CALL,), (ToolResult("One."), ToolResult("Two."))),
        ((A_CALL, A_CALL), (ToolResult("One."), ToolResult("Two."))),
    ],
    ids=["no call", "a call unanswered", "more results than calls", "two calls with one id"],
)
def test_a_round_that_no_server_takes_cannot_be_built(
    calls: tuple[ToolCall, ...], results: tuple[ToolResult, ...]
) -> None:
    with pytest.raises(ValueError, match=r"call"):
        Round(calls, results)


def test_an_exchange_without_rounds_is_a_question_and_a_reply() -> None:
    assert Exchange("Hi", "Hello").messages == (Message("user", "Hi"), Message("assistant", "Hello"))


def test_calls_come_before_their_results_and_those_before_the_reply() -> None:
    messages = Exchange("What is the weather?", "It snows.", rounds=(A_ROUND,), attached=(A_PICTURE,)).messages
    assert messages == (
        Message("user", "What is the weather?", (A_PICTURE,)),
        Message("assistant", "Let me look.", (A_CALL, Reasoning("They want the weather."))),
        Message("tool", "Snow.", (CallId("c1"),)),
        Message("assistant", "It snows."),
    )


def test_a_turn_that_was_stopped_after_its_calls_ends_in_words() -> None:
    stopped = Exchange("What is the weather?", "", Ending.STOPPED, rounds=(A_ROUND,))
    assert stopped.messages[-1] == Message("assistant", "(stopped)")


def assert_any_server_takes(messages: Sequence[Message]) -> None:
    """A user's message first, an assistant's last; each call answered at once, in order; no message empty."""
    waiting: list[str] = []
    last = "assistant"
    for message in messages:
        calls = [part.id for part in message.parts if isinstance(part, ToolCall)]
        match message.role:
            case "user":
                assert (waiting, last) == ([], "assistant")
            case "assistant":
                assert waiting == []
                assert last in ("user", "tool")
            case "tool":
                assert [part.id for part in message.parts if isinstance(part, CallId)] == [waiting.pop(0)]
        assert message.content.strip() or calls or message.role == "tool"
        assert message.content or calls
        waiting += calls
        last = message.role
    assert (waiting, last) == ([], "assistant")


@given(EXCHANGES)
def test_any_exchange_is_sent_in_an_order_that_every_server_takes(exchange: Exchange) -> None:
    assert_any_server_takes(exchange.messages)


@given(st.lists(EXCHANGES, max_size=4), st.integers(0, 4), st.integers(20, 100))
@settings(max_examples=40)
def test_the_window_never_splits_an_exchange(transcript: list[Exchange], most: int, tokens: int) -> None:
    count = WordCounter().count
    window = select(Context((), transcript, NEW), Limits(most, tokens, reply_tokens=0), count)
    first = len(transcript) - window.exchanges
    as_sent = [replace(one, shows_images=n >= len(transcript) - 2) for n, one in enumerate(transcript)]
    newest = [one.as_told(None) for one in as_sent[first:]]
    assert window.messages == (*messages_of(newest), *NEW)
    assert window.tokens <= tokens
    if newest:
        assert_any_server_takes(window.messages[:-1])


def test_the_bytes_of_calls_count_and_those_of_a_picture_prove_nothing() -> None:
    limits = Limits(20, 120, reply_tokens=0)
    short, long = ToolCall("1", "look"), ToolCall("1", "look", '{"at": "' + "x" * 120 + '"}')
    sizes = [Exchange("a", "b", rounds=(Round((call,), (ToolResult("c"),)),)) for call in (short, long)]
    assert surely_fits(Context((), sizes[:1], NEW), limits)
    assert not surely_fits(Context((), sizes[1:], NEW), limits)
    assert not surely_fits(Context((), (), (Message("user", "Look!", (A_PICTURE,)),)), limits)
