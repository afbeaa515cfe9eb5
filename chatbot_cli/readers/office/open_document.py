"""OpenDocument texts: paragraphs, headings, lists, tables."""

from collections.abc import Iterator
from xml.etree.ElementTree import Element

from chatbot_cli.chat.passages import Unit
from chatbot_cli.readers.document import ReadDocument, Unreadable
from chatbot_cli.readers.lines import Lines
from chatbot_cli.readers.office.archive import Archive

_TEXT = "{urn:oasis:names:tc:opendocument:xmlns:text:1.0}"
_TABLE = "{urn:oasis:names:tc:opendocument:xmlns:table:1.0}"
_OFFICE = "{urn:oasis:names:tc:opendocument:xmlns:office:1.0}"
_BLOCKS = (f"{_TEXT}h", f"{_TEXT}p", f"{_TABLE}table")
_SPACES = {f"{_TEXT}tab": "\t", f"{_TEXT}line-break": "\n"}
_GONE = frozenset(
    (f"{_TEXT}tracked-changes", f"{_TEXT}note-citation", f"{_OFFICE}annotation", f"{_TEXT}sequence-decls")
)
_MOST_SPACES, _MOST_LEVELS, _DEEP = 100, 6, 200


def read_open_document(content: bytes) -> ReadDocument:
    """A document as Markdown; its places are the paragraphs, and rows of tables, that have text. Raises Unreadable."""
    archive = Archive(content)
    if "META-INF/manifest.xml" in archive.names and b"encryption-data" in archive.bytes_of("META-INF/manifest.xml"):
        raise Unreadable("encrypted", failed=True)
    body = archive.xml("content.xml").find(f"{_OFFICE}body")
    lines, number = Lines(), 0
    for block, depth in _nearest(body if body is not None else Element("none"), *_BLOCKS):
        if block.tag == f"{_TABLE}table":
            rows = []
            for row, _ in _nearest(block, f"{_TABLE}table-row"):
                cells = [" ".join("".join(_texts(cell)).split()) for cell, _ in _nearest(row, f"{_TABLE}table-cell")]
                if any(cells):
                    number += 1
                    rows.append((number, cells))
            lines.table(rows)
        elif text := "".join(_texts(block)).strip():
            number += 1
            _add(lines, block, depth, text, number)
    return lines.document("OpenDocument", Unit.PARAGRAPH)


def _nearest(element: Element, *tags: str) -> Iterator[tuple[Element, int]]:
    """The elements with these tags, none within others, each with the depth of the list that it stands in."""
    steps = [(iter(element), 0)]
    while steps:
        children, depth = steps[-1]
        block = next(children, None)
        if block is None:
            steps.pop()
        elif block.tag in tags:
            yield block, depth
        elif block.tag not in _GONE and len(steps) < _DEEP:
            steps.append((iter(block), depth + (block.tag == f"{_TEXT}list")))


def _add(lines: Lines, block: Element, depth: int, text: str, number: int) -> None:
    if block.tag == f"{_TEXT}h":
        level = block.get(f"{_TEXT}outline-level", "1")
        lines.blank()
        mark = "#" * max(1, min(_MOST_LEVELS, int(level) if level.isdecimal() else 1))
        lines.block(f"{mark} {' '.join(text.split())}", number)
    elif depth:
        lines.add(f"{'  ' * (depth - 1)}- {' '.join(text.split())}", number)
    else:
        lines.blank()
        lines.block(text, number)


def _texts(element: Element) -> Iterator[str]:
    """The text of an element; what follows it is not its own."""
    yield element.text or ""
    steps = [iter(element)]
    ends = [""]
    while steps:
        child = next(steps[-1], None)
        if child is None:
            steps.pop()
            yield ends.pop()
        elif child.tag in _GONE:
            yield child.tail or ""
        else:
            yield _opening(child)
            steps.append(iter(child))
            ends.append(child.tail or "")


def _opening(child: Element) -> str:
    if child.tag == f"{_TEXT}s":
        count = child.get(f"{_TEXT}c", "1")
        return " " * min(_MOST_SPACES, int(count) if count.isdecimal() else 1)
    space = " " if child.tag in (f"{_TEXT}p", f"{_TEXT}h") else ""
    return _SPACES.get(child.tag, space) + (child.text or "")
