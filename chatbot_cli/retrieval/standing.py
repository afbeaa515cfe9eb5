"""What has become of a document since a passage of it was read."""

import hashlib
from pathlib import Path

from chatbot_cli.system.regular_files import open_regular_file

_Signs = tuple[str, int, int]  # path, size and time of change: while they are the same, so is the content


class Digests:
    """The SHA-256 of files as they are now. A file is read again only if its size or its time of change is another."""

    def __init__(self) -> None:
        self._known: dict[_Signs, str] = {}

    def of(self, path: str) -> str:
        """The digest in hexadecimal; empty if it cannot be read. Raises FileNotFoundError if there is no file."""
        try:
            found = Path(path).stat()
            signs = (path, found.st_size, found.st_mtime_ns)
            if signs not in self._known:
                with open_regular_file(Path(path)) as file:
                    self._known[signs] = hashlib.file_digest(file, "sha256").hexdigest()
            return self._known[signs]
        except (FileNotFoundError, NotADirectoryError):
            raise FileNotFoundError(path) from None
        except (OSError, ValueError):  # it may not be read, or no file can have that name
            return ""
