"""/summary and /window overflow: what becomes of exchanges that no longer fit."""

from dataclasses import replace

import pytest

from chatbot_cli.chat.conversation import Conversation
from chatbot_cli.chat.events import WindowSlid
from chatbot_cli.chat.marks import Marks, Summary
from chatbot_cli.chat.messages import Exchange
from chatbot_cli.chat.state import State
from chatbot_cli.chat.transcript import Transcript
from chatbot_cli.commands.memory import memory_commands
from chatbot_cli.commands.outcomes import Draft, Say
from chatbot_cli.commands.registry import Commands
from chatbot_cli.commands.summary import summary_commands
from chatbot_cli.commands.window_report import what_slid_out
from chatbot_cli.errors import UsageError
from tests.fakes import ScriptedModel, setup_with

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
    commands.include(summary_commands)
    outcome = commands.run(line, conversation)
    assert isinstance(outcome, Say | Draft)
    return outcome.text if isinstance(outcome, Say) else outcome.line


def test_it_shows_whose_words_it_is_what_it_stands_for_and_whether_it_is_sent() -> None:
    about = "The summary of exchanges 1 to 2, as the model wrote it: 3 tokens. It is sent.\n\nAda likes tea."
    assert said(summarizing(), "/summary") == about


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
        (MADE, 4, f"/summary {'word ' * 1000}", "The text has 1,000 tokens; a summary may have 989 in this window."),
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
    [(MADE, "sent as a summary alone"), (Summary("Ada.", 1), "not sent any more"), (None, "not sent any more")],
)
def test_the_line_about_what_slid_out_says_whether_a_summary_stands_for_it(summary: Summary | None, goes: str) -> None:
    sentence = what_slid_out(WindowSlid(summarizing(summary).window()))
    assert sentence.startswith(f"The 2 exchanges at the start are {goes}: the window holds 2 exchanges.")
