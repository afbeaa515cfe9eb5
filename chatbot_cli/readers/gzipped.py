"""A text that is packed by gzip, as manual pages and logs are."""

import zlib

from chatbot_cli.readers.document import Unreadable
from chatbot_cli.readers.kinds import MOST_BYTES

GZIP = b"\x1f\x8b"
_STEP = 4_096  # bytes that are given at once: what follows a part is copied, and there may be a million parts
_WITH_HEAD = 16 + zlib.MAX_WBITS  # says to zlib that it is gzip


def unpacked(content: bytes) -> bytes:
    """What is in it; never more than a file may have. Raises Unreadable."""
    found, at = bytearray(), 0
    while content.startswith(GZIP, at):  # there may be several in a row
        unpacking = zlib.decompressobj(_WITH_HEAD)
        while not unpacking.eof:
            piece = content[at : at + _STEP]
            try:
                found += unpacking.decompress(piece, MOST_BYTES + 1 - len(found))
            except zlib.error:
                raise Unreadable("damaged", failed=True) from None
            if len(found) > MOST_BYTES:
                raise Unreadable("it unpacks to too much", failed=True)
            if not piece:
                raise Unreadable("cut short", failed=True)
            at += len(piece) - len(unpacking.unused_data)
    return bytes(found)
