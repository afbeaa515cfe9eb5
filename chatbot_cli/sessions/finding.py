"""Finds one conversation by its number, its name or the beginning of its title."""

import difflib
import sqlite3

from chatbot_cli.errors import SessionNotFound
from chatbot_cli.hints import action, unmarked
from chatbot_cli.sessions.stored_values import text_in
from chatbot_cli.text.short import shorten

LARGEST_NUMBER = 2**63 - 1
MOST_LISTED = 5  # conversations in a sentence
LONGEST_SHOWN = 60  # characters of a title in a sentence

Row = tuple[int, str, str]  # number, title, name


def find_session(connection: sqlite3.Connection, wanted: str) -> int:
    """The number of the conversation. Raises SessionNotFound if none matches, or more than one."""
    stored = connection.execute("SELECT id, title, name FROM sessions ORDER BY active DESC, id DESC")
    rows = [(number, text_in(title), text_in(name)) for number, title, name in stored]
    folded = _folded(wanted)
    if not folded:
        raise SessionNotFound("No conversation is named.", "Give its number, or the beginning of its title.")
    for matches in (
        [row for row in rows if row[0] == _number(wanted)],
        [row for row in rows if row[2] and row[2] == wanted],
        [row for row in rows if _folded(row[1]) == folded],
        [row for row in rows if _folded(row[1]).startswith(folded)],
    ):
        if len(matches) == 1:
            return int(matches[0][0])
        if matches:
            raise _ambiguous(wanted, matches)
    raise _unknown(wanted, rows)


def _number(wanted: str) -> int | None:
    """The number in `12` or `#12`; None for any other text. One below zero is of a damaged conversation."""
    written = wanted.strip().removeprefix("#")
    digits = written.removeprefix("-")
    if not (digits.isascii() and digits.isdecimal() and len(digits) <= len(str(LARGEST_NUMBER))):
        return None
    return int(written)


def _folded(title: str) -> str:
    """The title without differences of case and white space, for comparing."""
    return " ".join(title.split()).casefold()


def _ambiguous(wanted: str, matches: list[Row]) -> SessionNotFound:
    more = f" and {len(matches) - MOST_LISTED} more" if len(matches) > MOST_LISTED else ""
    return SessionNotFound(
        f"“{shorten(wanted, LONGEST_SHOWN)}” can mean {len(matches)} conversations.",
        f"Give the number of one: {_listed(matches[:MOST_LISTED])}{more}.",
    )


def _unknown(wanted: str, rows: list[Row]) -> SessionNotFound:
    if not rows:
        return SessionNotFound("There are no saved conversations yet.", "Begin one with: chat")
    similar = _similar(_folded(wanted), rows)
    listing = f"{action('list_sessions')} lists those that there are."
    hint = f"Do you mean {_listed(similar)}?" if similar else listing
    return SessionNotFound(f"There is no saved conversation “{shorten(wanted, LONGEST_SHOWN)}”.", hint)


def _similar(folded: str, rows: list[Row]) -> list[Row]:
    """At most three conversations: their title contains the words, or their title or name is spelled alike."""
    if _number(folded) is not None:
        return []
    by_label: dict[str, Row] = {}
    for row in rows:
        for label in row[1:]:
            by_label.setdefault(_folded(label)[:LONGEST_SHOWN], row)
    containing = [row for row in rows if folded in _folded(row[1])]
    alike = [by_label[label] for label in difflib.get_close_matches(folded, by_label, n=3)]
    return list(dict.fromkeys(containing + alike))[:3]


def _listed(rows: list[Row]) -> str:
    return ", ".join(f"#{number} “{unmarked(shorten(title, LONGEST_SHOWN))}”" for number, title, _ in rows)
