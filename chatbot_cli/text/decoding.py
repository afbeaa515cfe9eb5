"""The text that bytes of any encoding hold: UTF-8 as a rule, else what their shape tells. Pure.

The order of the trials matters: a byte order mark, the signature of a file that is no text, UTF-8, UTF-16 and UTF-32
without a mark, UTF-8 with some bad bytes, and last the encodings of older systems, which can only be guessed.
"""

import codecs
import re
import unicodedata

from chatbot_cli.frozen import frozen
from chatbot_cli.text.counts import counted
from chatbot_cli.text.file_kinds import BINARY, certain_kind, likely_kind

_MARKS = (  # UTF-32 first: its mark begins with that of UTF-16
    (codecs.BOM_UTF32_LE, "utf-32-le", "UTF-32"),
    (codecs.BOM_UTF32_BE, "utf-32-be", "UTF-32"),
    (codecs.BOM_UTF16_LE, "utf-16-le", "UTF-16"),
    (codecs.BOM_UTF16_BE, "utf-16-be", "UTF-16"),
)
_WITHOUT_MARK = (
    ("utf-32-le", 4, "UTF-32"),
    ("utf-32-be", 4, "UTF-32"),
    ("utf-16-le", 2, "UTF-16"),
    ("utf-16-be", 2, "UTF-16"),
)
_BEGINNING = 65_536  # bytes that show what kind of text it is
_NO_TEXT = re.compile(r"[\x00-\x06\x0e-\x19\x1c-\x1f\x7f]")
_CONTROLS = bytes([*range(0x07), *range(0x0E, 0x1A), *range(0x1C, 0x20), 0x7F])
_ASCII = bytes(range(0x80))
_ASCII_PAIR = re.compile(r"[\u2020-\u7e7e]")  # may be two ASCII letters that were taken for one character
_SOMETHING_ASCII = re.compile(r"[\n -~]")
_TWO_HIGH = re.compile(rb"[\x80-\xff]{2}")
_CUT = 3  # bytes that may be missing from the last character


class NotText(ValueError):
    """The bytes hold no text. `kind` follows "is", as in "a PNG image"; `separated` if NULs alone make it none."""

    def __init__(self, kind: str, *, separated: bool = False) -> None:
        super().__init__(kind)
        self.kind = kind
        self.separated = separated


@frozen
class Decoded:
    """A text and its `encoding`, such as "UTF-16", as people call it. `bad_bytes` of it are U+FFFD."""

    text: str
    encoding: str = "UTF-8"
    bad_bytes: int = 0

    @property
    def notice(self) -> str:
        """What there is to say of it, to follow "is"; empty for flawless UTF-8."""
        if self.bad_bytes:
            return f"read as {self.encoding}, with “�” in place of {counted(self.bad_bytes, 'bad byte')}"
        return "" if self.encoding == "UTF-8" else f"not UTF-8; it is read as {self.encoding}"


def decode(data: bytes) -> Decoded:
    """The text of the bytes, without a byte order mark. Raises NotText."""
    if marked := _marked(data):
        return marked
    if kind := certain_kind(data):
        raise NotText(kind)
    try:
        text = data.decode("utf-8-sig")
    except UnicodeDecodeError:
        return _not_utf8(data)
    if "\0" in text:
        return _wide(data) or _refuse(data)
    return _with_escapes(data) or Decoded(text)


def _marked(data: bytes) -> Decoded | None:
    """What a byte order mark says, unless that leads to no text."""
    for mark, codec, name in _MARKS:
        if data.startswith(mark):
            text = data[len(mark) :].decode(codec, "replace")
            bad = text.count("\N{REPLACEMENT CHARACTER}")
            if not _NO_TEXT.search(text) and bad <= max(1, len(text) // 10):
                return Decoded(text, name, bad)
    return None


def _not_utf8(data: bytes) -> Decoded:
    if b"\0" in data:
        return _wide(data) or _refuse(data)
    if len(data) < 20 * (len(data) - len(data.translate(None, _CONTROLS))):
        raise NotText(likely_kind(data))
    if flawed := _flawed_utf8(data):
        return flawed
    # Imported here because it brings a library, and nearly all text is UTF-8.
    from chatbot_cli.text.legacy_encodings import decode_legacy

    few = _few_are_high(data)
    if legacy := decode_legacy(data, western_only=few):
        text, encoding = legacy
        return Decoded(text, encoding, text.count("\N{REPLACEMENT CHARACTER}"))
    if few and likely_kind(data) == BINARY:
        return _replaced(data)
    raise NotText(likely_kind(data))


def _refuse(data: bytes) -> Decoded:
    """Refuse bytes with NULs. They may be names with NULs between them, as from `find -print0`."""
    kind = likely_kind(data)
    controls = len(data) - len(data.translate(None, _CONTROLS))
    only_nuls = controls == data.count(0) < len(data)
    raise NotText(kind, separated=kind == BINARY and only_nuls and _is_utf8(data))


def _wide(data: bytes) -> Decoded | None:
    """Text of two or four bytes a character without a byte order mark, as PowerShell may write it."""
    is_utf8 = _is_utf8(data)
    for codec, width, name in _WITHOUT_MARK:
        if len(data) % width:
            continue
        try:
            text = data.decode(codec)
        except UnicodeDecodeError:
            continue
        beginning = text[:_BEGINNING]
        if _NO_TEXT.search(beginning) or not _SOMETHING_ASCII.search(beginning):
            continue
        if not (is_utf8 and width == 2 and _ASCII_PAIR.search(beginning)) and all(map(_is_assigned, set(beginning))):
            return Decoded(text, name)
    return None


def _is_utf8(data: bytes) -> bool:
    try:
        data.decode()
    except UnicodeDecodeError:
        return False
    return True


def _is_assigned(character: str) -> bool:
    return unicodedata.category(character) not in ("Cn", "Co", "Cs")


def _flawed_utf8(data: bytes) -> Decoded | None:
    """The text if it is UTF-8 for the most part: a log with a bad byte, or a beginning whose last character is cut."""
    bad = _bad_bytes(data)
    good = len(data.decode("utf-8", "ignore")) - (len(data) - len(_high(data)))
    is_cut = 1 < bad <= _CUT and _ends_in_mid_character(data)
    return _replaced(data) if good >= bad or is_cut else None


def _bad_bytes(data: bytes) -> int:
    """How many bytes are no UTF-8."""
    return len(data.decode("utf-8", "surrogateescape")) - len(data.decode("utf-8", "ignore"))


def _high(data: bytes) -> bytes:
    """The bytes that are no ASCII."""
    return data.translate(None, _ASCII)


def _ends_in_mid_character(data: bytes) -> bool:
    try:
        codecs.getincrementaldecoder("utf-8")().decode(data)
    except UnicodeDecodeError:
        return False
    return True


def _few_are_high(data: bytes) -> bool:
    """Whether so few bytes are no ASCII, each by itself, that they tell no language, and the rest can be read."""
    few = len(_high(data)) <= max(2, len(data) // 50)
    return few and not _TWO_HIGH.search(data)


def _replaced(data: bytes) -> Decoded:
    return Decoded(data.decode("utf-8-sig", "replace"), "UTF-8", _bad_bytes(data))


def _with_escapes(data: bytes) -> Decoded | None:
    """Japanese in seven bits: what looks like ASCII with escape sequences."""
    if b"\x1b$B" not in data and b"\x1b$@" not in data:
        return None
    try:
        return Decoded(data.decode("iso2022_jp"), "ISO-2022-JP")
    except UnicodeDecodeError:
        return None
