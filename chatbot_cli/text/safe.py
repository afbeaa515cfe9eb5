"""What may reach a terminal: control characters are shown as symbols, so that no text can act on the screen.

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
_SURROGATES = "\ud800-\udfff"  # half a character: writing one raises UnicodeEncodeError
_UNSAFE = re.compile(f"[{''.join(map(re.escape, map(chr, _SYMBOLS)))}{_TAGS}{_SURROGATES}]")


def safe(text: str) -> str:
    """The text with every character that could act on a terminal shown as a symbol; newline and tab stay."""
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
    return " ".join(safe(text).split())


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
    """What is shown in place of a control character, an override of direction, or a tag."""
    code = ord(character)
    return _SYMBOLS.get(code) or f"‹tag {code - 0xE0000:02X}›"


def _symbol(match: "re.Match[str]") -> str:
    return "�" if "\ud800" <= match[0] <= "\udfff" else symbol_of(match[0])


def _nothing(match: "re.Match[str]") -> str:
    code = ord(match[0])
    return "�" if 0xD800 <= code <= 0xDFFF else _SEPARATORS.get(code, "")
