"""`chat stats`: a table on a terminal, plain text in a pipe, JSON; it changes nothing."""

import io
import json
import time
from contextlib import closing, redirect_stderr, redirect_stdout
from pathlib import Path

import pytest

from chatbot_cli.chat.messages import Ending
from chatbot_cli.cli.stats import stats_app
from chatbot_cli.sessions.database.opening import open_database
from chatbot_cli.sessions.records import MessageRecord, ReplyRecord, SessionRecord
from chatbot_cli.sessions.transfer import insert_record
from tests.cli.sessions_command import SETUP, Done, Saved, Terminal, home_of_its_own

REPLY = ReplyRecord(Ending.COMPLETE, "", "gpt", "tutor", 2.5, 1000, 20, 0.1, 940, 15, 7, 0.2)
SUM = {
    **{"replies": 3, "summaries": 0, "unanswered": 0, "tokens_sent": 3000, "tokens_cached": 2820, "tokens_written": 45},
    **{"tokens_received": 60, "tokens_reasoning": 21, "seconds": 7.5, "cost": 0.3, "saved": 0.6},
    "without_price": 0,
}
NONE = dict.fromkeys(SUM, 0)


@pytest.fixture
def saved(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Saved:
    return home_of_its_own(tmp_path, monkeypatch)


def fill(saved: Saved, model: str = "gpt") -> None:
    """Three replies of today."""
    question = MessageRecord(1, None, "Why?", 0.0)
    at = time.time()
    replies = (MessageRecord(number, 1, "So.", at, REPLY) for number in (2, 3, 4))
    with closing(open_database(saved.folder)) as connection:
        insert_record(connection, SessionRecord("Why", 0, 0, SETUP, (question, *replies), 2), 0)
        connection.execute("UPDATE messages SET model = ? WHERE is_reply = 1", (model,))


def stats(*arguments: str, terminal: bool = False) -> Done:
    out, err = Terminal() if terminal else io.StringIO(), io.StringIO()
    with redirect_stdout(out), redirect_stderr(err), pytest.raises(SystemExit) as exit_:
        stats_app(list(arguments), prog_name="chat stats")
    return Done(exit_.value.code or 0, out.getvalue(), err.getvalue())


def test_json_has_the_fields_that_the_help_names(saved: Saved) -> None:
    fill(saved)

    told = json.loads(stats("--json").out)

    assert list(told) == ["today", "month", "all", "models", "personas", "days"]
    assert told["today"] == told["month"] == told["all"] == SUM
    assert told["models"] == [{"model": "gpt", **SUM}]
    assert told["personas"] == [{"persona": "tutor", **SUM}]
    assert len(told["days"]) == 30
    assert told["days"][-1] == {"date": time.strftime("%Y-%m-%d"), **SUM}
    named = stats("--help").out
    assert [name for name in (*told, *SUM, "model", "persona", "date") if name not in named] == []


@pytest.mark.parametrize(("arguments", "terminal"), [((), False), (("--plain",), True)])
def test_plain_text_needs_no_bars(saved: Saved, arguments: tuple[str, ...], terminal: bool) -> None:
    fill(saved)
    lines = stats(*arguments, terminal=terminal).lines
    assert lines[0].split() == ["replies", "sent", "cached", "received", "cost", "saved", "share"]
    assert lines[1].split() == ["today", "3", "3k", "94", "%", "60", "$0.30", "$0.60"]
    assert "\n".join(lines).isascii()
    assert lines[-1].endswith("$0.30")


def test_the_settings_may_ask_for_plain_text(saved: Saved, monkeypatch: pytest.MonkeyPatch) -> None:
    fill(saved)
    monkeypatch.setenv("CHAT_PLAIN", "yes")
    assert stats(terminal=True).out.isascii()


def test_a_terminal_gets_bars_and_a_line_of_days_and_no_words_act_on_it(saved: Saved) -> None:
    fill(saved, "\x1b[2Jgpt [red]")
    shown = stats(terminal=True).out
    assert "█" in shown
    assert "·█ " in shown
    assert "[red]" in shown
    assert "\x1b[2J" not in shown


def test_without_conversations_nothing_is_made_on_the_disk(saved: Saved) -> None:
    assert stats() == Done(0, "There are no saved conversations yet.\n", "")
    told = json.loads(stats("--json").out)
    assert (told["all"], told["models"], len(told["days"])) == (NONE, [], 30)
    assert not saved.folder.exists()


def test_conversations_without_a_reply_are_not_a_table_of_nothing(saved: Saved) -> None:
    saved.add("Draft", draft="Why")
    assert stats() == Done(0, "There are no replies yet.\n", "")


def test_the_list_of_fields_in_the_help_fits_a_narrow_terminal(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("COLUMNS", "40")
    lines = stats("--help").lines
    fields = lines[lines.index("  The fields of a sum:") :]
    assert max(map(len, fields)) <= 40
    assert max(map(len, lines)) <= 50  # the help breaks no line of prose before that
    assert [line.split()[0] for line in fields[1:]] == list(SUM)
