"""The kind and the size of an image, read from its bytes without decoding it: PNG, JPEG, GIF, WebP. Pure."""

import struct
from binascii import crc32

from chatbot_cli.frozen import frozen

_PNG, _RIFF = b"\x89PNG\r\n\x1a\n", b"RIFF"
_JPEG_FRAMES = frozenset({*range(0xC0, 0xD0)} - {0xC4, 0xC8, 0xCC})  # the segments that tell the size
_WITHOUT_LENGTH = frozenset({0x01, *range(0xD0, 0xD9)})
_SCAN, _END_OF_JPEG = 0xDA, b"\xff\xd9"
_GIF_EXTENSION, _GIF_FRAME, _GIF_END = 0x21, 0x2C, 0x3B


@frozen
class ImageSize:
    """An image's media type, such as "image/png", and its size in pixels; 0 where its bytes do not tell it."""

    media_type: str
    width: int
    height: int

    def __str__(self) -> str:
        return f"{self.width}×{self.height}"


def image_size(content: bytes) -> ImageSize | None:
    """What the bytes say of the image that they are; None for whatever is no image of the four kinds."""
    for media_type, begins, size in (
        ("image/png", content.startswith(_PNG), _png_size),
        ("image/jpeg", content.startswith(b"\xff\xd8\xff"), _jpeg_size),
        ("image/gif", content.startswith((b"GIF87a", b"GIF89a")), _gif_size),
        ("image/webp", content.startswith(_RIFF) and content[8:12] == b"WEBP", _webp_size),
    ):
        if begins:
            try:
                return ImageSize(media_type, *size(content))
            except (struct.error, IndexError):
                return ImageSize(media_type, 0, 0)
    return None


def is_whole(content: bytes) -> bool:
    """Whether an image of the four kinds has a size, and all its parts up to its end."""
    size = image_size(content)
    if size is None or not (size.width and size.height):
        return False
    try:
        return _WHOLE[size.media_type](content)
    except (struct.error, IndexError):
        return False


def _png_size(content: bytes) -> tuple[int, int]:
    if content[12:16] != b"IHDR":
        return 0, 0
    width, height = struct.unpack_from(">II", content, 16)
    return width, height


def _png_is_whole(content: bytes) -> bool:
    """Whether its chunks are there up to the last one, and those that a picture needs are as they were written."""
    at, has_pixels = len(_PNG), False
    while True:
        length, kind = struct.unpack_from(">I4s", content, at)
        end = at + 8 + length
        (checksum,) = struct.unpack_from(">I", content, end)
        if kind[:1].isupper() and crc32(memoryview(content)[at + 4 : end]) != checksum:
            return False
        if kind == b"IEND":
            return has_pixels
        has_pixels = has_pixels or kind == b"IDAT"
        at = end + 4


def _jpeg_size(content: bytes) -> tuple[int, int]:
    at = _segment(content, _JPEG_FRAMES)
    height, width = struct.unpack_from(">HH", content, at + 5) if at else (0, 0)
    return width, height


def _jpeg_is_whole(content: bytes) -> bool:
    begin = _segment(content, frozenset({_SCAN}))
    return bool(begin) and content.rfind(_END_OF_JPEG) > begin


def _segment(content: bytes, kinds: frozenset[int]) -> int:
    """Where the first segment of one of these kinds begins; 0 if there is none before the pixels."""
    at = 2
    while content[at] == 0xFF:
        kind = content[at + 1]
        if kind in kinds:
            return at
        if kind == _SCAN:
            return 0
        if kind == 0xFF:  # a byte that fills a gap
            at += 1
        elif kind in _WITHOUT_LENGTH:
            at += 2
        else:
            (length,) = struct.unpack_from(">H", content, at + 2)
            at += 2 + length
    return 0


def _gif_size(content: bytes) -> tuple[int, int]:
    width, height = struct.unpack_from("<HH", content, 6)
    return width, height


def _gif_is_whole(content: bytes) -> bool:
    """Whether it has a frame, and its blocks are there up to its end."""
    at, has_frame = 13 + _gif_colors(content[10]), False
    while (kind := content[at]) != _GIF_END:
        if kind == _GIF_FRAME:
            has_frame = True
            at += 11 + _gif_colors(content[at + 9])
        elif kind == _GIF_EXTENSION:
            at += 2
        else:
            return False
        while length := content[at]:
            at += 1 + length
        at += 1
    return has_frame


def _gif_colors(flags: int) -> int:
    """The bytes of a table of colours."""
    return 6 << (flags & 7) if flags & 0x80 else 0


def _webp_size(content: bytes) -> tuple[int, int]:
    match content[12:16]:
        case b"VP8X":
            return 1 + int.from_bytes(content[24:27], "little"), 1 + int.from_bytes(content[27:30], "little")
        case b"VP8L":
            (bits,) = struct.unpack_from("<I", content, 21)
            return 1 + (bits & 0x3FFF), 1 + (bits >> 14 & 0x3FFF)
        case b"VP8 ":
            width, height = struct.unpack_from("<HH", content, 26)
            return width & 0x3FFF, height & 0x3FFF
    return 0, 0


def _webp_is_whole(content: bytes) -> bool:
    (length,) = struct.unpack_from("<I", content, 4)
    return bool(len(content) >= length + 8 > 30)


_WHOLE = {
    "image/png": _png_is_whole,
    "image/jpeg": _jpeg_is_whole,
    "image/gif": _gif_is_whole,
    "image/webp": _webp_is_whole,
}
