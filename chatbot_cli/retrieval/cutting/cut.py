"""Cuts a document where its form allows it: at headings, definitions, rows, paragraphs."""

from collections.abc import Sequence

from chatbot_cli.readers.document import Form, ReadDocument
from chatbot_cli.retrieval.collection import Piece
from chatbot_cli.retrieval.cutting.blocks import Block
from chatbot_cli.retrieval.cutting.code import code_blocks
from chatbot_cli.retrieval.cutting.markdown import markdown_blocks
from chatbot_cli.retrieval.cutting.packing import pack
from chatbot_cli.retrieval.cutting.prose import prose_blocks

MOST_LINES = 100_000  # of Markdown that is parsed: each may take 2 KB of memory, whoever has written it
VERSION = 1  # documents that another version has cut are read again


def cut(document: ReadDocument) -> Sequence[Piece]:
    """The pieces of a document, in its order. Each line that is not blank is in one piece.

    A line that is too long is in several, and the head of a table in each of its pieces.
    """
    lines = document.text.split("\n")
    return pack(lines, _blocks(document, lines), document.places, document.unit)


def _blocks(document: ReadDocument, lines: Sequence[str]) -> Sequence[Block]:
    match document.form:
        case Form.MARKDOWN if len(lines) <= MOST_LINES:
            return markdown_blocks(document.text, lines)
        case Form.CODE:
            return code_blocks(lines)
        case Form.PROSE | Form.MARKDOWN:
            return prose_blocks(lines, document.places, document.unit)
        case Form.TABLE:
            return [Block(0, len(lines), head=tuple(lines[:1]))]
