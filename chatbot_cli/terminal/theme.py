"""Colours and styles: few, and from the terminal's own palette, so that light and dark backgrounds both work."""

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
        "bar": "cyan",
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
    """A console that prints text as it is: no markup tags, no emoji codes, no highlighting of numbers and paths."""
    # If a shell exports COLUMNS and LINES, Rich would use them even after the window has been resized.
    environ = {name: value for name, value in os.environ.items() if name not in ("COLUMNS", "LINES")}
    return Console(file=file, theme=THEME, markup=False, emoji=False, highlight=False, _environ=environ)
