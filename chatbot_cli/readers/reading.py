"""Reads a document, whatever its kind."""

from collections.abc import Callable
from pathlib import Path

from chatbot_cli.readers.document import ReadDocument, Unreadable
from chatbot_cli.readers.formats import format_of
from chatbot_cli.readers.gzipped import GZIP, unpacked
from chatbot_cli.readers.kinds import too_large
from chatbot_cli.readers.plain import read_text


def read_document(path: Path, content: bytes, is_stopped: Callable[[], bool] = bool) -> ReadDocument:
    """The document that a file with this path and content is. Raises Unreadable.

    It blocks; what is not simply text is read in a child process, with limits of time and memory. stop_reading()
    ends that from another thread: then ReadingStopped is raised. `is_stopped` tells one that is only about to begin.
    """
    if reason := too_large(len(content)):
        raise Unreadable(reason)
    if path.suffix.lower() == ".gz" and content.startswith(GZIP):
        path, content = path.with_suffix(""), unpacked(content)
    if format_ := format_of(path, content):
        # Imported here because nobody wants processes who reads text.
        from chatbot_cli.readers.child.reading_apart import read_apart

        return read_apart(format_, content, is_stopped)
    return read_text(path, content)


def stop_reading() -> None:
    """End what is being read in child processes, in whatever thread: there, ReadingStopped is raised."""
    # Imported here for the same reason.
    from chatbot_cli.readers.child.reading_apart import stop_reading as stop

    stop()
