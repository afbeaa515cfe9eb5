"""Conversations dated in the future: a clock was wrong, or a file says so. They are not the last for ever."""

from collections.abc import Iterator
from contextlib import closing
from pathlib import Path

import pytest

from chatbot_cli.chat.messages import Ending
from chatbot_cli.sessions.database.opening import open_database
from chatbot_cli.sessions.records import MessageRecord, ReplyRecord, SessionRecord
from chatbot_cli.sessions.store import Store
from chatbot_cli.sessions.summaries import read_last_active, read_older, read_summaries
from chatbot_cli.sessions.transfer import insert_record

NOW, DAY = 1_700_000_000.0, 86_400.0
IN_2099 = 4_070_908_800.0
SETUP: dict[str, object] = {"persona": "assistant", "model": "demo"}


@pytest.fixture
def store(tmp_path: Path) -> Iterator[Store]:
    with closing(Store(open_database(tmp_path))) as store:
        yield store


def begin(store: Store, title: str, at: float) -> int:
    session = store.begin(title, SETUP, at)
    go_on(store, session, at)
    return session


def go_on(store: Store, session: int, at: float) -> None:
    question = store.ask(session, None, f"at {at}", at)
    reply = store.begin_reply(session, question, "", at, label="", trimmed=0, setup=SETUP, model="", persona="")
    store.end_reply(reply, "yes", ReplyRecord(Ending.COMPLETE), at)


def take_in(store: Store, title: str, active: float, at: float, created: float = IN_2099) -> int:
    messages = (MessageRecord(1, None, "q", active), MessageRecord(2, 1, "a", active, ReplyRecord(Ending.COMPLETE)))
    return insert_record(store.connection, SessionRecord(title, created, active, SETUP, messages, 2), at)


def titles(store: Store, now: float) -> list[str]:
    summaries = read_summaries(store.connection, now)
    last = read_last_active(store.connection, now)
    assert last == (summaries[0].id if summaries else None)
    return [summary.title for summary in summaries]


def test_an_import_from_2099_is_last_only_until_there_is_another(store: Store) -> None:
    take_in(store, "2099", IN_2099, NOW)
    assert titles(store, NOW) == ["2099"]
    begin(store, "real", NOW + 1)
    assert titles(store, NOW + 2) == ["real", "2099"]


def test_an_import_from_2099_does_not_push_the_last_one_away(store: Store) -> None:
    begin(store, "real", NOW)
    take_in(store, "2099", IN_2099, NOW + 1)
    take_in(store, "2098, begun before", IN_2099 - 365 * DAY, NOW + 1, created=NOW - DAY)
    assert titles(store, NOW + 2) == ["real", "2098, begun before", "2099"]


def test_what_is_gone_on_with_is_the_last_though_its_earlier_steps_are_in_the_future(store: Store) -> None:
    imported = take_in(store, "2099", IN_2099, NOW)
    begin(store, "real", NOW + 1)
    go_on(store, imported, NOW + 2)
    assert titles(store, NOW + 3) == ["2099", "real"]


def test_after_a_clock_was_a_day_ahead_the_order_is_that_of_what_happened(store: Store) -> None:
    begin(store, "before", NOW)
    begin(store, "wrong 1", NOW + DAY)
    begin(store, "wrong 2", NOW + DAY + 1)
    assert titles(store, NOW + DAY + 2) == ["wrong 2", "wrong 1", "before"]  # while nobody has noticed
    assert titles(store, NOW + 10) == ["wrong 2", "wrong 1", "before"]  # the clock is set right, nothing has happened
    begin(store, "after", NOW + 20)
    assert titles(store, NOW + 30) == ["after", "wrong 2", "wrong 1", "before"]


def test_of_two_in_the_future_the_one_that_was_used_later_comes_first(store: Store) -> None:
    first = begin(store, "first", IN_2099)
    begin(store, "second", IN_2099 - DAY)
    assert titles(store, NOW) == ["second", "first"]
    go_on(store, first, IN_2099 - 2 * DAY)
    assert titles(store, NOW) == ["first", "second"]


def test_a_step_back_of_the_clock_by_a_second_changes_nothing(store: Store) -> None:
    begin(store, "earlier", NOW)
    begin(store, "now", NOW + 5)
    assert titles(store, NOW + 4) == ["now", "earlier"]


def test_what_is_dated_in_the_future_is_never_old(store: Store) -> None:
    begin(store, "old", NOW - 100 * DAY)
    begin(store, "wrong", IN_2099)
    take_in(store, "2099", IN_2099, NOW - 100 * DAY)
    begin(store, "real", NOW)
    assert [summary.title for summary in read_older(store.connection, NOW - 90 * DAY)] == ["old"]
