"""Hundreds of databases with a few values that no chat has written: each is told, and harms no other conversation."""

import random
import shutil
import sqlite3
from collections.abc import Callable
from contextlib import suppress
from pathlib import Path

import pytest

from chatbot_cli.chat.conversation import Conversation
from chatbot_cli.cli.session_listing import brief, conversation, hit_lines, hits_as_json, listing, summaries_as_json
from chatbot_cli.errors import ChatError, MessageTooLong, SessionDamaged, SessionNotFound
from chatbot_cli.sessions.archive import SavedSessions
from chatbot_cli.sessions.database.opening import DATABASE
from chatbot_cli.sessions.exporting.formats import FORMATS
from tests.sessions.damaged_database import bounded, damage_by_lot, make_sound, raw
from tests.sessions.resumable_conversation import ResumableConversation

ROUNDS, SEED = 25, 12
MOST_UNDONE = 40  # more steps than there are


def numbers(folder: Path) -> list[int]:
    with raw(folder) as connection:
        return [number for (number,) in connection.execute("SELECT id FROM sessions ORDER BY id")]


def read_all(folder: Path) -> None:
    """Whatever `chat sessions` can do that changes nothing."""
    saved = SavedSessions(folder)
    summaries = saved.sessions()
    assert sorted(summary.id for summary in summaries) == numbers(folder)
    listing(summaries, 0.0, 80)
    summaries_as_json([*summaries, *saved.older_than(1e12)])
    for words in ("question", "stion 1,", "nowhere"):
        with suppress(ChatError):
            hits = saved.search(words)
            hits_as_json(hits)
            [hit_lines(hit, 0.0, ("*", "*"), 80) for hit in hits]
    for summary in summaries:
        brief(saved.find(str(summary.id)))
        with suppress(ChatError):
            saved.find(summary.title)
        with suppress(ChatError):
            conversation(summary, saved.record(summary.id), 0.0)
        for form in FORMATS:
            with suppress(ChatError):
                saved.export(summary.id, form)


async def go_on(folder: Path, session: int) -> None:
    """Whatever a chat can do with a conversation."""
    resumable = ResumableConversation(folder)
    resumable.archive.last()
    resumable.run("/sessions")
    resumable.run("/find question")
    chat = resumable.chat
    try:
        chat.go_to(resumable.archive.open(session))
        await try_all(chat, resumable)
    except SessionNotFound:  # its number is another one now
        assert session not in numbers(folder)
    except SessionDamaged as damage:
        assert damage.session == session  # noqa: PT017  whether it is damaged is a matter of the lot
    except MessageTooLong:  # a window of 0 tokens, which an import may bring as well
        pass
    finally:
        resumable.close()


async def try_all(chat: Conversation, resumable: ResumableConversation) -> None:
    calls: list[Callable[[], object]] = [
        lambda: resumable.run("/history"),
        lambda: chat.journal.answers(chat.exchanges[-1]) if chat.exchanges else None,
        lambda: resumable.run("/title A new title"),
        lambda: resumable.run("/fork"),
    ]
    for call in calls:
        with suppress(ChatError):
            call()
    await resumable.say("And then?")
    with suppress(ChatError):
        assert len([None for _ in range(MOST_UNDONE) if chat.undo()]) < MOST_UNDONE  # a circle of steps ends


def change_all(folder: Path) -> None:
    saved = SavedSessions(folder)
    for summary in saved.sessions():
        saved.rename(summary.id, "Renamed")
    for summary in saved.sessions():
        removed, still_open = saved.remove([summary])
        assert (list(removed), list(still_open)) == ([summary], [])
    assert saved.sessions() == []


async def test_damage_by_lot(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    await make_sound(tmp_path)
    sound = (tmp_path / DATABASE).read_bytes()
    exceeded: list[str] = []
    monkeypatch.setattr(sqlite3, "connect", bounded(sqlite3.connect, exceeded))
    for number in range(ROUNDS):
        lot = random.Random(SEED * 1000 + number)
        folder = tmp_path / str(number)
        folder.mkdir(mode=0o700)
        (folder / DATABASE).write_bytes(sound)
        (folder / DATABASE).chmod(0o600)
        done = damage_by_lot(folder, lot)
        try:
            read_all(folder)
            await go_on(folder, lot.choice([1, 2, 3, 4]))
            change_all(folder)
        except BaseException as error:  # whatever it is: it must be known which lot has caused it
            error.add_note(f"round {number}: {done}")
            raise
        shutil.rmtree(folder)
    assert exceeded == []
