"""Makes the tables of the saved conversations by numbered migrations, and the index for searching."""

import sqlite3
from collections.abc import Callable

Migration = Callable[[sqlite3.Connection], None]

# `content` is the last column of messages: SQLite reads through a long text to reach a column after it.
# Ids are never used again (AUTOINCREMENT): a running chat may hold the key of a removed message.
_TABLES = (
    """CREATE TABLE sessions (
        id INTEGER PRIMARY KEY AUTOINCREMENT,
        name TEXT UNIQUE,
        title TEXT NOT NULL,
        created REAL,
        active REAL,
        step INTEGER,
        draft TEXT NOT NULL DEFAULT '',
        forked_from INTEGER REFERENCES sessions ON DELETE SET NULL
    )""",
    "CREATE TABLE setups (id INTEGER PRIMARY KEY, json TEXT NOT NULL UNIQUE)",
    """CREATE TABLE steps (
        id INTEGER PRIMARY KEY,
        session INTEGER NOT NULL REFERENCES sessions ON DELETE CASCADE,
        before INTEGER,
        what TEXT NOT NULL,
        head INTEGER,
        trimmed INTEGER NOT NULL,
        setup INTEGER NOT NULL REFERENCES setups,
        at REAL
    )""",
    """CREATE TABLE messages (
        id INTEGER PRIMARY KEY AUTOINCREMENT,
        session INTEGER NOT NULL REFERENCES sessions,
        parent INTEGER REFERENCES messages,
        depth INTEGER NOT NULL,
        is_reply INTEGER NOT NULL,
        created REAL,
        ending TEXT,
        reason TEXT NOT NULL DEFAULT '',
        seconds REAL,
        model TEXT NOT NULL DEFAULT '',
        persona TEXT NOT NULL DEFAULT '',
        tokens_sent INTEGER,
        tokens_received INTEGER,
        cost REAL,
        content TEXT NOT NULL
    )""",
    "CREATE INDEX messages_by_parent ON messages (parent)",
    "CREATE INDEX messages_by_session ON messages (session)",
    "CREATE INDEX unfinished_replies ON messages (id) WHERE is_reply = 1 AND ending IS NULL",
    "CREATE INDEX steps_by_session ON steps (session)",
    "CREATE INDEX steps_by_head ON steps (head)",
    "CREATE INDEX steps_by_setup ON steps (setup)",
    "CREATE INDEX sessions_by_activity ON sessions (active)",
    "CREATE VIEW searchable AS SELECT id, content FROM messages WHERE is_reply = 0 OR ending IS NOT NULL",
)


def _first_tables(connection: sqlite3.Connection) -> None:
    for statement in _TABLES:
        connection.execute(statement)


_ROUNDS_AND_ATTACHMENTS = (
    """CREATE TABLE rounds (
        reply INTEGER NOT NULL REFERENCES messages ON DELETE CASCADE,
        number INTEGER NOT NULL,
        text TEXT NOT NULL,
        reasoning TEXT NOT NULL,
        PRIMARY KEY (reply, number)
    ) WITHOUT ROWID""",
    """CREATE TABLE calls (
        reply INTEGER NOT NULL,
        round INTEGER NOT NULL,
        number INTEGER NOT NULL,
        call_id TEXT NOT NULL,
        name TEXT NOT NULL,
        arguments TEXT NOT NULL,
        extra TEXT NOT NULL,
        outcome TEXT,
        seconds REAL,
        result TEXT,
        PRIMARY KEY (reply, round, number),
        FOREIGN KEY (reply, round) REFERENCES rounds ON DELETE CASCADE
    ) WITHOUT ROWID""",
    "CREATE TABLE contents (digest TEXT PRIMARY KEY, bytes BLOB NOT NULL)",
    """CREATE TABLE attachments (
        message INTEGER NOT NULL REFERENCES messages ON DELETE CASCADE,
        number INTEGER NOT NULL,
        name TEXT NOT NULL,
        media_type TEXT NOT NULL,
        digest TEXT NOT NULL REFERENCES contents,
        PRIMARY KEY (message, number)
    ) WITHOUT ROWID""",
    "CREATE INDEX attachments_by_digest ON attachments (digest)",
)


def _rounds_and_attachments(connection: sqlite3.Connection) -> None:
    for statement in _ROUNDS_AND_ATTACHMENTS:
        connection.execute(statement)


# The text of a reply is the content of its message, then its pieces. So a long one is saved without writing all of it
# again. `start` is where a piece begins, in bytes of the text: to save a piece twice changes nothing.
_PIECES = """CREATE TABLE reply_pieces (
    reply INTEGER NOT NULL REFERENCES messages ON DELETE CASCADE,
    start INTEGER NOT NULL,
    content TEXT NOT NULL,
    PRIMARY KEY (reply, start)
)"""


def _pieces_of_long_replies(connection: sqlite3.Connection) -> None:
    connection.execute(_PIECES)


# Which exchanges are pinned or dropped, and the summary, as JSON; each once.
_MARKS = (
    "CREATE TABLE marks (id INTEGER PRIMARY KEY, json TEXT NOT NULL UNIQUE)",
    "ALTER TABLE steps ADD COLUMN marks INTEGER REFERENCES marks",
    "CREATE INDEX steps_by_marks ON steps (marks) WHERE marks IS NOT NULL",
)


def _marks_of_steps(connection: sqlite3.Connection) -> None:
    for statement in _MARKS:
        connection.execute(statement)


def _usage_of_replies(connection: sqlite3.Connection) -> None:
    """A table of its own, since `content` must stay the last column of messages."""
    connection.execute("""CREATE TABLE reply_usage (
        reply INTEGER PRIMARY KEY REFERENCES messages ON DELETE CASCADE,
        cached INTEGER,
        written INTEGER,
        reasoning INTEGER,
        saved REAL
    )""")


def _usage_of_summaries(connection: sqlite3.Connection) -> None:
    connection.execute("""CREATE TABLE summary_usage (
        session INTEGER NOT NULL REFERENCES sessions ON DELETE CASCADE,
        at REAL NOT NULL,
        model TEXT NOT NULL,
        sent INTEGER NOT NULL,
        received INTEGER NOT NULL,
        cost REAL,
        cached INTEGER,
        written INTEGER,
        reasoning INTEGER,
        saved REAL
    )""")
    connection.execute("CREATE INDEX summary_usage_by_session ON summary_usage (session)")


def _imported_replies(connection: sqlite3.Connection) -> None:
    """The replies that came with an import: nothing was paid for them here."""
    connection.execute(
        "CREATE TABLE imported_replies (reply INTEGER PRIMARY KEY REFERENCES messages ON DELETE CASCADE)"
    )


def _token_counts(connection: sqlite3.Connection) -> None:
    """How many tokens a message has by a vocabulary; each was counted for a request that held the message."""
    connection.execute("""CREATE TABLE token_counts (
        message INTEGER PRIMARY KEY REFERENCES messages ON DELETE CASCADE,
        vocabulary TEXT NOT NULL,
        tokens INTEGER NOT NULL
    )""")


def _kinds_of_what_is_no_reply(connection: sqlite3.Connection) -> None:
    """Requests without a reply stand beside the summaries."""
    connection.execute("ALTER TABLE summary_usage ADD COLUMN kind TEXT NOT NULL DEFAULT 'summary'")


def _passages_and_readings(connection: sqlite3.Connection) -> None:
    """What replies were sent of documents: each text once. And what a text that is attached was read from."""
    connection.execute("ALTER TABLE attachments ADD COLUMN made_from TEXT NOT NULL DEFAULT ''")
    connection.execute("CREATE TABLE passages (digest TEXT PRIMARY KEY, text TEXT NOT NULL)")
    connection.execute("""CREATE TABLE sources (
        reply INTEGER NOT NULL REFERENCES messages ON DELETE CASCADE,
        number INTEGER NOT NULL,
        digest TEXT NOT NULL REFERENCES passages,
        collection TEXT NOT NULL,
        path TEXT NOT NULL,
        name TEXT NOT NULL,
        unit TEXT NOT NULL,
        first INTEGER NOT NULL,
        last INTEGER NOT NULL,
        headings TEXT NOT NULL,
        read TEXT NOT NULL,
        score REAL NOT NULL,
        why TEXT NOT NULL,
        PRIMARY KEY (reply, number)
    ) WITHOUT ROWID""")
    connection.execute("CREATE INDEX sources_by_digest ON sources (digest)")


def _thoughts(connection: sqlite3.Connection) -> None:
    """What models thought before their replies. Those before calls were kept as `reasoning`, without who made it.

    `seal` is what a server sent along, as JSON. A `model` that is empty is not known.
    """
    connection.execute("""CREATE TABLE thoughts (
        reply INTEGER PRIMARY KEY REFERENCES messages ON DELETE CASCADE,
        seconds REAL,
        model TEXT NOT NULL,
        address TEXT NOT NULL,
        seal TEXT NOT NULL,
        text TEXT NOT NULL
    )""")
    connection.execute("ALTER TABLE rounds ADD COLUMN thought_seconds REAL")
    for column in ("thought_model", "thought_address", "seal"):
        connection.execute(f"ALTER TABLE rounds ADD COLUMN {column} TEXT NOT NULL DEFAULT ''")


MIGRATIONS: tuple[Migration, ...] = (
    _first_tables,
    _rounds_and_attachments,
    _pieces_of_long_replies,
    _marks_of_steps,
    _usage_of_replies,
    _usage_of_summaries,
    _imported_replies,
    _token_counts,
    _kinds_of_what_is_no_reply,
    _passages_and_readings,
    _thoughts,
)  # only append: a database has run the first `user_version` of them
