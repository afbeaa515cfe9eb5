"""Exports a conversation as text in one of four formats."""

from collections.abc import Callable

from chatbot_cli.errors import SessionError
from chatbot_cli.sessions.exporting.as_html import as_html
from chatbot_cli.sessions.exporting.as_json import as_json, as_jsonl
from chatbot_cli.sessions.exporting.as_markdown import as_markdown
from chatbot_cli.sessions.records import SessionRecord

FORMATS = ("md", "json", "jsonl", "html")

_WRITERS: dict[str, Callable[[SessionRecord], str]] = {
    "md": as_markdown,
    "json": as_json,
    "jsonl": as_jsonl,
    "html": as_html,
}
_ENDINGS = {".md": "md", ".markdown": "md", ".json": "json", ".jsonl": "jsonl", ".html": "html", ".htm": "html"}


def export(record: SessionRecord, form: str) -> str:
    """The conversation in one of the FORMATS, as text that UTF-8 can encode. Raises SessionError for another format.

    JSON contains all branches, the other formats the current one.
    """
    write = _WRITERS.get(form)
    if write is None:
        raise SessionError(f"There is no export format {form}.", f"The formats are {', '.join(FORMATS)}.")
    return write(record)


def format_of(path: str) -> str | None:
    """The format that belongs to the ending of a file's name; None if no format does."""
    return next((form for ending, form in _ENDINGS.items() if path.lower().endswith(ending)), None)
