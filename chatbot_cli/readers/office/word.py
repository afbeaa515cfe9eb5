"""Word documents: paragraphs with the levels of their headings, lists, tables."""

import re
from collections.abc import Iterator
from io import BytesIO
from typing import TYPE_CHECKING, Any

from chatbot_cli.chat.passages import Unit
from chatbot_cli.readers.document import ReadDocument, Unreadable, lacking
from chatbot_cli.readers.lines import Lines
from chatbot_cli.readers.office.archive import Archive, check_no_dtd

if TYPE_CHECKING:
    from docx.document import Document

_MAIN = "{http://schemas.openxmlformats.org/wordprocessingml/2006/main}"
_PARAGRAPH, _TABLE, _ROW, _CELL = (f"{_MAIN}{name}" for name in ("p", "tbl", "tr", "tc"))
_WRAPPERS = frozenset(f"{_MAIN}{name}" for name in ("sdt", "sdtContent", "ins", "moveTo", "customXml", "smartTag"))
_TEXT = {f"{_MAIN}tab": "\t", f"{_MAIN}br": "\n", f"{_MAIN}cr": "\n", f"{_MAIN}noBreakHyphen": "-"}
_GONE = frozenset(f"{_MAIN}{name}" for name in ("del", "moveFrom", "txbxContent", "instrText", "pPr", "rPr"))
_FALLBACK = "{http://schemas.openxmlformats.org/markup-compatibility/2006}Fallback"
_HEADING = re.compile(r"heading ([1-9])", re.IGNORECASE)
_LEVELS = {"title": 1, "subtitle": 2}
_MOST_LEVELS = 6


def read_word(content: bytes) -> ReadDocument:
    """A document as Markdown; its places are the paragraphs, and rows of tables, that have text. Raises Unreadable."""
    archive = Archive(content)
    for name in archive.names:
        if name.endswith((".xml", ".rels")):
            check_no_dtd(archive.bytes_of(name))
    document, lines, number = _opened(content), Lines(), 0
    styles = {style.style_id: style.name or "" for style in document.styles}
    for block in _nearest(document.element.body, _PARAGRAPH, _TABLE):
        if block.tag == _PARAGRAPH:
            if text := _text_of(block).strip():
                number += 1
                _add(lines, _mark_of(block, styles), text, number)
        else:
            rows = []
            for row in _nearest(block, _ROW):
                number += 1
                rows.append((number, [_cell_of(cell) for cell in _nearest(row, _CELL)]))
            lines.table(rows)
    return lines.document("Word", Unit.PARAGRAPH)


def _opened(content: bytes) -> "Document":
    try:  # imported here so that its absence is a sentence for the user
        from docx import Document
    except ImportError:
        raise lacking("python-docx") from None
    try:
        return Document(BytesIO(content))
    except (KeyError, ValueError, AttributeError) as error:
        raise Unreadable("damaged", failed=True) from error


def _nearest(element: Any, *tags: str) -> Iterator[Any]:
    """The elements with these tags, also those in fields that are to be filled in; none that are within others."""
    steps = [iter(element)]
    while steps:
        block = next(steps[-1], None)
        if block is None:
            steps.pop()
        elif block.tag in tags:
            yield block
        elif block.tag in _WRAPPERS:
            steps.append(iter(block))


def _text_of(paragraph: Any) -> str:
    """The text as it stands now: what was inserted is in it, and what was deleted is not."""
    parts, steps = [], [iter(paragraph)]
    while steps:
        node = next(steps[-1], None)
        if node is None:
            steps.pop()
        elif node.tag == f"{_MAIN}t":
            parts.append(node.text or "")
        elif node.tag in _TEXT:
            parts.append(_TEXT[node.tag])
        elif node.tag not in _GONE and node.tag != _FALLBACK:
            steps.append(iter(node))
    return "".join(parts)


def _cell_of(cell: Any) -> str:
    return " ".join(text for paragraph in cell.iter(_PARAGRAPH) if (text := _text_of(paragraph).strip()))


def _mark_of(paragraph: Any, styles: dict[str, str]) -> str:
    """What stands in front of it in Markdown."""
    properties = paragraph.pPr
    if properties is None:
        return ""
    style = styles.get(str(properties.style), "") if properties.style else ""
    level = int(found[1]) if (found := _HEADING.fullmatch(style)) else _LEVELS.get(style.lower(), 0)
    if level:
        return f"{'#' * min(level, _MOST_LEVELS)} "
    if style.lower().startswith("list") or properties.numPr is not None:
        return "- "
    return ""


def _add(lines: Lines, mark: str, text: str, number: int) -> None:
    if mark.startswith("#"):
        text = " ".join(text.split())
    if mark != "- " or (lines.texts and not lines.texts[-1].startswith(("- ", "  "))):
        lines.blank()
    for at, line in enumerate(text.split("\n")):
        lines.add(f"{'  ' if at and mark == '- ' else '' if at else mark}{line.rstrip()}", number)
