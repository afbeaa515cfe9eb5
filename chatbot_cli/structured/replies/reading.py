"""Reads the replies to one question as data, each of its tries in turn. As the core's `ShapeReading`."""

import json
from collections.abc import Sequence

from chatbot_cli.chat.shape import Checked
from chatbot_cli.structured.replies.candidates import candidates, why_none
from chatbot_cli.structured.replies.parsed_schema import ParsedSchema
from chatbot_cli.structured.replies.reply_json import MOST_DEPTH, NotJson, read
from chatbot_cli.structured.replies.row_scanner import RowScanner

_AS_BEFORE = "with the JSON alone, by the same schema"


class JsonReading:
    """Replies that are to be one document: each is judged when it has ended."""

    def __init__(self, schema: ParsedSchema) -> None:
        self._schema = schema
        self._pieces: list[str] = []
        self._problems: tuple[str, ...] = ()

    def arrived(self, text: str) -> Sequence[str]:
        self._pieces.append(text)
        return ()

    def ended(self) -> Checked:
        """The first value in the reply that is valid; else what is wrong with the longest one."""
        text = "".join(self._pieces)
        longest = -1
        problems: tuple[str, ...] = ()
        for found in candidates(text):
            value = None if found.problems else self._schema.as_meant(found.value)
            if not found.problems and self._schema.validation.is_valid(value):
                self._problems = ()
                return Checked(json.dumps(value, indent=2, ensure_ascii=False))
            if found.length > longest:
                longest, problems = found.length, found.problems or self._schema.validation.problems(value)
        self._problems = problems or (why_none(text),)
        return Checked(problems=self._problems)

    def again(self) -> str:
        problems, self._problems, self._pieces = self._problems, (), []
        return asked_again(problems)


class RowsReading:
    """Replies that are to be a list. A row that is valid stands, and a try after it is asked for the others only.

    Of the rows their lines are held, for the document at the end; of a reply the row that is arriving.
    """

    def __init__(self, schema: ParsedSchema) -> None:
        self._schema = schema
        self._rows: list[str] = []
        self._scanner = self._new_scanner()
        self._problems: tuple[str, ...] = ()
        self._kept = 0  # rows of earlier tries
        self._repeated = 0  # of them, those that this try has begun with

    def arrived(self, text: str) -> Sequence[str]:
        new = self._without_repeats(self._scanner.feed(text))
        self._rows += new
        if self._scanner.failed is not None and not self._problems:
            self._problems = self._problems_of(self._scanner.failed)
        return new

    def ended(self) -> Checked:
        if not self._problems:
            self._problems = tuple(filter(None, (self._what_is_missing(),)))
        if self._problems:
            return Checked(problems=self._problems)
        return Checked("[\n" + ",\n".join(f"  {row}" for row in self._rows) + "\n]" if self._rows else "[]")

    def again(self) -> str:
        said = f"This is not valid:\n{_listed(self._problems)}\n"
        if self._rows:
            count = len(self._rows)
            right = f"first {count:,} rows are right and stay" if count > 1 else "first row is right and stays"
            said += (
                f"The {right}; do not repeat what is right. The last right row is:\n{self._rows[-1]}\n"
                f"Answer with the rows after it only, from row {count + 1:,} on, {_AS_BEFORE}."
            )
        else:
            said += f"Answer again, {_AS_BEFORE}."
        self._problems, self._kept, self._repeated = (), len(self._rows), 0
        self._scanner = self._new_scanner()
        return said

    def _new_scanner(self) -> RowScanner[str]:
        return RowScanner(self._judged, self._schema.starts, items_is_a_field="items" in self._schema.fields)

    def _judged(self, text: str) -> str | None:
        """The row as a line; None if it is not valid."""
        try:
            found = read(text)
        except NotJson:
            return None
        value = None if found.problems else self._schema.row_as_meant(found.value)
        if found.problems or not self._schema.validation.is_valid(value):
            return None
        return json.dumps(value, ensure_ascii=False)

    def _without_repeats(self, rows: list[str]) -> list[str]:
        """Models send a list again from its beginning, too, when they are asked for the rest. All that is kept, in its
        order, at the beginning of a reply is not meant twice; as long as it may be that, it waits.
        """
        new: list[str] = []
        for row in rows:
            if self._repeated < self._kept and row == self._rows[self._repeated]:
                self._repeated += 1
                continue
            if self._repeated < self._kept:
                new += self._not_repeated()
            new.append(row)
        return new + self._not_repeated() if self._scanner.is_closed else new

    def _not_repeated(self) -> list[str]:
        """The rows that waited, now that something else follows them than in the list."""
        waited = self._rows[: self._repeated] if self._repeated < self._kept else []
        self._kept = self._repeated = 0
        return waited

    def _problems_of(self, text: str) -> tuple[str, ...]:
        number = len(self._rows)
        if self._scanner.is_too_deep:
            return (f"$[{number}]: it is nested more than {MOST_DEPTH} deep",)
        try:
            found = read(text)
        except NotJson as error:
            return (f"$[{number}]: this is not JSON: {error}",)
        if found.problems:
            return tuple(f"$[{number}]{problem.removeprefix('$')}" for problem in found.problems)
        return self._schema.validation.problems(self._schema.row_as_meant(found.value), (number,))

    def _what_is_missing(self) -> str:
        if self._scanner.is_open:
            return f"$[{len(self._rows)}]: the reply breaks off before the list ends"
        if 0 < self._repeated < self._kept:
            return f"$[{len(self._rows)}]: the reply repeats rows that are kept"
        return "" if self._scanner.count or self._scanner.was_empty else "there is no list of such rows in the reply"


def asked_again(problems: Sequence[str]) -> str:
    """The message after a reply of which nothing is kept."""
    return f"This is not valid:\n{_listed(problems)}\nAnswer again, {_AS_BEFORE}."


def _listed(problems: Sequence[str]) -> str:
    return "\n".join(f"- {problem}" for problem in problems)
