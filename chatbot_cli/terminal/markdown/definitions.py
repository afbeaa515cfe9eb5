"""Link definitions, such as `[1]: https://example.org`: links can refer to them, and they are shown as they stand.

A model means many a line that looks like one otherwise, such as `[Alice]: Hi`. So a label alone, as in `[Alice] waves`,
is a link only if it leads to something like an address; `[text][Alice]` always is one.
"""

import re
from collections.abc import Mapping
from typing import Any

from markdown_it.common.utils import mdTrim, normalizeReference
from markdown_it.rules_block import StateBlock, lheading, paragraph, reference
from markdown_it.rules_inline import StateInline, link

from chatbot_cli.terminal.markdown.as_written import line_of, push_paragraph

Definitions = dict[str, dict[str, Any]]  # the parser's `env`: under REFERENCES, each link by its label
REFERENCES = "references"

_ADDRESS = re.compile(r"\.{0,2}/|[#?]|.*?(?:://|\w\.\w)|mailto:|tel:")


def definitions(state: StateBlock, first: int, end: int, silent: bool) -> bool:
    """The link definitions at the beginning of a paragraph, and the rest of the paragraph below them.

    They are one block, since the lines after a definition may be its title. It stays open as long as the paragraph.
    """
    if silent or state.is_code_block(first) or not _may_define(state, first):
        return False
    last, is_heading = _paragraph_or_heading(state, first, end)
    line = _defined(state, first, last)
    if line == first:
        return False
    rest = "" if is_heading else mdTrim(state.getLines(line, last, state.blkIndent, False))
    state.line = last if rest else line
    push_paragraph(state, first, state.line, state.getLines(first, line, state.blkIndent, False).strip(), rest)
    return True


def _may_define(state: StateBlock, line: int) -> bool:
    """A footnote of one word looks the same, and is none."""
    text = line_of(state, line)
    return text.startswith("[") and not text.startswith("[^")


def _paragraph_or_heading(state: StateBlock, first: int, end: int) -> tuple[int, bool]:
    """The line after a paragraph's or an underlined heading's words, and whether it is a heading."""
    before, tokens = state.parentType, len(state.tokens)
    is_heading = lheading(state, first, end, False)
    if not is_heading:
        paragraph(state, first, end, False)
    del state.tokens[tokens:]
    state.parentType = before
    return state.line - is_heading, is_heading


def _defined(state: StateBlock, first: int, last: int) -> int:
    """Read the definitions in these lines. The number of the line after them."""
    line, state.lineMax, whole = first, last, state.lineMax
    while line < last and _may_define(state, line) and reference(state, line, last, False):
        line = state.line
    state.lineMax, state.line = whole, first
    return line


def link_to_definition(state: StateInline, silent: bool) -> bool:
    """A link, unless it is a label alone that begins another such line, or leads to no address."""
    return not _is_only_a_label(state) and link(state, silent)


def _is_only_a_label(state: StateInline) -> bool:
    source, start, known = state.src, state.pos, state.env.get(REFERENCES)
    if not known or source[start] != "[" or (end := state.md.helpers.parseLinkLabel(state, start, True)) < 0:
        return False
    if (after := source[end + 1 : end + 2]) in ("(", "["):
        return False
    found = known.get(normalizeReference(source[start + 1 : end]))
    if found is None or not _ADDRESS.match(found["href"]):
        return found is not None
    return after == ":" and not source[source.rfind("\n", 0, start) + 1 : start].strip()


def copied(known: Mapping[str, Mapping[str, Any]]) -> Definitions:
    """A copy to parse a text with that may still change."""
    return {REFERENCES: dict(known.get(REFERENCES, {}))}


def keep(known: Definitions, found: Mapping[str, Mapping[str, Any]], before: int) -> None:
    """Add what was found in the lines before this one. They are final; a line after them may still turn out a table."""
    final = {label: link for label, link in found[REFERENCES].items() if link["map"][0] < before}
    known[REFERENCES] = {**final, **known.get(REFERENCES, {})}
