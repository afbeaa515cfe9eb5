"""The history of the input line, kept across runs in a file that only its owner can read."""

import os
from collections import deque
from collections.abc import Iterable, Sequence
from contextlib import suppress
from pathlib import Path

from prompt_toolkit.auto_suggest import AutoSuggest, Suggestion
from prompt_toolkit.buffer import Buffer
from prompt_toolkit.document import Document
from prompt_toolkit.history import FileHistory, History, InMemoryHistory

from chatbot_cli.secrets.finding import Find, find_secrets
from chatbot_cli.system.private_files import close_to_others, create_file, make_folder, open_file
from chatbot_cli.system.regular_files import NotRegular, TooLarge, open_regular_file, refuse_link

LONGEST_SUGGESTED = 2_000  # characters of a text, all of whose lines are compared at every key
LONGEST_KEPT = 100_000  # characters of a text in the file; the conversation itself has the longer ones
LONGEST_IN_BYTES = 4 * LONGEST_KEPT
LARGEST_FILE = 4_000_000  # bytes; a larger file is cut to the newest texts of KEPT_BYTES when a chat begins
KEPT_BYTES = 2_000_000  # some 25,000 usual lines, read in a fortieth of a second
BETWEEN_TEXTS = (
    b"\n\n# "  # how FileHistory writes: an empty line, a line with the time, the text's lines after a + each
)
LARGEST = 64 << 20  # bytes of a file that is still read, to cut it


def open_history(path: Path | None, find: Find = find_secrets) -> History:
    """The history in the file at `path`, which is created if missing.

    A text in which `find` finds secrets, or that is too long, is not kept, but recalled until the chat ends.

    Without a path, or if the file cannot be used, the history is forgotten at the end of the run.
    """
    if path is None or why_no_history(path):
        return InMemoryHistory()
    try:
        make_folder(path.parent)
        os.close(open_file(path))
        close_to_others(path)
        _cut_if_large(path)
    except OSError:
        return InMemoryHistory()
    return _PrivateHistory(str(path), find)


def _cut_if_large(path: Path) -> None:
    """Forget the oldest texts of a file that has grown too large. A disk that cannot take the shorter one keeps it."""
    with suppress(OSError):
        if path.stat().st_size <= LARGEST_FILE:
            return
        content = path.read_bytes()
        shorter = path.with_name(f"{path.name}.{os.getpid()}")
        descriptor = create_file(shorter)
        try:
            with open(descriptor, "wb") as file:
                file.write(BETWEEN_TEXTS[1:] + BETWEEN_TEXTS.join(_newest(content)) + b"\n")
            if path.stat().st_size == len(content):  # else another chat adds to it just now: the next start cuts it
                shorter.replace(path)
        finally:
            shorter.unlink(missing_ok=True)


def _newest(content: bytes) -> Sequence[bytes]:
    """The newest texts of a file, each with its time, oldest first."""
    newest: deque[bytes] = deque()
    room = KEPT_BYTES
    for text in reversed(content.removeprefix(BETWEEN_TEXTS[1:]).removesuffix(b"\n").split(BETWEEN_TEXTS)):
        if len(text) > LONGEST_IN_BYTES:
            continue
        room -= len(text) + len(BETWEEN_TEXTS)
        if room < 0:
            break
        newest.appendleft(text)
    return newest


def why_no_history(path: Path) -> str:
    """Why what is there can be no history, as a clause: "it is a pipe, not a file"; empty if it can, or is missing."""
    try:
        open_regular_file(path, LARGEST, follow_links=False).close()
    except (NotRegular, TooLarge, IsADirectoryError) as error:
        return str(error.strerror)
    except OSError:
        return ""
    return ""


class _PrivateHistory(FileHistory):
    """A file history without secrets and very long texts. A text that the disk cannot take is not kept either."""

    def __init__(self, path: str, find: Find) -> None:
        super().__init__(path)
        self._find = find

    def load_history_strings(self) -> Iterable[str]:
        return (text for text in super().load_history_strings() if len(text) <= LONGEST_KEPT)

    def store_string(self, string: str) -> None:
        if len(string) > LONGEST_KEPT or self._find(string):
            return
        try:
            refuse_link(Path(os.fsdecode(self.filename)))
            super().store_string(string)
        except OSError:
            return


class SuggestFromHistory(AutoSuggest):
    """Suggests the rest of the newest line that begins with what is typed. Long texts are not searched."""

    def get_suggestion(self, buffer: Buffer, document: Document) -> Suggestion | None:
        typed = document.text.rpartition("\n")[2]
        if not typed.strip():
            return None
        for text in reversed(buffer.history.get_strings()):
            if len(text) > LONGEST_SUGGESTED:
                continue
            for line in reversed(text.splitlines()):
                if line.startswith(typed):
                    return Suggestion(line[len(typed) :])
        return None
