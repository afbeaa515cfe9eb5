"""Breaks the lines of a list: what does not fit goes on below its own column. Pure."""

import re

from chatbot_cli.text.width import cells

_FIRST_COLUMN = re.compile(r" *\S.*?  +(?=\S)")  # a word or more, and a gap


def hanging(line: str, columns: int) -> str:
    """The line, broken at blanks if it is wider than `columns` cells; only a line of a list, with a gap in it, is."""
    first = _FIRST_COLUMN.match(line)
    if first is None or cells(line) <= columns or cells(first[0]) > columns // 2:
        return line
    margin = " " * cells(first[0])
    rows = [first[0].rstrip()]
    gap = margin[cells(rows[0]) :]
    for word in line[first.end() :].split(" "):
        if gap == " " and cells(f"{rows[-1]} {word}") > columns:
            rows.append(f"{margin}{word}")
        else:
            rows[-1] += f"{gap}{word}"
        gap = " "
    return "\n".join(row.rstrip() for row in rows)
