"""The files of a question in an imported file: our own, or images in OpenAI's format. What is bad is dropped."""

import base64
import binascii
import re
from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from chatbot_cli.chat.attachments import MOST_BYTES_OF_IMAGE, MOST_PIXELS, Attachment
from chatbot_cli.text.image_sizes import image_size, is_whole

MOST = 10_000  # files of one message
_MEDIA_TYPE = r"[\w.+-]{1,100}/[\w.+-]{1,100}"
ONLY_IMAGES = "[image]"  # the question of a message that has no text


def attachments_of(value: object, parts: object = ()) -> tuple[Attachment, ...]:
    """The attachments of a question in our own JSON. One may name the one of the `parts` that has its bytes."""
    listed = parts if isinstance(parts, list) else []
    decoded: dict[int, bytes | None] = {}  # each part once, however many name it: else a small file fills the memory
    entries = value[:MOST] if isinstance(value, list) else ()
    attached = (_attachment(entry, listed, decoded) for entry in entries)
    return tuple(attachment for attachment in attached if attachment)


def question_of(message: Mapping[str, Any], text: str) -> tuple[str, tuple[Attachment, ...]]:
    """What was typed of a user's message, and its files. `text` is that of all its parts."""
    parts = message.get("content")
    if isinstance(typed := message.get("typed"), str):
        return typed, attachments_of(message.get("attachments"), parts)
    if not isinstance(parts, list):
        return text, attachments_of(message.get("attachments"))
    return text, tuple(_images(parts))


def is_taken(part: Mapping[str, Any]) -> bool:
    """Whether a part of a user's message is an image that is taken in."""
    return _image_in(part) is not None


def _images(parts: Sequence[object]) -> Iterator[Attachment]:
    found = (content for part in parts if isinstance(part, dict) and (content := _image_in(part)))
    for number, content in enumerate(found, 1):
        if size := image_size(content):
            yield Attachment(f"image {number}.{size.media_type.removeprefix('image/')}", size.media_type, content)


def _image_in(part: Mapping[str, Any]) -> bytes | None:
    """The bytes of an image that servers take; None for one at an address elsewhere, and for one that is broken."""
    content = _data_in(part) if part.get("type") == "image_url" else None
    return content if content and _is_good(content) else None


def _is_good(content: bytes) -> bool:
    """Whether servers take such an image."""
    size = image_size(content)
    if size is None or len(content) * 4 > MOST_BYTES_OF_IMAGE * 3:
        return False
    return max(size.width, size.height) <= MOST_PIXELS and is_whole(content)


def _data_in(part: Mapping[str, Any]) -> bytes | None:
    """The bytes in the `data:` URL of a part."""
    match part:
        case {"image_url": {"url": str(address)}} | {"image_url": str(address)} | {"file": {"file_data": str(address)}}:
            about, comma, data = address.partition(",")
            return _decoded(data) if comma and about.startswith("data:") and about.endswith(";base64") else None
    return None


def _attachment(value: object, parts: Sequence[object], decoded: dict[int, bytes | None]) -> Attachment | None:
    if not isinstance(value, dict):
        return None
    number, content = value.get("part"), None
    if isinstance(value.get("base64"), str):
        content = _decoded(value["base64"])
    elif isinstance(number, int) and 0 <= number < len(parts) and isinstance(part := parts[number], dict):
        if number not in decoded:
            decoded[number] = _data_in(part)
        content = decoded[number]
    if content is None:
        return None
    media_type = _text(value.get("media_type"))
    if not re.fullmatch(_MEDIA_TYPE, media_type, re.ASCII):
        media_type = "application/octet-stream"
    if media_type.startswith("image/"):
        size = image_size(content) if _is_good(content) else None
        if size is None:  # a server would refuse it, and each message after it
            return None
        media_type = size.media_type
    return Attachment(_text(value.get("name")), media_type, content, _text(value.get("made_from")))


def _decoded(data: str) -> bytes | None:
    try:
        return base64.b64decode(data, validate=True)
    except (binascii.Error, ValueError):
        return None


def _text(value: object) -> str:
    return value if isinstance(value, str) else ""
