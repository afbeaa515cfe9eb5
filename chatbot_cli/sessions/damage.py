"""Names the one conversation that is damaged, and finds what is wrong in the order of its messages."""

import sqlite3
from collections.abc import Iterator
from contextlib import contextmanager

from chatbot_cli.errors import SessionDamaged
from chatbot_cli.sessions.stored_values import OUT_OF_ORDER, depth_in, reply_mark_in, text_in
from chatbot_cli.text.short import shorten

NOTHING_BEFORE = "one of its messages follows one that is missing, or a later one"
LONGEST_SHOWN = 60  # characters of a title in a sentence

# A message has a higher number than the one it follows, so that this ends whatever is stored.
_PATH = """
    WITH RECURSIVE path (id, parent, depth, is_reply) AS (
        SELECT id, parent, depth, is_reply FROM messages WHERE id = ?
        UNION ALL
        SELECT above.id, above.parent, above.depth, above.is_reply
        FROM path CROSS JOIN messages above ON above.id = path.parent AND above.id < path.id
    )
    SELECT id, parent, depth, is_reply FROM path
"""


@contextmanager
def naming(connection: sqlite3.Connection, session: int | None) -> Iterator[None]:
    """Add the number and the title of the conversation to a SessionDamaged that has none."""
    try:
        yield
    except SessionDamaged as damage:
        if session is None or damage.session is not None:
            raise
        raise damaged(connection, session, damage.what) from damage


def damaged(connection: sqlite3.Connection, session: int, what: str) -> SessionDamaged:
    """The error for a conversation with damage; `what` is a clause."""
    row = connection.execute("SELECT title FROM sessions WHERE id = ?", (session,)).fetchone()
    return SessionDamaged(what, session, shorten(text_in(row[0]), LONGEST_SHOWN) if row else "")


def check_order(connection: sqlite3.Connection, head: int) -> None:
    """Raise SessionDamaged if the messages up to `head` are not questions and replies in turn, from the first on."""
    below: tuple[int, int] | None = None  # depth and mark of the message after this one
    first: tuple[object, int] | None = None  # parent and mark of the topmost that is found
    for number, parent, stored_depth, stored_mark in connection.execute(_PATH, (head,)):
        depth, mark = depth_in(number, stored_depth), reply_mark_in(stored_mark)
        if below is not None:
            check_turn(mark, below[1])
            if depth != below[0] - (1 - below[1]):
                raise SessionDamaged(OUT_OF_ORDER)
        below, first = (depth, mark), (parent, mark)
    if first is not None:
        parent, mark = first
        if parent is not None:
            raise SessionDamaged(NOTHING_BEFORE)
        check_turn(None, mark)


def check_turn(before: int | None, mark: int) -> None:
    """Check that a message with a mark may follow one with the mark `before`, None for none. Raises SessionDamaged."""
    if mark and before != 0:
        raise SessionDamaged("one of its replies answers no question")
    if not mark and before == 0:
        raise SessionDamaged("one of its questions follows a question")
