"""Finds the one conversation that is meant by a number, a name or the beginning of a title."""

import difflib
import sqlite3

from chatbot_cli.errors import SessionNotFound
from chatbot_cli.hints import action, unmarked

LARGEST_NUMBER = 2**63 - 1
MOST_LISTED = 5
LONGEST_SHOWN = 60

Entry = tuple[int, str, str | None]  # number, title, name


def find_session(connection: sqlite3.Connection, wanted: str) -> int:
    """The number of the conversation. Raises SessionNotFound where there is none, or more than one."""
    entries = connection.execute("SELECT id, title, name FROM sessions ORDER BY active DESC, id DESC").fetchall()
    folded = _folded(wanted)
    if not folded:
        raise SessionNotFound("No conversation is named.", "Give its number, or the beginning of its title.")
    for found in (
        [entry for entry in entries if entry[0] == _number(wanted)],
        [entry for entry in entries if entry[2] == wanted],
        [entry for entry in entries if _folded(entry[1]) == folded],
        [entry for entry in entries if _folded(entry[1]).startswith(folded)],
    ):
        if len(found) == 1:
            return int(found[0][0])
        if found:
            raise _several(wanted, found)
    raise _none(wanted, entries)


def _number(wanted: str) -> int | None:
    digits = wanted.strip().removeprefix("#")
    if not (digits.isascii() and digits.isdecimal() and len(digits) <= len(str(LARGEST_NUMBER))):
        return None
    return int(digits)


def _folded(title: str) -> str:
    return " ".join(title.split()).casefold()


def _several(wanted: str, found: list[Entry]) -> SessionNotFound:
    more = f" and {len(found) - MOST_LISTED} more" if len(found) > MOST_LISTED else ""
    return SessionNotFound(
        f"“{_short(wanted)}” can mean {len(found)} conversations.",
        f"Give the number of one: {_listed(found[:MOST_LISTED])}{more}.",
    )


def _none(wanted: str, entries: list[Entry]) -> SessionNotFound:
    if not entries:
        return SessionNotFound("There are no saved conversations yet.", "Begin one with: chat")
    near = _nearest(_folded(wanted), entries)
    hint = f"Do you mean {_listed(near)}?" if near else f"{action('list_sessions')} lists those that there are."
    return SessionNotFound(f"There is no saved conversation “{_short(wanted)}”.", hint)


def _nearest(folded: str, entries: list[Entry]) -> list[Entry]:
    """Those in whose title the words are, and those whose title or name is much like them; at most three."""
    if _number(folded) is not None:
        return []
    by_title: dict[str, Entry] = {}
    for entry in entries:
        for words in (entry[1], entry[2] or ""):
            by_title.setdefault(_folded(words)[:LONGEST_SHOWN], entry)
    close = difflib.get_close_matches(folded, by_title, n=3)
    near = [entry for entry in entries if folded in _folded(entry[1])] + [by_title[title] for title in close]
    return list(dict.fromkeys(near))[:3]


def _listed(entries: list[Entry]) -> str:
    return ", ".join(f"#{number} “{unmarked(_short(title))}”" for number, title, _ in entries)


def _short(title: str) -> str:
    words = " ".join(title.split())
    return words if len(words) <= LONGEST_SHOWN else f"{words[: LONGEST_SHOWN - 1].rstrip()}…"
