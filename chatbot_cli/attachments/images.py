"""Images for a message: whole, of a kind and a size that servers take, or made so."""

from dataclasses import replace

from chatbot_cli.attachments.shrinking import NotDone, as_png, made_smaller
from chatbot_cli.chat.attachments import MOST_BYTES_OF_IMAGE, MOST_PIXELS, Attachment
from chatbot_cli.errors import AttachmentRefused
from chatbot_cli.text.counts import megabytes
from chatbot_cli.text.file_kinds import likely_kind
from chatbot_cli.text.image_sizes import ImageSize, image_size, is_whole

MOST_BYTES_OF_FILE = MOST_BYTES_OF_IMAGE // 4 * 3  # an image is sent in Base64, which makes four bytes of three
TURNED_INTO_PNG = ("a TIFF image", "a BMP image")
_NAMES = {"image/png": "PNG", "image/jpeg": "JPEG", "image/gif": "GIF", "image/webp": "WebP"}


def is_image(content: bytes) -> bool:
    """Whether the bytes are an image that is sent as one, if need be as another kind of image."""
    return image_size(content) is not None or likely_kind(content) in TURNED_INTO_PNG


def image(name: str, content: bytes) -> Attachment:
    """The image as it is sent: as it is, or made smaller if it is too large. Raises AttachmentRefused.

    It blocks: to make a large image smaller takes a second.
    """
    size = image_size(content)
    if size is None:
        return _turned_into_png(name, content)
    if not is_whole(content):
        raise AttachmentRefused(
            f"{name} is no whole {_NAMES[size.media_type]} image: a part of it is missing or damaged.",
            "Open it in a program for images, and save it again.",
        )
    if not (problem := _too_large(name, content, size)):
        return Attachment(name, size.media_type, content)
    try:
        smaller = made_smaller(content, size, MOST_BYTES_OF_FILE)
    except NotDone as error:
        raise AttachmentRefused(problem, error.hint) from error
    return Attachment(name, size.media_type, smaller, f"made smaller, from {size} and {megabytes(len(content))}")


def _too_large(name: str, content: bytes, size: ImageSize) -> str:
    """Why an image is too large, in a sentence; empty if it is not."""
    if max(size.width, size.height) > MOST_PIXELS:
        return f"{name} has {size} pixels, and an image may have {MOST_PIXELS:,} in each direction."
    if len(content) > MOST_BYTES_OF_FILE:
        most = f"{megabytes(MOST_BYTES_OF_IMAGE)} as it is sent, which is a file of {MOST_BYTES_OF_FILE / 1e6:.2f} MB"
        return f"{name} has {megabytes(len(content))}, and an image may have {most}."
    return ""


def _turned_into_png(name: str, content: bytes) -> Attachment:
    kind = likely_kind(content)
    try:
        made = image(name, as_png(content))
    except NotDone as error:
        raise AttachmentRefused(f"{name} is {kind}, which models do not take.", error.hint) from error
    return replace(made, made_from=made.made_from or f"made from {kind}")
