"""Replaces characters that a text file or a web page cannot show by visible symbols."""

import re

_PICTURES = {code: chr(0x2400 + code) for code in range(0x20) if chr(code) not in "\t\n\r"} | {0x7F: "␡"}
_BIDI_NAMES = {
    **dict(zip(range(0x202A, 0x202F), ("LRE", "RLE", "PDF", "LRO", "RLO"), strict=True)),
    **dict(zip(range(0x2066, 0x206A), ("LRI", "RLI", "FSI", "PDI"), strict=True)),
}
_SYMBOLS = _PICTURES | {code: f"‹{name}›" for code, name in _BIDI_NAMES.items()}

_HALVES = re.compile("[\ud800-\udfff]")
_TAGS = range(0xE0000, 0xE0080)  # invisible letters that can carry hidden instructions
_UNSEEN = re.compile(
    "[\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x9f\u202a-\u202e\u2066-\u2069\ud800-\udfff\U000e0000-\U000e007f]"
)


def writable(text: str) -> str:
    """The text with surrogate halves, which UTF-8 cannot encode, as symbols such as `‹D83D›`."""
    return _HALVES.sub(_symbol, text)


def visible(text: str) -> str:
    """The text with control characters and overrides of direction as symbols. Tabs and newlines stay."""
    return _UNSEEN.sub(_symbol, text)


def one_line(text: str) -> str:
    """The visible text on one line, for titles and facts."""
    return visible(" ".join(text.split()))


def _symbol(match: "re.Match[str]") -> str:
    code = ord(match[0])
    hidden = f"‹tag {code - _TAGS.start:02X}›" if code in _TAGS else f"‹{code:02X}›"
    return _SYMBOLS.get(code) or hidden
