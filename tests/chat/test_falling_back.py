"""Another model answers in place of one that cannot now: who, when, and whose the reply is then."""

import asyncio
from collections.abc import Sequence
from dataclasses import replace

import pytest

from chatbot_cli.chat.conversation import Conversation
from chatbot_cli.chat.events import (
    CallsArrived,
    Finished,
    ReasoningDelta,
    ReplyEnded,
    RequestBuilt,
    TextDelta,
    TokensUsed,
    TurnEvent,
)
from chatbot_cli.chat.fallback_events import FellBack
from chatbot_cli.chat.folding import due_now, fold
from chatbot_cli.chat.messages import Ending
from chatbot_cli.chat.model import Model
from chatbot_cli.chat.options import SUMMARIZE
from chatbot_cli.chat.rounds import ToolCall
from chatbot_cli.chat.setup import Setup
from chatbot_cli.chat.tool_rounds import Tools
from chatbot_cli.chat.unsaved import Unsaved
from chatbot_cli.commands.fallback_report import what_fell_back
from chatbot_cli.errors import (
    ChatError,
    ConnectionFailed,
    ContextTooLong,
    EmptyReply,
    ImagesRefused,
    MissingKey,
    ModelNotFound,
    ProviderError,
    QuotaUsedUp,
    RateLimited,
    ReplyCut,
    RequestRefused,
    ServerFailed,
    ShapeRefused,
    TimedOut,
    ToolsRefused,
    Unauthorized,
)
from tests.chat.turns import say, take_turn
from tests.fakes import FakeApprover, FakeToolbox, Script, ScriptedModel, calling, model_with, setup_with, tool_named

DOWN = ServerFailed("The server failed (503): overloaded.")


class Clock:
    """A clock that stands still until it is set."""

    def __init__(self) -> None:
        self.now = 1000.0

    def __call__(self) -> float:
        return self.now


def named(spec: str, *scripts: Script | str, local: bool = False, context_tokens: int = 100_000) -> Model:
    model = model_with(ScriptedModel(*scripts), spec=spec, context_tokens=context_tokens)
    return replace(model, is_local=local, address="" if local else f"https://{spec}.example/v1")


def requests_of(model: Model) -> int:
    assert isinstance(model.chat_model, ScriptedModel)
    return len(model.chat_model.requests)


def setup_of(first: Model, *others: Model, own: bool = True) -> Setup:
    setup = setup_with(ScriptedModel())
    return replace(setup, model=first, fallback=others, fallback_is_own=own)


def falls(events: Sequence[TurnEvent]) -> list[tuple[str, str]]:
    return [(event.failed, event.answers) for event in events if isinstance(event, FellBack)]


async def turn_that_fails(chat: Conversation, text: str) -> tuple[list[TurnEvent], ChatError | None]:
    """The events of a turn up to its failure, and that, if there is one."""
    seen: list[TurnEvent] = []
    try:
        async for event in chat.take_turn(text):
            seen.append(event)
    except ChatError as error:
        return seen, error
    return seen, None


TABLE = [
    (RateLimited("Too many requests."), True),
    (RateLimited("The quota is used up.", retryable=False), True),
    (QuotaUsedUp("The account cannot pay."), True),
    (ServerFailed("The server failed (500)."), True),
    (ServerFailed("The server failed (529)."), True),
    (ConnectionFailed("Nothing answers."), True),
    (ConnectionFailed("There is no secure connection.", retryable=False), True),
    (TimedOut("It did not begin in time."), True),
    (EmptyReply("The server sent nothing."), True),
    (ReplyCut("the connection was lost"), True),
    (EmptyReply("The filter let nothing through.", falls_back=False), False),
    (RequestRefused("The server refused the request (400)."), False),
    (Unauthorized("The server does not accept the API key (401)."), False),
    (Unauthorized("The server does not allow this (403)."), False),
    (ModelNotFound("The server does not know the model (404)."), False),
    (ContextTooLong("The request is too long."), False),
    (ImagesRefused("No images."), False),
    (ShapeRefused("No schema."), False),
    (ToolsRefused("No tools."), False),
]


@pytest.mark.parametrize(("error", "falls_back"), TABLE, ids=[str(error) for error, _ in TABLE])
async def test_the_kind_of_a_failure_decides(error: ProviderError, falls_back: bool) -> None:
    first, second = named("first", [error], [error]), named("second", "Here I am.")
    chat = Conversation(setup_of(first, second))
    if falls_back:
        assert await say(chat, "Hello") == "Here I am."
    else:
        with pytest.raises(type(error)):
            await take_turn(chat, "Hello")
    assert requests_of(second) == int(falls_back)


BEGUN: list[Script] = [
    [TextDelta("A"), DOWN],
    [ReasoningDelta("Hm"), DOWN],
    [CallsArrived((ToolCall("call00000", "time"),)), DOWN],
]


@pytest.mark.parametrize("script", BEGUN, ids=["text", "thoughts", "calls"])
async def test_nobody_goes_on_with_what_another_has_begun(script: Script) -> None:
    second = named("second", "Here I am.")
    chat = Conversation(setup_of(named("first", script), second))
    with pytest.raises(ServerFailed):
        await take_turn(chat, "Hello")
    assert requests_of(second) == 0


async def test_nor_after_a_tool_has_run() -> None:
    tools = Tools(FakeToolbox([tool_named("time")]), FakeApprover())
    second = named("second", "Here I am.")
    chat = Conversation(setup_of(named("first", calling("time"), [DOWN]), second), tools=tools)
    with pytest.raises(ServerFailed):
        await take_turn(chat, "Hello")
    assert requests_of(second) == 0


@pytest.mark.parametrize("ending", [Ending.LENGTH, Ending.FILTERED])
async def test_an_empty_reply_that_says_why_is_a_refusal(ending: Ending) -> None:
    second = named("second", "Here I am.")
    chat = Conversation(setup_of(named("first", [Finished(ending)]), second))
    with pytest.raises(EmptyReply):
        await take_turn(chat, "Hello")
    assert requests_of(second) == 0


async def test_white_space_alone_is_no_beginning() -> None:
    first = named("first", [TextDelta(" \n"), Finished(Ending.COMPLETE)])
    chat = Conversation(setup_of(first, named("second", "Here I am.")))
    assert (await say(chat, "Hello")).strip() == "Here I am."
    assert chat.exchanges[-1].assistant == "Here I am."


async def test_it_is_said_before_the_request_who_answers_and_why() -> None:
    second = replace(named("ollama/second", "Yes."), note="It is slow here.")
    chat = Conversation(setup_of(named("first", [DOWN]), second))
    events = await take_turn(chat, "Hello")
    kinds = [type(event) for event in events if isinstance(event, FellBack | RequestBuilt)]
    assert kinds == [RequestBuilt, FellBack, RequestBuilt]
    fell_back = next(event for event in events if isinstance(event, FellBack))
    label = "assistant · ollama/second"
    assert fell_back == FellBack("first", "ollama/second", DOWN, label, note="It is slow here.")
    assert what_fell_back(fell_back).endswith("): ollama/second answers. It is slow here.")
    assert isinstance(events[-1], ReplyEnded)
    assert events[-1].stood_in == "ollama/second"


async def test_the_next_ones_are_asked_in_turn_and_the_last_failure_counts() -> None:
    gone, refused = ConnectionFailed("Nothing answers."), Unauthorized("The key is wrong.")
    first, second, third = named("first", [DOWN]), named("second", [gone]), named("third", [refused])
    never = named("never", "I?")
    chat = Conversation(setup_of(first, second, third, never))
    seen, error = await turn_that_fails(chat, "Hello")
    assert isinstance(error, Unauthorized)
    assert falls(seen) == [("first", "second"), ("second", "third")]
    assert (requests_of(never), len(chat.exchanges)) == (0, 0)


async def test_the_chosen_model_stays_chosen_and_is_not_waited_for_again_at_once() -> None:
    clock = Clock()
    first, second = named("first", [DOWN], "I am back."), named("second", "One.", "Two.")
    chat = Conversation(setup_of(first, second), clock)
    assert await say(chat, "a") == "One."
    assert chat.setup.model is first
    events = await take_turn(chat, "b")
    assert [event.is_old for event in events if isinstance(event, FellBack)] == [True]
    assert (chat.exchanges[-1].assistant, requests_of(first)) == ("Two.", 1)
    clock.now += 61
    assert await say(chat, "c") == "I am back."


async def test_a_retry_asks_the_chosen_model_at_once() -> None:
    first, second = named("first", [DOWN], "I am back.", "Still here."), named("second", "One.")
    chat = Conversation(setup_of(first, second), Clock())
    await say(chat, "a")
    async for _ in chat.retry():
        pass
    assert [exchange.assistant for exchange in chat.exchanges] == ["I am back."]
    assert await say(chat, "b") == "Still here."


async def test_if_all_were_out_of_reach_a_moment_ago_all_are_asked() -> None:
    first, second = named("first", [DOWN], "I am back."), named("second", [DOWN])
    chat = Conversation(setup_of(first, second), Clock())
    with pytest.raises(ServerFailed):
        await take_turn(chat, "a")
    assert await say(chat, "a") == "I am back."


@pytest.mark.parametrize(
    ("first_is_local", "second_is_local", "own", "falls_back"),
    [
        (True, True, False, True),
        (True, False, False, False),
        (True, False, True, True),
        (False, False, False, True),
        (False, True, False, True),
    ],
)
async def test_what_is_said_here_stays_here_unless_the_users_own_list_says_otherwise(
    first_is_local: bool, second_is_local: bool, own: bool, falls_back: bool
) -> None:
    first, second = named("first", [DOWN], local=first_is_local), named("second", "Yes.", local=second_is_local)
    chat = Conversation(setup_of(first, second, own=own))
    seen, _ = await turn_that_fails(chat, "Hello")
    assert requests_of(second) == int(falls_back)
    left_out = [event.left_out for event in seen if isinstance(event, FellBack)]
    of_second = "second does not stand in: it is not on this machine, and your own list has it not."
    assert left_out == [() if falls_back else (of_second,)]


async def test_one_without_a_key_is_passed_over_with_a_sentence() -> None:
    no_key = replace(named("claude", "Never."), problem=MissingKey("ANTHROPIC_API_KEY", "claude"))
    chat = Conversation(setup_of(named("first", [DOWN]), no_key, named("second", "Yes.", "Yes.")))
    events = await take_turn(chat, "Hello")
    (fell_back,) = [event for event in events if isinstance(event, FellBack)]
    assert fell_back.answers == "second"
    assert fell_back.left_out == ("claude does not stand in: There is no ANTHROPIC_API_KEY for claude.",)
    again = await take_turn(chat, "Hello again")  # it is told once
    assert [event.left_out for event in again if isinstance(event, FellBack)] == [()]


async def test_each_has_its_own_window_and_what_is_learned_is_learned_of_each() -> None:
    too_long = ContextTooLong("The request is too long.", limit=40)
    second = named("second", [too_long], "Short.", context_tokens=60)
    first = named("first", "One.", "Two.", [DOWN])
    chat = Conversation(replace(setup_of(first, second), max_context_tokens=None))
    for _ in range(2):
        await say(chat, " ".join(["word"] * 15))
    assert await say(chat, "and now?") == "Short."
    assert chat.setup.model is first
    assert chat.setup.learned_tokens is None
    assert [(one.of[0], one.tokens) for one in chat.setup.learned] == [("second", 40)]
    assert chat.setup.been_at == {first.address, second.address}


async def test_one_that_cannot_hold_the_message_is_passed_over() -> None:
    small = named("small", "Never.", context_tokens=20)
    chat = Conversation(setup_of(named("first", [DOWN]), small, named("large", "Yes.")))
    events = await take_turn(chat, " ".join(["word"] * 200))
    assert falls(events) == [("first", "small"), ("small", "large")]
    assert requests_of(small) == 0


async def test_if_only_such_a_one_is_left_the_failure_is_that_of_the_server() -> None:
    chat = Conversation(setup_of(named("first", [DOWN]), named("small", "Never.", context_tokens=20)))
    with pytest.raises(ServerFailed):
        await take_turn(chat, " ".join(["word"] * 200))


async def test_one_that_was_passed_over_is_asked_if_the_others_cannot_hold_the_message() -> None:
    first, small = named("first", [DOWN], "I am back."), named("small", "One.", context_tokens=20)
    chat = Conversation(setup_of(first, small), Clock())
    assert await say(chat, "Hello") == "One."
    events = await take_turn(chat, " ".join(["word"] * 200))
    assert falls(events) == [("first", "small"), ("small", "first")]
    assert (chat.exchanges[-1].assistant, requests_of(small)) == ("I am back.", 1)


async def test_the_reply_and_its_cost_are_the_answerers() -> None:
    second = named("second", [TextDelta("Yes."), TokensUsed(10, 2, 0.5), Finished(Ending.COMPLETE)])
    journal = Unsaved()
    chat = Conversation(setup_of(named("first", [DOWN]), second), journal=journal)
    await take_turn(chat, "Hello")
    report = journal.usage()
    assert [(name, used.cost) for name, used in report.models] == [("second", 0.5)]
    assert chat.last_counts is None  # they are not those of the chosen model


async def test_stopping_while_the_first_one_is_waited_for_stops_all() -> None:
    waits, second = asyncio.Event(), named("second", "Never.")
    chat = Conversation(setup_of(named("first", [waits]), second))
    turn = asyncio.ensure_future(take_turn(chat, "Hello"))
    await asyncio.sleep(0.01)
    turn.cancel()
    with pytest.raises(asyncio.CancelledError):
        await turn
    assert requests_of(second) == 0


async def test_a_summary_is_written_by_the_next_one_too() -> None:
    first = named("first", *[f"Reply {n}." for n in range(5)], [DOWN])
    second = named("second", "They talked.")
    journal = Unsaved()
    chat = Conversation(replace(setup_of(first, second), max_turns=2, slide=1, overflow=SUMMARIZE), journal=journal)
    for number in range(5):
        await say(chat, f"Question {number}")
    due = await due_now(chat)
    assert due is not None
    assert await fold(chat, due) is not None
    assert chat.state.marks.summary is not None
    assert chat.state.marks.summary.text == "They talked."


async def test_who_cannot_stand_in_is_not_told_with_a_summary_which_shows_nothing() -> None:
    no_key = replace(named("claude", "Never."), problem=MissingKey("ANTHROPIC_API_KEY", "claude"))
    first = named("first", *[f"Reply {n}." for n in range(5)], [DOWN])
    setup = replace(setup_of(first, no_key, named("second", "They talked.", "Yes.")), max_turns=2, slide=1)
    chat = Conversation(replace(setup, overflow=SUMMARIZE), Clock())
    for number in range(5):
        await say(chat, f"Question {number}")
    due = await due_now(chat)
    assert due is not None
    await fold(chat, due)
    left_out = [event.left_out for event in await take_turn(chat, "And?") if isinstance(event, FellBack)]
    assert left_out == [("claude does not stand in: There is no ANTHROPIC_API_KEY for claude.",)]


async def test_a_failure_that_is_none_of_a_server_is_not_caught() -> None:
    second = named("second", "Never.")
    chat = Conversation(setup_of(named("first", [ChatError("Something else.")]), second))
    with pytest.raises(ChatError):
        await take_turn(chat, "Hello")
    assert requests_of(second) == 0
