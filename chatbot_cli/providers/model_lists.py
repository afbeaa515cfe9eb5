"""The lists of models that servers have told, each kept for a day in a file of the user's cache folder.

What is in the folder is worth nothing: it may be removed at any time, and what cannot be read or written is done
without. Only its owner reads it.
"""

import json
import re
from collections.abc import Sequence
from contextlib import suppress
from pathlib import Path
from typing import Any

from chatbot_cli.errors import UsageError
from chatbot_cli.frozen import frozen
from chatbot_cli.providers.discovery.served import LARGEST_WINDOW, LONGEST_NAME, MOST_MODELS, ServedModel
from chatbot_cli.providers.route.endpoint import without_user
from chatbot_cli.system.private_files import make_folder
from chatbot_cli.system.regular_files import read_regular_file
from chatbot_cli.system.whole_files import write_whole

FRESH = 24 * 60 * 60  # seconds that a list counts as new
LARGEST_FILE = 4_000_000  # bytes
_FILE_NAME = re.compile(r"[a-z0-9][a-z0-9_.-]*")


@frozen
class KeptList:
    """What a provider's server told of its models, at a moment (seconds since 1970)."""

    models: tuple[ServedModel, ...]
    asked: float

    def is_fresh(self, now: float) -> bool:
        """Whether the server need not be asked again; not if the clock has been set back."""
        return 0 <= now - self.asked < FRESH


class ModelLists:
    """The lists that are kept in a folder, by the provider's name and the address of its server."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder / "models"

    def of(self, provider: str, address: str) -> KeptList | None:
        """What the server at an address told last; None if nothing is kept."""
        path = self._path(provider)
        with suppress(OSError, ValueError, RecursionError, KeyError, TypeError, OverflowError):
            document = json.loads(read_regular_file(path, LARGEST_FILE))
            if document["address"] == without_user(address):
                return KeptList(_models(document["models"]), float(document["asked"]))
        return None

    def keep(self, provider: str, address: str, models: Sequence[ServedModel], now: float) -> None:
        """Keep what a server told."""
        rows = [[model.name, model.context_tokens] for model in models]
        document = {"address": without_user(address), "asked": now, "models": rows}
        path = self._path(provider)
        with suppress(OSError, UsageError):
            make_folder(self._folder)
            write_whole(str(path), path, json.dumps(document).encode(), overwrite=True)

    def _path(self, provider: str) -> Path:
        name = provider if _FILE_NAME.fullmatch(provider) else "other"
        return self._folder / f"{name}.json"


def _models(rows: Any) -> tuple[ServedModel, ...]:
    """Raises ValueError or TypeError for what was not kept by us."""
    models = []
    for name, tokens in rows[:MOST_MODELS]:
        if not isinstance(name, str) or not (name and len(name) <= LONGEST_NAME and name.isprintable()):
            raise ValueError
        if tokens is not None and not (type(tokens) is int and 0 < tokens <= LARGEST_WINDOW):
            raise ValueError
        models.append(ServedModel(name, tokens))
    return tuple(models)
