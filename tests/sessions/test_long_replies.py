"""A long reply is saved in pieces while it arrives: nothing of it is lost, doubled or out of order."""

import shutil
import sqlite3
from collections.abc import AsyncGenerator, Callable, Iterator
from contextlib import closing, contextmanager
from pathlib import Path

import pytest

from chatbot_cli.chat.events import Finished, ModelEvent, TextDelta
from chatbot_cli.chat.growing_text import GrowingText, PassingText
from chatbot_cli.chat.messages import Ending, Request
from chatbot_cli.chat.thoughts import Thoughts
from chatbot_cli.sessions.archive import SavedSessions
from chatbot_cli.sessions.database.failures import DATABASE
from chatbot_cli.sessions.database.opening import bound, open_database
from chatbot_cli.sessions.importing.reading import read_conversations
from chatbot_cli.sessions.records import ReplyRecord
from chatbot_cli.sessions.removal import remove_sessions
from chatbot_cli.sessions.searching import search_messages
from chatbot_cli.sessions.store import Store
from chatbot_cli.sessions.text_to_save import LONGEST_PART, TextToSave
from tests.sessions.resumable_conversation import ResumableConversation
from tests.sessions.test_file_goes_away import LOSSES, back_up
from tests.sessions.test_saving_again import locked
from tests.sessions.test_store import raw_bytes

DELTA = 20_000  # characters
SETUP: dict[str, object] = {"persona": "pirate", "model": "demo"}


class LongModel:
    """Says one text, in deltas of DELTA characters."""

    def __init__(self, text: str) -> None:
        self.text = text

    async def stream(self, request: Request) -> AsyncGenerator[ModelEvent, None]:
        for start in range(0, len(self.text), DELTA):
            yield TextDelta(self.text[start : start + DELTA])
        yield Finished(Ending.LENGTH)


def numbered(words: int, before: str = "") -> str:
    """A text of letters of one to four bytes and half characters, no part of which is like another."""
    return before + "".join(f"né wörd 日本語 \U0001f600 \ud83d {number}\n" for number in range(words))


LONG = numbered(18_000)  # two parts and a half


def talk(folder: Path, text: str = LONG, *, forgets: bool = False) -> ResumableConversation:
    """A conversation with a model that says this text."""
    resumable = ResumableConversation(folder)
    answer_with(resumable, text)
    if forgets:
        resumable.chat.forget_replies()
    return resumable


def answer_with(resumable: ResumableConversation, text: str) -> None:
    resumable.model.stream = LongModel(text).stream  # type: ignore[method-assign]  # another reply of the same model


def last_reply(folder: Path) -> tuple[str, Ending | None]:
    """The text and the ending of the reply that was saved last."""
    saved = SavedSessions(folder)
    reply = saved.record(saved.sessions()[0].id).messages[-1]
    assert reply.reply is not None
    return reply.content, reply.reply.ending


def pieces(folder: Path) -> int:
    with closing(sqlite3.connect(folder / DATABASE)) as connection:
        (count,) = connection.execute("SELECT count(*) FROM reply_pieces").fetchone()
    return int(count)


@pytest.mark.parametrize("forgets", [False, True])
@pytest.mark.parametrize(
    ("text", "in_pieces"),
    [
        ("short", False),
        ("x" * (LONGEST_PART - 1), False),
        ("x" * LONGEST_PART, False),
        ("x" * (LONGEST_PART + 1), True),
        ("é" * LONGEST_PART, True),
        *((numbered(14_000, "x" * shift), True) for shift in range(4)),
        ("\U0001f600" * (LONGEST_PART // 2), True),
        ("\ud83d\ude00" * (LONGEST_PART // 4), True),
        (" \n" * LONGEST_PART + "at last", True),
    ],
    ids=lambda value: f"{len(value)} {value[-4:]!a}" if isinstance(value, str) else "",
)
async def test_a_reply_of_any_length_is_saved_as_it_is(
    text: str, in_pieces: bool, forgets: bool, tmp_path: Path
) -> None:
    with closing(talk(tmp_path, text, forgets=forgets)) as resumable:
        await resumable.say("At length, please")
        assert last_reply(tmp_path) == (text, Ending.LENGTH)
        assert (pieces(tmp_path) > 0) == in_pieces
        resumable.come_back()
        (exchange,) = resumable.chat.exchanges
        assert (exchange.assistant, exchange.ending) == (text, Ending.LENGTH)


@pytest.mark.parametrize("forgets", [False, True])
async def test_a_chat_that_is_killed_leaves_all_but_the_last_part_of_a_long_reply(
    forgets: bool, tmp_path: Path
) -> None:
    with closing(talk(tmp_path / "alive", forgets=forgets)) as resumable:
        events, arrived = resumable.chat.take_turn("At length, please"), ""
        for number in range(21):
            event = await anext(events)
            arrived += event.text if isinstance(event, TextDelta) else ""
            if number % 5 == 0 and arrived:
                dead = tmp_path / str(number)
                shutil.copytree(tmp_path / "alive", dead)  # what is on the disk
                text, ending = last_reply(dead)
                assert ending is None
                assert arrived.startswith(text)
                assert len(bound(arrived)) - len(bound(text)) < LONGEST_PART
        assert pieces(dead) > 1
        with closing(ResumableConversation(dead)) as after_it:
            after_it.chat.go_to(after_it.archive.open(1))
            assert (after_it.chat.exchanges[-1].assistant, after_it.chat.exchanges[-1].ending) == (text, Ending.LOST)
            exported = after_it.archive.export(1, "json").text.encode()
            assert [one.thread[-1].content for one in read_conversations(exported, at=0.0)] == [text]
        await events.aclose()
        assert last_reply(tmp_path / "alive") == (arrived, Ending.STOPPED)


async def test_one_question_holds_only_the_part_of_its_answer_that_is_not_saved(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    with closing(talk(tmp_path, forgets=True)) as resumable:
        held: list[int] = []
        journal = resumable.chat.journal
        save = journal.arrived

        def arrived(text: GrowingText, thoughts: Thoughts | None) -> None:
            save(text, thoughts)
            held.append(len(bound(str(text))))

        monkeypatch.setattr(journal, "arrived", arrived)
        await resumable.say("At length, please")
        assert len(held) == 1 + len(LONG) // DELTA
        assert max(held) < 2 * LONGEST_PART < len(bound(LONG))
        assert last_reply(tmp_path)[0] == LONG


async def test_a_text_that_forgets_holds_only_what_is_not_saved(tmp_path: Path) -> None:
    arrived = TextToSave(longest=100)
    arrived.text = text = PassingText()
    with closing(Store(open_database(tmp_path))) as store:
        reply = begun(store)
        for number in range(200):
            text.append(f"piece {number}, ")
            if arrived.is_much:
                with arrived.saving(store) as new:
                    store.grow_reply(reply, *new)
            assert len(str(text)) < 220
        with arrived.saving(store) as new:
            store.grow_reply(reply, *new)
    assert last_reply(tmp_path)[0] == "".join(f"piece {number}, " for number in range(200))
    assert len(text) == len(last_reply(tmp_path)[0])


class InterruptedStore(Store):
    """Somebody presses Ctrl-C right after the transaction."""

    @contextmanager
    def transaction(self) -> Iterator[None]:
        with super().transaction():
            yield
        raise KeyboardInterrupt


def begun(store: Store) -> int:
    """A reply without a text."""
    session = store.begin("", SETUP, 1.0)
    question = store.ask(session, None, "q", 1.0)
    return store.begin_reply(session, question, "", 1.0, label="", trimmed=0, setup=SETUP, model="", persona="")


async def test_what_could_not_be_saved_is_neither_forgotten_nor_doubled(tmp_path: Path) -> None:
    arrived = TextToSave(longest=10)
    arrived.text = text = PassingText("0123456789abcdefghijklmnopq")
    with closing(Store(open_database(tmp_path))) as store:
        reply = begun(store)
        for _ in range(3):
            with pytest.raises(sqlite3.IntegrityError), arrived.saving(store) as new:
                store.grow_reply(reply, new.first, [*new.pieces, (0, None)])  # type: ignore[list-item]  # a piece that no chat writes
            assert last_reply(tmp_path) == ("", None)
            text.append("!")
        with pytest.raises(KeyboardInterrupt), arrived.saving(InterruptedStore(store.connection)) as new:
            store.grow_reply(reply, *new)
        assert last_reply(tmp_path)[0] == "0123456789abcdefghijklmnopq!!!"
        text.append("?")
        with arrived.saving(store) as new:
            store.grow_reply(reply, *new)
    assert last_reply(tmp_path)[0] == "0123456789abcdefghijklmnopq!!!?"


async def test_a_text_in_the_place_of_another_takes_all_of_it_away_though_it_could_not_be_saved_at_first(
    tmp_path: Path,
) -> None:
    arrived = TextToSave(longest=10)
    with closing(Store(open_database(tmp_path))) as store:
        reply = begun(store)
        arrived.text = GrowingText("0123456789abcdefghijklmnopq")
        with arrived.saving(store) as new:
            store.grow_reply(reply, *new)
        arrived.text = GrowingText("data")
        with pytest.raises(sqlite3.OperationalError), arrived.saving(store):
            raise sqlite3.OperationalError
        with arrived.saving(store) as new:
            store.grow_reply(reply, *new)
    assert last_reply(tmp_path)[0] == "data"


@pytest.mark.parametrize("forgets", [False, True])
async def test_what_a_lock_keeps_out_in_the_middle_is_saved_at_the_end(forgets: bool, tmp_path: Path) -> None:
    with closing(talk(tmp_path, forgets=forgets)) as resumable:
        events = resumable.chat.take_turn("At length, please")
        for _ in range(16):
            await anext(events)
        with locked(tmp_path):
            for _ in range(4):
                await anext(events)
        async for _ in events:
            pass
        assert resumable.chat.journal.saving
        assert last_reply(tmp_path) == (LONG, Ending.LENGTH)


@pytest.mark.parametrize(("lose", "deltas"), [(LOSSES[0], 2), *((lose, 14) for lose in LOSSES)])
async def test_the_rest_of_a_long_reply_goes_into_the_new_file(
    lose: Callable[[Path], None], deltas: int, tmp_path: Path
) -> None:
    folder = tmp_path / "chat"
    with closing(talk(folder, forgets=True)) as resumable:
        events = resumable.chat.take_turn("At length, please")
        for _ in range(deltas):
            await anext(events)
        back_up(folder)
        lose(folder)
        async for _ in events:
            pass
        assert last_reply(folder) == (LONG, Ending.LENGTH)


async def test_a_long_reply_is_continued_retried_forked_exported_and_imported(tmp_path: Path) -> None:
    with closing(talk(tmp_path)) as resumable:
        await resumable.say("At length, please")
        answer_with(resumable, numbered(9_000))
        async for _ in resumable.chat.continue_reply():
            pass
        whole = LONG + numbered(9_000)
        resumable.come_back()
        assert [one.assistant for one in resumable.chat.exchanges] == [whole]
        assert [one.assistant for one in resumable.chat.journal.answers(resumable.chat.exchanges[0])] == [LONG, whole]
        resumable.run("/fork")
        (record,) = read_conversations(resumable.archive.export(resumable.session, "json").text.encode(), at=0.0)
        assert record.thread[-1].content == whole
        (imported,) = resumable.archive.insert([record], 0.0)
        assert resumable.archive.open(imported.id).state.exchanges[0].assistant == whole


@pytest.mark.parametrize("is_indexed", [True, False])
def test_words_anywhere_in_a_long_reply_are_found_once(is_indexed: bool, tmp_path: Path) -> None:
    with closing(Store(open_database(tmp_path))) as store:
        reply = begun(store)
        rest = [(22, bytearray(b"der of the ")), (33, bytearray(b"ice. Penguins."))]
        store.grow_reply(reply, "Whales sing at the bor", rest)
        store.end_reply(reply, None, ReplyRecord(Ending.COMPLETE), 2.0)
        if not is_indexed:
            store.connection.execute("DROP TRIGGER message_words_added")
        for words in ("whales", "border", "penguins", '"the ice"', "whales penguins", "enguin"):
            (hit,) = search_messages(store.connection, words)
            assert hit.snippet == "Whales sing at the border of the ice. Penguins."
        assert search_messages(store.connection, "walruses") == []


def test_a_long_reply_that_is_removed_leaves_no_trace(tmp_path: Path) -> None:
    with closing(Store(open_database(tmp_path))) as store:
        reply = begun(store)
        store.grow_reply(reply, "short", ((5 + 9000 * number, bytearray(b"secretive" * 1000)) for number in range(30)))
        assert b"secretive" in raw_bytes(tmp_path)
        remove_sessions(store.connection, [1])
        assert b"ecretive" not in raw_bytes(tmp_path)
        assert pieces(tmp_path) == 0
        with pytest.raises(sqlite3.IntegrityError):
            store.grow_reply(reply, None, [(5, bytearray(b"more"))])


async def test_a_database_of_the_version_before_takes_long_replies(tmp_path: Path) -> None:
    with closing(talk(tmp_path, "first")) as resumable:
        await resumable.say("Say it")
    with closing(sqlite3.connect(tmp_path / DATABASE)) as connection:
        connection.executescript("""
            DROP TABLE reply_pieces;
            DROP TABLE reply_usage;
            DROP TABLE summary_usage;
            DROP TABLE imported_replies;
            DROP TABLE token_counts;
            DROP INDEX steps_by_marks;
            ALTER TABLE steps DROP COLUMN marks;
            DROP TABLE marks;
            DROP TABLE sources;
            DROP TABLE passages;
            ALTER TABLE attachments DROP COLUMN made_from;
            DROP TABLE thoughts;
            ALTER TABLE rounds DROP COLUMN thought_seconds;
            ALTER TABLE rounds DROP COLUMN thought_model;
            ALTER TABLE rounds DROP COLUMN thought_address;
            ALTER TABLE rounds DROP COLUMN seal;
        """)
        connection.execute("PRAGMA user_version = 2")
    with closing(talk(tmp_path)) as resumable:
        resumable.come_back(1)
        answer_with(resumable, LONG)
        await resumable.say("At length, please")
        resumable.come_back()
        assert [one.assistant for one in resumable.chat.exchanges] == ["first", LONG]
