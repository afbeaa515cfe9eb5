"""A home of its own for the settings of one test."""

from collections.abc import Mapping
from pathlib import Path

import pytest

from chatbot_cli.chat.messages import Persona
from chatbot_cli.errors import SettingsError
from chatbot_cli.providers.entries.registry import key_variables
from chatbot_cli.settings.precedence import Settings, Sources
from chatbot_cli.system.folders import Folders

SECRET = "sk-the-users-own-secret"


class Home:
    """A user's home, with a folder to start in."""

    def __init__(self, root: Path) -> None:
        self.cwd = root / "project"
        self.cwd.mkdir()
        self.folders = Folders.of({}, root)
        self.folders.config.mkdir(parents=True)

    def write_dotenv(self, text: str | bytes) -> None:
        (self.cwd / ".env").write_bytes(text.encode() if isinstance(text, str) else text)

    def write_config(self, text: str | bytes) -> None:
        (self.folders.config / "config.toml").write_bytes(text.encode() if isinstance(text, str) else text)

    def sources(self, environ: Mapping[str, str] | None = None) -> Sources:
        return Sources.read(environ or {}, self.cwd, self.folders, key_variables)

    def settle(
        self,
        environ: Mapping[str, str] | None = None,
        flags: Mapping[str, object] | None = None,
        persona: Persona | None = None,
    ) -> Settings:
        settled = self.sources(environ).settle(flags or {})
        return (settled.with_persona(persona) if persona else settled).sound()

    def refusal(self, environ: Mapping[str, str] | None = None, flags: Mapping[str, object] | None = None) -> str:
        with pytest.raises(SettingsError) as caught:
            self.settle(environ, flags)
        return str(caught.value)
