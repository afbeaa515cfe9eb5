"""The Markdown that models write: CommonMark with tables and strikethrough, formulas and footnotes left as they are."""

import re
from types import SimpleNamespace

from markdown_it import MarkdownIt
from markdown_it.helpers import parseLinkDestination, parseLinkTitle
from markdown_it.rules_block import StateBlock, reference
from markdown_it.rules_inline import StateInline
from markdown_it.token import Token

from chatbot_cli.terminal.markdown.link_labels import label_end

# The depth to which blocks may be nested, lists counted twice. The parser drops anything deeper; its default is 20.
DEEPEST = 60

# One line decides whether a formula begins, and a formula contains no blank line: so final text stays final.
_FORMULA_BEGINS = re.compile(r"\$\$|\\\[|\\begin\{(?P<environment>\w+\*?)\}")
_CLOSING = {"$$": "$$", "\\[": "\\]"}

# Pandoc's rule for dollars, so that prices are no formulas: no blank inside the marks, no digit after the second.
_FORMULA_IN_TEXT = re.compile(
    r"\$\$(?!\$)[^$`]+\$\$"
    r"|\$(?![\s$])(?:[^$`\\\n]|\\[^\n])*(?<!\s)\$(?!\d)"
    r"|\\\((?:[^\\]|\\[^()])*\\\)"
    r"|\\\[(?:[^\\]|\\[^\[\]])*\\\]"
)


def _formula(state: StateBlock, first: int, end: int, silent: bool) -> bool:
    """Keep a formula as written: a paragraph that begins with its mark, up to the closing mark or a blank line."""
    if state.is_code_block(first) or not (match := _FORMULA_BEGINS.match(line := _line(state, first))):
        return False
    closing = f"\\end{{{match['environment']}}}" if match["environment"] else _CLOSING[match[0]]
    if closing in line[match.end() :] and not line.rstrip().endswith(closing):
        return False  # more text follows on the same line
    if silent:
        return True
    last, closed = first, line.find(closing, match.end()) >= 0
    while not closed and last + 1 < end and _goes_on(state, last + 1):
        last += 1
        closed = closing in _line(state, last)
    state.line = last + 1
    _push_as_written(state, first, last + 1)
    return True


def _goes_on(state: StateBlock, line: int) -> bool:
    return not state.isEmpty(line) and state.sCount[line] >= state.blkIndent


def _line(state: StateBlock, line: int) -> str:
    return state.src[state.bMarks[line] + state.tShift[line] : state.eMarks[line]]


def _push_as_written(state: StateBlock, first: int, end: int) -> None:
    text = state.getLines(first, end, state.blkIndent, False).rstrip()
    state.push("paragraph_open", "p", 1).map = [first, end]
    inline = state.push("inline", "", 0)
    inline.content, inline.map, inline.children = "", [first, end], []
    for number, line in enumerate(text.split("\n")):
        inline.children += [Token("softbreak", "br", 0)] * bool(number) + [Token("text", "", 0, content=line)]
    state.push("paragraph_close", "p", -1)


def _formula_in_text(state: StateInline, silent: bool) -> bool:
    match = _FORMULA_IN_TEXT.match(state.src, state.pos, state.posMax)
    if not match:
        return False
    if not silent:
        for number, line in enumerate(match[0].split("\n")):
            if number:
                state.push("softbreak", "br", 0)
            state.push("text", "", 0).content = line
    state.pos = match.end()
    return True


def _reference(state: StateBlock, first: int, end: int, silent: bool) -> bool:
    """A link definition. A footnote of one word looks the same and would not be shown, so it is none."""
    return not _line(state, first).startswith("[^") and reference(state, first, end, silent)


def new_parser() -> MarkdownIt:
    """A parser of its own; the one for all is PARSER."""
    # The renderer would drop raw HTML: without the html option it is shown as text.
    parser = MarkdownIt("commonmark", {"html": False, "maxNesting": DEEPEST}).enable(["strikethrough", "table"])
    parser.block.ruler.before("fence", "formula", _formula, {"alt": ["paragraph", "reference", "blockquote", "list"]})
    parser.block.ruler.at("reference", _reference)
    parser.inline.ruler.before("escape", "formula", _formula_in_text)
    parser.helpers = SimpleNamespace(  # type: ignore[assignment]  # a module by default; its three functions are asked for
        parseLinkLabel=label_end, parseLinkDestination=parseLinkDestination, parseLinkTitle=parseLinkTitle
    )
    return parser


PARSER = new_parser()
