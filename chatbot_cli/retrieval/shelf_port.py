"""Where collections are kept, each under its name: the second port of this room."""

import re
import unicodedata
from collections.abc import Sequence
from contextlib import AbstractContextManager
from typing import ClassVar, Protocol

from chatbot_cli.errors import DocumentsError
from chatbot_cli.retrieval.collection import Collection
from chatbot_cli.text.safe import one_line

LONGEST_NAME = 64
_NAME = re.compile(rf"\w[\w.-]{{0,{LONGEST_NAME - 1}}}")
_OTHER = re.compile(r"[^\w.-]+")


class Shelf(Protocol):
    """All collections, in files of a folder or in an engine. All methods raise DocumentsError.

    `is_shared` tells whether others read their files into it, so that a file may be on another machine.
    """

    is_shared: ClassVar[bool]

    def names(self) -> Sequence[str]:
        """The names of the collections, in the order of the alphabet; also of those that cannot be read."""
        ...

    def open(self, name: str) -> Collection:
        """Open a collection. Raises NoSuchCollection."""
        ...

    def make(self, name: str) -> Collection:
        """Open a collection, which is made if it is not there."""
        ...

    def remove(self, name: str) -> None:
        """Remove a collection with all it holds, also one that cannot be read. Raises NoSuchCollection."""
        ...

    def writing(self, name: str) -> AbstractContextManager[None]:
        """Be the only one who updates a collection. Raises DocumentsBusy if another process does."""
        ...

    def close(self) -> None: ...


class BadName(DocumentsError):
    """A collection cannot have this name."""

    exit_code = 2


def may_be(name: str) -> bool:
    """Whether a collection can be called so: its name is a part of paths and of sources."""
    return _NAME.fullmatch(name) is not None


def check_name(name: str) -> None:
    """Raises BadName for what no collection can be called."""
    if not may_be(name):
        raise BadName(
            f"A collection cannot be called “{one_line(name)}”.",
            f"A name has letters, digits, “-”, “_” and “.”, begins with a letter or digit, and has at most"
            f" {LONGEST_NAME} characters: --name notes",
        )


def name_for(folder: str) -> str:
    """What a collection is called after a folder; empty if the folder's name has no letter or digit."""
    plain = unicodedata.normalize("NFC", folder)
    return _OTHER.sub("-", plain).strip("-._")[:LONGEST_NAME].rstrip("-._")
