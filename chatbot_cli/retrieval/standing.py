"""What has become of a document since a passage of it was read."""

from hashlib import sha256
from pathlib import Path

from chatbot_cli.system.regular_files import read_regular_file

MOST_BYTES = 64 << 20  # what is larger was not read
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
                self._known[signs] = sha256(read_regular_file(Path(path), MOST_BYTES)).hexdigest()
            return self._known[signs]
        except (FileNotFoundError, NotADirectoryError):
            raise FileNotFoundError(path) from None
        except (OSError, ValueError):  # it may not be read, or no file can have that name
            return ""
