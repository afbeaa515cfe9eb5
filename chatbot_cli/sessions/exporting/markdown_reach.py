"""How far a piece of Markdown can act beyond itself, as a parser reads it: in doubt, farther than it does.

It is read as CommonMark with and without tables, since viewers differ in that.
"""

import re
from collections.abc import Iterable
from enum import Enum, auto

from markdown_it import MarkdownIt
from markdown_it.rules_block import StateBlock, reference
from markdown_it.token import Token

# What is larger is not read, but taken to act on everything: some of it would take the parser minutes.
LONGEST = 1_000_000  # characters of a text
LONGEST_DEFINITION = 100  # lines of a paragraph that may define a link
LONGEST_WITH_TAGS = 30_000  # characters of its paragraphs with something like a tag
DEEPEST = 30  # blocks within each other, or brackets in a paragraph with something like a tag

NEXT_SECTION = [("heading_open", "h2", ""), ("inline", "", "You"), ("heading_close", "h2", "")]


class Reach(Enum):
    """What a piece of Markdown may do to the text around it.

    WITHIN    nothing: it ends where it ends, and has no headings of the first two levels
    SECTION   it may end late, or look like sections of the document; a block quote holds it
    DOCUMENT  it may do anything: it has HTML, or defines links; only a code block holds it
    """

    WITHIN = auto()
    SECTION = auto()
    DOCUMENT = auto()


class _ActsOnAll(Exception):
    """Something was read that only a code block holds."""


_NEWLINE = re.compile(r"(\r\n?|\n)")
_TAG = re.compile(r"<[A-Za-z/!?]")
_LINE_BREAK = re.compile(r"<br ?/?>")
_FOOTNOTE = re.compile(r"^\*?\[.*\]:", re.MULTILINE)  # or an abbreviation: what some viewers define besides links


def reach_of(text: str) -> Reach:
    """How far the text can act."""
    if len(text) > LONGEST:
        return Reach.DOCUMENT
    parsers = _PARSERS if "|" in text else _PARSERS[:1]  # without a pipe there is no table
    try:
        if all(_ends_where_it_ends(_blocks(parser, text)) for parser in parsers):
            return Reach.WITHIN
        for parser in parsers:
            _blocks(parser, quoted(text))  # a tab is narrower in a quote, and what was code may be none
    except _ActsOnAll:
        return Reach.DOCUMENT
    return Reach.SECTION


def quoted(text: str) -> str:
    """Every line with `> ` before it."""
    return "".join(part if number % 2 else f"> {part}" for number, part in enumerate(_NEWLINE.split(text)))


def _ends_where_it_ends(blocks: list[Token]) -> bool:
    """Whether the next section stands for itself, and is the only one."""
    if [(block.type, block.tag, block.content) for block in blocks[-3:]] != NEXT_SECTION or blocks[-3].level:
        return False
    sections = [block for block in blocks if block.type == "heading_open" and block.tag in ("h1", "h2")]
    formula_marks = sum(block.content.count("$$") for block in blocks if block.type == "inline")
    # A formula that is not closed is for some viewers all that follows.
    return sum(not section.level for section in sections) == 1 and formula_marks % 2 == 0


def _blocks(parser: MarkdownIt, text: str) -> list[Token]:
    """The blocks of the text and of the next section. Raises _ActsOnAll."""
    blocks = parser.parse(f"{text}\n\n## You\n")
    paragraphs = [block.content for block in blocks if block.type == "inline"]
    if (
        any(block.type == "html_block" or block.level >= DEEPEST - 2 for block in blocks)
        or any(map(_FOOTNOTE.search, paragraphs))
        or _have_html(parser, list(filter(_TAG.search, paragraphs)))
    ):
        raise _ActsOnAll
    return blocks


def _have_html(parser: MarkdownIt, paragraphs: list[str]) -> bool:
    if sum(map(len, paragraphs)) > LONGEST_WITH_TAGS or any(text.count("[") >= DEEPEST for text in paragraphs):
        return True
    for text in paragraphs:
        pieces: list[Token] = []
        parser.inline.parse(text, parser, {}, pieces)
        if _is_any_html(pieces):
            return True
    return False


def _is_any_html(pieces: Iterable[Token]) -> bool:
    return any(
        (piece.type == "html_inline" and not _LINE_BREAK.fullmatch(piece.content)) or _is_any_html(piece.children or ())
        for piece in pieces
    )


def _parser(*more: str) -> MarkdownIt:
    """One that reads blocks alone, and stops where a link is defined."""
    parser = MarkdownIt("commonmark", {"maxNesting": DEEPEST}).disable("inline").enable(list(more))
    parser.block.ruler.at("reference", _link_definition)
    return parser


def _link_definition(state: StateBlock, first: int, end: int, _: bool) -> bool:
    if state.src.startswith("[", state.bMarks[first] + state.tShift[first]) and (
        _is_long(state, first, end) or reference(state, first, end, True)
    ):
        raise _ActsOnAll
    return False


def _is_long(state: StateBlock, first: int, end: int) -> bool:
    last = first + LONGEST_DEFINITION
    return last < end and not any(map(state.isEmpty, range(first, last)))


_PARSERS = (_parser(), _parser("table"))
