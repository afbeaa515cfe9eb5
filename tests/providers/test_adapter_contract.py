"""Every protocol is held to the same contract: what comes of a reply, and what a request has to be."""

import asyncio
import json
import re
from contextlib import aclosing
from dataclasses import replace

import pytest

from chatbot_cli.chat.events import CallsArrived, Finished, ReasoningDelta, TextDelta, TokensUsed
from chatbot_cli.chat.messages import Exchange, Message, Request, messages_of_round
from chatbot_cli.chat.rounds import CallOutcome, Round, ToolCall, ToolResult
from chatbot_cli.chat.thoughts import Thoughts
from chatbot_cli.chat.tools import ToolDefinition
from tests.providers.adapter_contract import SITUATIONS, Breaks, Counts, Ends, Received, Says, Situation, Wire
from tests.providers.asking import ask
from tests.providers.chat_completions.as_wire import ChatCompletions
from tests.providers.messages_api.as_wire import Messages
from tests.streaming_server import RESET, SILENCE, StreamingServer

WIRES: dict[str, Wire] = {"Chat Completions": ChatCompletions(), "Messages": Messages()}
CITY = '{"type": "object", "properties": {"city": {"type": "string"}}, "required": ["city"]}'
TOOLS = (ToolDefinition("time", "Tells the time."), ToolDefinition("weather", "Tells the weather.", CITY))
QUESTION = Message("user", "What is the weather?")

every_wire = pytest.mark.parametrize("wire", WIRES.values(), ids=WIRES)


@every_wire
@pytest.mark.parametrize("situation", SITUATIONS, ids=lambda situation: situation.name)
async def test_a_reply_brings_what_the_contract_says(wire: Wire, situation: Situation) -> None:
    request = Request((QUESTION,), tools=TOOLS if situation.offers_tools else ())
    with StreamingServer(wire.reply(situation.steps)) as server:
        answer = await ask(wire.chat(server.base_url), request)
    arrived = [event for event in answer.events if isinstance(event, CallsArrived)]
    calls = [call for event in arrived for call in event.calls]
    assert len(arrived) == bool(situation.calls)
    assert [(call.name, call.arguments) for call in calls] == list(situation.calls)
    assert tuple(came for event in arrived for _, came in event.unreadable) == situation.unreadable
    assert answer.text == situation.text
    assert "".join(one.text for one in answer.events if isinstance(one, ReasoningDelta)) == situation.reasoning
    endings = [event.ending for event in answer.events if isinstance(event, Finished)]
    assert endings == ([situation.ending] if situation.ending else [])
    assert isinstance(answer.error, situation.failure) if situation.failure else answer.error is None
    counts = [step for step in situation.steps if isinstance(step, Counts)]
    used = [event for event in answer.events if isinstance(event, TokensUsed)]
    assert [(one.sent, one.reply) for one in used] == [(one.sent, one.reply) for one in counts]


def rounds() -> tuple[Round, ...]:
    """Rounds with all that is awkward: equal ids, no text, an empty result, a call of no tool, half a character."""
    weather = ToolCall("call_1", "weather", '{"city": "Oslo"}', extra='{"signature": "of another server"}')
    time, nonsense = ToolCall("call_2", "time"), ToolCall("call_1", "functions.web search:0")
    return (
        Round((weather, time), (ToolResult("Snow \ud83d."), ToolResult("")), "Let me look.", Thoughts("They want it.")),
        Round((nonsense,), (ToolResult("There is none.", CallOutcome.NO_SUCH_TOOL),), " \n"),
    )


async def sent(wire: Wire, *messages: Message, tools: tuple[ToolDefinition, ...] = TOOLS) -> Received:
    with StreamingServer(wire.reply((Says("Yes."), Ends()))) as server:
        assert (await ask(wire.chat(server.base_url), Request(messages, tools=tools))).text == "Yes."
        return wire.received(server.requests[0].body)


@every_wire
async def test_a_request_tells_of_its_tools_as_they_are(wire: Wire) -> None:
    received = await sent(wire, QUESTION)
    assert [(name, description) for name, description, _ in received.tools] == [
        ("time", "Tells the time."),
        ("weather", "Tells the weather."),
    ]
    assert received.tools[1][2] == json.loads(CITY)
    assert received.tools[0][2] == {"type": "object", "properties": {}}


@every_wire
async def test_each_call_is_answered_next_and_in_order_with_ids_that_every_server_takes(wire: Wire) -> None:
    exchange = Exchange("What is the weather?", "It snows.", rounds=rounds())
    running = [message for one in rounds() for message in messages_of_round(one)]
    received = await sent(wire, *exchange.messages, Message("user", "And now?"), *running)
    ids: list[str] = []
    open_calls: list[str] = []
    for role, text, calls, answered in received.messages:
        if role == "tool":
            assert answered == open_calls.pop(0)
        else:
            assert not open_calls, "a call is not answered next"
        assert calls or text.strip(), "a message is empty"
        assert not calls or not text or text.strip(), "a text before calls is empty"
        open_calls += [own_id for own_id, _, _ in calls]
        ids += [own_id for own_id, _, _ in calls]
        for _, name, arguments in calls:
            assert re.fullmatch("[A-Za-z0-9_-]{1,64}", name)
            assert isinstance(arguments, dict)
    assert len(ids) == len(set(ids)) == 6
    assert all(re.fullmatch("[A-Za-z0-9]{9}", one) for one in ids)
    assert "of another server" not in repr(received)


@every_wire
async def test_what_was_sent_is_sent_in_the_same_bytes_again(wire: Wire) -> None:
    first = Exchange("What is the weather?", "It snows.", rounds=rounds())
    messages = (*first.messages, Message("user", "And now?"))
    with StreamingServer(*[wire.reply((Says("Yes."), Ends()))] * 2) as server:
        chat = wire.chat(server.base_url)
        await ask(chat, Request(messages, tools=TOOLS))
        await ask(chat, Request((*messages, Message("assistant", "Yes."), Message("user", "So?")), tools=TOOLS))
        before, after = (wire.received(one.body) for one in server.requests)
    assert after.messages[: len(before.messages)] == before.messages


@every_wire
async def test_a_reply_that_is_stopped_ends_the_request(wire: Wire) -> None:
    endless = wire.reply((Says("Half"), Breaks()))
    endless = replace(endless, steps=tuple(SILENCE if step is RESET else step for step in endless.steps))
    with StreamingServer(endless, wire.reply((Says("Yes."), Ends()))) as server:
        chat = wire.chat(server.base_url)
        async with aclosing(chat.stream(Request((QUESTION,)))) as events:
            assert await anext(events) == TextDelta("Half")
        assert await asyncio.to_thread(server.requests[0].left.wait, 5)
        assert (await ask(chat, Request((QUESTION,)))).text == "Yes."


@every_wire
async def test_without_tools_nothing_of_them_is_sent(wire: Wire) -> None:
    with StreamingServer(wire.reply((Says("Yes."), Ends()))) as server:
        await ask(wire.chat(server.base_url), Request((QUESTION,)))
        assert b"tool" not in server.requests[0].raw
