"""A value of JSON that arrives in pieces: where it ends, by its brackets and quotes alone. Pure."""

import re

from chatbot_cli.structured.replies.reply_json import MOST_DEPTH

# None of these can fail, so none goes back. Possessive groups would say it, but are matched wrong before 3.11.5.
INSIDE_A_STRING = r'[^"\\]*(?:\\.[^"\\]*)*'
_IN_STRING = re.compile(INSIDE_A_STRING, re.DOTALL)
TO_A_BRACKET = re.compile(rf'(?:[^"{{}}\[\]]+|"{INSIDE_A_STRING}")*', re.DOTALL)  # or to a string without an end
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
                position = end_of(_IN_STRING, text, position)
                if position < len(text):
                    self._escaped = text[position] == "\\"  # the last character of this piece
                    self._in_string = self._escaped
                    position += 1
            else:
                position = end_of(TO_A_BRACKET, text, position)
                if position < len(text):
                    self._in_string = text[position] == '"'
                    self._depth += _DEEPER[text[position]]
                    position += 1
        self._pieces.append(text[start:position])
        return position


def end_of(pattern: "re.Pattern[str]", text: str, position: int) -> int:
    """Where what a pattern matches at a position ends; the position itself if nothing does."""
    found = pattern.match(text, position)
    return found.end() if found else position
