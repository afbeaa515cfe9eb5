"""Where the user's own files live, on each system."""

import os
from collections.abc import Mapping
from pathlib import Path

from chatbot_cli.frozen import frozen

OURS = "chatbot-cli"


@frozen
class Folders:
    """Where the user's own files live.

    What they wrote is in `config`, their conversations in `data`, what the program remembers besides in `state`.
    What may be removed at any time is in `cache`.
    """

    config: Path
    state: Path
    data: Path
    cache: Path

    @classmethod
    def of(cls, environ: Mapping[str, str], home: Path, *, windows: bool = os.name == "nt") -> "Folders":
        """As the XDG variables have it, else where the system keeps such files; a relative path does not count."""

        def base(variable: str, default: Path) -> Path:
            path = Path(environ.get(variable, ""))
            return path if path.is_absolute() else default

        config, state, data, cache = (home / own for own in (".config", ".local/state", ".local/share", ".cache"))
        if windows:
            config = base("APPDATA", home / "AppData/Roaming")
            state = data = cache = base("LOCALAPPDATA", home / "AppData/Local")
        return cls(
            config=base("XDG_CONFIG_HOME", config) / OURS,
            state=base("XDG_STATE_HOME", state) / OURS,
            data=base("XDG_DATA_HOME", data) / OURS,
            cache=base("XDG_CACHE_HOME", cache) / OURS,
        )

    @property
    def personas(self) -> Path:
        """The folder of the user's own personas."""
        return self.config / "personas"

    @property
    def debug(self) -> Path:
        """The folder of the stories that `--debug` writes."""
        return self.state / "debug"

    @property
    def history(self) -> Path:
        """The file of what was typed at the prompt."""
        return self.state / "history"
