"""Word documents: paragraphs with the levels of their headings, lists, tables."""

from collections.abc import Iterator
from io import BytesIO
from typing import TYPE_CHECKING, Any

from chatbot_cli.chat.passages import Unit
from chatbot_cli.readers.document import ReadDocument, Unreadable, lacking
from chatbot_cli.readers.lines import Lines
from chatbot_cli.readers.office.archive import Archive, check_no_dtd
from chatbot_cli.readers.office.word_styles import heading, marks_of, outline_level

if TYPE_CHECKING:
    from docx.document import Document

_MAIN = "{http://schemas.openxmlformats.org/wordprocessingml/2006/main}"
_PARAGRAPH, _TABLE, _ROW, _CELL = (f"{_MAIN}{name}" for name in ("p", "tbl", "tr", "tc"))
_WRAPPERS = frozenset(f"{_MAIN}{name}" for name in ("sdt", "sdtContent", "ins", "moveTo", "customXml", "smartTag"))
_TEXT = {f"{_MAIN}tab": "\t", f"{_MAIN}br": "\n", f"{_MAIN}cr": "\n", f"{_MAIN}noBreakHyphen": "-"}
_GONE = frozenset(f"{_MAIN}{name}" for name in ("del", "moveFrom", "txbxContent", "instrText", "pPr", "rPr"))
_FALLBACK = "{http://schemas.openxmlformats.org/markup-compatibility/2006}Fallback"
_BOX = f"{_MAIN}txbxContent"
_NOTES = ("word/footnotes.xml", "word/endnotes.xml")


def read_word(content: bytes) -> ReadDocument:
    """A document as Markdown; its places are the paragraphs, and rows of tables, that have text. Raises Unreadable."""
    archive = Archive(content)
    for name in archive.names:
        if name.endswith((".xml", ".rels")):
            check_no_dtd(archive.bytes_of(name))
    document = _opened(content)
    text = _Text(marks_of(document.styles))
    text.take(document.element.body)
    for name in _NOTES:
        if name in archive.names:
            text.take_notes(archive.xml(name))
    return text.lines.document("Word", Unit.PARAGRAPH)


class _Text:
    """The lines of a document while it is read."""

    def __init__(self, marks: dict[str, str]) -> None:
        self.lines = Lines()
        self._marks = marks
        self._number = 0

    def take(self, body: Any) -> None:
        """The paragraphs and tables of a text, and those of boxes beside it."""
        for block in _nearest(body, _PARAGRAPH, _TABLE):
            if block.tag == _TABLE:
                self._take_table(block)
                continue
            if text := _text_of(block).strip():
                self._number += 1
                _add(self.lines, self._mark_of(block), text, self._number)
            for box in _boxes(block):
                self.take(box)

    def take_notes(self, notes: Any) -> None:
        """The notes below the pages, or at the end."""
        for note in notes:
            if text := " ".join(_cell_of(note).split()):
                self._number += 1
                _add(self.lines, "- ", text, self._number)

    def _take_table(self, table: Any) -> None:
        rows = []
        for row in _nearest(table, _ROW):
            self._number += 1
            rows.append((self._number, [_cell_of(cell) for cell in _nearest(row, _CELL)]))
        self.lines.table(rows)

    def _mark_of(self, paragraph: Any) -> str:
        """What stands in front of it in Markdown."""
        properties = paragraph.find(f"{_MAIN}pPr")
        if properties is None:
            return ""
        if level := outline_level(paragraph):
            return heading(level)
        style = properties.find(f"{_MAIN}pStyle")
        mark = self._marks.get(style.get(f"{_MAIN}val", ""), "") if style is not None else ""
        return mark or ("- " if properties.find(f"{_MAIN}numPr") is not None else "")


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


def _boxes(paragraph: Any) -> Iterator[Any]:
    """The boxes with text that hang on a paragraph; each is there once more for programs that do not know them."""
    steps = [iter(paragraph)]
    while steps:
        node = next(steps[-1], None)
        if node is None:
            steps.pop()
        elif node.tag == _BOX:
            yield node
        elif node.tag != _FALLBACK:
            steps.append(iter(node))


def _add(lines: Lines, mark: str, text: str, number: int) -> None:
    if mark.startswith("#"):
        text = " ".join(text.split())
    if mark != "- " or (lines.texts and not lines.texts[-1].startswith(("- ", "  "))):
        lines.blank()
    for at, line in enumerate(text.split("\n")):
        lines.add(f"{'  ' if at and mark == '- ' else '' if at else mark}{line.rstrip()}", number)
