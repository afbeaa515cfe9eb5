"""A value of JSON that arrives in pieces: where it ends, by its brackets and quotes alone. Pure."""

import re

from chatbot_cli.structured.replies.reply_json import MOST_DEPTH

# No group is repeated here: a possessive one is matched wrong before Python 3.11.5, any other holds each of its rounds.
_QUOTE_OR_ESCAPE = re.compile(r'"|\\.?', re.DOTALL)
_OUT_OF_STRING = re.compile(r'[^"{}\[\]]*')
_DEEPER = {'"': 0, "[": 1, "{": 1, "]": -1, "}": -1}


class OpenValue:
    """An object, an array or a string, of which the beginning is there. What comes is looked at once."""

    __slots__ = ("_depth", "_escaped", "_in_string", "_pieces")

    def __init__(self, beginning: str, *, depth: int, in_string: bool) -> None:
        """`depth` is the number of brackets that are open in the beginning."""
        self._pieces = [beginning]
        self._depth = depth
        self._in_string = in_string
        self._escaped = False

    @property
    def is_whole(self) -> bool:
        return not (self._depth or self._in_string)

    @property
    def is_too_deep(self) -> bool:
        return self._depth > MOST_DEPTH

    @property
    def text(self) -> str:
        """What is there of it."""
        return "".join(self._pieces)

    def take(self, text: str, start: int) -> int:
        """Take what belongs to it of a text from `start` on. Returns where that ends, or where it gets too deep."""
        position = start
        while position < len(text) and not (self.is_whole or self.is_too_deep):
            if self._escaped:
                self._escaped = False
                position += 1
            elif self._in_string:
                position = self._through_string(text, position)
            else:
                position = end_of(_OUT_OF_STRING, text, position)
                if position < len(text):
                    self._in_string = text[position] == '"'
                    self._depth += _DEEPER[text[position]]
                    position += 1
        self._pieces.append(text[start:position])
        return position

    def _through_string(self, text: str, start: int) -> int:
        """Where the string ends that is open; the end of the text if it goes on there."""
        for found in _QUOTE_OR_ESCAPE.finditer(text, start):
            if found[0] == '"':
                self._in_string = False
                return found.end()
            self._escaped = found[0] == "\\"  # the last character of this piece
        return len(text)


def end_of(pattern: "re.Pattern[str]", text: str, position: int) -> int:
    """Where what a pattern matches at a position ends; the position itself if nothing does."""
    found = pattern.match(text, position)
    return found.end() if found else position
