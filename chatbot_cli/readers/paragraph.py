"""A paragraph of HTML while it is read: white space is folded, line by line of the file."""

import re

from chatbot_cli.readers.lines import Lines

_LOOKS_LIKE_MARKUP = re.compile(r"#{1,6}(\s|$)|```|~~~")


class Paragraph:
    """Collects text, and gives it to `lines` when it ends."""

    def __init__(self, lines: Lines) -> None:
        self._lines = lines
        self._rows: list[tuple[int, list[str]]] = []  # the text of each line of the file
        self._mark = ""
        self._is_heading = False

    def begin(self, mark: str, *, is_heading: bool = False, ends_block: bool = True) -> None:
        """Begin one that has a mark in front, such as "- "."""
        self.end(ends_block=ends_block)
        self._mark, self._is_heading = mark, is_heading

    def take(self, text: str, at: int) -> None:
        """Text that begins in a line of the file."""
        for number, part in enumerate(text.split("\n")):
            if number or not self._rows:
                self.new_line(at + number)
            if part:
                self._rows[-1][1].append(part)

    def new_line(self, at: int) -> None:
        """What follows stands in a line of its own."""
        self._rows.append((at, []))

    def end(self, *, ends_block: bool = True) -> None:
        """Pass it on. Without an end of the block, what comes next follows at once, as items of a list do."""
        rows = [(at, " ".join("".join(parts).split())) for at, parts in self._rows]
        rows = [(at, row) for at, row in rows if row and row != "``"]
        if self._is_heading and rows:
            rows = [(rows[0][0], " ".join(row for _, row in rows))]
        for number, (at, row) in enumerate(rows):
            plain = f"\\{row}" if not self._is_heading and _LOOKS_LIKE_MARKUP.match(row) else row
            indent = " " * len(self._mark) if self._mark and not self._is_heading else ""
            self._lines.add((indent if number else self._mark) + plain, at)
        self._rows.clear()
        if rows:
            self._mark, self._is_heading = "", False
        if ends_block:
            self._mark, self._is_heading = "", False
            self._lines.blank()
