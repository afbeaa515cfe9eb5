"""Schemas in one line: `name, age int, tags [str], mood good|bad, note str?: why` as JSON Schema. Pure.

A field is a name, a type, `?` if it may be missing, and a description after a colon. The type is str if there is none:
str, int, float, bool, `[type]` for a list, `{fields}` for an object, `a|b` for a choice of words. Commas or ends of
lines separate fields.
"""

import re
from typing import NoReturn

from chatbot_cli.errors import SchemaError
from chatbot_cli.frozen import frozen
from chatbot_cli.structured.schemas.soundness import TYPES
from chatbot_cli.structured.sources.field_words import (
    ALL_TYPES,
    Fault,
    fault_of_choice,
    fault_of_description,
    fault_of_name,
    hint_for_type,
    quoted,
)

MOST_DEPTH = 30  # brackets inside brackets; each is a call of the parser
_WORD = re.compile(r"[^\s,:?|\[\]{}]+")
_BLANKS = re.compile(r"[^\S\n]*")
_WHITE = re.compile(r"\s*")
_HELD_TOGETHER = re.compile(r'\([^()\n]*\)|(?<![^\s:(])"[^"\n]*"')  # in a description
_OPENING = {"[": "]", "{": "}"}


def parse(text: str) -> dict[str, object]:
    """The JSON Schema of a line of fields: an object with no other keys. Raises SchemaError with the place."""
    parser = _Parser(text)
    if parser.next in _OPENING:
        parser.refuse("it begins with a bracket", "Write the fields alone, with nothing around them: name, age int")
    schema = parser.fields()
    if parser.next:
        parser.refuse(f'a "{parser.next}" closes nothing', "Each bracket that is closed must have been opened.")
    return schema


@frozen
class _Field:
    """A field as it stands in the text."""

    name: str
    schema: dict[str, object]
    optional: bool


class _Parser:
    """Reads a text from left to right. `_at` is where it is, in characters from 0."""

    def __init__(self, text: str) -> None:
        self._text = text.rstrip()
        self._at = len(self._text) - len(self._text.lstrip())
        self._depth = 0
        self._has_described = False  # a field before

    @property
    def next(self) -> str:
        return self._text[self._at : self._at + 1]

    def refuse(self, what: str, hint: str = ALL_TYPES, at: int | None = None) -> NoReturn:
        """Raise a SchemaError. `what` is a clause, and `at` the place of the fault if it is not here."""
        raise SchemaError(f"The schema makes no sense at {self._place(self._at if at is None else at)}: {what}.", hint)

    def _refuse_if(self, fault: Fault | None, at: int) -> None:
        if fault:
            self.refuse(*fault, at)

    def fields(self) -> dict[str, object]:
        """All fields up to the bracket that closes them, or to the end."""
        begin = self._at
        whole_lines = self._has_whole_lines()
        found: dict[str, _Field] = {}
        self._take(_WHITE)
        while self.next and self.next not in ("}", "]"):
            at = self._at
            field = self._field(found, whole_lines)
            if field.name in found:
                self.refuse(f"the field {quoted(field.name)} is there twice", "Give each field its own name.", at)
            found[field.name] = field
            self._end_of_field(field.name)
        if not found:
            self.refuse("it has no fields", "A schema is a list of fields, such as: name, age int", begin)
        return {
            "type": "object",
            "properties": {field.name: field.schema for field in found.values()},
            "required": [field.name for field in found.values() if not field.optional],
            "additionalProperties": False,
        }

    def _field(self, before: dict[str, _Field], whole_lines: bool) -> _Field:
        at = self._at
        name = self._take(_WORD)
        if not name:
            self.refuse(f"a field has no name{_after(before)}", "A field is a name, and then its type: age int")
        self._refuse_if(fault_of_name(name, self.next), at)
        bare = self._take_sign("?")
        self._take(_BLANKS)
        if bare and self._begins_a_type():
            self.refuse(f"the question mark of {quoted(name)} comes before the type", 'Write it last: "age int?".', at)
        has_type = self._begins_a_type()
        schema: dict[str, object] = self._type(name) if has_type else {"type": "string"}
        self._take(_BLANKS)
        optional = self._take_sign("?") or bare
        self._take(_BLANKS)
        if self._take_sign(":") and (description := self._description(whole_lines)):
            self._refuse_if(None if has_type else fault_of_description(name, description), at)
            schema["description"] = description
            self._has_described = True
        return _Field(name, schema, optional)

    def _begins_a_type(self) -> bool:
        return bool(self.next) and self.next not in ",:?\n]}"

    def _end_of_field(self, name: str) -> None:
        """Go on behind the comma or the line that ends a field; one comma may stand at the very end."""
        self._take(_BLANKS)
        if self.next in ("", "}", "]"):
            return
        if self.next not in (",", "\n"):
            hint = "A comma ends a field, and a colon begins its description: age int: in years"
            self.refuse(f"after the type of {quoted(name)} comes {quoted(self._word_or_sign())}", hint)
        self._take(_WHITE)
        self._take_sign(",")
        self._take(_WHITE)

    def _type(self, name: str) -> dict[str, object]:
        if self.next in _OPENING:
            return self._in_brackets(name)
        at = self._at
        words = [self._take(_WORD)]
        while self._take_sign("|", after=_BLANKS):
            self._take(_BLANKS)
            words.append(self._take(_WORD))
        if len(words) > 1:
            return self._choice(name, words, at)
        if words[0] not in TYPES:
            self._refuse_type(name, words[0], at)
        return {"type": TYPES[words[0]]}

    def _choice(self, name: str, words: list[str], at: int) -> dict[str, object]:
        self._refuse_if(fault_of_choice(name, words), at)
        return {"type": "string", "enum": words}

    def _in_brackets(self, name: str) -> dict[str, object]:
        at, closing = self._at, _OPENING[self.next]
        self._at += 1
        self._depth += 1
        if self._depth > MOST_DEPTH:
            self.refuse(f"more than {MOST_DEPTH} brackets are open", "Take some of them away.")
        schema = self.fields() if closing == "}" else self._items(name)
        if not self._take_sign(closing, after=_WHITE):
            found = f'ends with "{self.next}"' if self.next else "is not closed"
            self.refuse(f'the "{self._text[at]}" of {quoted(name)} {found}', f'Close it with "{closing}".', at)
        self._depth -= 1
        return schema

    def _items(self, name: str) -> dict[str, object]:
        self._take(_WHITE)
        if not self.next or self.next == "]":
            self.refuse(f"the list of {quoted(name)} has no type", "Name the type of its items: [str]")
        items = self._type(name)
        self._take(_WHITE)
        if self.next == "?":
            self.refuse(f"an item of {quoted(name)} cannot be missing", "The list may be: write [str]? for that.")
        if self.next not in ("", "]", "}"):
            hint = "Name one type, as in [str]. For an object of several fields write [{name, age int}]."
            self.refuse(f"the list of {quoted(name)} has more than a type", hint)
        return {"type": "array", "items": items}

    def _refuse_type(self, name: str, word: str, at: int) -> NoReturn:
        if not word:
            self.refuse(f'after {quoted(name)} comes "{self.next}", and no type', at=at)
        hint = hint_for_type(word, self._has_described)
        self.refuse(f"{quoted(word)}, the type of {quoted(name)}, is unknown", hint, at)

    def _description(self, whole_lines: bool) -> str:
        """The text up to the end of the line, or to the comma; brackets and quotes in it hold commas together."""
        begin, opened = self._at, []
        while self.next and self.next != "\n":
            if self._take(_HELD_TOGETHER):
                continue
            if self.next in _OPENING:
                opened.append(self._at)
            elif self.next in ("]", "}"):
                if not opened:
                    break
                opened.pop()
            elif self.next == "," and not opened and not (whole_lines and not self._is_last_of_line()):
                break
            self._at += 1
        if opened:
            self.refuse(f'a "{self._text[opened[-1]]}" is not closed', "Close it in the description.", opened[-1])
        return " ".join(self._text[begin : self._at].split())

    def _is_last_of_line(self) -> bool:
        return not self._text[self._at + 1 :].partition("\n")[0].strip()

    def _has_whole_lines(self) -> bool:
        """Whether the fields from here stand on lines of their own: no line has a comma between two of them."""
        depth, at, described, lines = 0, self._at, False, 0
        while at < len(self._text) and depth >= 0:
            sign = self._text[at]
            depth += (sign in "[{") - (sign in "]}")
            if depth == 0 and sign == "\n":
                lines, described = lines + 1, False
            elif depth == 0 and sign == ":":
                described = True
            elif depth == 0 and sign == "," and not described and self._text[at + 1 :].partition("\n")[0].strip():
                return False
            at += 1
        return lines > 0

    def _take(self, pattern: "re.Pattern[str]") -> str:
        """What matches here, and go on behind it; "" if nothing does."""
        found = pattern.match(self._text, self._at)
        self._at = found.end() if found else self._at
        return found[0] if found else ""

    def _take_sign(self, sign: str, after: "re.Pattern[str] | None" = None) -> bool:
        """Whether this sign is next, perhaps `after` blanks; if so, go on behind it."""
        skipped = after.match(self._text, self._at) if after else None
        at = skipped.end() if skipped else self._at
        if not self._text.startswith(sign, at):
            return False
        self._at = at + len(sign)
        return True

    def _word_or_sign(self) -> str:
        found = _WORD.match(self._text, self._at)
        return found[0] if found else self.next

    def _place(self, at: int) -> str:
        line = self._text.count("\n", 0, at) + 1
        character = at - self._text.rfind("\n", 0, at)
        return f"line {line}, character {character}" if "\n" in self._text else f"character {character}"


def _after(before: dict[str, _Field]) -> str:
    return f" after {quoted(list(before)[-1])}" if before else ""
