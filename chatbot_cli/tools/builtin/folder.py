"""The tool `folder`: reads what is in the folder where the chat began. Nothing outside, nothing hidden, no keys."""

import os
import stat
from pathlib import Path
from typing import Annotated

from chatbot_cli.secrets.finding import Find
from chatbot_cli.secrets.striking import kinds_in_place
from chatbot_cli.text.counts import counted
from chatbot_cli.text.decoding import NotText, decode
from chatbot_cli.tools.python.marks import tool
from chatbot_cli.tools.result_text import ToolFailed

LARGEST_FILE = 256 * 1024  # bytes
OF_THE_SYSTEM = ("/proc", "/sys", "/dev")  # keys and more, in what looks like files to who begins in /
MOST_ENTRIES = 500  # of a folder that is listed

Where = Annotated[str, "a path in the folder, such as src/shop.py"]


class ReadableFolder:
    """A folder and all below it, for a model to read.

    Hidden files are not there, nor is what a link leads to outside. Of the secrets that `find_secrets` finds, their
    kind is told in their place; None tells everything.
    """

    def __init__(self, root: Path, find_secrets: Find | None) -> None:
        self.root = root.resolve()
        self._elsewhere = [one for one in OF_THE_SYSTEM if not self.root.is_relative_to(one)]
        self._find_secrets = find_secrets

    @tool(read_only=True, parallel=True, open_world=True)
    def list_folder(self, path: Annotated[str, "a folder in it; by default it itself"] = ".") -> str:
        """The files and folders in the user's folder. Hidden ones are left out."""
        folder = self.inside(path)
        if not folder.is_dir():
            raise ToolFailed(f"{path} is no folder: read_file reads a file.")
        entries = sorted(entry for entry in folder.iterdir() if self.shows(entry))
        lines = [f"{entry.name}/" if entry.is_dir() else _with_size(entry) for entry in entries[:MOST_ENTRIES]]
        if len(entries) > MOST_ENTRIES:
            lines.append(f"({len(entries) - MOST_ENTRIES:,} more are not listed)")
        return "\n".join(lines) or "(nothing)"

    @tool(read_only=True, parallel=True, open_world=True)
    def read_file(
        self,
        path: Where,
        first_line: Annotated[int, "where to begin"] = 1,
        lines: Annotated[int, "how many to read; 0 for all"] = 0,
    ) -> str:
        """The text of a file in the user's folder."""
        text = self.text_of(self.inside(path), path)
        if first_line <= 1 and lines <= 0:
            return text
        whole = text.splitlines(keepends=True)
        begin = max(0, first_line - 1)
        end = begin + lines if lines > 0 else len(whole)
        return "".join(whole[begin:end]) or f"({path} has {counted(len(whole), 'line')})"

    def inside(self, path: str) -> Path:
        """The real place of a path. Raises ToolFailed if it is hidden, or not in the folder."""
        try:
            place = (self.root / path).resolve()
        except (OSError, ValueError, RuntimeError):  # a NUL in it, or links in a ring
            raise ToolFailed(f"{path!r} is no path.") from None
        if not place.is_relative_to(self.root) or any(map(place.is_relative_to, self._elsewhere)):
            raise ToolFailed(f"{path} is outside of the user's folder; only what is in it can be read.")
        if any(part.startswith(".") for part in place.relative_to(self.root).parts):
            raise ToolFailed(f"{path} is hidden, and hidden files are not read.")
        if not place.exists():
            raise ToolFailed(f"There is no {path}. list_folder tells what there is.")
        return place

    def shows(self, entry: Path) -> bool:
        """Whether something in the folder may be told of: a folder or a file that is not hidden and does not lead out.

        What is neither, such as a device, is not told of.
        """
        if entry.name.startswith("."):
            return False
        try:
            place = self.inside(str(entry))
            return place.is_dir() or place.is_file()
        except (ToolFailed, OSError):
            return False

    def text_of(self, place: Path, path: str) -> str:
        """The text of a file, without its secrets. Raises ToolFailed."""
        try:
            return self._without_secrets(decode(_content(place, path)).text)
        except NotText as error:
            raise ToolFailed(f"{path} is {error.kind}, and no text.") from None
        except OSError as error:
            raise ToolFailed(f"{path} cannot be read: {(error.strerror or 'no reason is known').lower()}.") from None

    def _without_secrets(self, text: str) -> str:
        return kinds_in_place(text, self._find_secrets(text)) if self._find_secrets else text


def _content(place: Path, path: str) -> bytes:
    """The bytes of a regular file. Raises OSError, or ToolFailed if it is too large, or no file."""
    # Neither a link that was put there meanwhile is followed, nor a pipe waited for.
    descriptor = os.open(place, os.O_RDONLY | os.O_NOFOLLOW | os.O_NONBLOCK)
    try:
        status = os.fstat(descriptor)
        if not stat.S_ISREG(status.st_mode):
            raise ToolFailed(f"{path} is no file; list_folder tells what is in a folder.")
        with open(descriptor, "rb", closefd=False) as file:
            content = file.read(LARGEST_FILE + 1)
    finally:
        os.close(descriptor)
    if len(content) > LARGEST_FILE:
        raise ToolFailed(f"{path} has {status.st_size:,} bytes; at most {LARGEST_FILE:,} are read.")
    return content


def _with_size(entry: Path) -> str:
    return f"{entry.name}  {counted(entry.stat().st_size, 'byte')}"
