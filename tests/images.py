"""Small images of every kind, made by hand."""

import struct
import zlib
from binascii import crc32

from chatbot_cli.chat.attachments import Attachment


def png(width: int = 4, height: int = 3, pad: int = 0) -> bytes:
    """A gray PNG image; `pad` bytes of it are a comment."""

    def chunk(kind: bytes, content: bytes) -> bytes:
        return struct.pack(">I", len(content)) + kind + content + struct.pack(">I", crc32(kind + content))

    header = struct.pack(">IIBBBBB", width, height, 8, 0, 0, 0, 0)
    rows = zlib.compress((b"\0" + bytes(width)) * height)
    comment = chunk(b"tEXt", b"Comment\0" + b"x" * pad) if pad else b""
    return b"\x89PNG\r\n\x1a\n" + chunk(b"IHDR", header) + comment + chunk(b"IDAT", rows) + chunk(b"IEND", b"")


def gif(width: int = 4, height: int = 3) -> bytes:
    """A GIF image with two colours."""
    screen = struct.pack("<HHBBB", width, height, 0x80, 0, 0) + b"\0\0\0\xff\xff\xff"
    frame = b"," + struct.pack("<HHHHB", 0, 0, width, height, 0) + b"\x02" + b"\x02\x4c\x01" + b"\0"
    return b"GIF89a" + screen + b"!\xf9\x04\0\0\0\0\0" + frame + b";"


def jpeg(width: int = 4, height: int = 3) -> bytes:
    """What has the parts of a JPEG image, a small picture in its Exif data among them."""
    preview = b"Exif\0\0\xff\xd8\xff\xc0\0\x0b\x08\0\x01\0\x01\xff\xd9"
    exif = b"\xff\xe1" + struct.pack(">H", len(preview) + 2) + preview
    frame = b"\xff\xc0" + struct.pack(">HBHHB", 11, 8, height, width, 1) + b"\x01\x11\0"
    scan = b"\xff\xda" + struct.pack(">H", 8) + b"\x01\x01\0\0\x3f\0" + b"\x12\x34"
    return b"\xff\xd8" + exif + frame + scan + b"\xff\xd9"


def webp(kind: bytes = b"VP8X", width: int = 4, height: int = 3) -> bytes:
    """What has the parts of a WebP image of one of its three kinds."""
    bodies = {
        b"VP8X": b"\0" * 4 + (width - 1).to_bytes(3, "little") + (height - 1).to_bytes(3, "little") + b"\0" * 8,
        b"VP8L": b"\x2f" + struct.pack("<I", (width - 1) | (height - 1) << 14) + b"\0" * 8,
        b"VP8 ": b"\0\0\0\x9d\x01\x2a" + struct.pack("<HH", width, height) + b"\0" * 6,
    }
    body = bodies[kind]
    chunk = kind + struct.pack("<I", len(body)) + body
    return b"RIFF" + struct.pack("<I", len(chunk) + 4) + b"WEBP" + chunk


def picture(name: str = "plan.png", width: int = 4, height: int = 3) -> Attachment:
    """An image that is attached."""
    return Attachment(name, "image/png", png(width, height))
