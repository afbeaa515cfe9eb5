"""A busy server is asked again, visibly, and never once something of the reply has come."""

import asyncio
from contextlib import aclosing

import pytest
from hypothesis import given
from hypothesis import strategies as st

from chatbot_cli.chat.events import Finished, ModelEvent, ReasoningDelta, Retrying, TextDelta
from chatbot_cli.chat.mend_events import SentWithout
from chatbot_cli.chat.messages import Ending, Message, Request
from chatbot_cli.errors import ConnectionFailed, EmptyReply, ProviderError, RateLimited, ReplyCut, ServerFailed
from chatbot_cli.providers.failures.retry_after import LONGEST_OBEYED, LONGEST_TOLD, in_words, retry_after
from chatbot_cli.providers.retrying import RetryingChat
from tests.fakes import Script, ScriptedModel

REQUEST = Request((Message("user", "Hi"),))
NOW = 1_792_000_000.0


class Waits:
    """Remembers how long it was to wait, and does not."""

    def __init__(self) -> None:
        self.seconds: list[float] = []

    async def __call__(self, seconds: float) -> None:
        self.seconds.append(seconds)


async def answered(
    *scripts: Script | str, tries: int = 3
) -> tuple[list[ModelEvent], ProviderError | None, list[float], int]:
    model, waits = ScriptedModel(*scripts), Waits()
    events: list[ModelEvent] = []
    failure = None
    try:
        async with aclosing(RetryingChat(model, tries, waits, lambda: 0.0).stream(REQUEST)) as stream:
            async for event in stream:
                events.append(event)
    except ProviderError as error:
        failure = error
    assert model.open == 0
    return events, failure, waits.seconds, len(model.requests)


def asking_for(seconds: float | None) -> RateLimited:
    return RateLimited("Too many requests.", retry_after=seconds)


async def test_it_is_asked_until_it_answers() -> None:
    busy, gone = ServerFailed("Busy."), ConnectionFailed("Gone.")
    lost = SentWithout("seed", "", "own")  # told as soon as the request is taken: nothing of a reply
    events, failure, waits, requests = await answered([lost, busy], [gone], "Yes.")
    assert events == [
        lost,
        Retrying(busy, 0.5, 2, 3),
        Retrying(gone, 1.0, 3, 3),
        TextDelta("Yes."),
        Finished(Ending.COMPLETE),
    ]
    assert failure is None
    assert waits == [0.5, 1.0]
    assert requests == 3


async def test_the_last_failure_is_told() -> None:
    failures = [ServerFailed(f"Busy {number}.") for number in range(3)]
    events, failure, _, requests = await answered(*([each] for each in failures))
    assert len(events) == 2
    assert failure is failures[-1]
    assert requests == 3


@pytest.mark.parametrize("begun", [TextDelta("So"), ReasoningDelta("hm")])
async def test_what_has_begun_is_not_asked_again(begun: ModelEvent) -> None:
    events, failure, _, requests = await answered([begun, ServerFailed("Gone.")], "Never.")
    assert events == [begun]
    assert failure is not None
    assert requests == 1


@pytest.mark.parametrize("error", [EmptyReply("Nothing."), ReplyCut("Cut."), ProviderError("No.")])
async def test_what_another_try_would_not_mend_is_told_at_once(error: ProviderError) -> None:
    _, failure, waits, requests = await answered([error], "Never.")
    assert failure is error
    assert (waits, requests) == ([], 1)


async def test_a_server_that_says_how_long_is_obeyed() -> None:
    _, failure, waits, _ = await answered([asking_for(7)], [asking_for(0)], "Yes.")
    assert failure is None
    assert waits == [7, 0]


async def test_a_server_that_asks_for_an_hour_is_not_waited_for() -> None:
    _, failure, waits, requests = await answered([asking_for(LONGEST_OBEYED + 1)], "Never.")
    assert failure is not None
    assert (waits, requests) == ([], 1)


async def test_waiting_can_be_stopped_at_once() -> None:
    waiting = asyncio.Event()

    async def wait(seconds: float) -> None:
        waiting.set()
        await asyncio.Event().wait()

    async def ask() -> None:
        async with aclosing(RetryingChat(model, 3, wait).stream(REQUEST)) as events:
            async for _ in events:
                pass

    model = ScriptedModel([ServerFailed("Busy.")], "Never.")
    asking = asyncio.create_task(ask())
    await waiting.wait()
    asking.cancel()
    with pytest.raises(asyncio.CancelledError):
        await asking
    assert len(model.requests) == 1


@pytest.mark.parametrize(
    ("headers", "seconds"),
    [
        ({}, None),
        ({"retry-after": "7"}, 7.0),
        ({"retry-after": "0.5"}, 0.5),
        ({"retry-after": "-3"}, 0.0),
        ({"retry-after": "soon"}, None),
        ({"retry-after": "nan"}, None),
        ({"retry-after": ""}, None),
        ({"retry-after": "-inf"}, 0.0),
        ({"retry-after": "259200"}, 259_200.0),
        ({"retry-after": "1e9"}, LONGEST_TOLD),
        ({"retry-after": "315360000"}, LONGEST_TOLD),
        ({"retry-after": "1e999"}, LONGEST_TOLD),
        ({"retry-after": "inf"}, LONGEST_TOLD),
        ({"retry-after": "9" * 5_000}, LONGEST_TOLD),
        ({"retry-after-ms": "1e300"}, LONGEST_TOLD),
        ({"retry-after": "Wed, 14 Oct 9999 17:46:50 GMT"}, LONGEST_TOLD),
        ({"retry-after": "Wed, 14 Oct 99999 17:46:50 GMT"}, None),
        ({"retry-after": "Wed, 99 Oct 2026 99:99:99 GMT"}, None),
        ({"retry-after": "in 3 days"}, None),
        ({"retry-after-ms": "1500", "retry-after": "2"}, 1.5),
        ({"llm_provider-retry-after": "9"}, 9.0),
        ({"retry-after": "Wed, 14 Oct 2026 17:46:50 GMT"}, 10.0),
        ({"retry-after": "Wed, 14 Oct 2020 17:46:50 GMT"}, 0.0),
    ],
)
def test_headers_say_how_long_to_wait(headers: dict[str, str], seconds: float | None) -> None:
    assert retry_after(headers, NOW) == seconds


@pytest.mark.parametrize(
    ("seconds", "words"),
    [
        (121, "2 minutes"),
        (3_599, "60 minutes"),
        (3_600, "1 hour"),
        (36 * 3_600, "36 hours"),
        (48 * 3_600, "2 days"),
        (259_200, "3 days"),
        (90 * 86_400, "90 days"),
        (LONGEST_TOLD, "longer than a year"),
    ],
)
def test_a_long_wait_is_told_in_words(seconds: float, words: str) -> None:
    assert in_words(seconds) == words


@given(st.text(max_size=40))
def test_whatever_a_header_holds_nothing_breaks(text: str) -> None:
    waiting = retry_after({"retry-after": text}, NOW)
    assert waiting is None or waiting >= 0
