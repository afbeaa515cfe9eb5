"""Exports a conversation as text in one of four formats."""

from collections.abc import Callable

from chatbot_cli.chat.ports import Exported
from chatbot_cli.errors import SessionError
from chatbot_cli.sessions.exporting.as_html import as_html
from chatbot_cli.sessions.exporting.as_json import as_json, as_jsonl
from chatbot_cli.sessions.exporting.as_markdown import Clean, as_markdown, texts_of
from chatbot_cli.sessions.exporting.visible_text import writable
from chatbot_cli.sessions.records import SessionRecord
from chatbot_cli.text.safe import controls_in

MARKDOWN = "md"
FORMATS = (MARKDOWN, "json", "jsonl", "html")

_WRITERS: dict[str, Callable[[SessionRecord], str]] = {
    "json": as_json,
    "jsonl": as_jsonl,
    "html": as_html,
}
_ENDINGS = {".md": "md", ".markdown": "md", ".json": "json", ".jsonl": "jsonl", ".html": "html", ".htm": "html"}


def export(record: SessionRecord, form: str, clean: Clean = writable) -> str:
    """The conversation in one of the FORMATS, as text that UTF-8 can encode. Raises SessionError for another format.

    JSON contains all branches, the other formats the current one. `clean` is what becomes of each text in Markdown;
    by default it stays as it is. JSON is printable ASCII and loses nothing, HTML has symbols for what is unseen.
    """
    if form == MARKDOWN:
        return as_markdown(record, clean)
    write = _WRITERS.get(form)
    if write is None:
        raise SessionError(f"There is no export format {form}.", f"The formats are {', '.join(FORMATS)}.")
    return write(record)


def exported(record: SessionRecord, form: str, clean: Clean) -> Exported:
    """The same, and how many control characters of Markdown are not what they were. Raises SessionError."""
    text = export(record, form, clean)
    if form != MARKDOWN or clean is writable:
        return Exported(text)
    said = (text for message in record.thread for text in texts_of(message))
    return Exported(text, sum(map(controls_in, said)))


def format_of(path: str) -> str | None:
    """The format that belongs to the ending of a file's name; None if no format does."""
    return next((form for ending, form in _ENDINGS.items() if path.lower().endswith(ending)), None)
