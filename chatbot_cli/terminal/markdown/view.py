"""Turns Markdown blocks into lines of styled text, without padding, so that a copied text is the reply's text."""

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
    ListItem,
    Markdown,
    MarkdownElement,
    TableElement,
)
from rich.segment import Segment
from rich.table import Table
from rich.text import Text

from chatbot_cli.terminal.markdown.code_highlight import CodeLine, highlight
from chatbot_cli.terminal.markdown.numbering import NUMBER
from chatbot_cli.terminal.markdown.open_fence import trimmed
from chatbot_cli.terminal.markdown.stream import LABEL, Block, Code, Piece
from chatbot_cli.terminal.rows import broken_to_fit, without_sign
from chatbot_cli.terminal.theme import CODE_THEME
from chatbot_cli.text.safe import safe

Line = list[Segment]

TAB_SIZE = 4
NARROWEST_TEXT = 6  # cells; a list or quote nested so deep that less would be left is not indented further
QUOTE_INDENT = 4
NARROWEST_COLUMN = 6  # cells with the gap beside it; a table with narrower columns is shown row by row
WIDEST_USUAL_NUMBER = 10  # every number gets room for two digits, so that the items of most lists align


def lines_of(pieces: Sequence[Piece], console: Console, *, below_something: bool = False) -> list[Line]:
    """The pieces as lines, with an empty line between two pieces unless they are joined.

    All lines fit the console's width except lines of code: a line of code is not broken, so that it can be copied.
    None begins with a sign of the program.
    """
    lines: list[Line] = []
    for piece in pieces:
        piece_lines = _code_lines(piece, console) if isinstance(piece, Code) else _block_lines(piece, console)
        if piece_lines and not piece.joined and (lines or below_something):
            lines.append([])
        lines += map(without_sign, piece_lines)
    return lines


def _block_lines(block: Block, console: Console) -> list[Line]:
    rendered = console.render_lines(_Blocks(block.tokens), console.options.update(height=None), pad=False)
    return _without_blank_edges(
        [row for line in rendered for row in broken_to_fit(_without_padding(line), console.width)]
    )


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
    return _without_padding(Segment.simplify(segments))


def _expanded(text: str, column: int) -> str:
    """The text with its tabs replaced by blanks; `column` is where the text begins."""
    return (" " * column + text).expandtabs(TAB_SIZE)[column:]


class _QuietHeading(Heading):
    """A heading that is aligned left, whatever its level."""

    LEVEL_ALIGN: ClassVar = {f"h{level}": "left" for level in range(1, 7)}


class _PlainCodeBlock(CodeBlock):
    """Code below its number, not indented, on the terminal's own background."""

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
            for row in broken_to_fit(code_line(line), options.max_width):
                yield from row
                yield Segment.line()


class _QuietRule(HorizontalRule):
    """Three asterisks, since a line across the screen is the program's own."""

    def __rich_console__(self, console: Console, options: ConsoleOptions) -> RenderResult:
        yield Text("* * *", "markdown.hr")


class _NumberedItem(ListItem):
    """An item that knows its number."""

    number: int

    @classmethod
    def create(cls, markdown: Markdown, token: Token) -> "_NumberedItem":
        item = cls()
        item.number = token.meta.get(NUMBER, 0)
        return item


class _StableList(ListElement):
    """A list that indents an item by its own number, not by the numbers of items that have not arrived yet."""

    def __rich_console__(self, console: Console, options: ConsoleOptions) -> RenderResult:
        numbered = self.list_type == "ordered_list_open"
        for item in self.items:
            number = item.number if isinstance(item, _NumberedItem) else 0
            digits = len(str(max(number, WIDEST_USUAL_NUMBER))) if numbered else 1
            if not list(item.elements.__rich_console__(console, options)):
                item.elements.append(Text(" "))  # an empty item would show no bullet
            if options.max_width - digits - 2 < NARROWEST_TEXT:
                yield from console.render(item.elements, options)
            elif numbered:
                yield from item.render_number(console, options, number, max(number, WIDEST_USUAL_NUMBER))
            else:
                yield from item.render_bullet(console, options)


class _FittingQuote(BlockQuote):
    """A quote that shows all its words, however deep it is nested."""

    def __rich_console__(self, console: Console, options: ConsoleOptions) -> RenderResult:
        if options.max_width - QUOTE_INDENT < NARROWEST_TEXT:
            yield from console.render(self.elements, options)
        else:
            yield from super().__rich_console__(console, options)


class _FittingTable(TableElement):
    """A table that shows all its words: long words are broken; without room for columns it is shown row by row."""

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


# Read once: Rich's constructor builds a Markdown parser, which takes longer than rendering a block.
_DEFAULTS = vars(Markdown(""))


class _Blocks(Markdown):
    """Rich's Markdown for tokens that are already parsed. Its constructor is not called."""

    elements: ClassVar[dict[str, type[MarkdownElement]]] = {
        **Markdown.elements,
        "heading_open": _QuietHeading,
        "fence": _PlainCodeBlock,
        "code_block": _PlainCodeBlock,
        "bullet_list_open": _StableList,
        "ordered_list_open": _StableList,
        "list_item_open": _NumberedItem,
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
    """Links and images as text, each with its target after it so that the user sees it; a line break stays one."""
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
            yield _safe(child)


def _safe(token: Token) -> Token:
    """An entity can stand for a control character. It becomes a symbol before the layout, which gives it no cell."""
    return token if (content := safe(token.content)) == token.content else token.copy(content=content)


def _without_padding(line: Iterable[Segment]) -> Line:
    kept = [Segment(safe(segment.text), segment.style) for segment in line if not segment.control]
    while kept and not kept[-1].text.strip(" "):
        kept.pop()
    if kept:
        kept[-1] = Segment(kept[-1].text.rstrip(" "), kept[-1].style)
    return kept


def _without_blank_edges(lines: list[Line]) -> list[Line]:
    filled = [index for index, line in enumerate(lines) if line]
    return lines[filled[0] : filled[-1] + 1] if filled else []
