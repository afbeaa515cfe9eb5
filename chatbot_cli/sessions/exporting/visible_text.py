"""Replaces characters that a text file or a web page cannot show by visible symbols."""

import re

from chatbot_cli.text.safe import symbol_of

_HALVES = re.compile("[\ud800-\udfff]")
_UNSEEN = re.compile(  # but for the carriage return the same as at a terminal
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
    return f"‹{ord(match[0]):02X}›" if _HALVES.match(match[0]) else symbol_of(match[0])
