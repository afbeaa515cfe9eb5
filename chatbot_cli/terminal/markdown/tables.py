"""Tables that lose no cell: a pipe in code or a formula divides nothing, and what is too much joins the last cell.

The parser's own rule reads the table, from a text in which the pipes that divide nothing are masked.
"""

import re
from collections.abc import Iterator
from itertools import takewhile

from markdown_it.rules_block import StateBlock
from markdown_it.rules_block import table as read_table

from chatbot_cli.terminal.markdown.as_written import line_of
from chatbot_cli.terminal.markdown.formulas import IN_TEXT
from chatbot_cli.terminal.markdown.line_breaks import TAG

MASK = "\x1f"  # no text has it: control characters are shown as symbols

_DELIMITERS = re.compile(r"[-:|][-:|\s]*")
_LIST_ITEM = re.compile(r"(?:[-+*]|\d{1,9}[.)])(?:\s|$)")
_CODE = r"(?P<code>(?P<mark>`+)(?!`).*?(?<!`)(?P=mark)(?!`))|`+"
_REST = rf"\\.|(?P<pipe>(?<!\\)\|)|(?P<break>{TAG}[ \t]*)"
_ALL = re.compile(rf"(?P<formula>{IN_TEXT.pattern})|{_CODE}|{_REST}")
_WITHOUT_FORMULAS = re.compile(rf"{_CODE}|{_REST}")
_PIPES = re.compile(r"(?P<pipe>(?<!\\)\|)")
_FREE_PIPE = re.compile(r"(?<!\\)\|")


def table(state: StateBlock, first: int, end: int, silent: bool) -> bool:
    """Read a table whose second line names its columns. A `<br>` in a cell is a line break."""
    if first + 2 > end or not _DELIMITERS.fullmatch(delimiters := line_of(state, first + 1)):
        return False
    if _LIST_ITEM.match(line_of(state, first)):  # an item stays one when the items before it are final
        return False
    columns = sum(bool(cell.strip()) for cell in delimiters.split("|"))
    before, tokens = state.src, len(state.tokens)
    state.src = _masked(state, first, first + 1 if silent else end, columns)
    is_table = read_table(state, first, end, silent)
    state.src = before
    for token in state.tokens[tokens:]:
        if token.type == "inline":
            token.content = _ALL.sub(_broken, token.content.replace(MASK, "|")).strip()
    return is_table


def _broken(match: "re.Match[str]") -> str:
    return "\n" if match["break"] else match[0]


def _masked(state: StateBlock, first: int, end: int, columns: int) -> str:
    """The text, with masks in the lines that may belong to the table."""
    parts, written = [], 0
    for line in takewhile(lambda line: not state.isEmpty(line), range(first, end)):
        begin, text = state.bMarks[line] + state.tShift[line], line_of(state, line)
        parts += [state.src[written:begin], _head(text, columns) if line == first else _row(text, columns)]
        written = begin + len(text)
    return "".join([*parts, state.src[written:]])


def _head(line: str, columns: int) -> str:
    """The line with its names. It has exactly as many as there are columns: if need be, all pipes count."""
    readings = (_dividers(line, parts) for parts in (_ALL, _WITHOUT_FORMULAS, _PIPES))
    return next((_divided(line, dividers) for dividers in readings if len(dividers) == columns - 1), line)


def _row(line: str, columns: int) -> str:
    """A line of cells: what is too much belongs to the last one."""
    dividers = _dividers(line, _ALL)
    if len(dividers) < columns - 1:  # "|$HOME|$PATH|" has no formula
        without = _dividers(line, _WITHOUT_FORMULAS)
        dividers = without if len(without) == columns - 1 else dividers
    return _divided(line, dividers[: columns - 1])


def _dividers(line: str, parts: "re.Pattern[str]") -> list[int]:
    """Where the pipes are that divide two cells: not those at the edges."""
    edges = set(_edges(line))
    return [match.start() for match in parts.finditer(line) if match["pipe"] and match.start() not in edges]


def _edges(line: str) -> Iterator[int]:
    for position in {len(line) - len(line.lstrip()), len(line.rstrip()) - 1}:
        if _FREE_PIPE.match(line, position):
            yield position


def _divided(line: str, dividers: list[int]) -> str:
    """The line with masks for all pipes that neither divide nor stand at an edge."""
    kept = {*dividers, *_edges(line)}
    return _FREE_PIPE.sub(lambda match: match[0] if match.start() in kept else MASK, line)
