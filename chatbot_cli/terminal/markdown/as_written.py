"""Text that is shown as it was written, though it is inside a parsed document. Pure."""

from collections.abc import Iterator

from markdown_it.rules_block import StateBlock
from markdown_it.token import Token


def line_of(state: StateBlock, line: int) -> str:
    """A line without the indentation and the marks of quotes before it."""
    return state.src[state.bMarks[line] + state.tShift[line] : state.eMarks[line]]


def as_written(text: str) -> Iterator[Token]:
    """The lines of a text as they are, with a break between two of them."""
    for number, line in enumerate(text.split("\n")):
        if number:
            yield Token("softbreak", "br", 0)
        yield Token("text", "", 0, content=line)


def push_paragraph(state: StateBlock, first: int, end: int, written: str, parsed: str = "") -> None:
    """Add a paragraph of the lines from `first` to `end`: one part is shown as written, the rest is to be parsed."""
    state.push("paragraph_open", "p", 1).map = [first, end]
    inline = state.push("inline", "", 0)
    inline.content, inline.map, inline.children = parsed, [first, end], list(as_written(written))
    if parsed:
        inline.children.append(Token("softbreak", "br", 0))
    state.push("paragraph_close", "p", -1)
