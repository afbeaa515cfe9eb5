"""The lines that the program itself writes on the screen in full colour. Each of its texts begins with a sign."""

from rich.console import Console
from rich.segment import Segment
from rich.text import Text

from chatbot_cli.terminal.markdown.view import Line
from chatbot_cli.terminal.rows import without_sign
from chatbot_cli.text.safe import one_line, safe
from chatbot_cli.text.signs import INDENT, MESSAGE, RULE


def rule(console: Console, text: str, look: str = "quiet") -> Line:
    """A line across the screen that begins with a text. `look` is the style of the text; the line itself is quiet."""
    begin, label = Segment(RULE, console.get_style("quiet")), Segment(one_line(text), console.get_style(look))
    rest = max(0, console.width - 2 - begin.cell_length - label.cell_length)
    return [begin, label, Segment(f" {'─' * rest}", begin.style)]


def wrapped_rule(console: Console, text: str, look: str) -> list[Line]:
    """A text that is too long for such a line, on as many as it takes."""
    first, *others = console.render_lines(Text(RULE + one_line(text), console.get_style(look)), pad=False)
    return [first, *map(without_sign, others)]


def message_lines(console: Console, text: str, look: str = "quiet", sign: str = MESSAGE) -> list[Line]:
    """The lines of a message, which fit the screen. `sign` stands before the first; the others are indented."""
    style = console.get_style(look)
    options = console.options.update(width=max(1, console.width - len(sign)), height=None)
    lines = console.render_lines(Text(safe(text), style), options, pad=False)
    befores = [sign, *[INDENT] * (len(lines) - 1)]
    return [
        [Segment(before, style), *without_sign(line)] if line else [Segment(before.rstrip(" "), style)]
        for before, line in zip(befores, lines, strict=True)
    ]
