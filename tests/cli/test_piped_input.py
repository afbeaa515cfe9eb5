"""A prompt that comes through a pipe."""

import io
import os
import threading
from typing import TextIO

import pytest

from chatbot_cli.cli.piped_input import read_piped

NEVER, PATIENCE = 3600.0, 10.0


def piped(data: bytes) -> TextIO:
    return io.TextIOWrapper(io.BytesIO(data), "ascii")


class Notes(io.StringIO):
    """A stderr that tells when something has been written on it."""

    def __init__(self) -> None:
        super().__init__()
        self.written = threading.Event()

    def flush(self) -> None:
        self.written.set()


@pytest.mark.parametrize(
    ("data", "prompt"),
    [
        (b"What is this?\n", "What is this?"),
        (b"  two\n\nlines \r\n\r\n", "  two\n\nlines "),
        ("naïve 東京\n".encode(), "naïve 東京"),
        (b"\xef\xbb\xbffrom Windows\r\n", "from Windows"),
        (b"caf\xe9", "caf\N{REPLACEMENT CHARACTER}"),
        (b"\n", ""),
        (b"", ""),
    ],
)
def test_all_of_it_is_the_prompt_whatever_the_locale_says(data: bytes, prompt: str) -> None:
    notes = Notes()
    assert read_piped(piped(data), notes, NEVER) == prompt
    assert notes.getvalue() == ""


def test_when_nothing_comes_it_says_what_it_waits_for() -> None:
    notes, (reading_end, writing_end) = Notes(), os.pipe()
    prompts: list[str] = []
    with os.fdopen(reading_end) as stdin, os.fdopen(writing_end, "w") as writer:
        reader = threading.Thread(target=lambda: prompts.append(read_piped(stdin, notes, 0.0)))
        reader.start()
        assert notes.written.wait(PATIENCE)
        writer.write("at last")
        writer.close()
        reader.join(PATIENCE)
    assert notes.getvalue() == "reading stdin…\n"
    assert prompts == ["at last"]
