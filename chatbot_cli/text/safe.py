"""What may reach a terminal: no text can act on the screen, and none can hide there.

Control characters are shown as symbols. So are invisible ones, or they are left out where honest text has them: the
soft hyphens of web pages, the marks between the words of Khmer, the variants of Chinese characters. What emoji and
scripts need to look right stays: joiners, marks of direction, and the variation selector of emoji.

Every character is judged by itself, so a sequence that is split over two chunks is caught as well.
"""

import re
from collections.abc import Callable
from typing import Final

_BIDI_NAMES = {
    0x202A: "LRE",
    0x202B: "RLE",
    0x202C: "PDF",
    0x202D: "LRO",
    0x202E: "RLO",
    0x2066: "LRI",
    0x2067: "RLI",
    0x2068: "FSI",
    0x2069: "PDI",
}
_KEPT = "\n\t"
_C0_PICTURES = {code: chr(0x2400 + code) for code in range(0x20) if chr(code) not in _KEPT}
_DELETE_PICTURE = {0x7F: "␡"}
_C1_NAMES = {code: f"‹{code:02X}›" for code in range(0x80, 0xA0)}
_BIDI = {code: f"‹{name}›" for code, name in _BIDI_NAMES.items()}
_SEPARATORS = {0x2028: "\n", 0x2029: "\n"}  # some terminals break a line here, and our count of lines would be wrong
_SYMBOLS: Final = {**_C0_PICTURES, **_DELETE_PICTURE, **_C1_NAMES, **_BIDI, **_SEPARATORS}

_TAGS = "\U000e0000-\U000e007f"  # invisible letters that can carry hidden instructions
_LEFT_OUT = "\u00ad\u034f\u180b-\u180f\u200b\u2060\ufe00-\ufe0e\ufeff\U000e0100-\U000e01ef"
_FILLERS = "\u115f\u1160\u17b4\u17b5\u3164\uffa0"  # letters that look like blanks, or like nothing
_OTHER_FORMATS = (
    "\u2061-\u2065\u206a-\u206f\ufff0-\ufffb\U00013430-\U0001343f\U0001bca0-\U0001bca3\U0001d173-\U0001d17a"
    "\U000e0080-\U000e00ff\U000e01f0-\U000e0fff"
)
_BRAILLE_BLANK = "\u2800"  # pictures are made of it, so it stays; in a title it is a blank
_SURROGATES = "\ud800-\udfff"  # half a character: writing one raises UnicodeEncodeError
_INVISIBLE = f"{_TAGS}{_LEFT_OUT}{_FILLERS}{_OTHER_FORMATS}"
_UNSAFE = re.compile(f"[{''.join(map(re.escape, map(chr, _SYMBOLS)))}{_INVISIBLE}{_SURROGATES}]")
_OMITTED = re.compile(f"[{_LEFT_OUT}]")


def safe(text: str) -> str:
    """The text with symbols for all characters that could act on a terminal or hide there; newline and tab stay."""
    return _UNSAFE.sub(_symbol, text.replace("\r\n", "\n")) if _UNSAFE.search(text) else text


def safe_in_file(text: str) -> str:
    """The same for a file or the clipboard: there a carriage return before a newline stays, too."""
    return "\r\n".join(map(safe, text.split("\r\n"))) if _UNSAFE.search(text) else text


def controls_in(text: str) -> int:
    """How many characters `safe_in_file` would replace."""
    return len(_UNSAFE.findall(text)) - text.count("\r\n") if _UNSAFE.search(text) else 0


def without_controls(text: str) -> str:
    """The text for a pipe or a file: the same characters are dropped instead of shown."""
    return _UNSAFE.sub(_nothing, text) if _UNSAFE.search(text) else text


def one_line(text: str) -> str:
    """The text safe and on one line, for titles and lists."""
    return " ".join(safe(text).replace(_BRAILLE_BLANK, " ").split())


def revealed(text: str) -> str:
    """The same as `safe`, with symbols also for the invisible characters that it leaves out."""
    return safe(_OMITTED.sub(lambda match: symbol_of(match[0]), text))


class SafeStream:
    """The same for text in pieces: a carriage return at the end of one waits for the newline that may follow."""

    def __init__(self, clean: Callable[[str], str] = safe) -> None:
        self._clean = clean
        self._held = ""

    def feed(self, text: str) -> str:
        """What can be shown now of this piece and what was held back before."""
        text = self._held + text
        self._held = "\r" if text.endswith("\r") else ""
        return self._clean(text.removesuffix("\r"))

    def finish(self) -> str:
        """What is still held back, now that nothing more comes."""
        held, self._held = self._held, ""
        return self._clean(held)


def symbol_of(character: str) -> str:
    """What is shown in place of a control character, an override of direction, a tag, or an invisible character."""
    code = ord(character)
    is_tag = 0xE0000 <= code < 0xE0080
    return _SYMBOLS.get(code) or (f"‹tag {code - 0xE0000:02X}›" if is_tag else f"‹{code:04X}›")


def _symbol(match: "re.Match[str]") -> str:
    if _OMITTED.match(match[0]):
        return ""
    return "�" if "\ud800" <= match[0] <= "\udfff" else symbol_of(match[0])


def _nothing(match: "re.Match[str]") -> str:
    code = ord(match[0])
    return "�" if 0xD800 <= code <= 0xDFFF else _SEPARATORS.get(code, "")
