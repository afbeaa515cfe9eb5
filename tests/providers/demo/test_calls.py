"""The demo model calls tools: only those that it is offered, and only if it is asked to in so many words."""

import json
from collections.abc import Sequence
from dataclasses import replace

import pytest

from chatbot_cli.chat.events import CallsArrived, TextDelta
from chatbot_cli.chat.messages import Message, Request, messages_of_round
from chatbot_cli.chat.rounds import Round, ToolCall, ToolResult
from chatbot_cli.chat.tools import ToolDefinition
from chatbot_cli.chat.turn import GO_ON_WITH_TOOLS
from tests.providers.demo.test_demo import events_of

TIME, CALCULATE, STOCK = ToolDefinition("time"), ToolDefinition("calculate"), ToolDefinition("shop__stock")
ALL = (TIME, CALCULATE, STOCK)


def request(question: str, *rounds: Round, tools: Sequence[ToolDefinition] = ALL) -> Request:
    told = [message for one in rounds for message in messages_of_round(one)]
    return Request((Message("user", question), *told), tools=tuple(tools))


async def calls_of(asked: Request) -> list[tuple[str, dict[str, object]]]:
    arrived = [event for event in await events_of(asked) if isinstance(event, CallsArrived)]
    return [(call.name, json.loads(call.arguments)) for event in arrived for call in event.calls]


async def text_of(asked: Request) -> str:
    return "".join(event.text for event in await events_of(asked) if isinstance(event, TextDelta))


def answered(name: str, *results: str) -> Round:
    calls = tuple(ToolCall(f"c{number}", name) for number in range(len(results)))
    return Round(calls, tuple(map(ToolResult, results)))


@pytest.mark.parametrize(
    ("question", "calls"),
    [
        ("What time is it?", [("time", {})]),
        ("What time is it in Europe/Oslo?", [("time", {"zone": "Europe/Oslo"})]),
        ("What is 17 * 23?", [("calculate", {"expression": "17 * 23"})]),
        ("And (1+2)*3-4/5 is?", [("calculate", {"expression": "(1+2)*3-4/5"})]),
        ("What is 17 * 23, and 2 more?", [("calculate", {"expression": "17 * 23"})]),
        ("6 × 7 − 1", [("calculate", {"expression": "6 * 7 - 1"})]),
        ("What time is it, and what is 2+2?", [("time", {}), ("calculate", {"expression": "2+2"})]),
        ('Call stock with {"item": "tea"}', [("shop__stock", {"item": "tea"})]),
        ('Use shop.stock with {"item": "tea"}.', [("shop__stock", {"item": "tea"})]),
        (
            'Call stock with {"item": "use time"}, call time and use stock with {"item": {"a": 1}}.',
            [("shop__stock", {"item": "use time"}), ("time", {}), ("shop__stock", {"item": {"a": 1}})],
        ),
        ("Call stock with {no JSON}", [("shop__stock", {})]),
        ("Call the tool nonsense", [("nonsense", {})]),
        ("Call me Ishmael.", []),
        ("I was born on 1986-02-03, or 2/3/1986, in 12 houses.", []),
        ("Hello!", []),
    ],
)
async def test_it_calls_what_it_is_asked_to(question: str, calls: list[tuple[str, dict[str, object]]]) -> None:
    assert await calls_of(request(question)) == calls


async def test_it_calls_nothing_that_is_not_offered() -> None:
    assert await calls_of(request("What time is it? 2+2?", tools=(STOCK,))) == []
    assert await calls_of(request("What time is it?", tools=())) == []


@pytest.mark.parametrize(
    ("one", "said"),
    [
        (answered("time", "Friday 2026-11-27 01:30:00 +0000"), "It is Friday 2026-11-27 01:30:00 +0000."),
        (answered("calculate", "391"), "That is 391."),
        (answered("calculate", "Nothing can be divided by 0."), "`calculate` says: Nothing can be divided by 0."),
        (answered("shop__stock", "3 tins"), "`shop__stock` says: 3 tins"),
        (answered("shop__stock", "3", "3"), "The same 2 times: 3"),
        (answered("shop__stock", "3", "4"), "I have 2 results:\n\n- `shop__stock`: 3\n- `shop__stock`: 4"),
    ],
)
async def test_it_says_what_the_tools_said(one: Round, said: str) -> None:
    assert await text_of(request("What time is it? 2+2?", one)) == said


async def test_it_goes_on_as_often_as_it_is_asked_to() -> None:
    once = answered("shop__stock", "3")
    asked = "Call stock 3 times."
    assert [len(await calls_of(request(asked, *[once] * made))) for made in range(4)] == [1, 1, 1, 0]
    assert await calls_of(request("Call stock again and again.", *[once] * 20))


async def test_a_turn_that_is_continued_answers_its_own_question_with_what_was_found() -> None:
    stopped = Message("assistant", "(stopped)"), Message("user", GO_ON_WITH_TOOLS)
    once = request("What time is it?", answered("time", "noon"))
    assert await text_of(replace(once, messages=(*once.messages, *stopped))) == "`time` says: noon"
    thrice = request("What time is it? 3 times", answered("time", "noon"))
    assert await calls_of(replace(thrice, messages=(*thrice.messages, *stopped))) == [("time", {})]
