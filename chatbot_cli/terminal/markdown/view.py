"""Markdown blocks -> lines of styled text, without filler, so that what is copied is what was said."""

from collections.abc import Iterable, Sequence
from typing import ClassVar

from markdown_it.token import Token
from rich.cells import cell_len
from rich.console import Console, ConsoleOptions, RenderResult
from rich.markdown import (
    BlockQuote,
    CodeBlock,
    Heading,
    HorizontalRule,
    ListElement,
    Markdown,
    MarkdownElement,
    TableElement,
)
from rich.rule import Rule
from rich.segment import Segment
from rich.table import Table
from rich.text import Text

from chatbot_cli.terminal.markdown.code_highlight import CodeLine, highlight
from chatbot_cli.terminal.markdown.open_fence import trimmed
from chatbot_cli.terminal.markdown.stream import LABEL, Block, Code, Piece
from chatbot_cli.terminal.rows import fitting
from chatbot_cli.terminal.theme import CODE_THEME
from chatbot_cli.text.safe import safe

Line = list[Segment]

TAB_SIZE = 4
NARROWEST = 6  # cells; what is nested so deep that less would be left is not indented any more
QUOTE_INDENT = 4
NARROWEST_COLUMN = 6  # of a table, with the gap beside it; a table of narrower ones is shown row by row
TWO_DIGITS = 10  # so that the items of nearly all lists stand in one column


def lines_of(pieces: Sequence[Piece], console: Console, *, below_something: bool = False) -> list[Line]:
    """The pieces as lines, one empty line between two unless they are joined.

    All fit the console's width but the lines of code: broken here, they could not be copied as they are.
    """
    lines: list[Line] = []
    for piece in pieces:
        piece_lines = _code_lines(piece, console) if isinstance(piece, Code) else _block_lines(piece, console)
        if piece_lines and not piece.joined and (lines or below_something):
            lines.append([])
        lines += piece_lines
    return lines


def _block_lines(block: Block, console: Console) -> list[Line]:
    rendered = console.render_lines(_Blocks(block.tokens), console.options.update(height=None), pad=False)
    return _without_blank_edges([row for line in rendered for row in fitting(_without_filler(line), console.width)])


def _code_lines(code: Code, console: Console) -> list[Line]:
    label = [[Segment(code.label, console.get_style("quiet"))]] if code.label else []
    return label + [code_line(line) for line in code.lines]


def code_line(line: CodeLine) -> Line:
    segments: Line = []
    column = 0
    for kind, text in line:
        text = safe(_expanded(text, column) if "\t" in text else text)
        segments.append(Segment(text, CODE_THEME.get_style_for_token(kind)))
        column += cell_len(text)
    return _without_filler(Segment.simplify(segments))


def _expanded(text: str, column: int) -> str:
    """The text with its tabs as blanks, as it looks when it begins in that column."""
    return (" " * column + text).expandtabs(TAB_SIZE)[column:]


class _QuietHeading(Heading):
    """All headings on the left."""

    LEVEL_ALIGN: ClassVar = {f"h{level}": "left" for level in range(1, 7)}


class _PlainCodeBlock(CodeBlock):
    """Code at the left edge of what it stands in, on the terminal's own ground, below its number."""

    label: str

    @classmethod
    def create(cls, markdown: Markdown, token: Token) -> "_PlainCodeBlock":
        block = cls(token.info.partition(" ")[0], markdown.code_theme)
        block.label = token.meta.get(LABEL, "")
        return block

    def __rich_console__(self, console: Console, options: ConsoleOptions) -> RenderResult:
        yield Segment(self.label, console.get_style("quiet"))
        yield Segment.line()
        for line in trimmed(highlight(str(self.text), self.lexer_name)):
            for row in fitting(code_line(line), options.max_width):
                yield from row
                yield Segment.line()


class _QuietRule(HorizontalRule):
    """A thin line."""

    def __rich_console__(self, console: Console, options: ConsoleOptions) -> RenderResult:
        yield Rule(style="markdown.hr")


class _StableList(ListElement):
    """A list in which the place of an item depends on its own number, not on those of items still to come."""

    def __rich_console__(self, console: Console, options: ConsoleOptions) -> RenderResult:
        numbered = self.list_type == "ordered_list_open"
        for number, item in enumerate(self.items, 1 if self.list_start is None else self.list_start):
            digits = len(str(max(number, TWO_DIGITS))) if numbered else 1
            if not list(item.elements.__rich_console__(console, options)):
                item.elements.append(Text(" "))  # for its bullet to stand beside
            if options.max_width - digits - 2 < NARROWEST:
                yield from console.render(item.elements, options)
            elif numbered:
                yield from item.render_number(console, options, number, max(number, TWO_DIGITS))
            else:
                yield from item.render_bullet(console, options)


class _FittingQuote(BlockQuote):
    """A quote that shows all its words, however deep it is."""

    def __rich_console__(self, console: Console, options: ConsoleOptions) -> RenderResult:
        if options.max_width - QUOTE_INDENT < NARROWEST:
            yield from console.render(self.elements, options)
        else:
            yield from super().__rich_console__(console, options)


class _FittingTable(TableElement):
    """A table that shows all its words: long ones are broken; where there is no room for columns it is no table."""

    def __rich_console__(self, console: Console, options: ConsoleOptions) -> RenderResult:
        names = [cell.content for cell in self.header.row.cells] if self.header and self.header.row else []
        if options.max_width < len(names) * NARROWEST_COLUMN:
            yield from self._row_by_row(names)
            return
        for table in super().__rich_console__(console, options):
            if isinstance(table, Table):
                for column in table.columns:
                    column.overflow = "fold"
            yield table

    def _row_by_row(self, names: Sequence[Text]) -> Iterable[Text]:
        rows = self.body.rows if self.body else []
        for row in rows:
            for name, cell in zip(names, row.cells, strict=True):
                yield Text.assemble(name, ": ", cell.content)
            yield Text()
        if not rows:
            yield from names


# Made once: Rich's constructor builds a Markdown parser each time, which takes longer than rendering a block.
_DEFAULTS = vars(Markdown(""))


class _Blocks(Markdown):
    """Rich's Markdown from tokens that are parsed already."""

    elements: ClassVar[dict[str, type[MarkdownElement]]] = {
        **Markdown.elements,
        "heading_open": _QuietHeading,
        "fence": _PlainCodeBlock,
        "code_block": _PlainCodeBlock,
        "bullet_list_open": _StableList,
        "ordered_list_open": _StableList,
        "blockquote_open": _FittingQuote,
        "table_open": _FittingTable,
        "hr": _QuietRule,
    }

    def __init__(self, tokens: Sequence[Token]) -> None:
        vars(self).update(_DEFAULTS)
        self.inlines = {*Markdown.inlines, "link", "link_url"}
        self.parsed = [_as_seen(token) for token in tokens]


def _as_seen(token: Token) -> Token:
    return token.copy(children=list(_inline_as_seen(token.children))) if token.children else token


def _inline_as_seen(children: Iterable[Token]) -> Iterable[Token]:
    """Links and images as text with the target behind it, where all can see where they lead; a line stays a line."""
    target, text = "", ""
    for child in children:
        if child.type == "link_open":
            target, text = str(child.attrs.get("href", "")), ""
            yield Token("link_text_open", "link", 1)
        elif child.type == "link_close":
            yield Token("link_text_close", "link", -1)
            if text not in (target, target.removeprefix("mailto:")):
                yield Token("target", "link_url", 0, content=f" ({target})")
        elif child.type == "image":
            text += child.content
            yield Token("text", "", 0, content=f"[image: {child.content}]" if child.content else "[image]")
            yield Token("target", "link_url", 0, content=f" ({child.attrs.get('src', '')})")
        elif child.type == "softbreak":
            yield Token("hardbreak", "br", 0)
        else:
            text += child.content
            yield child


def _without_filler(line: Iterable[Segment]) -> Line:
    kept = [Segment(safe(segment.text), segment.style) for segment in line if not segment.control]
    while kept and not kept[-1].text.strip(" "):
        kept.pop()
    if kept:
        kept[-1] = Segment(kept[-1].text.rstrip(" "), kept[-1].style)
    return kept


def _without_blank_edges(lines: list[Line]) -> list[Line]:
    filled = [index for index, line in enumerate(lines) if line]
    return lines[filled[0] : filled[-1] + 1] if filled else []
