"""What is written is read again, as a tree: asked, answered, retried, edited, undone, forked, removed."""

import sqlite3
from collections.abc import Iterator
from contextlib import closing
from dataclasses import replace
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from chatbot_cli.app.spelling import in_a_script
from chatbot_cli.chat.messages import Ending
from chatbot_cli.errors import SessionNotFound
from chatbot_cli.sessions.database.opening import DATABASE, bound, open_database
from chatbot_cli.sessions.finding import find_session
from chatbot_cli.sessions.reading import (
    SavedStep,
    read_answers,
    read_current,
    read_draft,
    read_exchanges,
    read_step_before,
)
from chatbot_cli.sessions.records import MessageRecord, ReplyRecord, SessionRecord, StepRecord
from chatbot_cli.sessions.removal import remove_sessions
from chatbot_cli.sessions.searching import search_messages
from chatbot_cli.sessions.store import Store
from chatbot_cli.sessions.summaries import read_last_active, read_named, read_older, read_summaries, read_summary
from chatbot_cli.sessions.transfer import insert_record, read_record
from chatbot_cli.system.transactions import writing

SETUP: dict[str, object] = {"persona": "pirate", "model": "demo", "system_prompt": "Arr."}
ANY_TEXT = st.text(st.characters(codec=None) | st.sampled_from("\0\ud800\udfff\r\n\u2028'\"%_"), max_size=30)
NOW = 1_700_000_000.25


@pytest.fixture
def store(tmp_path: Path) -> Iterator[Store]:
    with closing(Store(open_database(tmp_path))) as store:
        yield store


@pytest.fixture(scope="module")
def shared(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Store]:
    """A store for many examples, each with a session of its own."""
    with closing(Store(open_database(tmp_path_factory.mktemp("shared")))) as store:
        yield store


def say(
    store: Store, session: int, parent: int | None, question: str, answer: str, *, again: int | None = None
) -> tuple[int, int]:
    """A whole exchange; the numbers of its question and reply."""
    asked = store.ask(session, parent, question, NOW, question=again)
    reply = store.begin_reply(
        session, asked, "", NOW, label="what was said", trimmed=0, setup=SETUP, model="demo", persona="pirate"
    )
    store.end_reply(reply, answer, ReplyRecord(Ending.COMPLETE), NOW)
    return asked, reply


def saved_session(store: Store, count: int, title: str = "talk", word: str = "answer") -> tuple[int, list[int]]:
    """A session of `count` exchanges, and the numbers of its replies."""
    session = store.begin(title, SETUP, NOW)
    replies: list[int] = []
    for number in range(count):
        parent = replies[-1] if replies else None
        replies.append(say(store, session, parent, f"question {number}", f"{word} {number}")[1])
    return session, replies


def said(store: Store, session: int) -> list[tuple[str, str]]:
    """The questions and answers up to where a session stands."""
    step = read_current(store.connection, session)
    if step.head is None:
        return []
    return [
        (exchange.user, exchange.assistant) for exchange in read_exchanges(store.connection, step.head, 0, step.depth)
    ]


def raw_bytes(folder: Path) -> bytes:
    return b"".join(path.read_bytes() for path in folder.iterdir())


def test_a_session_stands_at_its_beginning_first(store: Store) -> None:
    session = store.begin("A title", SETUP, NOW, name="daily")
    assert read_current(store.connection, session) == SavedStep("start", None, 0, SETUP, 0)
    assert read_step_before(store.connection, session) is None
    about = read_summary(store.connection, session)
    assert (about.title, about.name, about.created, about.active) == ("A title", "daily", NOW, NOW)
    assert (about.exchanges, about.persona, about.model, about.forked_from) == (0, "pirate", "demo", None)
    assert read_named(store.connection, "daily") == session
    assert read_named(store.connection, "nightly") is None


def test_a_question_is_kept_before_its_reply_and_waits_as_the_draft(store: Store) -> None:
    session = store.begin("", SETUP, NOW)
    question = store.ask(session, None, "Why?", NOW + 5)
    assert read_draft(store.connection, session) == "Why?"
    assert read_current(store.connection, session).head is None
    assert read_summary(store.connection, session).active == NOW + 5
    reply = store.begin_reply(
        session, question, "Be", NOW + 6, label="a", trimmed=0, setup=SETUP, model="demo", persona="pirate"
    )
    assert read_draft(store.connection, session) == ""
    assert read_current(store.connection, session) == SavedStep("a", reply, 0, SETUP, 1)


def test_a_reply_grows_and_ends(store: Store) -> None:
    session = store.begin("", SETUP, NOW)
    question = store.ask(session, None, "Why?", NOW)
    reply = store.begin_reply(
        session, question, "Be", NOW, label="a", trimmed=0, setup=SETUP, model="demo", persona="pirate"
    )
    store.grow_reply(reply, b"Because")
    [exchange] = read_exchanges(store.connection, reply, 0, 1)
    assert (exchange.user, exchange.assistant, exchange.ending) == ("Why?", "Because", Ending.LOST)
    assert exchange.key == (question, reply)
    record = ReplyRecord(Ending.LENGTH, "too long", "gpt", "poet", 1.5, 10, 20, 0.25)
    store.end_reply(reply, "Because.", record, NOW + 9)
    assert read_record(store.connection, session).messages[-1] == MessageRecord(
        reply, question, "Because.", NOW, record
    )
    assert read_summary(store.connection, session).active == NOW + 9


def test_what_is_not_known_of_a_reply_at_its_end_stays_as_it_was(store: Store) -> None:
    session, _ = saved_session(store, 1)
    reply = read_record(store.connection, session).messages[-1].reply
    assert reply == ReplyRecord(Ending.COMPLETE, model="demo", persona="pirate")


@pytest.mark.parametrize("ending", [*Ending, None])
def test_every_ending_is_read_as_it_was_written(store: Store, ending: Ending | None) -> None:
    session = store.begin("", SETUP, NOW)
    question = store.ask(session, None, "q", NOW)
    reply = store.begin_reply(session, question, "", NOW, label="", trimmed=0, setup=SETUP, model="", persona="")
    store.end_reply(reply, "r", ReplyRecord(ending), NOW)
    assert read_answers(store.connection, question)[0].ending == (ending or Ending.LOST)
    found = read_record(store.connection, session).messages[-1].reply
    assert found
    assert found.ending == ending


@settings(max_examples=100, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(question=ANY_TEXT, answer=ANY_TEXT, title=ANY_TEXT, draft=ANY_TEXT, prompt=ANY_TEXT, reason=ANY_TEXT)
def test_any_text_is_read_as_it_was_written(
    shared: Store, question: str, answer: str, title: str, draft: str, prompt: str, reason: str
) -> None:
    setup = {"system_prompt": prompt, "model": reason}
    session = shared.begin(title, setup, NOW)
    asked = shared.ask(session, None, question, NOW)
    assert read_draft(shared.connection, session) == question
    reply = shared.begin_reply(
        session, asked, answer, NOW, label=title, trimmed=0, setup=setup, model=reason, persona=draft
    )
    shared.end_reply(reply, answer, ReplyRecord(Ending.STOPPED, reason, reason, draft), NOW)
    shared.set_draft(session, draft)
    shared.rename(session, title + draft)
    assert said(shared, session) == [(question, answer)]
    assert read_draft(shared.connection, session) == draft
    assert read_summary(shared.connection, session).title == title + draft
    assert read_summary(shared.connection, session).model == reason
    assert read_current(shared.connection, session) == SavedStep(title, reply, 0, setup, 1)
    found = read_record(shared.connection, session).messages[-1].reply
    assert found == ReplyRecord(Ending.STOPPED, reason, reason, draft)


def test_a_text_of_megabytes_is_kept_whole(store: Store) -> None:
    session = store.begin("", SETUP, NOW)
    long = "a🙂\0\ud800" * 1_000_000
    _, reply = say(store, session, None, long, long)
    [exchange] = read_exchanges(store.connection, reply, 0, 1)
    assert exchange.user == long
    assert exchange.assistant == long


def test_a_retry_is_another_answer_to_the_same_question(store: Store) -> None:
    session, [first] = saved_session(store, 1)
    question = read_exchanges(store.connection, first, 0, 1)[0].key
    assert question
    _, second = say(store, session, None, "question 0", "better", again=question[0])
    assert [answer.assistant for answer in read_answers(store.connection, question[0])] == ["answer 0", "better"]
    assert [answer.key for answer in read_answers(store.connection, question[0])] == [
        (question[0], first),
        (question[0], second),
    ]
    assert said(store, session) == [("question 0", "better")]
    assert read_current(store.connection, session).depth == 1


def test_an_edit_is_another_question_in_the_same_place(store: Store) -> None:
    session, [first, _, _] = saved_session(store, 3)
    say(store, session, first, "edited", "answered")
    assert said(store, session) == [("question 0", "answer 0"), ("edited", "answered")]
    assert len(read_record(store.connection, session).messages) == 8


def test_undoing_goes_back_step_by_step_and_deletes_nothing(store: Store) -> None:
    session, replies = saved_session(store, 2)
    store.add_step(session, StepRecord("/trim", replies[-1], 1, SETUP | {"model": "other"}, NOW))
    assert read_current(store.connection, session) == SavedStep("/trim", replies[1], 1, SETUP | {"model": "other"}, 2)
    before = read_step_before(store.connection, session)
    assert before == ("/trim", SavedStep("what was said", replies[1], 0, SETUP, 2))
    for depth in (2, 1, 0, 0):
        store.step_back(session, NOW + 60)
        assert read_current(store.connection, session).depth == depth
    assert read_summary(store.connection, session).active == NOW + 60
    assert len(read_record(store.connection, session).messages) == 4


def test_after_undoing_the_next_step_is_another_branch(store: Store) -> None:
    session, [first, _] = saved_session(store, 2)
    store.step_back(session, NOW)
    say(store, session, first, "another", "answer")
    assert said(store, session) == [("question 0", "answer 0"), ("another", "answer")]
    store.step_back(session, NOW)
    assert said(store, session) == [("question 0", "answer 0")]


def test_a_part_of_the_exchanges_is_read(store: Store) -> None:
    _, replies = saved_session(store, 10)
    questions = [exchange.user for exchange in read_exchanges(store.connection, replies[-1], 4, 7)]
    assert questions == ["question 4", "question 5", "question 6"]
    assert [exchange.user for exchange in read_exchanges(store.connection, replies[5], 4, 100)] == [
        "question 4",
        "question 5",
    ]
    assert read_exchanges(store.connection, replies[5], 6, 100) == []
    assert read_exchanges(store.connection, replies[5], 3, 3) == []
    assert read_exchanges(store.connection, 12345, 0, 10) == []


def long_record(exchanges: int) -> SessionRecord:
    messages = [
        MessageRecord(number, number - 1 or None, f"m{number}", NOW, None if number % 2 else ReplyRecord(None))
        for number in range(1, 2 * exchanges + 1)
    ]
    return SessionRecord("long", NOW, NOW, SETUP, tuple(messages), head=2 * exchanges)


def test_the_last_exchanges_cost_the_same_however_long_the_conversation_is(store: Store) -> None:
    work: dict[int, int] = {}
    for length in (100, 10_000):
        session = insert_record(store.connection, long_record(length), NOW)
        head = read_current(store.connection, session).head
        assert head is not None
        instructions = 0

        def count() -> int:
            nonlocal instructions
            instructions += 1
            return 0

        store.connection.set_progress_handler(count, 1)
        assert len(read_exchanges(store.connection, head, length - 20, length)) == 20
        store.connection.set_progress_handler(None, 0)
        work[length] = instructions
    assert work[10_000] < work[100] * 1.1
    assert work[10_000] < 5000


def test_saving_a_growing_reply_does_not_index_it(store: Store) -> None:
    session = store.begin("", SETUP, NOW)
    question = store.ask(session, None, "q", NOW)
    reply = store.begin_reply(session, question, "", NOW, label="", trimmed=0, setup=SETUP, model="", persona="")
    work: list[int] = []
    for text in ("word " * 100, "word other " * 5000):
        instructions = [0]

        def count(instructions: list[int] = instructions) -> int:
            instructions[0] += 1
            return 0

        store.connection.set_progress_handler(count, 1)
        store.grow_reply(reply, bound(text))
        store.connection.set_progress_handler(None, 0)
        work += instructions
    assert work[0] == work[1]


def test_each_distinct_setup_is_kept_once(store: Store) -> None:
    session, replies = saved_session(store, 5)
    store.add_step(session, StepRecord("a", replies[0], 0, SETUP | {"model": "x"}, NOW))
    store.add_step(session, StepRecord("b", replies[0], 0, dict(reversed(SETUP.items())), NOW))
    assert store.connection.execute("SELECT count(*) FROM setups").fetchone() == (2,)


def test_what_has_been_removed_elsewhere_cannot_be_written(store: Store) -> None:
    session, [reply] = saved_session(store, 1)
    remove_sessions(store.connection, [session])
    with pytest.raises(sqlite3.IntegrityError):
        store.ask(session, None, "q", NOW)
    with pytest.raises(sqlite3.IntegrityError):
        store.grow_reply(reply, b"more")
    with pytest.raises(sqlite3.IntegrityError):
        store.end_reply(reply, "more", ReplyRecord(Ending.COMPLETE), NOW)
    with pytest.raises(sqlite3.IntegrityError):
        store.set_draft(session, "more")
    with pytest.raises(sqlite3.IntegrityError):
        store.add_step(session, StepRecord("a", reply, 0, SETUP, NOW))
    with pytest.raises(SessionNotFound):
        read_current(store.connection, session)
    with pytest.raises(SessionNotFound):
        store.rename(session, "new")


def test_numbers_are_never_used_again(store: Store) -> None:
    session, [reply] = saved_session(store, 1)
    remove_sessions(store.connection, [session])
    again, [other] = saved_session(store, 1)
    assert again > session
    assert other > reply


def test_a_name_belongs_to_one_session(store: Store) -> None:
    store.begin("", SETUP, NOW, name="daily")
    with pytest.raises(sqlite3.IntegrityError):
        store.begin("", SETUP, NOW, name="daily")
    assert len(read_summaries(store.connection, NOW + 99)) == 1
    store.begin("", SETUP, NOW)
    store.begin("", SETUP, NOW)  # those without a name do not clash


def test_the_last_active_come_first(store: Store) -> None:
    assert read_last_active(store.connection, NOW + 99) is None
    first, second, third = (store.begin(title, SETUP, NOW + at) for at, title in enumerate("abc"))
    assert [about.id for about in read_summaries(store.connection, NOW + 99)] == [third, second, first]
    store.ask(first, None, "q", NOW + 10)
    assert [about.id for about in read_summaries(store.connection, NOW + 99, 2)] == [first, third]
    assert read_last_active(store.connection, NOW + 99) == first
    assert [about.id for about in read_older(store.connection, NOW + 2)] == [second]


def test_a_session_in_which_nothing_happened_is_discarded(store: Store) -> None:
    empty, drafted = store.begin("", SETUP, NOW), store.begin("", SETUP, NOW)
    store.set_draft(drafted, "half a question")
    asked = store.begin("", SETUP, NOW)
    store.ask(asked, None, "q", NOW)
    store.set_draft(asked, "")
    talked, replies = saved_session(store, 1)
    fork = store.fork(talked, "fork", StepRecord("fork", replies[0], 0, SETUP, NOW))
    for session in (empty, drafted, asked, talked, fork):
        store.discard_if_empty(session)
    assert {about.id for about in read_summaries(store.connection, NOW + 99)} == {drafted, asked, talked, fork}


def test_a_fork_shares_what_was_said_and_goes_its_own_way(store: Store) -> None:
    session, replies = saved_session(store, 3)
    fork = store.fork(session, "fork", StepRecord("fork", replies[1], 1, SETUP, NOW))
    assert read_current(store.connection, fork) == SavedStep("what was said", replies[1], 1, SETUP, 2)
    assert read_step_before(store.connection, fork) == read_step_before(
        store.connection, session
    )  # what could be undone there can be undone here
    assert read_summary(store.connection, fork).forked_from == session
    say(store, fork, replies[1], "elsewhere", "there")
    assert said(store, fork) == [("question 0", "answer 0"), ("question 1", "answer 1"), ("elsewhere", "there")]
    assert said(store, session)[-1] == ("question 2", "answer 2")
    assert [message.content for message in read_record(store.connection, fork).messages if message.reply] == [
        "answer 0",
        "answer 1",
        "there",
    ]


def test_what_a_fork_reaches_survives_the_session_it_came_from(store: Store) -> None:
    session, replies = saved_session(store, 4)
    fork = store.fork(session, "fork", StepRecord("fork", replies[2], 0, SETUP, NOW))
    say(store, fork, replies[1], "edited", "in the fork")
    remove_sessions(store.connection, [session])
    assert said(store, fork) == [("question 0", "answer 0"), ("question 1", "answer 1"), ("edited", "in the fork")]
    store.step_back(fork, NOW)
    assert said(store, fork)[-1] == ("question 2", "answer 2")
    assert read_exchanges(store.connection, replies[3], 0, 10) == []
    assert read_summary(store.connection, fork).forked_from is None
    assert [found.session for found in search_messages(store.connection, "answer")] == [fork] * 3
    remove_sessions(store.connection, [fork])
    assert store.connection.execute("SELECT count(*) FROM messages").fetchone() == (0,)


def test_an_unanswered_question_of_a_fork_keeps_what_it_follows(store: Store) -> None:
    session, replies = saved_session(store, 2)
    fork = store.fork(session, "fork", StepRecord("fork", None, 0, SETUP, NOW))
    store.ask(fork, replies[0], "unanswered", NOW)
    remove_sessions(store.connection, [session])
    assert [message.content for message in read_record(store.connection, fork).messages] == [
        "question 0",
        "answer 0",
        "unanswered",
    ]


@pytest.mark.parametrize("kept", range(3))
def test_of_forks_of_forks_any_may_remain(store: Store, kept: int) -> None:
    first, replies = saved_session(store, 3)
    second = store.fork(first, "second", StepRecord("second", replies[1], 0, SETUP, NOW))
    _, reply = say(store, second, replies[1], "in the second", "yes")
    third = store.fork(second, "third", StepRecord("third", reply, 0, SETUP, NOW))
    sessions = [first, second, third]
    expected = said(store, sessions[kept])
    remove_sessions(store.connection, [session for session in sessions if session != sessions[kept]])
    assert said(store, sessions[kept]) == expected
    assert len(read_record(store.connection, sessions[kept]).messages) == 6
    assert store.connection.execute("SELECT count(*) FROM messages").fetchone() == (6,)
    assert store.connection.execute("PRAGMA foreign_key_check").fetchall() == []


def test_what_is_removed_leaves_no_trace_in_the_files(store: Store, tmp_path: Path) -> None:
    kept, _ = saved_session(store, 20, "kept", "preserved")
    session = store.begin(
        "confidential-title", SETUP | {"system_prompt": "confidential-prompt"}, NOW, name="secretname"
    )
    reply = None
    for number in range(30):
        _, reply = say(store, session, reply, f"confidential{number} words", f"topsecret{number} " * 2000)
    store.set_draft(session, "confidential-draft")
    size = (tmp_path / DATABASE).stat().st_size + (tmp_path / f"{DATABASE}-wal").stat().st_size
    assert b"topsecret7" in raw_bytes(tmp_path)
    remove_sessions(store.connection, [session])
    for word in (b"confidential", b"topsecret", b"secretname"):
        assert word not in raw_bytes(tmp_path)
    assert b"opsecret" not in raw_bytes(tmp_path)  # the index keeps words without their common beginning
    assert (tmp_path / DATABASE).stat().st_size < size / 4
    assert (tmp_path / f"{DATABASE}-wal").stat().st_size == 0
    assert len(said(store, kept)) == 20
    assert len(search_messages(store.connection, "preserved")) == 20
    assert search_messages(store.connection, "topsecret") == []


def test_removing_works_while_another_process_reads(store: Store, tmp_path: Path) -> None:
    session, _ = saved_session(store, 3)
    store.connection.execute("PRAGMA busy_timeout = 10")
    with closing(open_database(tmp_path)) as other:
        reading = other.execute("SELECT * FROM messages")
        reading.fetchone()
        remove_sessions(store.connection, [session, 999])
        reading.close()
    assert read_summaries(store.connection, NOW + 99) == []


def test_nothing_is_removed_if_something_fails(store: Store) -> None:
    session, _ = saved_session(store, 2)
    store.connection.execute("CREATE TEMP TRIGGER no BEFORE DELETE ON setups BEGIN SELECT raise(ABORT, 'no'); END")
    with pytest.raises(sqlite3.Error):
        remove_sessions(store.connection, [session])
    assert len(said(store, session)) == 2


def test_several_writes_can_be_one_transaction(store: Store) -> None:
    def two_sessions_and_a_failure() -> None:
        with writing(store.connection):
            saved_session(store, 1)
            insert_record(store.connection, long_record(2), NOW)
            raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        two_sessions_and_a_failure()
    assert read_summaries(store.connection, NOW + 99) == []
    with writing(store.connection):
        saved_session(store, 1)
    assert len(read_summaries(store.connection, NOW + 99)) == 1


RECORD = SessionRecord(
    title="Branches",
    created=NOW - 50,
    active=NOW - 20,
    setup=SETUP,
    messages=(
        MessageRecord(10, None, "first", 1.5),
        MessageRecord(
            11, 10, "one", 2.5, ReplyRecord(Ending.COMPLETE, "", "demo", "pirate", 0.5, 3, 2, 0.125, 2, 1, 1, -0.5)
        ),
        MessageRecord(12, 10, "two", 3.5, ReplyRecord(Ending.STOPPED, "Ctrl-C")),
        MessageRecord(13, 12, "second", 4.5),
        MessageRecord(14, 13, "three", 5.5, ReplyRecord(None)),
        MessageRecord(15, 11, "unanswered", 6.5),
    ),
    head=14,
    trimmed=1,
    draft="and then",
    name="tree",
)


def shape(record: SessionRecord) -> SessionRecord:
    """The record with its messages numbered from 0 on."""
    numbers: dict[int | None, int | None] = {None: None}
    numbers |= {message.id: number for number, message in enumerate(record.messages)}
    messages = tuple(
        replace(message, id=number, parent=numbers[message.parent]) for number, message in enumerate(record.messages)
    )
    return replace(record, messages=messages, head=numbers[record.head])


def test_a_record_put_in_is_taken_out_the_same(store: Store) -> None:
    session = insert_record(store.connection, RECORD, NOW)
    assert shape(read_record(store.connection, session)) == shape(RECORD)
    assert read_current(store.connection, session).depth == 2
    assert read_summary(store.connection, session).exchanges == 2
    assert said(store, session) == [("first", "two"), ("second", "three")]


def test_a_record_put_in_twice_is_two_sessions_and_has_its_name_once(store: Store) -> None:
    first, second = insert_record(store.connection, RECORD, NOW), insert_record(store.connection, RECORD, NOW)
    assert read_named(store.connection, "tree") == first
    assert shape(read_record(store.connection, second)) == replace(shape(RECORD), name="")
    remove_sessions(store.connection, [first])
    assert shape(read_record(store.connection, second)) == replace(shape(RECORD), name="")


def test_a_record_may_end_with_a_question_or_be_empty_or_count_too_far(store: Store) -> None:
    unanswered = insert_record(store.connection, replace(RECORD, head=13), NOW)
    assert read_current(store.connection, unanswered).depth == 1
    assert said(store, unanswered) == [("first", "two")]
    empty = insert_record(store.connection, replace(RECORD, messages=(), head=None), NOW)
    assert said(store, empty) == []
    reply = ReplyRecord(Ending.COMPLETE, tokens_sent=2**70, tokens_received=5)
    counted = (MessageRecord(1, None, "q", NOW), MessageRecord(2, 1, "a", NOW, reply))
    session = insert_record(store.connection, replace(RECORD, messages=counted, head=2), NOW)
    assert read_record(store.connection, session).messages[-1].reply == replace(reply, tokens_sent=None)


def test_there_is_no_record_of_what_is_not_there(store: Store) -> None:
    with pytest.raises(SessionNotFound):
        read_record(store.connection, 7)
    with pytest.raises(SessionNotFound):
        read_summary(store.connection, 7)
    assert read_draft(store.connection, 7) == ""


def test_a_session_is_found_by_number_name_and_title(store: Store) -> None:
    recipe = store.begin("Recipe for Soup", SETUP, NOW)
    recipes = store.begin("recipe for soup and bread", SETUP, NOW, name="kitchen")
    numbered = store.begin("12 monkeys", SETUP, NOW)
    percent = store.begin("100% _sure_", SETUP, NOW)
    umlaut = store.begin("ÄPFEL", SETUP, NOW, name=str(recipe))
    assert (
        find_session(store.connection, str(recipe))
        == find_session(store.connection, f"#{recipe}")
        == find_session(store.connection, f" #{recipe} ")
        == recipe
    )
    assert find_session(store.connection, "kitchen") == recipes
    assert find_session(store.connection, "RECIPE FOR SOUP") == recipe
    assert find_session(store.connection, "recipe  for soup a") == recipes
    assert find_session(store.connection, "12") == numbered
    assert find_session(store.connection, "100%") == percent
    assert find_session(store.connection, "äpf") == umlaut


@pytest.mark.parametrize("wanted", ["", "  ", "%", "_", "99", "#99", "9" * 30, "9" * 5000, "²", "#", "\0", "\ud800"])
def test_what_names_no_session_is_not_found(store: Store, wanted: str) -> None:
    store.begin("Recipe for soup", SETUP, NOW)
    with pytest.raises(SessionNotFound):
        find_session(store.connection, wanted)


def test_the_nearest_titles_are_named(store: Store) -> None:
    soup = store.begin("Recipe for soup", SETUP, NOW)
    store.begin("Taxes", SETUP, NOW)
    for wanted in ("recipe fro soup", "soup"):
        with pytest.raises(SessionNotFound) as caught:
            find_session(store.connection, wanted)
        assert caught.value.hint == f"Do you mean #{soup} “Recipe for soup”?"
    with pytest.raises(SessionNotFound, match="There is no saved conversation “xyz”") as caught:
        find_session(store.connection, "xyz")
    assert "chat sessions" in caught.value.hint_for(in_a_script)


def test_several_that_are_meant_are_listed_up_to_five(store: Store) -> None:
    numbers = [store.begin(f"Soup {number} {'x' * 100}", SETUP, NOW + number) for number in range(7)]
    with pytest.raises(SessionNotFound, match="“soup” can mean 7 conversations") as caught:
        find_session(store.connection, "soup")
    assert caught.value.hint.count("#") == 5
    assert f"#{numbers[-1]} “Soup 6 xxx" in caught.value.hint
    assert caught.value.hint.endswith("xxx…” and 2 more.")


def test_a_question_without_an_answer_is_kept_once_however_often_it_is_asked(store: Store) -> None:
    session = store.begin("T", SETUP, NOW)
    first = store.ask(session, None, "Why?", NOW)
    assert store.ask(session, None, "Why?", NOW) == first
    assert store.ask(session, None, "Why not?", NOW) != first
    store.begin_reply(session, first, "So.", NOW, label="", trimmed=0, setup=SETUP, model="m", persona="p")
    assert store.ask(session, None, "Why?", NOW) != first  # it has an answer: the same words begin a branch


def test_the_first_question_gives_the_title_and_a_fork_keeps_its_own(store: Store) -> None:
    session = store.begin("half a thou", SETUP, NOW)
    store.ask(session, None, "half a thought", NOW, title="half a thought")
    store.ask(session, None, "another", NOW, title="another")
    assert read_summary(store.connection, session).title == "half a thought"
