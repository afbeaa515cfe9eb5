"""What is added to a collection, and taken out of it: roots, and files in them."""

import os
from collections.abc import Mapping, Sequence
from pathlib import Path

from chatbot_cli.errors import UsageError
from chatbot_cli.readers.ignoring import Patterns
from chatbot_cli.retrieval.collection import Collection, FileRecord, Root
from chatbot_cli.retrieval.planning import is_below
from chatbot_cli.retrieval.shelf_port import name_for
from chatbot_cli.system.regular_files import KINDS
from chatbot_cli.text.safe import one_line


def roots_of(paths: Sequence[str], folder: Path, rules: Root, never: Sequence[Path]) -> tuple[Root, ...]:
    """The roots for paths as they were typed, each with the rules of `rules`. Raises UsageError for what is none."""
    for pattern in (*rules.include, *rules.exclude):
        if not Patterns([pattern]):  # it would fit nothing, and without others --include would fit all
            raise UsageError(f"“{one_line(pattern)}” is no pattern.", "For example: --include '*.md' --exclude drafts")
    return tuple(
        Root(_place(path, folder, never), rules.include, rules.exclude, rules.heeds_ignore, rules.hidden)
        for path in paths
    )


def suggested_name(root: Root) -> str:
    """What a collection is called if nobody says. Raises UsageError if nothing comes of the path."""
    path = Path(root.path)
    if name := name_for(path.name if path.is_dir() else path.stem):
        return name
    raise UsageError(f"A collection cannot be called after {root.path}.", "Give it a name: --name notes")


def add(collection: Collection, roots: Sequence[Root]) -> None:
    """Add roots, or change the rules of those that are there, and take in again what was taken out below them."""
    kept_out = collection.kept_out()
    there = list(collection.roots())
    for root in roots:
        again = [path for path in kept_out if is_below(path, root.path)]
        if again:
            collection.take_in(again)
        inside = any(is_below(root.path, other.path) and other.path != root.path for other in there)
        if again and inside:
            continue
        same = next((number for number, other in enumerate(there) if other.path == root.path), None)
        if same is None:
            there.append(root)
        elif root != Root(root.path):  # it says which files count, so it says it anew
            there[same] = root
    collection.set_roots(there)


def take_out(collection: Collection, typed: Sequence[str], folder: Path) -> int:
    """Drop files, all of a folder, or a root, and let no update read them again. Returns how many documents went.

    Raises UsageError if a collection has nothing of one of them; then nothing is dropped.
    """
    files, kept_out = collection.files(), collection.kept_out()
    there = {root.path for root in collection.roots()}
    found = {absolute(one, folder): documents_named(files, one, collection.name, folder) for one in typed}
    for one in typed:
        path = absolute(one, folder)
        if not found[path] and path not in there and path not in kept_out:
            raise nothing_named(collection.name, one)
    for path, below in found.items():
        if path in there:
            collection.forget([file.path for file in below])
            collection.set_roots([root for root in collection.roots() if root.path != path])
        elif below:
            exact = [file.path for file in below] if len(below) == 1 else [*(file.path for file in below), path]
            collection.forget(exact, keep_out=True)
    return len({file.path for below in found.values() for file in below})


def documents_named(files: Mapping[str, FileRecord], typed: str, collection: str, folder: Path) -> Sequence[FileRecord]:
    """The files at a path, or below it, or with a name as people call it: "notes/setup.md", "setup.md"."""
    path = absolute(typed, folder)
    if below := [file for file in files.values() if is_below(file.path, path)]:
        return below
    return [file for file in files.values() if file.name in (typed, f"{collection}/{typed}")]


def nothing_named(collection: str, typed: str) -> UsageError:
    return UsageError(f"“{collection}” has no document {typed}.", f"chat docs search {collection} WORDS finds one.")


def absolute(typed: str, folder: Path) -> str:
    """A path as it was typed, from the root of the system on; links in it stay. Raises UsageError for an empty one."""
    if not typed.strip():  # as of a variable that is not set: what is meant is not the folder
        raise UsageError("One of the paths is empty.", "Name a folder, or a file; . is this folder.")
    return os.path.normpath(os.path.join(folder, os.path.expanduser(typed)))


def _place(typed: str, folder: Path, never: Sequence[Path]) -> str:
    path = absolute(typed, folder)
    try:
        status = os.stat(path)
    except (OSError, ValueError) as error:  # ValueError: a NUL in the path
        reason = (error.strerror or "").lower() if isinstance(error, OSError) else "no such path"
        raise UsageError(f"{typed} cannot be read: {reason}.", "Name a folder, or a file.") from error
    if kind := next((words for is_kind, words in KINDS if is_kind(status.st_mode)), ""):
        raise UsageError(f"{typed} is {kind}.", "Name a folder, or a file.")
    if any(is_below(os.path.realpath(path), os.path.realpath(ours)) for ours in never):
        raise UsageError(f"{typed} is where chat keeps its own data.", "Name another folder.")
    return path
