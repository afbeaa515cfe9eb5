"""A prompt that comes through a pipe."""

import io
import os
import threading
from typing import TextIO

import pytest

from chatbot_cli.cli.piped_input import as_typed, read_piped
from chatbot_cli.errors import UsageError

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
        (b"\n", ""),
        (b"", ""),
    ],
)
def test_all_of_it_is_the_prompt_whatever_the_locale_says(data: bytes, prompt: str) -> None:
    notes = Notes()
    assert read_piped(piped(data), notes, NEVER) == prompt
    assert notes.getvalue() == ""


@pytest.mark.parametrize(
    ("data", "prompt", "note"),
    [
        (b"caf\xe9\n", "café", "stdin is not UTF-8; it is read as Windows-1252 (Latin-1).\n"),
        ("What?\r\n".encode("utf-16"), "What?", "stdin is not UTF-8; it is read as UTF-16.\n"),
        ("naïve ".encode() + b"\xff", "naïve �", "stdin is read as UTF-8, with “�” in place of 1 bad byte.\n"),
    ],
)
def test_text_that_is_not_utf8_is_read_and_a_line_says_as_what(data: bytes, prompt: str, note: str) -> None:
    notes = Notes()
    assert read_piped(piped(data), notes, NEVER) == prompt
    assert notes.getvalue() == note


@pytest.mark.parametrize(
    ("data", "sentence"),
    [
        (b"\x89PNG\r\n\x1a\n", "stdin is a PNG image, not text."),
        (b"\x7fELF\x02\x01", "stdin is a program (ELF), not text."),
        (bytes(9), "stdin is binary data, not text."),
        (b"one\0two\0", "stdin holds NUL bytes, so it is binary data, not text."),
    ],
)
def test_what_is_no_text_is_a_mistake_that_names_it(data: bytes, sentence: str) -> None:
    with pytest.raises(UsageError) as refused:
        read_piped(piped(data), Notes(), NEVER)
    assert str(refused.value) == sentence
    assert refused.value.hint


@pytest.mark.parametrize(
    ("typed", "prompt", "note"),
    [
        ("naïve 東京", "naïve 東京", ""),
        (os.fsdecode(b"caf\xe9"), "café", "The prompt is not UTF-8; it is read as Windows-1252 (Latin-1).\n"),
        (os.fsdecode(b"\x83e\x83X\x83g"), "テスト", "The prompt is not UTF-8; it is read as Shift-JIS.\n"),
        (os.fsdecode(b"a \xff"), "a �", "The prompt is read as UTF-8, with “�” in place of 1 bad byte.\n"),
    ],
)
def test_words_of_the_command_line_are_read_in_their_encoding(typed: str, prompt: str, note: str) -> None:
    notes = Notes()
    assert as_typed(typed, notes) == prompt
    assert notes.getvalue() == note


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
