"""Finds the rows of a list in a text that arrives in pieces: each as soon as it is complete. Pure.

The list may be an array, the array `items` of an object, or one object after another, as JSON Lines has them; in a
fence, or with words around it. What is found does not depend on how the text was cut into pieces, each character is
looked at once, and what was found is not held.
"""

import re
from collections.abc import Callable
from enum import Enum, auto
from typing import Any, ClassVar, Generic, TypeVar

from chatbot_cli.structured.replies.open_value import OpenValue, end_of

Row = TypeVar("Row")
# From the text of an element to the row, or None if it is not one.
Judge = Callable[[str], Row | None]

_MOST_NOT_ROWS = 50  # objects in the words around a list, each of which is judged
_BLANK = " \t\r\n"
_WRAPPER = '{"items":['
_MAY_BE_BLANK = (1, 8, 9)  # before these of its characters
_BLANKS = re.compile(r"[ \t\r\n]*")
_OBJECT = re.compile(r"\{")
_SCALAR = re.compile(r"[^,\] \t\r\n]*")


class _State(Enum):
    WORDS = auto()  # before a list, or between objects
    BRACKET = auto()  # after [: is it the list?
    BRACE = auto()  # after {: is it a row, or an object with the list in it?
    LIST = auto()  # between the elements of the list
    VALUE = auto()  # in an object, an array or a string
    SCALAR = auto()  # in a number or a literal
    DONE = auto()


class RowScanner(Generic[Row]):
    """Reads one reply. After `failed`, and after the end of the list, it takes no more."""

    def __init__(self, judge: Judge[Row], starts: str, *, items_is_a_field: bool = False) -> None:
        """`starts` are the characters that a row may begin with. `items_is_a_field` says that rows may have `items`."""
        self._judge = judge
        self._starts = starts
        self._opening = re.compile(rf"\{{|\[(?=[ \t\r\n]*(?:[\]{re.escape(starts)}]|\Z))")
        self._items_is_a_field = items_is_a_field
        self._state = _State.WORDS
        self._pieces: list[str] = []
        self._value = OpenValue("", depth=0, in_string=False)
        self._in_list = self._after_comma = self._in_wrapper = False
        self._of_wrapper = 0  # characters of _WRAPPER that are there
        self._line_is_blank = True  # what stands before this on its line
        self._new: list[Row] = []
        self.count = 0
        self.was_empty = False
        self.failed: str | None = None
        self.is_too_deep = False
        self._not_rows = 0

    @property
    def is_open(self) -> bool:
        """Whether a list or a row has begun and not ended."""
        return self._state not in (_State.WORDS, _State.DONE)

    @property
    def is_closed(self) -> bool:
        """Whether the list has ended, so that nothing more can come."""
        return self._state is _State.DONE and self.failed is None

    @property
    def unfinished(self) -> str:
        """As much of the next row as there is."""
        if self._state is _State.VALUE:
            return self._value.text
        return "".join(self._pieces) if self._state in (_State.SCALAR, _State.BRACE) else ""

    def feed(self, text: str) -> list[Row]:
        """The rows that this piece of the text completes."""
        position = 0
        while position < len(text) and self._state is not _State.DONE:
            position = self._steps[self._state](self, text, position)
        new, self._new = self._new, []
        return new

    def _in_words(self, text: str, start: int) -> int:
        found = (_OBJECT if self.count else self._opening).search(text, start)
        before = text[start : found.start() if found else len(text)]
        line = before.rpartition("\n")
        self._line_is_blank = (self._line_is_blank or bool(line[1])) and not line[2].strip()
        if not found:
            return len(text)
        self._state = _State.BRACE if found[0] == "{" else _State.BRACKET
        self._pieces, self._of_wrapper = [found[0]], 1
        return found.end()

    def _after_bracket(self, text: str, start: int) -> int:
        position = end_of(_BLANKS, text, start)
        if position == len(text):
            return position
        if text[position] in self._starts:
            self._begin_list()
        elif text[position] == "]":
            self.was_empty = True
            self._go_back_to_words()
            return position + 1
        else:
            self._go_back_to_words()
        return position

    def _after_brace(self, text: str, start: int) -> int:
        for position in range(start, len(text)):
            character = text[position]
            if character == _WRAPPER[self._of_wrapper] and not self.count:
                self._of_wrapper += 1
            elif not (character in _BLANK and self._of_wrapper in _MAY_BE_BLANK):
                return self._begin_object(text, position)
            self._pieces.append(character)
            if self._of_wrapper == len(_WRAPPER):
                self._begin_list()
                self._in_wrapper = True
                return position + 1
        return len(text)

    def _begin_object(self, text: str, position: int) -> int:
        """An object that is no wrapper. One that could not be JSON is none, but where a line begins with it."""
        looks_like_one = self._of_wrapper > 1 or text[position] in '"}' or self._line_is_blank
        if not looks_like_one or "{" not in self._starts:
            self._go_back_to_words()
            return position
        in_string = 1 < self._of_wrapper < _WRAPPER.index(":")
        self._begin_value("".join(self._pieces), depth=1, in_string=in_string)
        return position

    def _begin_value(self, beginning: str, *, depth: int, in_string: bool = False) -> None:
        self._state, self._value = _State.VALUE, OpenValue(beginning, depth=depth, in_string=in_string)

    def _begin_list(self) -> None:
        self._state, self._pieces = _State.LIST, []
        self._in_list, self._after_comma = True, True

    def _go_back_to_words(self) -> None:
        self._state, self._pieces, self._line_is_blank = _State.WORDS, [], False

    def _between(self, text: str, start: int) -> int:
        position = end_of(_BLANKS, text, start)
        if position == len(text):
            return position
        character = text[position]
        if character == "]":
            self._end_list()
        elif character == ",":
            if self._after_comma:
                self._fail(",")
            self._after_comma = True
        else:
            self._after_comma = False
            if character not in '{["':
                self._state, self._pieces = _State.SCALAR, []
                return position
            is_string = character == '"'
            self._begin_value(character, depth=0 if is_string else 1, in_string=is_string)
        return position + 1

    def _end_list(self) -> None:
        if self._in_wrapper and self._items_is_a_field and not self.count:
            self._go_on_as_a_row("]", depth=1)
        else:
            self.was_empty = not self.count
            self._state = _State.DONE

    def _go_on_as_a_row(self, items: str, depth: int) -> None:
        """The object is no wrapper, but a row, whose field `items` has begun."""
        self._in_list = self._in_wrapper = False
        self._begin_value(f"{_WRAPPER}{items}", depth=depth)

    def _in_scalar(self, text: str, start: int) -> int:
        position = end_of(_SCALAR, text, start)
        self._pieces.append(text[start:position])
        if position < len(text):
            self._complete("".join(self._pieces))
        return position

    def _in_value(self, text: str, start: int) -> int:
        position = self._value.take(text, start)
        if self._value.is_too_deep:
            self.is_too_deep = True
            self._fail(self._value.text)
        elif self._value.is_whole:
            self._complete(self._value.text)
        return position

    def _complete(self, element: str) -> None:
        self._pieces = []
        if self._is_empty_wrapper(element):
            self.was_empty, self._state = True, _State.DONE
            return
        row = self._judge(element)
        if row is not None:
            self._new.append(row)
            self.count += 1
            self._state = _State.LIST if self._in_list else _State.WORDS
            self._line_is_blank = False
        elif self._in_wrapper and self._items_is_a_field and not self.count:
            self._go_on_as_a_row(element, depth=2)
        elif not self._in_list and not self.count and ":" not in element and self._not_rows < _MOST_NOT_ROWS:
            self._not_rows += 1
            self._go_back_to_words()
        else:
            self._fail(element)

    def _is_empty_wrapper(self, element: str) -> bool:
        return (
            not self._in_list
            and not self.count
            and element.startswith(_WRAPPER)
            and "".join(element[len(_WRAPPER) :].split()) == "]}"
        )

    def _fail(self, element: str) -> None:
        self.failed = element
        self._state, self._pieces = _State.DONE, []

    _steps: ClassVar[dict[_State, Callable[["RowScanner[Any]", str, int], int]]] = {
        _State.WORDS: _in_words,
        _State.BRACKET: _after_bracket,
        _State.BRACE: _after_brace,
        _State.LIST: _between,
        _State.VALUE: _in_value,
        _State.SCALAR: _in_scalar,
    }
