"""The sums of what saved replies took: of this conversation, of days and months of the local time, of everything."""

import random
import sqlite3
import time
from collections.abc import Iterable, Iterator
from contextlib import closing
from dataclasses import fields, replace
from datetime import date, datetime, timedelta
from pathlib import Path

import pytest

from chatbot_cli.chat.conversation import Conversation
from chatbot_cli.chat.events import Finished, TokensUsed
from chatbot_cli.chat.messages import Ending
from chatbot_cli.chat.prices import NothingToPay
from chatbot_cli.chat.unsaved import Unsaved
from chatbot_cli.chat.usage_sums import PaidBeside, Span, UsageSum
from chatbot_cli.errors import EmptyReply
from chatbot_cli.sessions.archive import SavedSessions
from chatbot_cli.sessions.database.opening import DATABASE, open_database
from chatbot_cli.sessions.records import MessageRecord, ReplyRecord, SessionRecord
from chatbot_cli.sessions.transfer import insert_record
from tests.chat.turns import say
from tests.fakes import ScriptedModel, model_with, saying, setup_with
from tests.sessions.resumable_conversation import ResumableConversation
from tests.sessions.test_spent import use_priced

NOW = datetime(2026, 3, 2, 0, 30)  # local, on the second day of a month
PRICED = ReplyRecord(Ending.COMPLETE, "", "gpt", "tutor", 2.0, 100, 20, 0.25, 80, 15, 7, 0.75)
SUM = UsageSum(1, 100, 80, 15, 20, 7, 2.0, 0.25, 0.75)
UNKNOWN = ReplyRecord(Ending.STOPPED, model="mystery", persona="tutor")
USED = TokensUsed(9, 1)


@pytest.fixture(autouse=True)
def far_west(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    """Local time is seven hours behind UTC."""
    monkeypatch.setenv("TZ", "MST7")
    time.tzset()
    yield
    monkeypatch.undo()
    time.tzset()


class Saved:
    """Saved conversations of single replies, and a clock that stands still."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.archive = SavedSessions(folder, now=NOW.timestamp)

    def add(self, *replies: tuple[datetime, ReplyRecord]) -> int:
        """A conversation in which one question got all these replies."""
        question = MessageRecord(1, None, "Why?", 0.0)
        answers = (
            MessageRecord(number, 1, "So.", at.timestamp(), reply) for number, (at, reply) in enumerate(replies, 2)
        )
        record = SessionRecord("Why", 0.0, 0.0, {"model": "gpt"}, (question, *answers), head=2)
        with closing(open_database(self.folder)) as connection:
            return insert_record(connection, record, 0.0)

    def run(self, statement: str, *values: object) -> None:
        with closing(sqlite3.connect(self.folder / "sessions.db")) as connection, connection:
            connection.execute(statement, values)


@pytest.fixture
def saved(tmp_path: Path) -> Saved:
    return Saved(tmp_path / "data")


def by_lot(lot: random.Random) -> tuple[datetime, ReplyRecord]:
    at = NOW - timedelta(days=lot.choice([0, 0, 1, 3, 29, 30, 200]), minutes=lot.randrange(60))
    known = lot.random() < 0.8
    reply = ReplyRecord(
        Ending.COMPLETE,
        model=lot.choice("abc"),
        persona=lot.choice("xy"),
        seconds=lot.random(),
        tokens_sent=lot.randrange(9999),
        tokens_received=lot.randrange(99),
        cost=lot.choice([0.0, lot.random()]) if known else None,
        tokens_cached=lot.randrange(99),
        tokens_written=lot.choice([None, 5]),
        tokens_reasoning=3,
        saved=lot.uniform(-0.1, 1) if known else None,
    )
    return at, reply


def figures(used: UsageSum) -> object:
    """The fields of a sum, alike up to the rounding of fractions."""
    return pytest.approx([getattr(used, field.name) for field in fields(used)])


def sum_of(replies: Iterable[ReplyRecord]) -> list[float]:
    """The fields of the sum of some replies, added up by themselves."""
    replies = list(replies)
    names = ("sent", "cached", "written", "received", "reasoning")
    tokens = [sum(getattr(reply, f"tokens_{name}") or 0 for reply in replies) for name in names]
    amounts = [sum(getattr(reply, name) or 0 for reply in replies) for name in ("seconds", "cost", "saved")]
    return [len(replies), *tokens, *amounts, sum(reply.cost is None for reply in replies), 0, 0, 0, 0]


def test_every_sum_is_the_sum_of_its_replies(saved: Saved) -> None:
    lot = random.Random(13)
    others, own = [by_lot(lot) for _ in range(40)], [by_lot(lot) for _ in range(20)]
    replies = [*others, *own]
    saved.add(*others)
    here = saved.add(*own)

    report = saved.archive.usage(here)

    assert {span: figures(used) for span, used in report.spans} == {
        Span.CONVERSATION: sum_of(reply for _, reply in own),
        Span.TODAY: sum_of(reply for at, reply in replies if at.date() == NOW.date()),
        Span.MONTH: sum_of(reply for at, reply in replies if (at.year, at.month) == (NOW.year, NOW.month)),
        Span.ALL: sum_of(reply for _, reply in replies),
    }
    for model, used in report.models:
        assert figures(used) == sum_of(reply for _, reply in replies if reply.model == model)
    for persona, used in report.personas:
        assert figures(used) == sum_of(reply for _, reply in replies if reply.persona == persona)
    for day, used in report.days:
        assert figures(used) == sum_of(reply for at, reply in replies if at.date() == day)
    assert [len(report.models), len(report.personas), len(report.days)] == [3, 2, 30]
    assert report.days[-1][0] == NOW.date()


def test_days_and_months_begin_at_midnight_of_the_local_time(saved: Saved) -> None:
    moments = (
        datetime(2026, 3, 3, 0, 0),  # tomorrow: a clock was wrong
        datetime(2026, 3, 2, 0, 0),
        datetime(2026, 3, 1, 23, 59, 59),
        datetime(2026, 3, 1, 0, 0),
        datetime(2026, 2, 28, 23, 59, 59),
    )
    saved.add(*((moment, PRICED) for moment in moments))

    report = saved.archive.usage()

    assert {span: used.replies for span, used in report.spans} == {Span.TODAY: 1, Span.MONTH: 3, Span.ALL: 5}
    assert [(day, used.replies) for day, used in report.days[-3:]] == [
        (date(2026, 2, 28), 1),
        (date(2026, 3, 1), 2),
        (date(2026, 3, 2), 1),
    ]


def test_a_reply_of_unknown_price_is_counted_as_one_and_not_as_free(saved: Saved) -> None:
    saved.add((NOW, PRICED), (NOW, UNKNOWN))

    assert dict(saved.archive.usage().models) == {"gpt": SUM, "mystery": UsageSum(replies=1, unpriced=1)}


@pytest.mark.parametrize("senseless", ["much", b"\xff", -1, 1e300, float("inf")])
def test_senseless_values_are_ignored(saved: Saved, senseless: object) -> None:
    saved.add((NOW, PRICED), (NOW, PRICED))
    for column in ("created", "seconds", "tokens_sent", "tokens_received", "cost"):
        saved.run(f"UPDATE messages SET {column} = ? WHERE id = 2", senseless)  # noqa: S608  names of ours
    for column in ("cached", "written", "reasoning"):
        saved.run(f"UPDATE reply_usage SET {column} = ? WHERE reply = 2", senseless)  # noqa: S608  names of ours
    saved.run("UPDATE reply_usage SET saved = 'much' WHERE reply = 2")

    spans = dict(saved.archive.usage().spans)

    assert spans[Span.TODAY] == SUM
    assert spans[Span.ALL] == SUM + UsageSum(replies=1, unpriced=1)


def test_removed_conversations_do_not_count(saved: Saved) -> None:
    first = saved.add((NOW, PRICED))
    saved.add((NOW, PRICED))

    saved.archive.remove([saved.archive.summary(first)])

    assert saved.archive.usage().whole == SUM


async def test_undone_and_replaced_replies_count_and_a_fork_has_only_its_own(tmp_path: Path) -> None:
    resumable = ResumableConversation(tmp_path)
    use_priced(resumable)
    await resumable.say("One")
    await resumable.retry()
    resumable.run("/undo 2")
    first = resumable.session
    await resumable.say("Two")
    resumable.chat.go_to(resumable.archive.fork(resumable.chat.state, resumable.chat.journal))
    await resumable.say("Three")

    def cost(session: int) -> float:
        return dict(resumable.archive.usage(session).spans)[Span.CONVERSATION].cost

    assert (cost(first), cost(resumable.session)) == (0.75, 0.25)
    assert cost(first) + cost(resumable.session) == resumable.archive.usage().whole.cost
    assert cost(resumable.session) == resumable.chat.journal.spent


async def test_summaries_are_paid_too_and_have_no_persona(tmp_path: Path) -> None:
    resumable = ResumableConversation(tmp_path)
    use_priced(resumable)
    await resumable.say("One")
    resumable.chat.journal.paid(TokensUsed(100, 20, 0.25, cached=80, written=15, reasoning=7, saved=0.75), "small")

    report = resumable.archive.usage(resumable.session)

    summary = replace(SUM, replies=0, seconds=0.0, summaries=1)
    assert dict(report.models)["small"] == dict(report.personas)[PaidBeside.SUMMARY] == summary
    assert dict(report.spans)[Span.CONVERSATION].cost == resumable.chat.journal.spent == 0.5

    resumable.chat.journal.paid(TokensUsed(0, 0), "unknown")

    assert dict(resumable.archive.usage().models)["unknown"] == UsageSum(unpriced=1, summaries=1, unpriced_summaries=1)


async def test_a_request_without_a_reply_is_told_apart_from_a_summary_and_moves_with_the_file(tmp_path: Path) -> None:
    resumable = ResumableConversation(tmp_path / "chats")
    silent = model_with(ScriptedModel([TokensUsed(7, 1000, 0.5), Finished(Ending.LENGTH)], [*saying("So."), USED]))
    resumable.chat.change_setup("model", replace(resumable.chat.setup, model=silent))
    with pytest.raises(EmptyReply):
        await resumable.say("One")
    resumable.chat.journal.paid(USED, "small")
    (resumable.folder / DATABASE).rename(tmp_path / "moved.db")
    await resumable.say("Two")

    report = resumable.archive.usage(resumable.session)

    assert (report.whole.replies, report.whole.summaries, report.whole.unanswered) == (1, 1, 1)
    unanswered = UsageSum(sent=7, received=1000, cost=0.5, unanswered=1)
    assert dict(report.personas)[PaidBeside.UNANSWERED] == unanswered
    assert dict(report.personas)[PaidBeside.SUMMARY].unpriced_summaries == 1
    assert report.whole.cost == resumable.chat.journal.spent == 0.5


async def test_it_is_read_while_another_chat_writes(saved: Saved) -> None:
    saved.add((NOW, PRICED))
    with closing(open_database(saved.folder)) as writer:
        writer.execute("BEGIN IMMEDIATE")
        writer.execute("UPDATE messages SET cost = 9")

        assert saved.archive.usage().whole == SUM


@pytest.mark.parametrize("saves", [True, False])
async def test_a_reply_without_a_count_is_free_where_the_model_is(tmp_path: Path, saves: bool) -> None:
    resumable, unsaved = ResumableConversation(tmp_path), Unsaved()
    chat = resumable.chat if saves else Conversation(setup_with(resumable.model), journal=unsaved)
    free = replace(chat.setup.model, prices=NothingToPay())
    chat.change_setup("another model", replace(chat.setup, model=free))
    await say(chat, "One")  # the model reports no usage, as one does whose reply is stopped

    whole = (resumable.archive if saves else unsaved).usage().whole

    assert (whole.replies, whole.unpriced) == (1, 0)
