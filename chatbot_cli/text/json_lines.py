"""A JSON object as lines that a person judges: each value by its name, whole, and nothing in it hidden. Pure."""

import json
import re
from collections.abc import Iterator, Sequence

from chatbot_cli.text.safe import revealed, symbol_of
from chatbot_cli.text.width import cells

LONGEST_IN_A_LINE = 200  # characters of a value that stands beside its name
WIDEST_COLUMN = 20  # cells of the names' column; a longer name pushes its own value to the right

# Joiners and marks of direction belong to scripts and emoji; after a letter of ours they only hide.
_HIDDEN = re.compile("[\u200e\u200f\u061c]|(?<![^\x00-\x7f])[\u200c\u200d]")
_LINE_ENDS = {"\r": "␍", "\t": "␉", "\x0b": "␋", "\x0c": "␌", "\u2028": "‹2028›", "\u2029": "‹2029›"}
_AS_SYMBOLS = str.maketrans(_LINE_ENDS)


def shown_whole(text: str) -> str:
    """A text with a symbol for each character that acts, hides or only looks like a blank line; newlines stay."""
    return revealed(_HIDDEN.sub(lambda match: symbol_of(match[0]), text.translate(_AS_SYMBOLS)))


def lines_of_object(text: str) -> Sequence[str]:
    """The lines of a JSON object; what is none is shown as it is."""
    try:
        values = json.loads(text)
        return list(_lines(values)) if isinstance(values, dict) else shown_whole(text).split("\n")
    except (ValueError, RecursionError):  # or an abyss of brackets
        return shown_whole(text).split("\n")


def _lines(values: dict[str, object]) -> Iterator[str]:
    names = {name: shown_whole(name).replace("\n", "␊") for name in values}
    column = min(WIDEST_COLUMN, max(map(cells, names.values()), default=0))
    for name, value in values.items():
        yield from _lines_of(names[name], value, column)


def strings_in(text: str) -> Iterator[str]:
    """Every text in a JSON document, decoded, each value of an object after its name: "key=…"."""
    try:
        yield from _strings(json.loads(text))
    except (ValueError, RecursionError):
        return


def _strings(value: object, name: str = "") -> Iterator[str]:
    if isinstance(value, dict):
        for key, item in value.items():
            yield from _strings(item, f"{key}=")
    elif isinstance(value, list):
        for item in value:
            yield from _strings(item, name)
    elif isinstance(value, str):
        yield f"{name}{value}"


def _lines_of(name: str, value: object, column: int) -> Iterator[str]:
    text = value if isinstance(value, str) else _as_json(value)
    lines = shown_whole(text).split("\n")
    if len(lines) == 1:
        quote = '"' if isinstance(value, str) else ""
        yield f"{name}{' ' * max(0, column - cells(name))}  {quote}{lines[0]}{quote}"
        return
    yield f"{name}{' ' * max(0, column - cells(name))}  ({len(lines):,} lines)"
    yield from (f"  {line}" for line in lines)


def _as_json(value: object) -> str:
    short = json.dumps(value, ensure_ascii=False)
    return short if len(short) <= LONGEST_IN_A_LINE else json.dumps(value, ensure_ascii=False, indent=2)
