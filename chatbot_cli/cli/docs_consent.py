"""What this user has agreed to: that the texts of a collection go to a model's server elsewhere.

It is kept with the user's own data. A collection in an engine is shared: what another has agreed to counts for nobody
else.
"""

import json
import os
from contextlib import suppress
from hashlib import sha256
from pathlib import Path
from urllib.parse import urlsplit

from chatbot_cli.system.private_files import make_folder, open_file, who_else_writes
from chatbot_cli.system.regular_files import read_regular_file

FILE = "docs_consent"
MOST_BYTES = 1_000_000


class Consents:
    """The yeses of this user, each as a hash, in a file of a folder. `engine` is where collections are, if not here."""

    def __init__(self, folder: Path, engine: str | None) -> None:
        self._path = folder / FILE
        parts = urlsplit(engine or "")
        self._place = [parts.scheme, parts.netloc.rpartition("@")[2], parts.path]  # no password, which may change

    def has(self, name: str, fingerprint: str) -> bool:
        """Whether the user has agreed that this collection is embedded by this model."""
        try:
            if who_else_writes(self._path):
                return False
            return self._yes(name, fingerprint).encode() in read_regular_file(self._path, MOST_BYTES).split()
        except OSError:  # there is none, or it cannot be read: it is asked again
            return False

    def add(self, name: str, fingerprint: str) -> None:
        """Note that the user has agreed."""
        with suppress(OSError):  # it is asked again
            make_folder(self._path.parent)
            descriptor = open_file(self._path)
            try:
                os.lseek(descriptor, 0, os.SEEK_END)
                os.write(descriptor, f"{self._yes(name, fingerprint)}\n".encode())
            finally:
                os.close(descriptor)

    def _yes(self, name: str, fingerprint: str) -> str:
        return sha256(json.dumps([*self._place, name, fingerprint]).encode()).hexdigest()
