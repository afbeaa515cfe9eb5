"""Makes an image smaller, or a PNG of it, with Pillow: an extra, and imported only for this."""

from io import BytesIO
from typing import TYPE_CHECKING

from chatbot_cli.system.extras import install_command
from chatbot_cli.text.image_sizes import ImageSize

if TYPE_CHECKING:
    from PIL.Image import Image

TO_BE_SMALLER = "lets it be made smaller here."
TO_BE_PNG = "lets it be turned into a PNG image here."
BY_HAND = "Make it smaller in a program for images."
EDGES = (1_568, 1_024, 640, 400)  # pixels of the long side; no model sees more than the first
MOST_DECODED = 89_000_000  # pixels, some 300 MB of memory; of more the library warns on stderr
_OPENED_AS = {"image/png": "PNG", "image/jpeg": "JPEG", "image/gif": "GIF", "image/webp": "WEBP"}
_MADE_SMALL_AT_ONCE = ("RGB", "RGBA", "L", "CMYK", "I", "F")
_QUALITY = 88  # of JPEG and WebP, in per cent


class NotDone(Exception):
    """An image was not made smaller; `hint` says what would help."""

    def __init__(self, hint: str) -> None:
        super().__init__(hint)
        self.hint = hint


def made_smaller(content: bytes, size: ImageSize, most_bytes: int) -> bytes:
    """The image as one of the same kind, of at most 1,568 pixels and so many bytes; of a film, its first picture.

    Raises NotDone. It blocks.
    """
    if size.width * size.height > MOST_DECODED:
        raise NotDone(BY_HAND)
    kind = _OPENED_AS[size.media_type]
    image = _opened(content, [kind], TO_BE_SMALLER)
    for edge in EDGES:
        if len(smaller := _saved(image, kind, edge)) <= most_bytes:
            return smaller
    raise NotDone(BY_HAND)


def as_png(content: bytes) -> bytes:
    """A PNG image of an image of another kind. Raises NotDone. It blocks."""
    return _saved(_opened(content, ["TIFF", "BMP"], TO_BE_PNG), "PNG", EDGES[0])


def _opened(content: bytes, kinds: list[str], library_for: str) -> "Image":
    """The first picture in an image, upright, in colours that every kind has."""
    try:
        # Imported here because the library is an extra, and loads slowly.
        from PIL import Image, ImageOps
    except ImportError:
        raise NotDone(f"{install_command('documents')} {library_for}") from None
    try:
        with Image.open(BytesIO(content), formats=kinds) as image:
            if image.width * image.height > MOST_DECODED:
                raise NotDone(BY_HAND)
            image.draft("RGB", (EDGES[0], EDGES[0]))  # a JPEG is decoded at a fraction of its size
            if image.mode in _MADE_SMALL_AT_ONCE:  # each further step would take as much memory again
                image.thumbnail((EDGES[0], EDGES[0]))
            upright = ImageOps.exif_transpose(image)
            see_through = "A" in upright.mode or "transparency" in upright.info
            return upright.convert("RGBA" if see_through else "RGB")
    except NotDone:
        raise
    except Exception as error:  # the library raises many kinds for bytes that somebody has made up
        raise NotDone(BY_HAND) from error


def _saved(image: "Image", kind: str, edge: int) -> bytes:
    smaller = image.copy()
    smaller.thumbnail((edge, edge))
    file = BytesIO()
    smaller.save(file, kind, quality=_QUALITY)
    return file.getvalue()
