"""Very long lines in the input line: drawn in part, edited and sent whole; a long paste is taken in at once."""

import asyncio
import io
from pathlib import Path

import pytest
from prompt_toolkit.data_structures import Size
from prompt_toolkit.document import Document
from prompt_toolkit.input import PipeInput, create_pipe_input
from prompt_toolkit.input.vt100_parser import Vt100Parser
from prompt_toolkit.key_binding.key_processor import KeyPress
from prompt_toolkit.layout.controls import BufferControl
from prompt_toolkit.layout.processors import Transformation, TransformationInput
from prompt_toolkit.output.vt100 import Vt100_Output

from chatbot_cli.terminal.input.long_lines import FOLD, MARK, FoldLongLines
from chatbot_cli.terminal.input.long_pastes import collect_pastes
from tests.terminal.at_keyboard import PATIENCE, Line

LONG = "".join(f"{number:09} " for number in range(100_000))  # a million characters, no two folds of it alike


def folded(text: str, cursor: int, lineno: int = 0) -> Transformation:
    document = Document(text, cursor)
    line = document.lines[lineno]
    return FoldLongLines().apply_transformation(
        TransformationInput(BufferControl(), document, lineno, lambda i: i, [("", line)], 80, 24)
    )


@pytest.mark.parametrize("cursor", [0, 1, FOLD - 1, FOLD, 2 * FOLD, 500_000, len(LONG) - 1, len(LONG)])
def test_what_is_around_the_cursor_of_a_long_line_is_drawn(cursor: int) -> None:
    drawn = folded(LONG, cursor)
    (_, text, *_), *others = drawn.fragments
    assert not others
    assert len(text) <= 3 * FOLD + 2 * len(MARK)
    column = drawn.source_to_display(cursor)
    assert drawn.display_to_source(column) == cursor
    around = LONG[max(0, cursor - FOLD) : cursor + FOLD]
    assert text[column - min(cursor, FOLD) :].startswith(around)
    assert text.startswith(MARK) == (cursor >= 2 * FOLD)
    assert text.endswith(MARK) == (cursor < len(LONG) - 2 * FOLD)


@pytest.mark.parametrize("text", ["", "short", "x" * 3 * FOLD])
def test_other_lines_are_drawn_whole(text: str) -> None:
    assert folded(text, len(text)).fragments == [("", text)]


def test_of_a_long_line_without_the_cursor_the_beginning_is_drawn() -> None:
    (_, text, *_), *_ = folded(f"{LONG}\n{LONG}", len(LONG) + 500_000, lineno=0).fragments
    assert text == LONG[: 2 * FOLD] + MARK


async def test_a_long_line_is_edited_at_both_ends_and_sent_whole(keyboard: PipeInput, history: Path) -> None:
    screen = io.StringIO()
    line = Line(keyboard, history, Vt100_Output(screen, lambda: Size(24, 80), term="xterm"))
    reading = asyncio.create_task(line.read(""))
    buffer = await line.buffer()
    async with asyncio.timeout(PATIENCE):
        typing = asyncio.create_task(asyncio.to_thread(keyboard.send_text, f"\x1b[200~{LONG}\x1b[201~"))
        while buffer.text != LONG:  # noqa: ASYNC110 - a keyboard has no event to wait for
            await asyncio.sleep(0)
        await typing
        keyboard.send_text("end\x01begin\r")
        assert await reading == f"begin{LONG}end"


PASTE = "\x1b[200~"
TYPED = [
    f"a{PASTE}one\r\ntwo\x1b[201~b",
    f"{PASTE}one\x1b[201~{PASTE}two\x1b[201~",
    f"{PASTE}\x1b[201~\x1b[A\x1b",
    f"{PASTE}\x1b[31mred\x1b[0m \x1b[20 \x1b[201\x1b[201~\r",
    "no paste \x1b[A\x1b[1;5C",
    f"{PASTE}never ends",
    f"x{PASTE}one {PASTE} two\x1b[201~y",
]


@pytest.mark.parametrize("typed", TYPED)
@pytest.mark.parametrize("size", [1, 2, 3, 5, 7, 1024])
def test_keys_are_the_same_however_the_text_of_a_paste_is_cut(typed: str, size: int) -> None:
    expected: list[KeyPress] = []
    Vt100Parser(expected.append).feed(typed)
    with create_pipe_input() as keyboard:
        found: list[KeyPress] = []
        collect_pastes(keyboard)
        parser = keyboard.vt100_parser  # type: ignore[attr-defined]  # Windows' keyboard has none
        parser.feed_key_callback = found.append
        for start in range(0, len(typed), size):
            parser.feed(typed[start : start + size])
    assert found == expected
