"""Formulas of TeX, which are left as they are."""

import re

from markdown_it.rules_block import StateBlock
from markdown_it.rules_inline import StateInline

from chatbot_cli.terminal.markdown.as_written import as_written, line_of, push_paragraph

# One line decides whether a formula begins, and a formula contains no blank line: so final text stays final.
_BEGINS = re.compile(r"\$\$|\\\[|\\begin\{(?P<environment>\w+\*?)\}")
_CLOSING = {"$$": "$$", "\\[": "\\]"}

# Pandoc's rule for dollars, so that prices are no formulas: no blank inside the marks, no digit after the second.
IN_TEXT = re.compile(
    r"\$\$(?!\$)[^$`]+\$\$"
    r"|\$(?![\s$])(?:[^$`\\\n]|\\[^\n])*(?<!\s)\$(?!\d)"
    r"|\\\((?:[^\\]|\\[^()])*\\\)"
    r"|\\\[(?:[^\\]|\\[^\[\]])*\\\]"
)


def formula(state: StateBlock, first: int, end: int, silent: bool) -> bool:
    """Keep a formula as written: a paragraph that begins with its mark, up to the closing mark or a blank line."""
    if state.is_code_block(first) or not (match := _BEGINS.match(line := line_of(state, first))):
        return False
    closing = f"\\end{{{match['environment']}}}" if match["environment"] else _CLOSING[match[0]]
    if closing in line[match.end() :] and not line.rstrip().endswith(closing):
        return False  # more text follows on the same line
    if silent:
        return True
    last, closed = first, line.find(closing, match.end()) >= 0
    while not closed and last + 1 < end and _goes_on(state, last + 1):
        last += 1
        closed = closing in line_of(state, last)
    state.line = last + 1
    push_paragraph(state, first, last + 1, state.getLines(first, last + 1, state.blkIndent, False).rstrip())
    return True


def _goes_on(state: StateBlock, line: int) -> bool:
    return not state.isEmpty(line) and state.sCount[line] >= state.blkIndent


def formula_in_text(state: StateInline, silent: bool) -> bool:
    """Keep a formula as written. Two dollars with an address between them are no formula, but prices or queries."""
    match = IN_TEXT.match(state.src, state.pos, state.posMax)
    if not match or (match[0][0] == "$" and "://" in match[0]):
        return False
    if not silent:
        for token in as_written(match[0]):
            state.push(token.type, token.tag, 0).content = token.content
    state.pos = match.end()
    return True
