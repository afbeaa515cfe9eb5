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
ALL_CAN = ("vision", "tools", "schema", "thinks")


def listing(rows: Sequence[ModelRow], columns: int | None) -> list[str]:
    """Aligned lines below headings, at most `columns` cells wide; where they have no room, two lines for each model."""
    if not rows:
        return []
    cells_of = [HEADINGS, *map(_cells, rows)]
    if columns is None or _width(cells_of) <= columns:
        return _aligned(cells_of)
    lines = []
    for row, texts in zip(rows, cells_of[1:], strict=True):
        lines += [one_line(row.spec), f"  {_in_words(row, texts)}"]
    return [cut(line, columns) for line in lines]


def _in_words(row: ModelRow, texts: Sequence[str]) -> str:
    """What is said of a model: 1M tokens (list), $2 in, $10 out (list), vision, tools."""
    _, window, price_in, price_out, _, _ = texts
    parts = [f"{window} tokens ({_short(row.context_from)})"]
    parts += [f"${price_in} in, ${price_out} out ({_short(row.price_from)})"] if row.price_in else []
    return ", ".join((*parts, *row.can))


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
        " ".join(row.can) or UNKNOWN,
        ", ".join(dict.fromkeys(filter(None, map(_short, (row.context_from, row.price_from))))),
    )


def _width(rows: Sequence[Sequence[str]]) -> int:
    return sum(max(map(cells, column)) for column in zip(*rows, strict=True)) + len(GAP) * (len(rows[0]) - 1)


def _aligned(rows: Sequence[Sequence[str]]) -> list[str]:
    widths = [max(map(cells, column)) for column in zip(*rows, strict=True)]
    return [GAP.join(map(_filled, row, widths, HEADINGS)).rstrip() for row in rows]


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
        **{ability: ability in row.can for ability in ALL_CAN},
        "released": row.released or None,
        "deprecated": row.deprecated or None,
        "local": bool(row.program),
    }
