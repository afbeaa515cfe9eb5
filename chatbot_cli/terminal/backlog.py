"""Text that has arrived and is not on the screen yet: it may come faster than it can be laid out."""

from collections import deque

BLOCK = 65_536  # characters that are joined, so that a text costs little more than its characters


class Backlog:
    """Takes a text piece by piece, and hands it out in parts. Its truth value is whether anything is left."""

    def __init__(self) -> None:
        self._blocks: deque[str] = deque()  # the oldest first
        self._taken = 0  # characters of the first block
        self._pieces: list[str] = []  # the newest, not joined yet
        self._in_pieces = 0

    def __bool__(self) -> bool:
        return bool(self._blocks or self._pieces)

    def __len__(self) -> int:
        """Characters that are left."""
        return sum(map(len, self._blocks)) - self._taken + self._in_pieces

    def put(self, text: str) -> None:
        """Add a piece at the end."""
        self._pieces.append(text)
        self._in_pieces += len(text)
        if self._in_pieces >= BLOCK:
            self._join()

    def take(self, most: int) -> str:
        """The next characters, at most `most`; empty if nothing is left."""
        parts: list[str] = []
        while most and self:
            if not self._blocks:
                self._join()
            part = self._blocks[0][self._taken : self._taken + most]
            parts.append(part)
            most -= len(part)
            self._taken += len(part)
            if self._taken == len(self._blocks[0]):
                self._blocks.popleft()
                self._taken = 0
        return "".join(parts)

    def clear(self) -> None:
        """Forget all."""
        self._blocks.clear()
        self._pieces.clear()
        self._taken = self._in_pieces = 0

    def _join(self) -> None:
        self._blocks.append("".join(self._pieces))
        self._pieces, self._in_pieces = [], 0
