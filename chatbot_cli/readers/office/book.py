"""EPUB: the chapters of a book in their order."""

from posixpath import dirname, join, normpath
from urllib.parse import unquote

from chatbot_cli.chat.passages import Unit
from chatbot_cli.readers.document import ReadDocument, Unreadable
from chatbot_cli.readers.html import read_html
from chatbot_cli.readers.lines import Lines
from chatbot_cli.readers.office.archive import Archive
from chatbot_cli.text.counts import counted

_CONTAINER = "{urn:oasis:names:tc:opendocument:xmlns:container}"
_PACKAGE = "{http://www.idpf.org/2007/opf}"
_ENCRYPTED = "META-INF/encryption.xml"


def read_book(content: bytes) -> ReadDocument:
    """A book as Markdown; its places are the paragraphs of the whole. Raises Unreadable."""
    archive = Archive(content)
    chapters = _chapters(archive)
    lines, number = Lines(), 0
    for chapter in chapters:
        is_begun = False
        for line in read_html(archive.bytes_of(chapter)).text.split("\n"):
            if line.strip():
                number += not is_begun
                lines.add(line, number)
            else:
                lines.blank()
            is_begun = bool(line.strip())
        lines.blank()
    if not lines.texts and _ENCRYPTED in archive.names:
        raise Unreadable("encrypted", failed=True)
    return lines.document(f"EPUB, {counted(len(chapters), 'chapter')}", Unit.PARAGRAPH)


def _chapters(archive: Archive) -> list[str]:
    """The names of the chapters, as the spine of the book has them."""
    container = archive.xml("META-INF/container.xml")
    root = next((found.get("full-path", "") for found in container.iter(f"{_CONTAINER}rootfile")), "")
    package = archive.xml(root)
    files = {
        item.get("id"): normpath(join(dirname(root), unquote(item.get("href", ""))))
        for item in package.iter(f"{_PACKAGE}item")
    }
    spine = [files.get(item.get("idref"), "") for item in package.iter(f"{_PACKAGE}itemref")]
    return [name for name in dict.fromkeys(spine) if name in archive.names and _is_page(name)]


def _is_page(name: str) -> bool:
    return name.lower().endswith((".xhtml", ".html", ".htm", ".xml"))
