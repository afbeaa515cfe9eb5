"""Reads a document, whatever its kind."""

from pathlib import Path

from chatbot_cli.readers.document import Form, ReadDocument, Unreadable
from chatbot_cli.text.decoding import NotText, decode

MARKDOWN = (".md", ".markdown")


def read_document(path: Path, content: bytes) -> ReadDocument:
    """The document that a file with this path and content is. Raises Unreadable.

    It blocks; a kind that is not trusted is read in a child process, with limits of time and memory.
    """
    try:
        decoded = decode(content)
    except NotText as error:
        raise Unreadable(f"binary ({error.kind})") from None
    form = Form.MARKDOWN if path.suffix.lower() in MARKDOWN else Form.PROSE
    return ReadDocument(decoded.text, form, form.value, encoding=decoded.encoding)
