"""A JSON object that arrives in pieces, and whether all of it is there. Pure."""

from dataclasses import dataclass, field


@dataclass(slots=True)
class GrowingJson:
    """A text that grows, and whether it is a whole JSON object by its brackets."""

    _pieces: list[str] = field(default_factory=list)
    _size: int = 0
    _depth: int = 0
    _in_string: bool = False
    _is_escaped: bool = False
    _begun: bool = False
    is_blank: bool = True
    is_whole: bool = False

    def add(self, piece: str) -> None:
        """Note the next piece of the text."""
        self._pieces.append(piece)
        self._size += len(piece)
        self.is_blank = self.is_blank and not piece.strip()
        for character in piece:
            if self._is_escaped:
                self._is_escaped = False
            elif self._in_string:
                self._is_escaped = character == "\\"
                self._in_string = character != '"'
            elif character == '"':
                self._in_string = True
            elif character in "{[":
                self._depth += 1
                self._begun = self._begun or character == "{"
            elif character in "}]":
                self._depth -= 1
                self.is_whole = self._begun and self._depth == 0

    @property
    def is_empty(self) -> bool:
        """Whether it is an object without fields."""
        return self.is_whole and self._size < 8 and not self.text.strip(" \t\r\n{}")

    @property
    def text(self) -> str:
        """All of it."""
        return "".join(self._pieces)
