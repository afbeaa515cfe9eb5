"""Reads a document, whatever its kind."""

from pathlib import Path

from chatbot_cli.readers.document import Form, ReadDocument, Unreadable
from chatbot_cli.readers.formats import format_of, is_trusted, read_as
from chatbot_cli.readers.plain import decoded, with_plain_newlines

MARKDOWN = (".md", ".markdown")
MOST_BYTES = 20_000_000


def read_document(path: Path, content: bytes) -> ReadDocument:
    """The document that a file with this path and content is. Raises Unreadable.

    It blocks; a format that is not trusted is read in a child process, with limits of time and memory. stop_reading()
    ends that from another thread: then ReadingStopped is raised.
    """
    if len(content) > MOST_BYTES:
        raise Unreadable(f"too large ({len(content) / 1e6:,.1f} MB)")
    if format_ := format_of(path, content):
        if is_trusted(format_, content):
            return read_as(format_, path.name, content)
        # Imported here because nobody wants processes who reads text.
        from chatbot_cli.readers.child.reading_apart import read_apart

        return read_apart(format_, path.name, content)
    found = decoded(content)
    form = Form.MARKDOWN if path.suffix.lower() in MARKDOWN else Form.PROSE
    return ReadDocument(with_plain_newlines(found.text), form, form.value, encoding=found.encoding)


def stop_reading() -> None:
    """End what is being read in child processes, in whatever thread: there, ReadingStopped is raised."""
    # Imported here for the same reason.
    from chatbot_cli.readers.child.reading_apart import stop_reading as stop

    stop()
