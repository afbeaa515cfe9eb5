"""Models as lines of text and as JSON, for the subcommand `chat models`."""

import json
from collections.abc import Sequence

from chatbot_cli.app.model_rows import RUNS_HERE, ModelRow, dollars_in_short, tokens_in_short
from chatbot_cli.chat.server_window import A_GUESS, THE_SERVER, YOUR_CONFIG
from chatbot_cli.sessions.exporting.as_json import printable
from chatbot_cli.text.safe import one_line
from chatbot_cli.text.width import cells, cut

HEADINGS = ("NAME", "WINDOW", "$IN", "$OUT", "CAN", "FROM")
TO_THE_RIGHT = frozenset(("WINDOW", "$IN", "$OUT"))
GAP = "  "
UNKNOWN = "-"
SHORTEST_NAME = 16  # cells that the column of names has at least
ALL_CAN = ("vision", "tools", "schema", "thinks")


def listing(rows: Sequence[ModelRow], columns: int | None) -> list[str]:
    """Aligned lines below headings, at most `columns` cells wide; a name that has no room stands above its line.

    Where that leaves too little room for any name, each model has two lines.
    """
    if not rows:
        return []
    cells_of = [HEADINGS, *map(_cells, rows)]
    widths = [max(map(cells, column)) for column in zip(*cells_of, strict=True)]
    if columns is not None:
        widths[0] = min(widths[0], columns - sum(widths[1:]) - len(GAP) * (len(widths) - 1))
    if columns is None or widths[0] >= SHORTEST_NAME:
        return [line for texts in cells_of for line in _aligned(texts, widths, columns)]
    lines = []
    for row, texts in zip(rows, cells_of[1:], strict=True):
        lines += [texts[0], f"  {_in_words(row, texts)}"]
    return [cut(line, columns) for line in lines]


def _in_words(row: ModelRow, texts: Sequence[str]) -> str:
    """What is said of a model: 1M tokens (list), $2 in, $10 out (list), vision, tools."""
    _, window, price_in, price_out, _, _ = texts
    parts = [f"{window} tokens ({_short(row.context_from)})"]
    parts += [f"${price_in} in, ${price_out} out ({_short(row.price_from)})"] if row.price_in else []
    return ", ".join((*parts, *(row.can or ())))


def rows_as_json(rows: Sequence[ModelRow]) -> str:
    """A JSON array with an object for each model."""
    return printable(json.dumps([_as_object(row) for row in rows], indent=2))


def _short(source: str) -> str:
    """A source in one word."""
    words = {THE_SERVER: "server", YOUR_CONFIG: "config", A_GUESS: "guess", RUNS_HERE: "local", "": ""}
    return words.get(source, "list")


def _cells(row: ModelRow) -> tuple[str, ...]:
    return (
        one_line(row.spec),
        tokens_in_short(row.context_tokens),
        dollars_in_short(row.price_in),
        dollars_in_short(row.price_out),
        " ".join(row.can or ()) or UNKNOWN,
        ", ".join(dict.fromkeys(filter(None, map(_short, (row.context_from, row.price_from))))),
    )


def _aligned(texts: Sequence[str], widths: Sequence[int], columns: int | None) -> list[str]:
    name = texts[0]
    has_room = cells(name) <= widths[0]
    line = GAP.join(map(_filled, (name if has_room else "", *texts[1:]), widths, HEADINGS)).rstrip()
    return [line] if has_room else [name if columns is None else cut(name, columns), line]


def _filled(text: str, width: int, heading: str) -> str:
    blanks = " " * (width - cells(text))
    return blanks + text if heading in TO_THE_RIGHT else text + blanks


def _as_object(row: ModelRow) -> dict[str, object]:
    return {
        "provider": row.provider,
        "name": row.name,
        "spec": row.spec,
        "context_tokens": row.context_tokens,
        "context_from": row.context_from,
        "price_in": row.price_in,
        "price_out": row.price_out,
        "price_from": row.price_from or None,
        **{ability: None if row.can is None else ability in row.can for ability in ALL_CAN},
        "released": row.released or None,
        "deprecated": row.deprecated or None,
        "local": bool(row.program),
    }
