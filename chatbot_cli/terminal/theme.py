"""How things look: quiet colours from the terminal's own palette, good on a light and on a dark ground."""

import os
from typing import Final, TextIO

from pygments.token import Comment, Keyword, Name, Number, Operator, String
from rich.console import Console
from rich.style import Style
from rich.syntax import ANSISyntaxTheme
from rich.theme import Theme

THEME: Final = Theme(
    {
        "quiet": "dim",
        "speaker": "bold",
        "problem": "red",
        "markdown.h1": "bold underline",
        "markdown.h2": "bold underline",
        "markdown.h3": "bold",
        "markdown.h4": "bold",
        "markdown.h5": "bold",
        "markdown.h6": "bold",
        "markdown.code": "cyan",
        "markdown.code_block": "none",
        "markdown.block_quote": "italic",
        "markdown.hr": "dim",
        "markdown.item.bullet": "dim",
        "markdown.item.number": "dim",
        "markdown.link": "underline",
        "markdown.link_url": "dim",
        "markdown.table.border": "dim",
        "markdown.table.header": "bold",
    }
)

CODE_THEME: Final = ANSISyntaxTheme(
    {
        Comment: Style(dim=True, italic=True),
        Keyword: Style(color="magenta"),
        Operator.Word: Style(color="magenta"),
        Name.Function: Style(color="blue"),
        Name.Class: Style(color="blue"),
        Name.Decorator: Style(color="blue"),
        Name.Builtin: Style(color="cyan"),
        Name.Tag: Style(color="blue"),
        String: Style(color="green"),
        Number: Style(color="cyan"),
    }
)


def make_console(file: TextIO) -> Console:
    """A console for text that is never markup: no tags, no emoji codes, no guessing at numbers and paths."""
    # Where a shell exports its size, Rich would take it for the window's even after that has been resized.
    environ = {name: value for name, value in os.environ.items() if name not in ("COLUMNS", "LINES")}
    return Console(file=file, theme=THEME, markup=False, emoji=False, highlight=False, _environ=environ)
