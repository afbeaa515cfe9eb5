"""The history of the input line, kept across runs in a file that only its owner can read."""

import os
from pathlib import Path

from prompt_toolkit.history import FileHistory, History, InMemoryHistory

from chatbot_cli.secrets.finding import Find, find_secrets
from chatbot_cli.system.private_files import close_to_others, make_folder, open_file


def open_history(path: Path | None, find: Find = find_secrets) -> History:
    """The history in the file at `path`, which is created if missing. A line in which `find` finds secrets is not kept.

    Without a path, or if the file cannot be written, the history is forgotten at the end of the run.
    """
    if path is None:
        return InMemoryHistory()
    try:
        make_folder(path.parent)
        os.close(open_file(path))
        close_to_others(path)
    except OSError:
        return InMemoryHistory()
    return _PrivateHistory(str(path), find)


class _PrivateHistory(FileHistory):
    """A file history without secrets. A line that the disk cannot take is not kept, and the chat goes on."""

    def __init__(self, path: str, find: Find) -> None:
        super().__init__(path)
        self._find = find

    def store_string(self, string: str) -> None:
        if self._find(string):
            return
        try:
            super().store_string(string)
        except OSError:
            return
