"""An archive with a document in it, read with limits: it may be made to fill the memory."""

import zipfile
import zlib
from io import BytesIO
from xml.etree import ElementTree

from chatbot_cli.readers.document import Unreadable

_MOST_UNPACKED = 50_000_000  # bytes
_MOST_RATIO = 200  # unpacked to packed bytes
_SMALL = 100_000  # bytes; however well they are packed
_MOST_MEMBERS = 20_000
_BEGINNING = 4_096  # bytes in which a DTD must stand
_BOMB = "it unpacks to too much"


class Archive:
    """The members of an archive, by name. Raises Unreadable for one that is damaged, encrypted, or a bomb."""

    def __init__(self, content: bytes) -> None:
        try:
            self.zip = zipfile.ZipFile(BytesIO(content))
            infos = self.zip.infolist()
        except (zipfile.BadZipFile, ValueError, NotImplementedError, EOFError, KeyError):
            raise Unreadable("cut short" if content.startswith(b"PK\x03\x04") else "damaged", failed=True) from None
        if len(infos) > _MOST_MEMBERS:
            raise Unreadable(_BOMB, failed=True)
        for info in infos:
            _check(info)
        if sum(info.file_size for info in infos if _is_text(info.filename)) > _MOST_UNPACKED:
            raise Unreadable(_BOMB, failed=True)
        self.names = frozenset(info.filename for info in infos)
        self._read = 0

    def bytes_of(self, name: str) -> bytes:
        """A member; never more of it than it may have, whatever the archive says of its size."""
        try:
            with self.zip.open(name) as member:
                content = member.read(_MOST_UNPACKED - self._read + 1)
        except (zipfile.BadZipFile, zlib.error, KeyError, EOFError, OSError, NotImplementedError, RuntimeError):
            raise Unreadable("damaged", failed=True) from None
        self._read += len(content)
        if self._read > _MOST_UNPACKED:
            raise Unreadable(_BOMB, failed=True)
        return content

    def xml(self, name: str) -> ElementTree.Element:
        """A member that is XML. A DTD is refused: it is how a few bytes become gigabytes."""
        return parsed(self.bytes_of(name))


def parsed(content: bytes) -> ElementTree.Element:
    """The root of an XML text. Raises Unreadable."""
    check_no_dtd(content)
    try:
        return ElementTree.fromstring(content)  # noqa: S314  without a DTD there are no entities, and it is a child
    except (ElementTree.ParseError, ValueError, LookupError):
        raise Unreadable("damaged", failed=True) from None


def check_no_dtd(content: bytes) -> None:
    """Raises Unreadable for an XML text that has a DTD, in whatever encoding."""
    plain = content.replace(b"\0", b"")
    if b"<!DOCTYPE" in plain or b"<!ENTITY" in plain:
        raise Unreadable("damaged (it has a DTD)", failed=True)


def _check(info: zipfile.ZipInfo) -> None:
    if info.flag_bits & 1:
        raise Unreadable("encrypted", failed=True)
    if info.file_size > _SMALL and info.file_size > _MOST_RATIO * max(1, info.compress_size):
        raise Unreadable(_BOMB, failed=True)


def _is_text(name: str) -> bool:
    return name.endswith((".xml", ".xhtml", ".html", ".htm", ".opf", ".rels"))
