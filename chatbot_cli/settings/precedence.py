"""All settings: flag > persona > environment > `.env` > config.toml > default, in one frozen object.

A folder's `.env` may be a stranger's: an address in it gets only a key from it, and nothing in it is expanded, so it
can send no secret away. What else it may set (model, persona, limits, keys) leads only to the providers' own addresses.
"""

from collections import ChainMap
from collections.abc import Callable, Iterable, Mapping
from dataclasses import field
from pathlib import Path
from types import MappingProxyType
from typing import Any, Literal

from chatbot_cli.chat.messages import Persona
from chatbot_cli.chat.options import OPTION_NAMES, Options
from chatbot_cli.frozen import frozen
from chatbot_cli.settings.sources import DOTENV, Entry, Level, read_config, read_dotenv, read_environment, written
from chatbot_cli.settings.table import CONFIG_NAMES, SETTINGS, Setting, variables
from chatbot_cli.system.folders import Folders

KEY_WITHHELD = (
    "OPENAI_BASE_URL comes from .env in this folder, so OPENAI_API_KEY of your environment is not sent there."
)


@frozen
class Settings:
    """Every setting, settled; None means that nobody has set it. Timeouts are seconds, the other limits tokens.

    `max_turns` counts exchanges. `keys` holds the API keys that may be used, by variable. `sources` says where each
    setting comes from: "--model", "persona tutor", "CHAT_MODEL", ".env", "config.toml" or "default". `notices` are
    sentences the user should see once.
    """

    model: str
    persona: str
    system: str | None
    max_turns: int
    max_context_tokens: int | None
    options: Options
    save: bool
    secrets: Literal["ask", "warn", "refuse"]
    plain: bool
    debug: bool
    base_url: str | None = field(repr=False)
    openai_base_url: str | None = field(repr=False)
    tries: int
    connect_timeout: float
    first_token_timeout: float
    idle_timeout: float
    keys: Mapping[str, str] = field(repr=False)
    sources: Mapping[str, str]
    notices: tuple[str, ...]

    def value(self, name: str) -> object:
        """The value of a setting, by its name in the table."""
        return getattr(self.options if name in OPTION_NAMES else self, name)


def flag_of(setting: str) -> str:
    """The flag of a setting."""
    return "--" + setting.replace("_", "-")


@frozen
class Sources:
    """All that was written down before the program started, read once; a value is judged when it comes to count.

    `key_variables` are those that hold API keys, as the providers name them. `called` says how a flag is called where
    it is given: a program gives keyword arguments.
    """

    environment: Level
    dotenv: Level
    config: Level
    notices: tuple[str, ...] = ()
    key_variables: tuple[str, ...] = ()
    called: Callable[[str], str] = flag_of

    @classmethod
    def read(
        cls,
        environ: Mapping[str, str],
        cwd: Path,
        folders: Folders,
        keys: Iterable[str],
        called: Callable[[str], str] = flag_of,
    ) -> "Sources":
        """Read the environment, the `.env` of the folder `cwd`, and config.toml. Raises SettingsError."""
        names = variables(key_variables := tuple(keys))
        dotenv, notices = read_dotenv(cwd / ".env", names)
        config = read_config(folders.config / "config.toml", CONFIG_NAMES)
        return cls(read_environment(environ, names), dotenv, config, notices, key_variables, called)

    def persona(self, flags: Mapping[str, object]) -> str:
        """The name or path of the persona to load and give to `settle`. Raises SettingsError."""
        found = self._found(flags, None)
        return next(str(_value(setting, found)) for setting in SETTINGS if setting.name == "persona")

    def settle(self, flags: Mapping[str, object], persona: Persona | None) -> Settings:
        """Let the highest source of each setting win; flags go by the setting's name, None is unset.

        Raises SettingsError for a bad value that would have won; one that is outdone harms nobody.
        """
        found = self._found(flags, persona)
        values: dict[str, Any] = {setting.name: _value(setting, found) for setting in SETTINGS}  # each of its Kind
        sources = {name: found[name].source if name in found else "default" for name in values}
        keys, notices = self._keys(address_from=sources["openai_base_url"])
        options = Options(**{name: values.pop(name) for name in OPTION_NAMES})
        return Settings(**values, options=options, keys=keys, sources=MappingProxyType(sources), notices=notices)

    def all_keys(self) -> list[str]:
        """Every API key that stands anywhere, used or not: none of them may be shown."""
        levels, keys = (self.environment, self.dotenv), self.key_variables
        return [level[key].text for level in levels for key in keys if key in level]

    def _found(self, flags: Mapping[str, object], persona: Persona | None) -> Mapping[str, Entry]:
        """The highest entry of each setting."""
        above, dotenv = _flag_level(flags, self.called), self.dotenv
        if "base_url" in above:
            # The user says where to go: the folder's address then neither counts nor costs them their key.
            dotenv = {name: entry for name, entry in dotenv.items() if name != "openai_base_url"}
        return ChainMap(above, _persona_level(persona), self.environment, dotenv, self.config)

    def _keys(self, *, address_from: str) -> tuple[Mapping[str, str], tuple[str, ...]]:
        """The keys that may be used, given the source of OpenAI's address, and what the user should see once."""
        environment, notices = dict(self.environment), self.notices
        if address_from == DOTENV:
            withheld, own = environment.pop("OPENAI_API_KEY", None), self.dotenv.get("OPENAI_API_KEY")
            if withheld and (own is None or own.text != withheld.text):
                notices = (*notices, KEY_WITHHELD)
        found = ChainMap(environment, self.dotenv)
        return MappingProxyType({name: found[name].text for name in self.key_variables if name in found}), notices


def _flag_level(flags: Mapping[str, object], called: Callable[[str], str]) -> Level:
    texts = {name: (written(value), called(name)) for name, value in flags.items()}
    said = {name for name, (text, _) in texts.items() if text}
    if flags.get("system") is not None:
        said.add("system")  # an empty one asks for a chat without a system prompt
    return {name: Entry(text, flag, flag) for name, (text, flag) in texts.items() if name in said}


def _persona_level(persona: Persona | None) -> Level:
    if persona is None:
        return {}
    texts = {name: written(value) for name, value in persona.stated().items()}
    source = f"persona {persona.name}"
    return {name: Entry(text, source, f"{name} in the {source}") for name, text in texts.items() if text}


def _value(setting: Setting, found: Mapping[str, Entry]) -> object:
    entry = found.get(setting.name)
    return setting.default if entry is None else setting.read(entry)
