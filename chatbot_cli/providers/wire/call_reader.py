"""Puts the calls of tools together from the pieces in which they arrive: deltas -> calls. Pure.

Servers differ in all of it: the index of a call is missing or the same for every call, its id is missing, new in each
piece or that of another call, its name comes last. So a piece is told by all that it has, and never by an index alone.
"""

import json
import logging
from collections.abc import Container, Mapping, Sequence
from dataclasses import dataclass, field
from hashlib import sha256
from typing import Any

from chatbot_cli.chat.events import CallsArrived
from chatbot_cli.chat.rounds import ToolCall
from chatbot_cli.providers.wire.growing_json import GrowingJson
from chatbot_cli.providers.wire.mending import mended

MOST = 128  # calls of a reply; the core runs fewer
MOST_OF_ARGUMENTS = 4_000_000  # characters of all calls; what comes then is left out, so it is no JSON
LONGEST_ID = 256  # characters
LONGEST_NAME = 128
LONGEST_EXTRA = 1_000_000
UNREADABLE = "(arguments that are no JSON)"
OF_AN_ID = 9  # letters and digits: an id that every server takes

_KNOWN = ("index", "id", "type", "function")

_log = logging.getLogger(__name__)


@dataclass(slots=True)
class _Record:
    """A call so far. `index` is the server's number for it, if it has sent one."""

    index: int | None
    id: str = ""
    name: str = ""
    arguments: GrowingJson = field(default_factory=GrowingJson)
    extra: dict[str, Any] = field(default_factory=dict)

    @property
    def is_whole(self) -> bool:
        """Whether it may be called as it is: arguments may be missing."""
        return bool(self.name) and (self.arguments.is_whole or self.arguments.is_blank)


@dataclass(frozen=True, slots=True)
class _Piece:
    """What a delta says of one call. A name is empty if it says none, as is the text of arguments."""

    index: int | None
    id: str
    name: str
    arguments: str
    extra: Mapping[str, Any]


class CallReader:
    """The calls of one reply, to tools of these `names`. New ids are made of the `salt`, another one for each reply."""

    def __init__(self, names: Container[str] = (), salt: str = "") -> None:
        self._names, self._salt = names, salt
        self._records: list[_Record] = []
        self._left = MOST_OF_ARGUMENTS

    def __bool__(self) -> bool:
        """Whether something of a call has arrived."""
        return bool(self._records)

    def add(self, deltas: object) -> None:
        """Note the calls in a chunk: a list, of anything that a server sends."""
        begun: list[_Record] = []
        for piece in map(_piece_in, deltas if isinstance(deltas, list) else ()):
            record = self._record_of(piece, begun) if self._records else None
            if record is None:
                if not (piece.id or piece.name or piece.arguments.strip()):
                    continue
                if len(self._records) == MOST:
                    _log.debug("the reply has more than %d calls; the others are left out", MOST)
                    return
                record = _Record(piece.index)
                self._records.append(record)
                begun.append(record)
            self._note(piece, record)

    @property
    def first_name(self) -> str:
        """The name of the tool that is called first; empty if it is not known."""
        return self._records[0].name if self._records else ""

    @property
    def is_half(self) -> bool:
        """Whether a reply that was cut may have ended in the middle of a call."""
        is_whole = [record.is_whole for record in self._records]
        return not all(is_whole) or not self._records[-1].arguments.is_whole

    def calls(self) -> CallsArrived:
        """The calls, with ids that are unique among them."""
        ids: set[str] = set()
        calls: list[ToolCall] = []
        bad: list[tuple[str, str]] = []
        for number, record in enumerate(self._records):
            arguments, unreadable = _read(record.arguments.text)
            chosen = record.id if record.id not in ids and _is_id(record.id) else self._new_id(number, ids)
            ids.add(chosen)
            extra = _written(record.extra) if record.extra else ""
            extra = extra if len(extra) <= LONGEST_EXTRA else ""
            calls.append(ToolCall(chosen, mended(record.name), arguments, extra))
            bad += [(chosen, unreadable)] if unreadable else []
        return CallsArrived(tuple(calls), tuple(bad))

    def _record_of(self, piece: _Piece, begun: Sequence[_Record]) -> _Record | None:
        """The call that a piece belongs to; None if it begins a new one."""
        last, newest_first = self._records[-1], self._records[::-1]
        own = next((one for one in newest_first if piece.id and one.id == piece.id), None)
        at_index = next((one for one in newest_first if piece.index is not None and one.index == piece.index), None)
        is_new = piece.index is not None and bool(piece.name or piece.id)
        there = own or at_index or (None if is_new else last)
        if there is None or _begins_another(piece, there, begun, self._names):
            return None
        if there.arguments.is_whole and piece.arguments.strip():
            # It is whole, so this is of another one: servers number the rest of a call in ways of their own.
            if not last.arguments.is_whole:
                return last
            return there if there.arguments.is_empty and not piece.name else None
        return there

    def _note(self, piece: _Piece, record: _Record) -> None:
        record.id = record.id or piece.id
        if piece.name != record.name:
            record.name += piece.name
        if piece.arguments.strip() and record.arguments.is_empty:
            record.arguments = GrowingJson()  # an empty object stood in the place of what comes only now
        record.arguments.add(piece.arguments[: self._left])
        self._left -= len(piece.arguments[: self._left])
        record.extra |= piece.extra

    def _new_id(self, number: int, taken: Container[str]) -> str:
        while (made := short_id(f"{self._salt}:{number}")) in taken:
            number += MOST
        return made


def _begins_another(piece: _Piece, there: _Record, begun: Sequence[_Record], names: Container[str]) -> bool:
    """Whether a piece begins another call than the one that it seems to belong to. `begun` came in the same chunk."""
    if not (piece.name and there.name):
        return False
    if there in begun or (there.arguments.is_whole and piece.arguments.strip()):
        return True
    if piece.index is not None and there.index is not None and piece.index != there.index:
        return True
    if piece.id and there.id and piece.id != there.id:
        return True
    is_rest_of_name = there.arguments.is_blank and there.name + piece.name in names
    return piece.name != there.name and not is_rest_of_name


def short_id(text: str) -> str:
    """Nine letters and digits that stand for a text."""
    return sha256(text.encode("utf-8", "surrogatepass")).hexdigest()[:OF_AN_ID]


def _is_id(text: str) -> bool:
    return bool(text) and len(text) <= LONGEST_ID and text.isascii() and text.isprintable()


def _piece_in(delta: object) -> _Piece:
    fields = _fields(delta)
    function = _fields(fields.get("function"))
    index, own_id, arguments = fields.get("index"), fields.get("id"), function.get("arguments")
    extra = {name: value for name, value in fields.items() if name not in _KNOWN and value is not None}
    return _Piece(
        index if isinstance(index, int) and not isinstance(index, bool) else None,
        str(own_id) if isinstance(own_id, str | int) else "",
        name.strip()[:LONGEST_NAME] if isinstance(name := function.get("name"), str) else "",
        arguments if isinstance(arguments, str) else "" if arguments is None else _written(arguments) or UNREADABLE,
        extra,
    )


def _fields(value: object) -> Mapping[str, Any]:
    """The fields of an object of the SDK, or of a dictionary in its place."""
    if isinstance(value, Mapping):
        return value
    return {**getattr(value, "__dict__", {}), **(getattr(value, "model_extra", None) or {})}


def _written(value: object) -> str:
    """What came as JSON, as a text; empty if it can be no part of a request."""
    try:
        return mended(json.dumps(value, ensure_ascii=False, allow_nan=False))
    except (ValueError, TypeError, RecursionError):
        return ""


def _read(text: str) -> tuple[str, str]:
    """The arguments of a call as a JSON object; the text as it came, if it is none."""
    if text.strip() in ("", "null"):
        return "{}", ""
    try:
        value = json.loads(text, parse_constant=_no_number)
        if isinstance(value, dict):
            # What is no character would be a fault in every later request.
            whole = (
                mended(json.dumps(value, ensure_ascii=False, allow_nan=False))
                if "\\u" in text
                else mended(text.strip())
            )
            return whole, ""
    except (ValueError, RecursionError):
        pass
    return "{}", mended(text)


def _no_number(word: str) -> None:
    raise ValueError(f"{word} is no JSON")
