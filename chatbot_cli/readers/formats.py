"""The formats of documents, and which reader is for each. Readers are imported when the first file of theirs is met.

None of them is trusted with a file of a stranger, or with his time: they run in the child process.
"""

from enum import Enum
from pathlib import PurePath

from chatbot_cli.readers.document import ReadDocument, Unreadable
from chatbot_cli.text.file_kinds import certain_kind

_PDF_BEGINNING = 1024  # bytes in which a PDF may begin, says its standard
_HTML_BEGINNING = 512


class Format(Enum):
    """A format with a reader of its own; anything else is text, or is not read."""

    PDF = "PDF"
    WORD = "Word"
    OPEN_DOCUMENT = "OpenDocument"
    EPUB = "EPUB"
    EXCEL = "Excel"
    POWERPOINT = "PowerPoint"
    HTML = "HTML"
    NOTEBOOK = "Jupyter notebook"
    MAIL = "mail"
    RICH_TEXT = "RTF"


_BY_ENDING = {
    ".pdf": Format.PDF,
    ".docx": Format.WORD,
    ".docm": Format.WORD,
    ".dotx": Format.WORD,
    ".odt": Format.OPEN_DOCUMENT,
    ".epub": Format.EPUB,
    ".xlsx": Format.EXCEL,
    ".xlsm": Format.EXCEL,
    ".pptx": Format.POWERPOINT,
    ".html": Format.HTML,
    ".htm": Format.HTML,
    ".xhtml": Format.HTML,
    ".ipynb": Format.NOTEBOOK,
    ".eml": Format.MAIL,
    ".mbox": Format.MAIL,
}
_BY_CONTENT = {
    "a PDF document": Format.PDF,
    "a Word document": Format.WORD,
    "an Excel workbook": Format.EXCEL,
    "a PowerPoint presentation": Format.POWERPOINT,
    "an EPUB book": Format.EPUB,
    "an OpenDocument file": Format.OPEN_DOCUMENT,
}
_PACKED = frozenset((Format.WORD, Format.OPEN_DOCUMENT, Format.EPUB, Format.EXCEL, Format.POWERPOINT))
_ENCRYPTED_OFFICE = "EncryptedPackage".encode("utf-16-le")


def format_of(path: PurePath, content: bytes) -> Format | None:
    """The format of a file, by its content rather than by its name; None for one that is text, or is not read.

    Raises Unreadable for one whose name and content do not go together.
    """
    named = _BY_ENDING.get(path.suffix.lower())
    if not content.strip(b"\0 \t\r\n"):
        if named is Format.PDF or named in _PACKED:
            raise Unreadable("empty", failed=True)
        return None
    if b"%PDF-" in content[:_PDF_BEGINNING] and (named is Format.PDF or content.startswith(b"%PDF-")):
        return Format.PDF
    kind = certain_kind(content)
    if kind and kind in _BY_CONTENT:
        return _BY_CONTENT[kind]
    if named is Format.PDF or named in _PACKED:
        return _of_packed(named, kind, content)
    if content.startswith(b"{\\rtf"):
        return Format.RICH_TEXT
    if content.startswith(b"%!PS"):
        raise Unreadable("binary (a PostScript document)")
    if not path.suffix and content[:_HTML_BEGINNING].lstrip().lower().startswith((b"<!doctype html", b"<html")):
        return Format.HTML
    return None if kind else named


def _of_packed(named: Format, kind: str | None, content: bytes) -> Format:
    if kind == "a ZIP archive" and named in _PACKED:
        return named
    if _ENCRYPTED_OFFICE in content:
        raise Unreadable("encrypted", failed=True)
    raise Unreadable(f"damaged ({f'it is {kind}' if kind else f'not {named.value}'})", failed=True)


def read_as(format_: Format, content: bytes) -> ReadDocument:
    """Read a file of a format. Raises Unreadable, whatever is in it, and MemoryError."""
    try:
        return _read_as(format_, content)
    except (Unreadable, MemoryError):
        raise
    except Exception as error:  # libraries raise anything for what somebody has made up
        raise Unreadable(f"damaged ({type(error).__name__})", failed=True) from error


def _read_as(format_: Format, content: bytes) -> ReadDocument:
    match format_:
        case Format.PDF:  # each reader is imported when the first file of its format is met: most have a library
            from chatbot_cli.readers.pdf import read_pdf

            return read_pdf(content)
        case Format.HTML:
            from chatbot_cli.readers.html import read_html

            return read_html(content)
        case Format.NOTEBOOK:
            from chatbot_cli.readers.notebook import read_notebook

            return read_notebook(content)
        case Format.MAIL:
            from chatbot_cli.readers.mail import read_mail

            return read_mail(content)
        case Format.RICH_TEXT:
            from chatbot_cli.readers.rich_text import read_rich_text

            return read_rich_text(content)
        case _:
            return _read_office(format_, content)


def _read_office(format_: Format, content: bytes) -> ReadDocument:
    match format_:
        case Format.WORD:  # imported here for the same reason
            from chatbot_cli.readers.office.word import read_word

            return read_word(content)
        case Format.OPEN_DOCUMENT:
            from chatbot_cli.readers.office.open_document import read_open_document

            return read_open_document(content)
        case Format.EPUB:
            from chatbot_cli.readers.office.book import read_book

            return read_book(content)
        case Format.EXCEL:
            from chatbot_cli.readers.office.sheets import read_sheets

            return read_sheets(content)
        case _:
            from chatbot_cli.readers.office.slides import read_slides

            return read_slides(content)
