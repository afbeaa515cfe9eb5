"""PDF, page by page."""

import logging
import re
import time
from io import BytesIO
from typing import TYPE_CHECKING

from chatbot_cli.chat.passages import Unit
from chatbot_cli.readers.document import Form, ReadDocument, Unreadable, lacking
from chatbot_cli.readers.hyphens import compounds_in, joined
from chatbot_cli.readers.lines import Lines
from chatbot_cli.readers.page_edges import without_edges
from chatbot_cli.text.counts import counted

if TYPE_CHECKING:
    from pypdf import PageObject, PdfReader

_MOST_PAGES = 2_000
_SECONDS = 45  # after which what is read must do
_SHORT = 25  # characters; lines below are cells of a table, or the like
_SHARE_OF_SHORT = 0.4
_FEW_LINES = 8  # a page with fewer is none of tables
# White space of a page as it is laid out: of justified lines, between columns, and in front of what is centred.
_SPACES = (
    (re.compile(r"(?<=\S) {2}(?=\S)"), " "),
    (re.compile(r"(?<=\S) {4,}"), "   "),
    (re.compile(r"^ {9,}", re.MULTILINE), " " * 8),
)
_END = b"%%EOF"
_END_WITHIN = 2_048  # bytes


def read_pdf(content: bytes) -> ReadDocument:
    """The text of its pages. Raises Unreadable."""
    reader = _opened(content)
    total = len(reader.pages)
    pages, deadline = [], time.monotonic() + _SECONDS
    for page in reader.pages[:_MOST_PAGES]:
        if time.monotonic() > deadline:
            break
        pages.append(_text_of(page))
    if not any(map(str.strip, pages)):
        raise Unreadable(f"no text layer ({counted(total, 'page')})" if total else "empty", failed=not total)
    notes = []
    if len(pages) < total:
        notes.append(f"only the first {len(pages):,} of {total:,} pages are read")
    if without := sum(not page.strip() for page in pages):
        notes.append("1 page has no text" if without == 1 else f"{without:,} pages have no text")
    if _END not in content[-_END_WITHIN:]:
        notes.append("the file is cut short")
    return _document(pages, f"PDF, {counted(total, 'page')}", tuple(notes))


def _opened(content: bytes) -> "PdfReader":
    try:  # imported here so that its absence is a sentence for the user
        from pypdf import PdfReader
        from pypdf.errors import DependencyError, PyPdfError
    except ImportError:
        raise lacking("pypdf") from None
    logging.getLogger("pypdf").setLevel(logging.CRITICAL)
    try:
        reader = PdfReader(BytesIO(content))
        if reader.is_encrypted and not reader.decrypt(""):
            raise Unreadable("encrypted", failed=True)
        len(reader.pages)
    except DependencyError:
        raise Unreadable("encrypted", failed=True) from None
    except (PyPdfError, ValueError, KeyError, TypeError, AttributeError, RecursionError):
        is_cut = _END not in content[-_END_WITHIN:]
        raise Unreadable("cut short" if is_cut else "damaged", failed=True) from None
    return reader


def _text_of(page: "PageObject") -> str:
    """The text of a page; where it looks like a table, as it is laid out. Empty if the page cannot be read."""
    try:
        text = page.extract_text()
        if _is_of_cells(text):
            laid_out = page.extract_text(extraction_mode="layout", layout_mode_space_vertically=False)
            text = _spaced(laid_out) if laid_out.strip() else text
    except MemoryError:
        raise
    except Exception:  # noqa: BLE001  a page that breaks the library's rules is one without text; the others are read
        return ""
    return text.replace("\r\n", "\n").replace("\r", "\n").replace("\0", "")


def _spaced(text: str) -> str:
    for pattern, spaces in _SPACES:
        text = pattern.sub(spaces, text)
    return text


def _is_of_cells(text: str) -> bool:
    lines = [line for line in text.split("\n") if line.strip()]
    short = sum(len(line.strip()) < _SHORT for line in lines)
    return len(lines) >= _FEW_LINES and short >= _SHARE_OF_SHORT * len(lines)


def _document(pages: list[str], kind: str, notes: tuple[str, ...]) -> ReadDocument:
    lines = Lines()
    kept = without_edges([page.split("\n") for page in pages])
    compounds = compounds_in(kept)
    for number, page in enumerate(kept, start=1):
        for line in joined(page, compounds):
            if line.strip():
                lines.add(line.rstrip(), number)
            else:
                lines.blank()
        lines.blank()
    return lines.document(kind, Unit.PAGE, form=Form.PROSE, notes=notes)
