"""/summary and /window overflow: what becomes of exchanges that no longer fit."""

import asyncio
from dataclasses import replace

import pytest

from chatbot_cli.chat.conversation import Conversation
from chatbot_cli.chat.events import WindowSlid
from chatbot_cli.chat.folding import due_now, fold
from chatbot_cli.chat.marks import Marks, Summary
from chatbot_cli.chat.messages import Exchange
from chatbot_cli.chat.state import State
from chatbot_cli.chat.transcript import Transcript
from chatbot_cli.commands.marks import STILL_TOLD, mark_commands
from chatbot_cli.commands.memory import memory_commands
from chatbot_cli.commands.outcomes import Draft, Recall, Say, Show
from chatbot_cli.commands.registry import Commands
from chatbot_cli.commands.summary import summary_commands
from chatbot_cli.commands.window_report import what_slid_out
from chatbot_cli.errors import UsageError
from chatbot_cli.text.chart import Row
from tests.fakes import ScriptedModel, saying, setup_with

MADE = Summary("Ada likes tea.", 2)


def summarizing(summary: Summary | None = MADE, exchanges: int = 4) -> Conversation:
    """A conversation whose window holds two exchanges."""
    setup = replace(setup_with(ScriptedModel(), max_turns=2), overflow="summarize")
    conversation = Conversation(setup)
    said = Transcript(Exchange(str(number), f"Reply {number}.") for number in range(exchanges))
    conversation.change("all", State(setup, said, marks=Marks(summary=summary)))
    return conversation


def said(conversation: Conversation, line: str) -> str:
    commands = Commands()
    commands.include(memory_commands)
    commands.include(mark_commands)
    commands.include(summary_commands)
    outcome = commands.run(line, conversation)
    assert isinstance(outcome, Say | Draft)
    return outcome.text if isinstance(outcome, Say) else outcome.line


async def folded(conversation: Conversation) -> None:
    """Make the summary that is due."""
    found = await due_now(conversation)
    assert found is not None
    await fold(conversation, found)


def test_it_shows_whose_words_it_is_what_it_stands_for_and_whether_it_is_sent() -> None:
    about = "The summary of exchanges 1 to 2, as the model wrote it: 14 tokens. It is sent.\n\nAda likes tea."
    assert said(summarizing(), "/summary") == about


@pytest.mark.parametrize(
    ("begin", "without", "those"),
    [
        (0, {2}, "exchanges 1 to 6 without 3"),
        (1, {0, 2, 4, 5}, "exchanges 2 to 6 without 3, 5, 6"),
        (0, {0, 2, 3, 4}, "exchanges 1 to 6 without 4 of them"),
        (5, {1}, "exchange 6"),
    ],
)
def test_it_shows_what_it_does_not_tell_of(begin: int, without: set[int], those: str) -> None:
    made = Summary("Ada likes tea.", 6, begin=begin, without=frozenset(without))
    assert f"The summary of {those}, as the model wrote it: " in said(summarizing(made, 8), "/summary")


@pytest.mark.parametrize(
    ("summary", "exchanges", "line", "why"),
    [
        (None, 4, "/window 2 exchanges", "There is no summary of the 2 exchanges left out yet."),
        (None, 2, "/window 2 exchanges", "There is no summary: all exchanges fit."),
        (None, 4, "/window overflow drop", "There is no summary. What no longer fits is dropped."),
        (None, 4, "/window 60 tokens", "There is no summary: the window is too small for one."),
        (MADE, 4, "/summary off", "There is no summary of exchanges 1 to 2: it was taken away."),
        (MADE, 4, "/window 9 exchanges", "It is not sent: all exchanges fit."),
        (MADE, 4, "/window overflow drop", "It is not sent: what no longer fits is dropped."),
        (MADE, 4, "/trim 1", "It is not sent: "),
        (MADE, 4, "/window 130 tokens", "Only its beginning is sent"),
    ],
)
def test_it_says_why_there_is_none_or_none_is_sent(
    summary: Summary | None, exchanges: int, line: str, why: str
) -> None:
    conversation = summarizing(summary, exchanges)
    said(conversation, line)
    assert why in said(conversation, "/summary")


def test_a_text_of_several_lines_takes_its_place_and_undo_brings_the_old_one_back() -> None:
    conversation = summarizing()
    assert said(conversation, "/summary Ada likes\ncoffee.").startswith(
        "The summary of exchanges 1 to 2, as you wrote it"
    )
    assert conversation.state.marks.summary == Summary("Ada likes\ncoffee.", 2, by_user=True)
    assert said(conversation, "/undo") == "Undone: /summary."
    assert conversation.state.marks.summary == MADE


def test_edit_puts_it_into_the_prompt_as_a_command() -> None:
    conversation = summarizing()
    line = said(conversation, "/summary edit")
    assert line == "/summary Ada likes tea."
    said(conversation, f"{line} Much.")
    assert conversation.state.marks.summary == Summary("Ada likes tea. Much.", 2, by_user=True)


def test_what_the_user_writes_stands_for_all_that_is_left_out() -> None:
    conversation = summarizing(None, exchanges=6)
    said(conversation, "/summary Ada was here.")
    assert conversation.state.marks.summary == Summary("Ada was here.", 4, by_user=True)


def test_off_takes_it_away_for_good_and_can_be_undone() -> None:
    conversation = summarizing()
    said(conversation, "/summary off")
    assert conversation.window().summary is None
    said(conversation, "/undo")
    assert conversation.window().summary is not None


@pytest.mark.parametrize(
    ("summary", "exchanges", "line", "problem"),
    [
        (
            MADE,
            4,
            f"/summary {'word ' * 1000}",
            "As a summary this has 1,011 tokens. In this window it may have 1,000.",
        ),
        (None, 2, "/summary Ada.", "All exchanges are sent, so there is nothing to sum up."),
        (None, 4, "/summary edit", "There is no summary."),
        (None, 4, "/summary off", "There is no summary."),
        (MADE, 4, "/window overflow forget", "/window overflow takes drop or summarize, not “forget”."),
    ],
)
def test_what_cannot_be_done_changes_nothing(summary: Summary | None, exchanges: int, line: str, problem: str) -> None:
    conversation = summarizing(summary, exchanges)
    before = conversation.state
    with pytest.raises(UsageError) as refused:
        said(conversation, line)
    assert str(refused.value) == problem
    assert conversation.state is before


def test_a_summary_that_is_not_sent_is_not_replaced() -> None:
    conversation = summarizing()
    said(conversation, "/window overflow drop")
    with pytest.raises(UsageError) as refused:
        said(conversation, "/summary Ada.")
    assert refused.value.hint == "/window overflow summarize lets a summary be sent."


def test_overflow_is_a_choice_of_the_user_that_can_be_undone() -> None:
    conversation = summarizing()
    assert "folded into a summary" not in said(conversation, "/window overflow drop")
    assert "overflow" in conversation.setup.chosen
    said(conversation, "/undo")
    assert "What no longer fits is folded into a summary of at most 1,000 tokens" in said(conversation, "/window")


@pytest.mark.parametrize(
    ("summary", "goes"),
    [
        (MADE, "The 4 exchanges at the start are sent as a summary alone"),
        (replace(MADE, exchanges=3), "Of the 4 exchanges at the start, 3 are sent as a summary alone and 1 is not"),
        (replace(MADE, exchanges=1), "Of the 4 exchanges at the start, 1 is sent as a summary alone and 3 are not"),
        (None, "The 4 exchanges at the start are not sent any more"),
    ],
)
def test_the_line_about_what_slid_out_says_what_a_summary_stands_for(summary: Summary | None, goes: str) -> None:
    summary = replace(summary, exchanges=4) if summary is MADE else summary
    sentence = what_slid_out(WindowSlid(summarizing(summary, exchanges=6).window()))
    assert sentence.startswith(goes)
    assert ": the window holds 2 exchanges." in sentence


def test_what_was_dropped_or_pinned_is_not_counted_among_what_a_summary_stands_for() -> None:
    conversation = summarizing(replace(MADE, exchanges=4), exchanges=6)
    said(conversation, "/pin 1")
    said(conversation, "/drop 3")
    assert what_slid_out(WindowSlid(conversation.window())).startswith(
        "The 2 exchanges at the start are sent as a summary alone"
    )


async def test_what_was_pinned_or_dropped_when_it_was_made_is_told_with_the_next_block() -> None:
    conversation = summarizing(None, exchanges=6)
    model = replace(conversation.setup.model, chat_model=ScriptedModel("Of two.", "Of all."))
    conversation.change_setup("", replace(conversation.setup, model=model, slide=1))
    said(conversation, "/pin 1")
    said(conversation, "/drop 2")
    await folded(conversation)
    beyond = "It is not sent: it is beyond the limit of exchanges. The summary does not tell of it; the next one will."
    assert beyond in said(conversation, "/unpin 1")
    assert beyond in said(conversation, "/keep 2")
    assert "Of the 4 exchanges at the start, 2 are sent as" in what_slid_out(WindowSlid(conversation.window()))
    assert STILL_TOLD not in said(conversation, "/drop 1")
    said(conversation, "/undo")
    assert await due_now(conversation) is None
    more = conversation.exchanges.followed_by(Exchange("More?", "Yes."))
    conversation.change("", replace(conversation.state, exchanges=more))
    await folded(conversation)
    assert "The 5 exchanges at the start are sent as a" in what_slid_out(WindowSlid(conversation.window()))
    said(conversation, "/pin 1")
    assert "It is sent as a summary alone: it is beyond the limit of exch" in said(conversation, "/unpin 1")
    assert STILL_TOLD in said(conversation, "/drop 1")


def test_the_history_says_which_exchanges_are_sent_as_a_summary() -> None:
    outcome = memory_commands.run("/history", summarizing(replace(MADE, exchanges=3), exchanges=6))
    assert isinstance(outcome, Recall)
    standing = [exchange.standing for exchange in outcome.exchanges]
    assert standing == [*["sent as a summary alone"] * 3, "not sent any more", "", ""]


def test_it_has_as_many_tokens_as_in_the_table_of_the_context() -> None:
    conversation = summarizing()
    outcome = memory_commands.run("/context", conversation)
    assert isinstance(outcome, Show)
    (tokens,) = [row.cells[3] for row in outcome.chart.rows if isinstance(row, Row) and row.cells[1] == "summary"]
    assert f"{tokens} tokens." in said(conversation, "/summary")


async def test_while_it_is_made_it_says_so() -> None:
    conversation, gate = summarizing(None), asyncio.Event()
    model = replace(
        conversation.setup.model, chat_model=ScriptedModel([gate, *saying("Ada.")], [gate, *saying("Bea.")])
    )
    conversation.change_setup("", replace(conversation.setup, model=model))
    assert "It is made after a reply." in said(conversation, "/summary")
    for text in ("There is no summary yet. It is being made now.", "It is sent. A new one is being made."):
        gate.clear()
        due = await due_now(conversation)
        assert due is not None
        making = asyncio.create_task(fold(conversation, due))
        await asyncio.sleep(0)
        assert text in said(conversation, "/summary")
        gate.set()
        await making
        assert "being made" not in said(conversation, "/summary")
        more = conversation.exchanges.followed_by(Exchange("More?", "Yes."))
        conversation.change("", replace(conversation.state, exchanges=more))


async def test_one_that_was_stopped_is_not_being_made() -> None:
    conversation = summarizing(None)
    model = replace(conversation.setup.model, chat_model=ScriptedModel([asyncio.Event()]))
    conversation.change_setup("", replace(conversation.setup, model=model))
    due = await due_now(conversation)
    assert due is not None
    making = asyncio.create_task(fold(conversation, due))
    await asyncio.sleep(0)
    making.cancel()
    await asyncio.wait([making])
    assert conversation.folding is None


def test_who_drops_what_a_summary_tells_of_is_told() -> None:
    conversation = summarizing()
    assert "/summary edit changes that." in said(conversation, "/drop 2")
    assert "/summary" not in said(conversation, "/drop 3")
    said(conversation, "/window overflow drop")
    assert "/summary" not in said(conversation, "/drop 1")
