"""The history of the input line, from one run to the next."""

import asyncio
import os
import stat
from pathlib import Path

import pytest
from prompt_toolkit.buffer import Buffer
from prompt_toolkit.document import Document
from prompt_toolkit.history import FileHistory, InMemoryHistory
from prompt_toolkit.input import PipeInput

from chatbot_cli.terminal.input.input_history import LONGEST_KEPT, SuggestFromHistory, open_history, why_no_history
from tests.terminal.at_keyboard import PATIENCE, Line

CTRL_R, UP = "\x12", "\x1b[A"


async def test_typed_lines_come_back_in_the_next_run(keyboard: PipeInput, history: Path) -> None:
    for text in ("first", "second\x1b\rline"):
        await Line(keyboard, history).read(f"{text}\r")
    for keys, text in ((UP, "second\nline"), (f"{CTRL_R}fir\r", "first")):
        assert await recalled(Line(keyboard, history), keys) == text


async def recalled(line: Line, keys: str) -> str:
    """The line that is read when these keys are pressed after the history has been loaded."""
    reading = asyncio.create_task(line.read(""))
    buffer = await line.buffer()
    async with asyncio.timeout(PATIENCE):
        while not buffer.history.get_strings():  # noqa: ASYNC110 - it is read in the background, without an event
            await asyncio.sleep(0)
    line.type(f"{keys}\r")
    return await reading


async def test_only_the_owner_can_read_the_history(keyboard: PipeInput, history: Path) -> None:
    await Line(keyboard, history).read("my secret\r")
    assert mode(history) == 0o600
    assert mode(history.parent) == 0o700


def mode(path: Path) -> int:
    return stat.S_IMODE(path.stat().st_mode)


def test_a_history_that_all_could_read_is_closed_to_them(keyboard: PipeInput, history: Path) -> None:
    history.parent.mkdir(parents=True)
    history.touch(0o644)
    Line(keyboard, history)
    assert mode(history) == 0o600


async def test_a_history_that_cannot_be_kept_is_no_reason_to_stop(keyboard: PipeInput, tmp_path: Path) -> None:
    in_the_way = tmp_path / "file"
    in_the_way.touch()
    for path in (in_the_way / "history", in_the_way / "deeper" / "history", tmp_path):
        line = Line(keyboard, path)
        assert await line.read("Hi\r") == "Hi"
        assert await recalled(line, UP) == "Hi"


@pytest.mark.parametrize(
    ("kind", "reason"),
    [
        ("pipe", "it is a pipe, not a file"),
        ("link to a device", "it is a link, not a file"),
        ("link to a file", "it is a link, not a file"),
        ("folder", "it is a folder, not a file"),
        ("huge", "it has 10 GB, and may have 64 MB"),
        ("missing", ""),
        ("file", ""),
    ],
)
def test_only_a_file_of_a_sane_size_is_a_history(tmp_path: Path, kind: str, reason: str) -> None:
    path = tmp_path / kind
    match kind:
        case "pipe":
            os.mkfifo(path)
        case "link to a device":
            path.symlink_to("/dev/zero")
        case "link to a file":
            (tmp_path / "real").touch()
            path.symlink_to("real")
        case "folder":
            path.mkdir()
        case "huge" | "file":
            with path.open("wb") as file:
                file.truncate(10 << 30 if kind == "huge" else 0)
    assert why_no_history(path) == reason
    typed = open_history(path)
    typed.append_string("Hi")
    assert typed.get_strings() == ["Hi"]
    assert isinstance(typed, InMemoryHistory) == bool(reason)


def test_a_history_that_can_no_longer_be_written_goes_on_until_the_chat_ends(history: Path) -> None:
    typed = open_history(history)
    history.unlink()
    history.mkdir()
    typed.append_string("Hi")
    assert typed.get_strings() == ["Hi"]


async def test_bytes_that_are_no_text_do_not_spoil_the_history(keyboard: PipeInput, history: Path) -> None:
    keyboard.send_bytes(b"caf\xe9")
    await Line(keyboard, history).read("\r")
    assert await recalled(Line(keyboard, history), UP) == "caf?"


async def test_a_line_with_a_secret_is_not_written_down(keyboard: PipeInput, history: Path) -> None:
    secret = "ghp_a8Kd93kLmQx2Vb7Ty5Rw1Np6Zc4Hs0Jf9uk3"  # nobody's
    line = Line(keyboard, history)
    for text in ("first", f"What is {secret}?", f"/system Use {secret}.", "third"):
        await line.read(f"{text}\r")
    assert lines_in(history) == ["first", "third"]
    assert await recalled(Line(keyboard, history), f"{UP}{UP}") == "first"


def lines_in(history: Path) -> list[str]:
    return [row[1:] for row in history.read_text("utf-8").splitlines() if row.startswith("+")]


async def test_a_text_too_long_for_the_file_is_recalled_in_this_chat(keyboard: PipeInput, history: Path) -> None:
    long = "word " * 30_000
    typed = open_history(history)
    for text in ("first", long, f"{long}\n{long}", "x" * LONGEST_KEPT, "last"):
        typed.append_string(text)
    assert typed.get_strings()[1] == long
    assert loaded(history) == ["first", "x" * LONGEST_KEPT, "last"]


def test_a_text_too_long_in_an_older_file_is_passed_over(history: Path) -> None:
    older = FileHistory(history)
    history.parent.mkdir(parents=True)
    for text in ("first", "word " * 300_000, "two\nlines", "x" * 5_000_000, "last"):
        older.append_string(text)
    assert loaded(history) == ["first", "two\nlines", "last"]
    assert history.stat().st_size < 1000


@pytest.mark.parametrize("text", ["number {0}", "number {0}\n\n# not a time\n  {0}\n", "東京 {0}\r\nbytes"])
def test_a_history_that_has_grown_large_is_cut_to_the_newest(history: Path, text: str) -> None:
    history.parent.mkdir(parents=True)
    lines = [text.format(number) for number in range(100_000)]
    with history.open("w", newline="") as file:
        for line in lines:
            added = "".join(f"+{part}\n" for part in line.split("\n"))
            file.write(f"\n# 2026-01-01 00:00:00.000000\n{added}")
    kept = loaded(history)
    assert 10_000 < len(kept) < 100_000
    assert kept == lines[-len(kept) :]
    assert mode(history) == 0o600
    assert [path.name for path in history.parent.iterdir()] == [history.name]
    open_history(history).append_string("new")
    assert loaded(history) == [*kept, "new"]


def loaded(history: Path) -> list[str]:
    return list(open_history(history).load_history_strings())[::-1]


@pytest.mark.parametrize(
    ("typed", "suggested"), [("wh", "at is new?"), ("W", None), ("second", " line"), ("long", None), (" ", None)]
)
def test_the_newest_line_that_begins_so_is_suggested(typed: str, suggested: str | None) -> None:
    past = InMemoryHistory()
    for text in ("what is old?", "what is new?", "first line\nsecond line", "long " * 1000):
        past.append_string(text)
    suggestion = SuggestFromHistory().get_suggestion(Buffer(history=past), Document(typed))
    assert (suggestion.text if suggestion else None) == suggested
