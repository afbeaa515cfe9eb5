"""Turns styled lines into rows of the terminal, in the colours that it can show."""

import re
from collections.abc import Iterable, Iterator, Sequence

from rich.cells import cell_len, split_graphemes
from rich.color import ColorSystem
from rich.console import COLOR_SYSTEMS, Console
from rich.segment import Segment
from rich.style import Style

from chatbot_cli.terminal.painter import Row
from chatbot_cli.text.signs import blanks_before, disarmed

# Some terminals draw an emoji of several parts as one symbol of two cells, others draw the parts side by side.
_EMOJI_PARTS = re.compile("[\u200d\ufe0f\U0001f1e6-\U0001f1ff\U0001f3fb-\U0001f3ff]")
_WIDE_EMOJI_PARTS = re.compile("[\U0001f1e6-\U0001f1ff\U0001f3fb-\U0001f3ff]")  # letters of flags, and skin tones


def rows_of(lines: Iterable[Sequence[Segment]], console: Console, *, final: bool) -> list[Row]:
    """The lines as rows of the console's width. A final line is wrapped by the terminal where each one does.

    No row but the first of a line begins with a sign of the program.
    """
    rows: list[Row] = []
    for line in lines:
        first, *others = broken_to_fit(line, console.width)
        parts = [first, *map(without_sign, others)]
        rows += [
            row_of(part, console, wraps=final and _is_wrapped_after(part, following, console.width))
            for part, following in zip(parts, [*parts[1:], []], strict=True)
        ]
    return rows


def without_sign(row: Sequence[Segment]) -> list[Segment]:
    """A row of a reply, so that it does not begin with a sign of the program, nor with a line through blanks."""
    text = "".join(segment.text for segment in row)
    shown, blanks = disarmed(text), blanks_before(text)
    if shown is text and not blanks:
        return list(row)
    segments: list[Segment] = []
    begin = 0
    for segment in row:
        end = begin + len(segment.text)
        middle = min(max(begin, blanks), end)
        style = segment.style
        through = style is not None and (style.strike or style.underline)
        parts = ((begin, middle, None if through else style), (middle, end, style))
        segments += [Segment(shown[start:stop], look) for start, stop, look in parts if stop > start]
        begin = end
    return segments


def row_of(line: Sequence[Segment], console: Console, *, wraps: bool = False) -> Row:
    """One row, with the codes for the styles that the console can show."""
    colors = COLOR_SYSTEMS.get(console.color_system or "")
    text = "".join(_styled(segment.text, segment.style, colors, plain=console.no_color) for segment in line)
    return Row(text, Segment.get_line_length(list(line)), wraps)


def _is_wrapped_after(row: Sequence[Segment], following: Sequence[Segment], width: int) -> bool:
    """Whether every terminal wraps between these two rows by itself."""
    text = "".join(segment.text for segment in row)
    next_character = following[0].text[:1] if following else ""
    return bool(next_character) and not _EMOJI_PARTS.search(text) and cell_len(text) + cell_len(next_character) > width


def broken_to_fit(line: Iterable[Segment], width: int) -> list[list[Segment]]:
    """The line broken into rows that fit into `width` cells on every terminal. Blanks at the breaks are kept."""
    row: list[Segment] = []
    rows, column = [row], 0
    for segment in line:
        fits = column + _most_cells(segment.text) <= width
        for text in [segment.text] if fits else _characters(segment.text):
            cells = _most_cells(text)
            if column and column + cells > width:
                row, column = [], 0
                rows.append(row)
            row.append(Segment(text, segment.style))
            column += cells
    return rows


def _most_cells(text: str) -> int:
    """The most cells that any terminal needs for a text."""
    if not _EMOJI_PARTS.search(text):
        return cell_len(text)
    return sum(max(cell_len(character), sum(map(_cells_alone, character))) for character in _characters(text))


def _cells_alone(part: str) -> int:
    return 2 if _WIDE_EMOJI_PARTS.match(part) else cell_len(part)


def _characters(text: str) -> Iterator[str]:
    """The characters as a reader sees them: marks and emoji parts stay with the character they belong to."""
    return (text[begin:end] for begin, end, _ in split_graphemes(text)[0])


def _styled(text: str, style: Style | None, colors: ColorSystem | None, *, plain: bool) -> str:
    if style is None:
        return text
    return (style.without_color if plain else style).render(text, color_system=colors)
