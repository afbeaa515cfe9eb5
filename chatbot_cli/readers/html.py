"""HTML as Markdown, whose lines are those of the file."""

import re

from chatbot_cli.chat.passages import Unit
from chatbot_cli.readers.document import Form, ReadDocument, Unreadable, lacking
from chatbot_cli.readers.plain import decoded, with_plain_newlines
from chatbot_cli.text.decoding import Decoded

_DECLARED = re.compile(rb"<meta[^>]{0,200}charset\s*=\s*[\"']?\s*([\w.:-]{2,40})", re.IGNORECASE)
_BEGINNING = 4_096
_DECLARATION = re.compile(r"<\?xml[^>]*>?", re.IGNORECASE)  # it would make the library warn


def read_html(content: bytes) -> ReadDocument:
    """What a reader of the page reads: headings, text, code, tables. Raises Unreadable."""
    found = _decoded(content)
    text = with_plain_newlines(found.text)
    text = _DECLARATION.sub(lambda found: "\n" * found[0].count("\n"), text)
    if "<" not in text:
        return ReadDocument(text, Form.PROSE, "HTML", encoding=found.encoding)
    try:  # imported here so that its absence is a sentence for the user
        from chatbot_cli.readers.markup import lines_of
    except ImportError:
        raise lacking("beautifulsoup4") from None
    return lines_of(text).document("HTML", Unit.LINE, encoding=found.encoding)


def _decoded(content: bytes) -> Decoded:
    """Its text: by what it says of itself, where its bytes do not tell."""
    declared = _DECLARED.search(content[:_BEGINNING])
    try:
        found = decoded(content)
    except Unreadable:
        if not declared:
            raise
        found = None
    if declared and (found is None or not found.encoding.startswith("UTF-")):
        try:
            return Decoded(content.decode(declared[1].decode()), declared[1].decode())
        except (LookupError, ValueError):
            pass
    if found is None:
        raise Unreadable("damaged", failed=True)
    return found
