"""Marks of pages in the text of a document, so that an answer can name them (pure)."""

from itertools import pairwise

from chatbot_cli.chat.passages import Unit
from chatbot_cli.readers.document import ReadDocument


def with_pages(document: ReadDocument) -> str:
    """The text of a document, with a line such as "[page 3]" in front of each page."""
    if document.unit is not Unit.PAGE or not document.places:
        return document.text
    marked = []
    for (before, page), line in zip(pairwise((None, *document.places)), document.text.split("\n"), strict=False):
        marked += [f"[page {page}]"] if page != before else []
        marked.append(line)
    return "\n".join(marked)
