"""Text, whose lines stay those of the file: Markdown, code, prose, tables of values with commas between them."""

import csv
import re
from pathlib import PurePath

from chatbot_cli.chat.passages import Unit
from chatbot_cli.readers.document import Form, ReadDocument, Unreadable
from chatbot_cli.readers.headings import CONVERTERS
from chatbot_cli.readers.languages import language_of
from chatbot_cli.readers.man_pages import IS_MAN_PAGE, from_man
from chatbot_cli.text.decoding import Decoded, NotText, decode
from chatbot_cli.text.file_kinds import BINARY

_IMAGE = re.compile(r"(data:[\w.+/-]{1,60};base64,)[A-Za-z0-9+/=]{200,}")
_MARKDOWN = (".md", ".markdown", ".mdown", ".mkd", ".mdx", ".qmd", ".rmd")
_DELIMITERS = ",;\t|"
_MAN_PAGE = re.compile(r"\.(?:[1-9n][a-z]{0,4}|man|mdoc)")
_TABLES = {".csv": "CSV", ".tsv": "TSV", ".tab": "TSV"}


def read_text(path: PurePath, content: bytes) -> ReadDocument:
    """A file that is text. Raises Unreadable for one that is not."""
    found = decoded(content)
    text = without_images(with_plain_newlines(found.text))
    ending = path.suffix.lower()
    notes = (found.notice,) if found.bad_bytes else ()
    if ending in _MARKDOWN:
        return ReadDocument(text, Form.MARKDOWN, "Markdown", encoding=found.encoding, notes=notes)
    if ending in CONVERTERS:
        kind, converted = CONVERTERS[ending]
        return ReadDocument(converted(text), Form.MARKDOWN, kind, encoding=found.encoding, notes=notes)
    if _MAN_PAGE.fullmatch(ending) and IS_MAN_PAGE.search(text):
        return ReadDocument(from_man(text), Form.MARKDOWN, "manual page", encoding=found.encoding, notes=notes)
    if ending in _TABLES:
        rows, places = _rows(text)
        return ReadDocument(rows, Form.TABLE, _TABLES[ending], Unit.LINE, places, encoding=found.encoding, notes=notes)
    if language := language_of(path, text):
        kind = f"code ({language})"
        return ReadDocument(text, Form.CODE, kind, language=language, encoding=found.encoding, notes=notes)
    return ReadDocument(text, Form.PROSE, "text", encoding=found.encoding, notes=notes)


def without_images(text: str) -> str:
    """The text without the letters that images within it are made of."""
    return _IMAGE.sub(r"\1…", text) if ";base64," in text else text


def _rows(text: str) -> tuple[str, tuple[int, ...]]:
    """A row in each line: a value may have line breaks, and then stands in several lines of the file."""
    if '"' not in text:
        return text, ()
    lines = text.split("\n")
    delimiter = max(_DELIMITERS, key=lines[0].count)
    rows, places, before = [], [], 0
    reader = csv.reader((f"{line}\n" for line in lines), delimiter=delimiter)
    try:
        for _ in reader:
            rows.append(" ".join(lines[before : reader.line_num]))
            places.append(before + 1)
            before = reader.line_num
    except csv.Error:  # a value of more than 128 KB, as after a quotation mark that is never closed
        return text, ()
    return ("\n".join(rows), tuple(places)) if len(rows) < len(lines) else (text, ())


def decoded(content: bytes) -> Decoded:
    """The text of the bytes. Raises Unreadable for what is no text."""
    try:
        return decode(content)
    except NotText as error:
        raise Unreadable("binary" if error.kind == BINARY else f"binary ({error.kind})") from None


def with_plain_newlines(text: str) -> str:
    """The text with a "\\n" at the end of each line that an editor counts."""
    return text.replace("\r\n", "\n").replace("\r", "\n") if "\r" in text else text
