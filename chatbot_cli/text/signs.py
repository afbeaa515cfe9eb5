"""The signs with which the program's own lines begin on a terminal, and no row of a reply does. Pure.

Where a row of a reply would begin with a sign, or with what looks like one, it is shown with another glyph that takes
as many cells: `>` for an angle, `-` for a line. These two begin honest rows so often that no sign may look like them.
"""

import re
from functools import cache
from typing import Final

RULE: Final = "── "
PROMPT: Final = "› "
MESSAGE: Final = "» "
INDENT: Final = "  "  # before the other rows of a message, where no reply can follow it unseen

# What takes no cell and still reaches the screen: joiners, marks of direction, and marks on the character before.
_UNSEEN = "\u200c-\u200f\u061c\ufe0f\u0300-\u036f\u20d0-\u20ff"
_BLANK = rf"\s\u2800{_UNSEEN}"
_LINES = "─━┄┅┈┉╌╍╴╶╸╺╼╾⎯⏤⎻⎼▬\U0001fb76-\U0001fb7b"
_LONG_DASHES = "⸺⸻"
_DASHES = f"‒–—―−ｰـߺⲺⲻ⠒⠤ꟷ－ーㅡ㇐﹘➖{_LONG_DASHES}"
_ANGLES = "›»❯❱❭⟩⟫⧽˃ᐳ≫≻⪢〉〉》﹥"
_WIDE = "－ーㅡ㇐﹘➖〉〉》﹥"  # two cells each

# Dashes are taken for a line if there are more at the end of the row: a line of Chinese may well begin with "—— ".
_ANGLES_FIRST = rf"[{_ANGLES}][{_ANGLES}{_UNSEEN}]*(?=[{_BLANK}]|\Z)"
_LINES_FIRST = rf"(?=[-{_DASHES}{_UNSEEN}]*[{_LINES}])[-{_LINES}{_DASHES}{_UNSEEN}]+(?=[{_BLANK}\w])"
_DASHES_TWICE = rf"(?:[{_LONG_DASHES}]|-*[{_DASHES}][{_UNSEEN}]*[-{_DASHES}])"
_DASHES_FIRST = rf"{_DASHES_TWICE}[-{_DASHES}{_UNSEEN}]*(?=[{_BLANK}].*(?:[{_LINES}]|{_DASHES_TWICE}))"
_BEGINNING = rf"[{_BLANK}]*(?P<sign>{_ANGLES_FIRST}|{_LINES_FIRST}|{_DASHES_FIRST})"
_IN_A_SIGN = f"[{_ANGLES}{_LINES}{_DASHES}]"
_BLANKS = f"[{_BLANK}]*"
_UNDECIDED = f"[-{_ANGLES}{_LINES}{_DASHES}][-{_ANGLES}{_LINES}{_DASHES}{_UNSEEN}]*"


@cache
def _compiled(pattern: str) -> re.Pattern[str]:
    """A pattern, compiled when it is first needed: they take milliseconds, and the first prompt needs none."""
    return re.compile(pattern)


def disarmed(row: str) -> str:
    """A row of a reply as it is shown: with as many characters and cells, and without a sign at its beginning."""
    if not (match := _compiled(_BEGINNING).match(row)):
        return row
    start, end = match.span("sign")
    return row[:start] + _other_glyphs(row[start:end]) + row[end:]


def may_hold_signs(text: str) -> bool:
    """Whether any character of the text may belong to a sign. The hyphen alone makes none."""
    return not text.isascii() and _compiled(_IN_A_SIGN).search(text) is not None


def blanks_before(row: str) -> int:
    """How many characters at the beginning of a row show nothing."""
    match = _compiled(_BLANKS).match(row)
    return match.end() if match else 0


def may_become_sign(text: str) -> bool:
    """Whether the first characters of a row that are no blanks may be a sign; the next character decides."""
    return _compiled(_UNDECIDED).fullmatch(text) is not None


def _other_glyphs(sign: str) -> str:
    return "".join(_other_glyph(character) for character in sign)


def _other_glyph(character: str) -> str:
    wide = character in _WIDE
    if character in _ANGLES:
        return "＞" if wide else ">"
    return ("～" if wide else "-") if _compiled(f"[{_LINES}{_DASHES}]").match(character) else character
