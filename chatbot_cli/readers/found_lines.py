"""Finds the lines of a text again in the file that it was taken from (pure)."""

from bisect import bisect_right
from collections import defaultdict
from collections.abc import Iterable


class FoundLines:
    """The lines of a file. Each is looked for after the one that was found last."""

    def __init__(self, lines: Iterable[str]) -> None:
        self._numbers: dict[str, list[int]] = defaultdict(list)
        for number, line in enumerate(lines, start=1):
            self._numbers[line].append(number)
        self.last = 1

    def find(self, *spellings: str) -> int:
        """The number of the next line that reads so; if there is none, or it is blank, of the one found last."""
        for spelling in filter(None, spellings):
            numbers = self._numbers.get(spelling, ())
            if (at := bisect_right(numbers, self.last)) < len(numbers):
                self.last = numbers[at]
                break
        return self.last
