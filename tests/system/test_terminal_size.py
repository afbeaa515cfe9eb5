"""How large a terminal is, and that nothing else has a size."""

import fcntl
import io
import os
import pty
import struct
import termios
from pathlib import Path

import pytest

from chatbot_cli.system.terminal_size import columns_of, size_of


class OnlySaysSo(io.StringIO):
    def isatty(self) -> bool:
        return True


@pytest.mark.parametrize("columns", [0, 72])
def test_a_terminal_has_columns_if_it_knows_them(columns: int) -> None:
    master, slave = pty.openpty()
    try:
        fcntl.ioctl(slave, termios.TIOCSWINSZ, struct.pack("HHHH", 20, columns, 0, 0))
        with os.fdopen(slave, "w") as stream:
            assert size_of(stream) == (columns, 20)
            assert columns_of(stream) == (columns or None)
            assert columns_of(stream, "50") == 50
            assert columns_of(stream, "wide") == columns_of(stream, "0") == (columns or None)
    finally:
        os.close(master)


def test_anything_else_has_none(tmp_path: Path) -> None:
    with (tmp_path / "file").open("w") as file:
        assert size_of(file) is None
    assert columns_of(OnlySaysSo()) is None
    closed = OnlySaysSo()
    closed.close()
    assert columns_of(closed) is None
