"""The flags for files and documents of `chat`."""

from collections.abc import Sequence
from typing import Annotated

import typer

from chatbot_cli.app.documents_in_use import WantedDocuments

Attach = Annotated[
    list[str] | None, typer.Option("--attach", "-a", metavar="FILE", help="A file, or a folder, to send along.")
]
Docs = Annotated[
    list[str] | None, typer.Option("--docs", metavar="NAME", help="Answer from documents: see `chat docs`.")
]
NoDocs = Annotated[bool, typer.Option("--no-docs", help="Answer without documents.")]


def wanted_documents(names: Sequence[str] | None, files: Sequence[str] | None, *, none: bool) -> WantedDocuments:
    """What the flags say of files and documents."""
    return WantedDocuments(tuple(names or ()), none, tuple(files or ()))
