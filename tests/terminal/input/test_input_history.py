"""The history of the input line, from one run to the next."""

import asyncio
import stat
from pathlib import Path

from prompt_toolkit.input import PipeInput

from chatbot_cli.terminal.input.input_history import open_history
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
