"""The flags for files and documents of `chat`."""

from collections.abc import Sequence
from dataclasses import replace
from typing import Annotated

import typer

from chatbot_cli.app.documents_in_use import WantedDocuments
from chatbot_cli.system.surroundings import Surroundings
from chatbot_cli.text.at_signs import may_name_files

Attach = Annotated[
    list[str] | None, typer.Option("--attach", "-a", metavar="FILE", help="A file, or a folder, to send along.")
]
Docs = Annotated[
    list[str] | None, typer.Option("--docs", metavar="NAME", help="Answer from documents: see `chat docs`.")
]
NoDocs = Annotated[bool, typer.Option("--no-docs", help="Answer without documents.")]
Sources = Annotated[bool, typer.Option("--sources", help="Print what the answer cites below it.")]


def wanted_documents(
    names: Sequence[str] | None, files: Sequence[str] | None, *, none: bool, sources: bool = False
) -> WantedDocuments:
    """What the flags say of files and documents."""
    return WantedDocuments(tuple(names or ()), none, tuple(files or ()), sources)


def with_files_named(wanted: WantedDocuments, typed: str, surroundings: Surroundings) -> WantedDocuments:
    """The same with the files that the words of the command line name with an @."""
    if not may_name_files(typed):
        return wanted
    from chatbot_cli.attachments.paths import Paths  # imported here: most questions name no files

    named = Paths(surroundings.cwd, surroundings.home).named_in(typed)
    return replace(wanted, files=tuple(dict.fromkeys((*wanted.files, *named))))
