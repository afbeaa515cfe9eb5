"""What was typed, kept across runs in a file that only its owner can read."""

import os
from pathlib import Path

from prompt_toolkit.history import FileHistory, History, InMemoryHistory

from chatbot_cli.secrets.finding import Find, find_secrets
from chatbot_cli.system.private_files import close_to_others, make_folder, open_file


def open_history(path: Path | None, secrets: Find = find_secrets) -> History:
    """The history in the file at `path`, made if need be; one that is forgotten if there is none or it is read-only.

    A line in which `secrets` finds some is not kept.
    """
    if path is None:
        return InMemoryHistory()
    try:
        make_folder(path.parent)
        os.close(open_file(path))
        close_to_others(path)
    except OSError:
        return InMemoryHistory()
    return _PrivateHistory(str(path), secrets)


class _PrivateHistory(FileHistory):
    """A file history without secrets, for which a full disk is no reason to stop a chat."""

    def __init__(self, path: str, secrets: Find) -> None:
        super().__init__(path)
        self._secrets = secrets

    def store_string(self, string: str) -> None:
        if self._secrets(string):
            return
        try:
            super().store_string(string)
        except OSError:
            return
