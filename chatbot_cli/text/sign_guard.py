"""Keeps the program's signs from the rows of a text that a terminal wraps, while the text is written in pieces. Pure.

Terminals differ in how wide they draw some emoji. So the guard knows a set of columns at which the cursor may be, and
takes a place for the beginning of a row if it is one for any of them.
"""

import re
from collections.abc import Callable

from chatbot_cli.text.signs import MESSAGE, blanks_before, disarmed, may_become_sign, may_hold_signs
from chatbot_cli.text.width import cells

TAB_STOP = 8
ENDLESS = 1 << 60  # columns of a terminal whose size is not known

_ONE_CELL_EACH = re.compile("[\n -~]*")
_JOINER, _AS_EMOJI = "\u200d", "\ufe0f"
_FLAG_LETTERS = re.compile("[\U0001f1e6-\U0001f1ff]")
_SKIN_TONES = re.compile("[\U0001f3fb-\U0001f3ff]")


class SignGuard:
    """For one text on a terminal with `columns`, None if they are not known. `before` stands on its first row."""

    def __init__(self, columns: Callable[[], int | None], before: str = "") -> None:
        self._ask_columns = columns
        self._columns = columns() or ENDLESS
        self._at = {0}
        self._at_beginning = True
        self._held = ""  # what may be a sign, until the next character decides
        self._after_joiner = False
        for character in before:
            self._wraps(character)
        self._at_beginning = not before

    def feed(self, text: str) -> str:
        """What can be shown now of this piece and what was held back before. Control characters are symbols already."""
        self._take_size()
        if self._is_harmless(text):
            self._pass_by(text)
            return text
        return "".join(map(self._take, text))

    def finish(self) -> str:
        """What is still held back, now that nothing more comes."""
        held, self._held = self._held, ""
        return disarmed(held)

    def _take_size(self) -> None:
        """After a resize the cursor may be anywhere in its row."""
        if (columns := self._ask_columns() or ENDLESS) != self._columns:
            self._columns = columns
            if self._at != {0}:
                self._at = set(range(columns + 1)) if columns < ENDLESS else self._at

    def _is_harmless(self, text: str) -> bool:
        """Whether no sign can be in a text, nor begin or end in it, and all terminals agree where it ends."""
        ends_in_a_word = text[-1:].strip(" -\n") != ""
        is_placed = not self._held and len(self._at) == 1
        return ends_in_a_word and is_placed and bool(_ONE_CELL_EACH.fullmatch(text)) and not may_hold_signs(text)

    def _pass_by(self, text: str) -> None:
        """Go to where a harmless text ends."""
        _, newline, last = text.rpartition("\n")
        column = (0 if newline else min(self._at)) + len(last)
        self._at = {(column - 1) % self._columns + 1}
        self._at_beginning = self._after_joiner = False

    def _take(self, character: str) -> str:
        """What can be shown now that this character has come."""
        if character == "\n":
            shown = self.finish() + character
            self._at, self._at_beginning, self._after_joiner = {0}, True, False
            return shown
        shown = ""
        surely, maybe = self._wraps(character)
        if surely:
            shown = self.finish()
        if maybe and not self._held:
            self._at_beginning = True
        if not self._at_beginning:
            return shown + character
        if may_become_sign(self._held + character):
            self._held += character
            return shown
        if self._held:
            shown += disarmed(self._held + character)[:-1]
            self._held, self._at_beginning = "", False
            return shown + character
        self._at_beginning = blanks_before(character) == 1
        return shown + character

    def _wraps(self, character: str) -> tuple[bool, bool]:
        """Move on by a character. Whether a row surely begins with it, and whether one may."""
        at: set[int] = set()
        wraps = []
        for width in self._widths(character):
            for column in self._at:
                after, wrapped = self._moved(column, character, width)
                at.add(after)
                wraps.append(wrapped)
        self._at = at
        return all(wraps), any(wraps)

    def _moved(self, column: int, character: str, width: int) -> tuple[int, bool]:
        if character == "\t":
            return min((column // TAB_STOP + 1) * TAB_STOP, max(0, self._columns - 1)), False
        if width and column + width > self._columns:
            return width, True
        return column + width, False

    def _widths(self, character: str) -> set[int]:
        """The numbers of cells by which terminals may move on."""
        joined, self._after_joiner = self._after_joiner, character == _JOINER
        if " " <= character <= "~":
            return {1}
        width = cells(character)
        if _FLAG_LETTERS.match(character):
            return {0, 1, 2}
        if joined or _SKIN_TONES.match(character):
            return {0, width}
        return {0, 1} if character == _AS_EMOJI else {width}


def spoken(label: str, text: str, columns: int | None) -> str:
    """A line of the program for a terminal, of which `text`, with its further lines, is not the program's."""
    before = MESSAGE + label
    guard = SignGuard(lambda: columns, before)
    return before + guard.feed(text) + guard.finish()


def as_message(text: str, columns: int | None) -> str:
    """A message of the program for a terminal: each of its lines has the sign. Foreign text may be in it."""
    return "\n".join(spoken("", line, columns) if line else "" for line in text.split("\n"))
