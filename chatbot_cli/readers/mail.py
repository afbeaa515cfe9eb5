"""Mails: who wrote what to whom, and the text."""

import re
from collections.abc import Iterator
from email import message_from_bytes
from email.errors import MessageError
from email.message import EmailMessage
from email.policy import default as today

from chatbot_cli.chat.passages import Unit
from chatbot_cli.readers.document import Form, ReadDocument
from chatbot_cli.readers.found_lines import FoundLines
from chatbot_cli.readers.html import read_html
from chatbot_cli.readers.lines import Lines
from chatbot_cli.readers.plain import decoded, with_plain_newlines
from chatbot_cli.text.counts import counted

_SHOWN = ("From", "To", "Cc", "Date")
_BEGINNING = re.compile(rb"^From [^\n]*\n(?=[!-9;-~]+:)", re.MULTILINE)
_FROM_QUOTED = re.compile(r"^>+From ", re.MULTILINE)


def read_mail(content: bytes) -> ReadDocument:
    """A mail, or all mails of a mailbox, each with its subject as a heading. Raises Unreadable."""
    lines, before = Lines(), 0
    mails = list(_mails(content))
    for raw in mails:
        _add(lines, raw, before)
        before += raw.count(b"\n")
    if not lines.texts:  # it is none: what there is may still be read
        found = decoded(content)
        return ReadDocument(with_plain_newlines(found.text), Form.PROSE, "text", encoding=found.encoding)
    kind = "mail" if len(mails) == 1 else f"mailbox, {counted(len(mails), 'mail')}"
    return lines.document(kind, Unit.LINE)


def _mails(content: bytes) -> Iterator[bytes]:
    """The mails, whose bytes together are those of the file."""
    begins = [found.start() for found in _BEGINNING.finditer(content)]
    if not begins or content[: begins[0]].strip():
        yield content
        return
    for begin, end in zip(begins, [*begins[1:], len(content)], strict=True):
        yield content[begin:end]


def _add(lines: Lines, raw: bytes, before: int) -> None:
    message = message_from_bytes(raw, policy=today)
    assert isinstance(message, EmailMessage)  # noqa: S101  this policy makes them
    if not message.keys():
        return
    in_file = with_plain_newlines(raw.decode("utf-8", "replace")).split("\n")
    places = FoundLines(line.rstrip() for line in in_file)
    first = before + 1
    lines.blank()
    lines.add(f"# {_header(message, 'Subject') or '(no subject)'}", first)
    lines.blank()
    for name in _SHOWN:
        if value := _header(message, name):
            lines.add(f"{name}: {value}", first)
    lines.blank()
    for line in _text(message).split("\n"):
        lines.add(line.rstrip(), before + places.find(line.rstrip()))
    if names := [file for part in message.iter_attachments() if (file := part.get_filename())]:
        lines.blank()
        lines.add(f"Attached: {', '.join(' '.join(name.split()) for name in names)}", before + places.last)


def _header(message: EmailMessage, name: str) -> str:
    try:
        return " ".join(str(message.get(name, "")).split())
    except (MessageError, ValueError, IndexError, AttributeError):  # the parser stumbles over made-up headers
        return ""


def _text(message: EmailMessage) -> str:
    """What was written: as text if there is one, else as a page."""
    try:
        body = message.get_body(("plain", "html"))
        written = body.get_content() if body else ""
    except (MessageError, LookupError, ValueError, AttributeError):
        return ""
    text = with_plain_newlines(written if isinstance(written, str) else "").strip("\n")
    if body and body.get_content_type() == "text/html":
        text = read_html(text.encode("utf-8", "replace")).text
    return _FROM_QUOTED.sub("From ", text)
