"""Jupyter notebooks: the text of their cells, the code, and what came of it."""

import json
import re
from collections.abc import Iterator
from typing import Any

from chatbot_cli.chat.passages import Unit
from chatbot_cli.readers.document import ReadDocument, Unreadable
from chatbot_cli.readers.found_lines import FoundLines
from chatbot_cli.readers.lines import Lines
from chatbot_cli.readers.plain import decoded, with_plain_newlines, without_images
from chatbot_cli.text.counts import counted

_MOST_OUTPUT = 2_000  # characters of what a cell gave
_ESCAPES = re.compile(r"\x1b\[[0-?]*[ -/]*[@-~]")
_LANGUAGE = re.compile(r"[\w+#.-]{1,30}")


def read_notebook(content: bytes) -> ReadDocument:
    """A notebook as Markdown, each line with its line in the file. Raises Unreadable."""
    found = decoded(content)
    try:
        notebook = json.loads(found.text)
        cells = _cells(notebook)
    except (ValueError, RecursionError):
        raise Unreadable("damaged (no JSON)", failed=True) from None
    text = with_plain_newlines(found.text)
    lines, places = Lines(), FoundLines(line.strip().rstrip(",") for line in text.split("\n"))
    for cell in cells:
        _add(lines, places, cell, _language(notebook))
    return lines.document(f"Jupyter notebook, {counted(len(cells), 'cell')}", Unit.LINE, encoding=found.encoding)


def _cells(notebook: Any) -> list[dict[str, Any]]:
    """The cells; of version 3 they stand in sheets, and their text is `input`."""
    if not isinstance(notebook, dict):
        raise Unreadable("damaged (not a notebook)", failed=True)
    sheets = notebook.get("worksheets")
    cells = notebook.get("cells")
    if isinstance(sheets, list):
        cells = [cell for sheet in sheets if isinstance(sheet, dict) for cell in sheet.get("cells") or ()]
    if not isinstance(cells, list):
        raise Unreadable("damaged (not a notebook)", failed=True)
    return [cell for cell in cells if isinstance(cell, dict)]


def _language(notebook: dict[str, Any]) -> str:
    metadata = notebook.get("metadata")
    for part in ("kernelspec", "language_info"):
        info = metadata.get(part) if isinstance(metadata, dict) else None
        name = info.get("language") or info.get("name") if isinstance(info, dict) else None
        if isinstance(name, str) and _LANGUAGE.fullmatch(name):
            return name.lower()
    return "python"


def _add(lines: Lines, places: FoundLines, cell: dict[str, Any], language: str) -> None:
    source = _strings(cell.get("source", cell.get("input")))
    is_code = cell.get("cell_type") == "code"
    numbered = [(places.find(*_spellings(part)), part) for part in source]
    if is_code and any(part.strip() for part in source):
        lines.add(f"```{language}", numbered[0][0])
    for place, part in numbered:
        for line in without_images(part).rstrip("\n").split("\n"):
            lines.add(line.rstrip(), place)
    if is_code and any(part.strip() for part in source):
        lines.add("```", places.last)
    lines.blank()
    if shown := "".join(_outputs(cell)).strip("\n"):
        lines.add("```text", places.last)
        for line in _shortened(shown).split("\n"):
            lines.add(line.rstrip(), places.last)
        lines.add("```", places.last)
        lines.blank()


def _spellings(part: str) -> tuple[str, str]:
    """A string as it may stand in the file."""
    return json.dumps(part, ensure_ascii=False), json.dumps(part)


def _strings(source: Any) -> list[str]:
    """The text of a cell: a list of lines, or one string."""
    if isinstance(source, str):
        return [source]
    return [part for part in source if isinstance(part, str)] if isinstance(source, list) else []


def _outputs(cell: dict[str, Any]) -> Iterator[str]:
    """What is text of it: images are left out."""
    outputs = cell.get("outputs")
    for output in outputs if isinstance(outputs, list) else ():
        if not isinstance(output, dict):
            continue
        data = output.get("data")
        text = _strings(output.get("text")) or _strings(data.get("text/plain") if isinstance(data, dict) else None)
        if output.get("output_type") == "error":
            text = [f"{output.get('ename')}: {output.get('evalue')}\n"]
        yield _ESCAPES.sub("", "".join(text)).rstrip("\n") + "\n"


def _shortened(text: str) -> str:
    if len(text) <= _MOST_OUTPUT:
        return text
    beginning = text[:_MOST_OUTPUT]
    return (beginning.rpartition("\n")[0] or beginning) + "\n…"
