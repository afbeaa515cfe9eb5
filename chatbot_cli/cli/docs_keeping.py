"""`chat docs show` and `chat docs remove`: what is kept of a document, and how it is dropped for good."""

import shlex
from contextlib import closing
from typing import Annotated

import typer

from chatbot_cli.cli.docs_place import DocsPlace
from chatbot_cli.cli.docs_report import document_lines
from chatbot_cli.cli.exit_codes import failures_become_exit_codes
from chatbot_cli.errors import DocumentsBusy, UsageError
from chatbot_cli.retrieval.adding import documents_named, nothing_named, take_out
from chatbot_cli.retrieval.collection import Collection
from chatbot_cli.text.counts import counted

Name = Annotated[str, typer.Argument(metavar="NAME", hidden=True)]
MOST_NAMED = 5  # documents that fit a path


def _leave_no_traces(collection: Collection, name: str, paths: list[str]) -> None:
    try:
        collection.compact()
    except DocumentsBusy as error:
        again = shlex.join(("chat", "docs", "remove", name, *paths))
        raise DocumentsBusy(
            "It is removed, but another process reads the collection, and traces are left in its file.",
            f"Once that has ended, do it again: {again}",
        ) from error


def show(name: Name, path: Annotated[str, typer.Argument(metavar="PATH", hidden=True)]) -> None:
    """Print what is kept of a document: its passages, with their places."""
    with failures_become_exit_codes():
        place = DocsPlace.of_process()
        place.named(name)
        with closing(place.shelf.open(name)) as collection:
            found = documents_named(collection.files(), path, name, place.surroundings.cwd)
            if not found:
                raise nothing_named(name, path)
            if len(found) > 1:
                names = ", ".join(file.name for file in found[:MOST_NAMED])
                more = ", …" if len(found) > MOST_NAMED else ""
                raise UsageError(f"{path} is {counted(len(found), 'document')}: {names}{more}.", "Name one of them.")
            place.put(document_lines(found[0], collection.pieces_of(found[0].path)))


def remove(
    name: Name,
    paths: Annotated[list[str] | None, typer.Argument(metavar="PATH", show_default=False, hidden=True)] = None,
) -> None:
    """Drop a collection, or what it has of PATH, for good. Your documents themselves stay."""
    with failures_become_exit_codes():
        place = DocsPlace.of_process()
        place.named(name)
        with place.shelf.writing(name):
            if not paths:
                place.shelf.remove(name)
                place.put([f"Removed the collection “{name}”. Your documents are untouched."])
                return
            with closing(place.shelf.open(name)) as collection:
                went = take_out(collection, paths, place.surroundings.cwd)
                _leave_no_traces(collection, name, paths)
        again = f"An update leaves out what was removed; chat docs add PATH --name {name} takes it in again."
        place.put([f"Removed {counted(went, 'document')} of “{name}”. {again}"])
