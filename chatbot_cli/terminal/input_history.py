"""What was typed, kept across runs in a file that only its owner can read."""

import os
from pathlib import Path

from prompt_toolkit.history import FileHistory, History, InMemoryHistory

from chatbot_cli.chat.secrets import find_secrets

OWNER_ONLY_FILE, OWNER_ONLY_FOLDER = 0o600, 0o700


def open_history(path: Path | None) -> History:
    """The history in the file at `path`, made if need be; one that is forgotten if there is none or it is read-only."""
    if path is None:
        return InMemoryHistory()
    try:
        path.parent.mkdir(mode=OWNER_ONLY_FOLDER, parents=True, exist_ok=True)
        os.close(os.open(path, os.O_CREAT | os.O_APPEND | os.O_WRONLY, OWNER_ONLY_FILE))
        path.chmod(OWNER_ONLY_FILE)
    except OSError:
        return InMemoryHistory()
    return _PrivateHistory(str(path))


class _PrivateHistory(FileHistory):
    """A file history without secrets, for which a full disk is no reason to stop a chat."""

    def store_string(self, string: str) -> None:
        if find_secrets(string):
            return
        try:
            super().store_string(string)
        except OSError:
            return
