"""How large the terminal is that a stream leads to."""

import os
from typing import TextIO


def size_of(stream: TextIO) -> os.terminal_size | None:
    """In columns and lines; None if the stream leads to no terminal, also when it only says that it does."""
    try:
        return os.get_terminal_size(stream.fileno()) if stream.isatty() else None
    except (OSError, ValueError):
        return None


def columns_of(stream: TextIO, stated: str = "") -> int | None:
    """The columns alone; None if they are not known. `stated` is the variable COLUMNS, which the user may have set."""
    if stated.isascii() and stated.isdecimal() and int(stated):
        return int(stated)
    size = size_of(stream)
    return size.columns or None if size else None
