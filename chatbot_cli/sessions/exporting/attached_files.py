"""The files of a message in a record of a conversation: as JSON, as parts that OpenAI's format has, on a web page."""

import base64
from collections.abc import Iterator, Sequence
from html import escape

from chatbot_cli.chat.attachments import Attachment
from chatbot_cli.chat.attachments_in_words import attached_in_words
from chatbot_cli.chat.composing import as_sent, sent_beside
from chatbot_cli.sessions.exporting.visible_text import visible
from chatbot_cli.sessions.records import MessageRecord, SessionRecord
from chatbot_cli.text.image_sizes import image_size, is_whole

_STYLE = """
.file { margin: .5rem 0 }
.file img { display: block; max-width: 100%; height: auto; margin: .3rem 0 }
.file summary { cursor: pointer }
.file .text { margin: .3rem 0 0 1.1rem }
"""


def as_fields(attachment: Attachment) -> dict[str, object]:
    """A file in our own JSON."""
    return {**_about(attachment), "base64": _base64(attachment)}


def in_parts(content: str, attached: Sequence[Attachment]) -> dict[str, object]:
    """The fields of a message with files, as it is sent: its text and those of its files, images, other files.

    Ours are what was `typed`, and the `attachments`: each has its bytes, or the number of the part that has them.
    """
    beside = sent_beside(attached)
    parts: list[dict[str, object]] = [{"type": "text", "text": as_sent(content, attached)}, *map(_part, beside)]
    numbers = iter(range(1, len(parts)))
    fields = [as_fields(one) if one.is_text else {**_about(one), "part": next(numbers)} for one in attached]
    return {"content": parts, "typed": content, "attachments": fields}


def on_a_page(message: MessageRecord) -> Iterator[str]:
    """Each file of a message in HTML: an image as such, a text folded, of anything else what it is."""
    for one in message.attached:
        words = _text(attached_in_words(one))
        if is_shown(one):
            address = f"data:{one.media_type};base64,{_base64(one)}"
            name = escape(visible(one.name), quote=True)
            yield f'<p class="facts file">{words}<img src="{address}" alt="{name}"></p>\n'
        elif one.is_text and one.text.strip():
            folded = f'<div class="text" dir="auto">{_text(one.text)}</div>'
            yield f'<details class="facts file"><summary>{words}</summary>{folded}</details>\n'
        else:
            yield f'<p class="facts">{words}</p>\n'


def is_shown(attachment: Attachment) -> bool:
    """Whether a page shows an image: its bytes are what its media type says, so a browser cannot take it for else."""
    size = image_size(attachment.content)
    return size is not None and size.media_type == attachment.media_type and is_whole(attachment.content)


def style_of_files(record: SessionRecord) -> str:
    """The style of what `on_a_page` makes; empty for a conversation without files."""
    return _STYLE if any(message.attached for message in record.thread) else ""


def policy_of_images(record: SessionRecord) -> str:
    """What the page's policy allows for its images; empty if there are none."""
    return "; img-src data:" if any(map(is_shown, (f for one in record.thread for f in one.attached))) else ""


def _about(attachment: Attachment) -> dict[str, object]:
    made_from = {"made_from": attachment.made_from} if attachment.made_from else {}
    return {"name": attachment.name, "media_type": attachment.media_type, **made_from}


def _part(attachment: Attachment) -> dict[str, object]:
    address = f"data:{attachment.media_type};base64,{_base64(attachment)}"
    if attachment.is_image:
        return {"type": "image_url", "image_url": {"url": address}}
    return {"type": "file", "file": {"filename": attachment.name, "file_data": address}}


def _base64(attachment: Attachment) -> str:
    return base64.b64encode(attachment.content).decode("ascii")


def _text(text: str) -> str:
    # A browser would read a bare carriage return as a newline.
    return escape(visible(text)).replace("\r", "&#13;")
