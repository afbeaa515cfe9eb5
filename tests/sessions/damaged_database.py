"""A database that SQLite finds sound, and single rows of it that are not as any chat writes them."""

import json
import random
import sqlite3
from collections.abc import Callable, Iterator
from contextlib import closing, contextmanager
from dataclasses import replace
from pathlib import Path

from chatbot_cli.chat.events import TokensUsed
from chatbot_cli.chat.journal import Asked, Replied
from chatbot_cli.chat.messages import Ending
from chatbot_cli.sessions.database.opening import DATABASE, open_database
from chatbot_cli.sessions.store import Store
from tests.fakes import passage, setup_with
from tests.sessions.records_to_export import record_of
from tests.sessions.resumable_conversation import ResumableConversation
from tests.sessions.test_rounds_survive import WITH_ALL, keep

TABLES = (
    "sessions",
    "setups",
    "marks",
    "steps",
    "messages",
    "rounds",
    "calls",
    "contents",
    "attachments",
    "reply_pieces",
    "reply_usage",
    "summary_usage",
    "imported_replies",
    "token_counts",
    "passages",
    "sources",
    "thoughts",
)
USED = TokensUsed(900, 40, 0.02, cached=800, written=50, reasoning=8, saved=0.01)
MOST_STEPS = 2_000_000  # of SQLite's machine for one statement: far more than any needs here

VALUES: tuple[object, ...] = (
    *(None, "", "hot", "yesterday", "2", b"\xff\x00\xfe", b"bytes", -1, 0, 1, 2, 5, 7, 12, 10**12, 2**63 - 1, -(2**63)),
    *(0.5, 1e308, float("inf"), -1e308, "\x1b[2J\n\0\u202e", "x" * 100_000, "question 1"),
    *("null", "[]", "{}", "{", '"text"', "[" * 50_000, "nonsense", "STOPPED", b"stopped"),
)
FIELDS: tuple[object, ...] = (
    *(None, "hot", -1, 0, 1e308, 10**400, [], {}, ["assistant"], {"user": 1}, [{"user": "Tea?"}], True, "x" * 10_000),
    *("nonsense/model", "\0", "../../etc/passwd", "\ud800", [[[[[[[[[]]]]]]]]], ["chosen", "nonsense", "model"]),
)


async def make_sound(folder: Path) -> None:
    """Four conversations: one with branches, one with tools and a file, a fork of the first, and an imported one."""
    resumable = ResumableConversation(folder)
    for number in range(3):
        await resumable.say(f"question {number}")
    await resumable.retry()
    await resumable.say("question 1, edited", after_exchange=1)
    resumable.run("/trim 1")
    resumable.run("/window 7 exchanges")
    resumable.run("/pin 1")
    resumable.run("/drop 2")
    resumable.run("/fork")
    await resumable.say("in the fork")
    resumable.close()
    other = ResumableConversation(folder)
    state = replace(other.chat.state, setup=replace(setup_with(other.model, persona="tutor"), greeting="Hello."))
    kept = await keep(other.chat.journal, WITH_ALL, state)
    state = replace(state, exchanges=state.exchanges.followed_by(kept))
    await other.chat.journal.asked(Asked("question 7", "the exchange", state, sources=(passage("It is night."),)))
    other.chat.journal.replied(Replied("It is late.", Ending.LOST, 1.0, USED))
    other.chat.journal.paid(USED, "fake")
    other.chat.journal.draft("a draft", state.setup)
    other.archive.insert([record_of("How?", "So.", title="Imported")], other.now())
    other.close()
    with closing(Store(open_database(folder))) as store:
        store.grow_reply(13, None, [(9, bytearray(b" It snows")), (18, bytearray(b" and snows."))])
    with closing(sqlite3.connect(folder / DATABASE)) as connection:
        _permit_nulls(connection)


def _permit_nulls(connection: sqlite3.Connection) -> None:
    """What a flipped bit can do, an UPDATE cannot, unless the tables permit it."""
    connection.execute("PRAGMA writable_schema = ON")
    connection.execute("UPDATE sqlite_master SET sql = replace(sql, ' NOT NULL', '') WHERE type = 'table'")
    connection.execute("PRAGMA writable_schema = RESET")
    connection.commit()


@contextmanager
def raw(folder: Path) -> Iterator[sqlite3.Connection]:
    """The database as it is, to write anything into it."""
    with closing(sqlite3.connect(folder / DATABASE, isolation_level=None)) as connection:
        connection.execute("PRAGMA foreign_keys = OFF")
        yield connection


def damage_by_lot(folder: Path, lot: random.Random) -> list[str]:
    """Change one to three values. Returns what was done, for whoever looks for a fault."""
    done = []
    with raw(folder) as connection:
        for _ in range(lot.randint(1, 3)):
            done.append(_damage_once(connection, lot))
    return done


def _damage_once(connection: sqlite3.Connection, lot: random.Random) -> str:
    table = lot.choice(TABLES)
    columns = [row[1] for row in connection.execute(f"PRAGMA table_info({table})")]
    rows = connection.execute(f"SELECT * FROM {table}").fetchall()  # noqa: S608  names of ours, here and below
    if not rows:
        return "nothing"
    row = dict(zip(columns, lot.choice(rows), strict=True))
    key = columns[: 3 if table == "calls" else 2 if table in ("rounds", "attachments", "reply_pieces") else 1]
    where = " AND ".join(f"{name} IS ?" for name in key)
    column, value = lot.choice(columns), lot.choice(VALUES)
    if table == "setups" and lot.random() < 0.7:
        column, value = "json", _other_setup(str(row["json"]), lot)
    if lot.random() < 0.1:
        statement, values = f"DELETE FROM {table} WHERE {where}", []  # noqa: S608  names of our own tables and columns
    else:
        as_it_is = isinstance(value, str)  # SQLite takes no lone surrogate as text
        value = value.encode("utf-8", "surrogatepass") if isinstance(value, str) else value
        set_to = "CAST(? AS TEXT)" if as_it_is else "?"
        statement, values = f"UPDATE OR IGNORE {table} SET {column} = {set_to} WHERE {where}", [value]  # noqa: S608  names of our own tables and columns
    try:
        connection.execute(statement, (*values, *(row[name] for name in key)))
    except sqlite3.Error as error:  # such as a text for a number that is a primary key
        return f"not {statement}: {error}"
    return f"{statement} {str(value)[:60]!r} {[row[name] for name in key]}"


def _other_setup(stored: str, lot: random.Random) -> str:
    try:
        setup = json.loads(stored)
    except (ValueError, RecursionError):
        return stored
    if not isinstance(setup, dict) or not setup:
        return stored
    return json.dumps(setup | {lot.choice(sorted(setup)): lot.choice(FIELDS)})


def bounded(connect: Callable[..., sqlite3.Connection], exceeded: list[str]) -> Callable[..., sqlite3.Connection]:
    """`sqlite3.connect`, for connections on which no statement goes on for ever; `exceeded` gets a line if one does."""

    def connect_bounded(*arguments: object, **named: object) -> sqlite3.Connection:
        connection = connect(*arguments, **named)
        left = [MOST_STEPS]

        def count() -> int:
            left[0] -= 1000
            if left[0] < 0:
                exceeded.append("a statement without end")
            return int(left[0] < 0)

        def begin(statement: str) -> None:
            left[0] = MOST_STEPS

        connection.set_progress_handler(count, 1000)
        connection.set_trace_callback(begin)
        return connection

    return connect_bounded
