"""Markdown blocks -> lines of styled text, without filler, so that what is copied is what was said."""

from collections.abc import Iterable, Sequence
from typing import ClassVar

from markdown_it.token import Token
from rich.console import Console, ConsoleOptions, RenderResult
from rich.markdown import CodeBlock, Heading, HorizontalRule, Markdown, MarkdownElement
from rich.rule import Rule
from rich.segment import Segment
from rich.syntax import Syntax

from chatbot_cli.terminal.look import CODE_THEME
from chatbot_cli.terminal.markdown_stream import Block
from chatbot_cli.terminal.safe_text import safe

Line = list[Segment]


def lines_of(blocks: Sequence[Block], console: Console) -> list[Line]:
    """The blocks as lines at the console's width, one empty line between two blocks."""
    lines: list[Line] = []
    for block in blocks:
        rendered = console.render_lines(_Blocks(block), console.options.update(height=None), pad=False)
        block_lines = _without_blank_edges([_without_filler(line) for line in rendered])
        if lines and block_lines:
            lines.append([])
        lines += block_lines
    return lines


class _QuietHeading(Heading):
    """All headings on the left."""

    LEVEL_ALIGN: ClassVar = {f"h{level}": "left" for level in range(1, 7)}


class _PlainCodeBlock(CodeBlock):
    """Code at the left edge, on the terminal's own ground."""

    def __rich_console__(self, console: Console, options: ConsoleOptions) -> RenderResult:
        code = str(self.text).rstrip()
        yield Syntax(code, self.lexer_name, theme=CODE_THEME, word_wrap=True, background_color="default")


class _QuietRule(HorizontalRule):
    """A thin line."""

    def __rich_console__(self, console: Console, options: ConsoleOptions) -> RenderResult:
        yield Rule(style="markdown.hr")


class _Blocks(Markdown):
    """Rich's Markdown from tokens that are parsed already."""

    elements: ClassVar[dict[str, type[MarkdownElement]]] = {
        **Markdown.elements,
        "heading_open": _QuietHeading,
        "fence": _PlainCodeBlock,
        "code_block": _PlainCodeBlock,
        "hr": _QuietRule,
    }

    def __init__(self, tokens: Sequence[Token]) -> None:
        super().__init__("")
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


def _without_filler(line: Sequence[Segment]) -> Line:
    kept = [Segment(safe(segment.text), segment.style) for segment in line if not segment.control]
    while kept and not kept[-1].text.strip(" "):
        kept.pop()
    if kept:
        kept[-1] = Segment(kept[-1].text.rstrip(" "), kept[-1].style)
    return kept


def _without_blank_edges(lines: list[Line]) -> list[Line]:
    filled = [index for index, line in enumerate(lines) if line]
    return lines[filled[0] : filled[-1] + 1] if filled else []
