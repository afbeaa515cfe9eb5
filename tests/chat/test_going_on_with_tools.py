"""Turns with tools that end before an answer, and what goes on after them: nothing runs twice unasked."""

from collections.abc import AsyncGenerator
from contextlib import aclosing, closing
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from chatbot_cli.chat.conversation import Conversation
from chatbot_cli.chat.events import (
    AskedAgain,
    CallsArrived,
    DocumentArrived,
    Finished,
    ReplyEnded,
    TextDelta,
    TokensUsed,
    TurnEvent,
)
from chatbot_cli.chat.messages import Ending, Message
from chatbot_cli.chat.options import SUMMARIZE
from chatbot_cli.chat.prices import NothingToPay
from chatbot_cli.chat.rounds import CallOutcome, ToolCall
from chatbot_cli.chat.shape import Level
from chatbot_cli.chat.summaries import due, summary_request
from chatbot_cli.chat.told_in_words import GO_ON_WITHOUT_TOOLS
from chatbot_cli.chat.tool_events import ToolsLeftOut
from chatbot_cli.chat.tool_rounds import Tools
from chatbot_cli.chat.tools import Answer
from chatbot_cli.chat.turn import GO_ON, GO_ON_WITH_TOOLS, asks_again
from chatbot_cli.errors import (
    ChatError,
    ConnectionFailed,
    ContextTooLong,
    CostLimitReached,
    InvalidReply,
    ToolsRefused,
)
from tests.chat.any_server import assert_any_server_takes
from tests.chat.test_budget import CentsPerToken
from tests.chat.turns import sent, take_turn
from tests.fakes import AnyWords, FakeApprover, FakeToolbox, Script, ScriptedModel, calling, setup_with, tool_named
from tests.sessions.resumable_conversation import ResumableConversation

STOCK, ORDER = tool_named("stock", read_only=True), tool_named("order")
LOST = ConnectionFailed("The line broke.")
DONE = Finished(Ending.COMPLETE)


def chat_with(*scripts: Script | str, **setup: Any) -> tuple[Conversation, ScriptedModel, FakeToolbox, FakeApprover]:
    model, toolbox, approver = ScriptedModel(*scripts), FakeToolbox([STOCK, ORDER]), FakeApprover()
    chat = Conversation(replace(setup_with(model), **setup), tools=Tools(toolbox, approver))
    return chat, model, toolbox, approver


async def drain(turn: AsyncGenerator[TurnEvent, None]) -> list[TurnEvent]:
    async with aclosing(turn) as events:
        return [event async for event in events]


async def lost_after_an_order(*rest: Script | str, words: str = "") -> Any:
    """A chat whose connection broke after a tool had run."""
    begun = [TextDelta(words)] if words else []
    chat, *fakes = chat_with(calling("order"), [*begun, LOST], *rest)
    with pytest.raises(ConnectionFailed):
        await take_turn(chat, "Order tea.")
    return chat, *fakes


async def test_what_is_continued_has_all_that_the_tools_found_and_runs_nothing_again() -> None:
    chat, model, toolbox, _ = await lost_after_an_order("It is ordered.")
    assert (chat.exchanges[-1].ending, chat.exchanges[-1].reason) == (Ending.LOST, "The line broke.")
    foreseen = await chat.next_request(None)
    await drain(chat.continue_reply())
    assert model.requests[-1] == foreseen
    assert sent(model.requests[-1])[1:] == [
        ("user", "Order tea."),
        ("assistant", ""),
        ("tool", "order ran"),
        ("assistant", "(cut off: The line broke.)"),
        ("user", GO_ON_WITH_TOOLS),
    ]
    assert_any_server_takes(model.requests[-1])
    (kept,) = chat.exchanges
    assert (kept.assistant, kept.ending, len(kept.rounds)) == ("It is ordered.", Ending.COMPLETE, 1)
    assert toolbox.ran == [("order", "{}")]


async def test_words_after_the_calls_are_continued_where_they_broke_off() -> None:
    chat, model, _, _ = await lost_after_an_order(" ordered.", words="It is")
    await drain(chat.continue_reply())
    assert sent(model.requests[-1])[-2:] == [("assistant", "It is"), ("user", GO_ON)]
    assert chat.exchanges[-1].assistant == "It is ordered."


async def test_what_is_continued_may_call_again_and_that_is_no_repeat_of_a_replaced_answer() -> None:
    chat, model, toolbox, approver = await lost_after_an_order(calling("order", text=" but"), "Twice.", words="It is")
    await drain(chat.continue_reply())
    (kept,) = chat.exchanges
    assert [one.text for one in kept.rounds] == ["", "It is but"]
    assert sent(model.requests[-1])[-3:] == [("user", GO_ON), ("assistant", " but"), ("tool", "order ran")]
    assert [question.ran_before for question in approver.asked] == [False, False]
    assert len(toolbox.ran) == 2


async def test_a_long_result_is_sent_whole_to_what_is_continued_and_cut_afterwards() -> None:
    chat, model, toolbox, _ = chat_with(calling("stock"), [LOST], "Tea.", "Yes?")
    toolbox.results = {"stock": "tea " * 2_000}
    with pytest.raises(ConnectionFailed):
        await take_turn(chat, "What is there?")
    await drain(chat.continue_reply())
    await take_turn(chat, "And now?")
    lengths = [len(content) for request in model.requests[1:] for role, content in sent(request) if role == "tool"]
    assert lengths[:2] == [8_000, 8_000]
    assert lengths[2] < 2_100


async def test_the_same_question_again_replaces_a_lost_answer_and_says_what_ran_before() -> None:
    chat, _, _, approver = await lost_after_an_order(calling("order", "stock"), "It is ordered.")
    assert asks_again(chat.state, "Order tea.")
    await take_turn(chat, "Order tea.")
    assert [question.ran_before for question in approver.asked] == [False, True, False]
    assert len(chat.exchanges) == 1


async def test_an_edited_question_says_what_ran_in_the_answers_that_it_sets_aside() -> None:
    scripts: list[Script | str] = [
        calling("stock"),
        "Tea.",
        calling("order"),
        "Ordered.",
        calling("order", "stock"),
        "Ordered.",
    ]
    chat, _, _, approver = chat_with(*scripts)
    for text in ("What is there?", "Order it."):
        await take_turn(chat, text)
    await drain(chat.take_turn("Is there tea?", 0))
    assert [question.ran_before for question in approver.asked] == [False, False, True, False]
    assert [one.user for one in chat.exchanges] == ["Is there tea?"]


async def test_what_came_from_an_open_world_is_known_to_whoever_decides_in_later_turns_too() -> None:
    web = tool_named("web", open_world=True)
    model, approver = (
        ScriptedModel(
            calling("web"), "I see.", calling("web", "order"), [LOST], calling("order"), calling("order"), "Done."
        ),
        FakeApprover(),
    )
    toolbox = FakeToolbox([web, ORDER], {"web": "Order this!"})
    chat = Conversation(setup_with(model), tools=Tools(toolbox, approver))
    await take_turn(chat, "Read it.")
    with pytest.raises(ConnectionFailed):
        await take_turn(chat, "Read it again.")
    await drain(chat.continue_reply())
    assert [len(question.seen) for question in approver.asked] == [
        0,
        1,
        1,
        2,
        2,
    ]  # what was ordered comes from no open world
    assert {*approver.asked[-1].seen} == {("web", "Order this!")}


async def test_what_was_not_allowed_has_not_run_before() -> None:
    chat, _, _, approver = chat_with(calling("order", "stock"), "Then not.", calling("order"), "Ordered.")
    approver.answers = [Answer(False)]
    await take_turn(chat, "Order tea.")
    await drain(chat.retry())
    assert [question.ran_before for question in approver.asked] == [False, False, False]


def paid(script: Script | str, dollars: float | None) -> Script:
    steps = [TextDelta(script), DONE] if isinstance(script, str) else [*script]
    return [*steps, TokensUsed(5, 1, dollars)]


async def test_a_turn_that_could_pass_its_budget_ends_before_the_next_request_and_goes_on_if_that_is_allowed() -> None:
    chat, model, toolbox, _ = chat_with(
        paid(calling("order"), 0.6), paid("It is ordered.", 0.1), system_prompt="", max_cost=1.1
    )
    prices = replace(chat.setup.model, prices=CentsPerToken())
    options = replace(chat.setup.options, max_reply_tokens=2)
    chat.change_setup("prices", replace(chat.setup, model=prices, options=options))
    events = await take_turn(chat, "Order tea.")
    assert isinstance(events[-1], ReplyEnded)
    assert (events[-1].ending, events[-1].used) == (Ending.LIMIT, TokensUsed(5, 1, 0.6))
    assert "$0.60 of $1.10 is spent" in events[-1].reason
    assert (len(model.requests), toolbox.ran) == (1, [("order", "{}")])

    with pytest.raises(CostLimitReached) as caught:
        await drain(chat.continue_reply())
    assert (len(model.requests), chat.exchanges[-1].ending) == (1, Ending.LIMIT)
    chat.budget.allow(caught.value, chat.setup)
    await drain(chat.continue_reply())
    assert (chat.exchanges[-1].assistant, toolbox.ran) == ("It is ordered.", [("order", "{}")])
    assert chat.journal.spent == pytest.approx(0.7)


async def test_an_answer_as_data_that_could_pass_its_budget_is_not_valid() -> None:
    chat, model, *_ = chat_with(paid(calling("order"), 0.6), max_cost=0.9, shape=AnyWords())
    options = replace(chat.setup.options, max_reply_tokens=2)
    priced = replace(chat.setup.model, prices=CentsPerToken())
    chat.change_setup("prices", replace(chat.setup, model=priced, options=options))
    with pytest.raises(InvalidReply) as caught:
        await take_turn(chat, "Order tea.")
    assert caught.value.ended == "stopped at a limit"
    assert "$0.60 of $0.90 is spent. Ask for less at once." in caught.value.hint
    assert (chat.exchanges[-1].ending, len(model.requests)) == (Ending.LIMIT, 1)


@pytest.mark.parametrize(
    ("costs", "cost"), [((0.5, 0.25, 0.125), 0.875), ((0.5, None, 0.125), None), ((0.5, 0.25, None), None)]
)
async def test_a_turn_costs_what_all_its_requests_cost(costs: tuple[float | None, ...], cost: float | None) -> None:
    scripts: list[Script | str] = [calling("order"), calling("stock"), "Done."]
    chat, *_ = chat_with(*(paid(script, one) for script, one in zip(scripts, costs, strict=True)))
    events = await take_turn(chat, "Order tea.")
    assert isinstance(events[-1], ReplyEnded)
    assert events[-1].used == TokensUsed(15, 3, cost)


async def test_a_turn_with_a_model_that_costs_nothing_costs_nothing_though_a_request_was_not_counted() -> None:
    chat, *_ = chat_with(paid(calling("stock"), 0.0), "Tea.")
    chat.change_setup("free", replace(chat.setup, model=replace(chat.setup.model, prices=NothingToPay())))
    ended = (await take_turn(chat, "What is there?"))[-1]
    assert isinstance(ended, ReplyEnded)
    assert ended.used
    assert (ended.used.cost, chat.journal.spent) == (0.0, 0.0)


async def test_calls_of_a_request_that_nobody_counted_make_the_cost_unknown_though_they_are_dropped() -> None:
    more = [calling(ToolCall("c", "stock", f'{{"n": {number}}}')) for number in range(3)]
    model = ScriptedModel(*(paid(script, 0.5) for script in more[:2]), more[2])
    chat = Conversation(setup_with(model), tools=Tools(FakeToolbox([STOCK]), FakeApprover(), max_rounds=1))
    events = await take_turn(chat, "Go on.")
    assert isinstance(events[-1], ReplyEnded)
    assert (events[-1].ending, events[-1].used) == (Ending.LIMIT, TokensUsed(10, 2, None))


@pytest.mark.parametrize("level", [Level.SCHEMA, Level.WORDS])
async def test_an_answer_as_data_comes_after_the_calls_and_only_it_is_checked(level: Level) -> None:
    chat, model, _, _ = chat_with(calling("stock", text="no data"), calling("stock"), "nonsense", "=tea")
    shape = AnyWords()
    chat.change_setup("shape", replace(chat.setup, shape=shape, model=replace(chat.setup.model, shape_level=level)))
    events = await take_turn(chat, "What is there?")
    assert [event.document for event in events if isinstance(event, DocumentArrived)] == ["tea"]
    assert len([event for event in events if isinstance(event, AskedAgain)]) == 1
    (kept,) = chat.exchanges
    assert (kept.assistant, [one.text for one in kept.rounds]) == ("tea", ["no data", ""])
    for request in model.requests:
        assert_any_server_takes(request)
        assert request.demand is not None
        told = [message.content.count(shape.in_words) for message in request.messages if message.role == "user"]
        assert level is Level.SCHEMA or sum(told) == 1


async def test_an_answer_as_data_that_never_comes_is_not_valid_and_can_be_continued() -> None:
    more = [calling(ToolCall("c", "stock", f'{{"n": {number}}}')) for number in range(3)]
    model = ScriptedModel(*more, "=tea")
    setup = replace(
        setup_with(model), shape=AnyWords(), model=replace(setup_with(model).model, shape_level=Level.WORDS)
    )
    chat = Conversation(setup, tools=Tools(FakeToolbox([STOCK]), FakeApprover(), max_rounds=1))
    with pytest.raises(InvalidReply) as caught:
        await take_turn(chat, "What is there?")
    assert str(caught.value) == "The reply is stopped at a limit."
    assert caught.value.hint == "1 round of tools is used up. Ask for less at once."
    await drain(chat.continue_reply())
    assert chat.exchanges[-1].assistant == "tea"
    assert sent(model.requests[-1])[-1] == ("user", f"{GO_ON_WITH_TOOLS}\n\n{AnyWords().in_words}")


async def test_a_server_that_refuses_tools_is_asked_without_them_and_told_of_earlier_calls_in_words() -> None:
    refused = ToolsRefused("It does not support tools.")
    chat, model, _, _ = chat_with(calling("stock", text="Let me look."), "Tea.", [refused], "Milk.", "Yes?")
    await take_turn(chat, "What is there?")
    events = await take_turn(chat, "What else?")
    assert [event.error for event in events if isinstance(event, ToolsLeftOut)] == [refused]
    assert model.requests[3].tools == ()
    assert sent(model.requests[3])[1:] == [
        ("user", "What is there?"),
        ("assistant", "Let me look.\n\n[I called stock with {}. The result:]\nstock ran\n\nTea."),
        ("user", "What else?"),
    ]
    await take_turn(chat, "And now?")
    for request in model.requests[3:]:
        assert_any_server_takes(request)
        assert request.tools == ()
    assert chat.exchanges[0].rounds[0].text == "Let me look."
    assert not chat.setup.takes_tools


async def test_a_model_without_tools_can_continue_what_another_has_called() -> None:
    chat, model, _, _ = await lost_after_an_order("It is ordered.", "Yes?")
    chat.change_setup("no tools", replace(chat.setup, takes_tools=False))
    await drain(chat.continue_reply())
    assert sent(model.requests[-1])[1:] == [
        ("user", "Order tea."),
        ("assistant", "[I called order with {}. The result:]\norder ran\n\n(cut off: The line broke.)"),
        ("user", GO_ON_WITH_TOOLS),
    ]
    assert_any_server_takes(model.requests[-1])


async def test_a_server_that_refuses_tools_in_the_middle_of_a_turn_answers_with_what_was_found() -> None:
    chat, model, _, _ = chat_with(calling("stock"), [ToolsRefused("No more.")], "Tea.")
    await take_turn(chat, "What is there?")
    assert chat.exchanges[-1].assistant == "Tea."
    assert sent(model.requests[-1])[-1] == ("user", GO_ON_WITHOUT_TOOLS)
    assert_any_server_takes(model.requests[-1])


@pytest.mark.parametrize(
    ("before", "error"),
    [([], ToolsRefused("It takes no tools.")), ([calling("stock")], ContextTooLong("Too long."))],
    ids=["refused", "no room"],
)
async def test_a_refusal_after_words_of_the_answer_is_told_and_the_words_are_kept_once(
    before: list[Script], error: ChatError
) -> None:
    chat, model, _, _ = chat_with(*before, [TextDelta("There is"), error], "Never.")
    with pytest.raises(type(error)):
        await take_turn(chat, "What is there?")
    assert len(model.requests) == len(before) + 1
    last = chat.exchanges[-1]
    assert (last.assistant, last.ending, len(last.rounds)) == ("There is", Ending.LOST, len(before))


async def test_what_leaves_the_window_is_summarized_with_its_calls() -> None:
    chat, *_ = chat_with(calling("stock", text="Let me look."), "Tea.", "Two.", "Three.", overflow=SUMMARIZE)
    for text in ("What is there?", "And then?", "And now?"):
        await take_turn(chat, text)
    chat.change_setup("window", replace(chat.setup, max_turns=1))
    what = due(chat.state, chat.window("Next"), chat.setup.count)
    assert what is not None
    request = summary_request(what, chat.limits, chat.setup.count).request
    assert "Assistant: Let me look. (stock {})\n\nTool: stock ran\n\nAssistant: Tea." in request.messages[-1].content
    assert [message.role for message in request.messages] == ["system", "user"]
    assert all(not message.parts for message in request.messages)


async def test_a_turn_goes_on_though_its_calls_cannot_be_saved_and_they_are_saved_later(tmp_path: Path) -> None:
    model = ScriptedModel(calling("stock", text="Let me look."), calling("order"), "Done.", "Yes?")
    with closing(ResumableConversation(tmp_path)) as saved:
        await saved.say("first")
        tools = Tools(FakeToolbox([STOCK, ORDER], {"stock": "tea " * 50_000}), FakeApprover())
        opened = saved.archive.fork(saved.chat.state, saved.chat.journal)
        chat = Conversation(setup_with(model), tools=tools)
        chat.go_to(replace(opened, state=replace(opened.state, setup=setup_with(model))))
        connection = saved.archive.store.connection
        (pages,) = connection.execute("PRAGMA page_count").fetchone()
        connection.execute(f"PRAGMA max_page_count = {pages}")
        await take_turn(chat, "What is there?")
        assert chat.journal.problem is not None
        assert chat.exchanges[-1].assistant == "Done."
        connection.execute(f"PRAGMA max_page_count = {pages + 1_000_000}")
        await take_turn(chat, "And now?")
        assert chat.journal.problem is None
        assert chat.journal.session is not None
        session = chat.journal.session
        chat.journal.close()
        assert saved.archive.open(session).state.exchanges == chat.exchanges


async def test_a_pinned_exchange_keeps_its_calls_whatever_the_window() -> None:
    chat, model, *_ = chat_with(calling("stock"), "Tea.", *["More."] * 4, max_turns=1)
    await take_turn(chat, "What is there?")
    chat.note(replace(chat.state.marks, pinned=frozenset({0})))
    for text in ("a", "b", "c"):
        await take_turn(chat, text)
    assert [role for role, _ in sent(model.requests[-1])][1:5] == ["user", "assistant", "tool", "assistant"]
    assert_any_server_takes(model.requests[-1])


async def test_calls_of_a_cut_reply_with_a_last_word_are_whole_messages() -> None:
    blank: Script = [TextDelta("\n \n"), CallsArrived((ToolCall("c1", "stock"),)), DONE]
    chat, model, toolbox, _ = chat_with(blank, [TextDelta(" \n"), LOST], "Yes?")
    toolbox.results = {"stock": " \n\t"}
    with pytest.raises(ConnectionFailed):
        await take_turn(chat, "What is there?")
    await take_turn(chat, "And now?")
    assert_any_server_takes(model.requests[-1])
    assert chat.exchanges[0].rounds[0].results[0].outcome is CallOutcome.DONE
    assert Message("assistant", "(cut off: The line broke.)") in model.requests[-1].messages
