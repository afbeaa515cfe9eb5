"""All settings: flag > persona > environment > `.env` > config.toml > default, in one frozen object.

A folder's `.env` may be a stranger's: an address in it gets only a key from it, and nothing in it is expanded, so it
can send no secret away. What it may set is a column of the table, and folder_rules.py holds it to that.
"""

from collections import ChainMap
from collections.abc import Callable, Mapping
from contextlib import suppress
from dataclasses import field, replace
from pathlib import Path
from types import MappingProxyType
from typing import Any, Literal

from chatbot_cli.chat.messages import Persona
from chatbot_cli.chat.options import OPTION_NAMES, Options
from chatbot_cli.chat.prices import PricePerMillion
from chatbot_cli.errors import SettingsError
from chatbot_cli.frozen import frozen
from chatbot_cli.settings.dotenv import read_dotenv
from chatbot_cli.settings.extra_fields import EXTRA, merged
from chatbot_cli.settings.folder_rules import heard
from chatbot_cli.settings.model_settings import ModelSettings
from chatbot_cli.settings.sources import (
    NO_PRICES,
    Entry,
    KeyVariables,
    Level,
    Notice,
    NoticeKind,
    Origin,
    Source,
    config_and_keys,
    failing_with_notices,
    read_environment,
    written,
)
from chatbot_cli.settings.table import ADDRESS, CONFIG_NAMES, SETTINGS, flag_of, variables
from chatbot_cli.settings.tool_settings import ToolSettings
from chatbot_cli.system.folders import Folders

Flags = Mapping[str, object]
"""The values that a command line gives, or a program in its place, by the setting's name; None is unset."""

KEY_WITHHELD = Notice(
    NoticeKind.KEY_WITHHELD,
    "OPENAI_BASE_URL comes from .env in this folder, so OPENAI_API_KEY of your environment is not sent there.",
)


@frozen
class Settings:
    """Every setting, settled; None means that nobody has set it. Timeouts are seconds, the other limits tokens.

    `max_turns` and `slide` count exchanges, `max_cost` US dollars. `keys` holds the API keys that may be used, by
    variable; `withheld` holds those of the environment that may not, because the address comes from `.env`. `sources`
    says where each value comes from, of a field in `extra` by "extra." and its name. `notices` are to be shown once.
    `prices` are those that config.toml states, by the model's name. `tools` is what it says of tools, and `models` what
    of models.
    """

    model: str
    fallback: tuple[str, ...] | None
    persona: str
    system: str | None
    max_turns: int
    slide: int | None
    max_context_tokens: int | None
    overflow: str
    max_cost: float | None
    options: Options
    save: bool
    docs_tokens: int
    docs_passages: int
    docs_url: str | None = field(repr=False)
    embedding_model: str | None
    secrets: Literal["ask", "warn", "refuse"]
    plain: bool
    thoughts: str
    debug: bool
    base_url: str | None = field(repr=False)
    openai_base_url: str | None = field(repr=False)
    tries: int
    connect_timeout: float
    first_token_timeout: float
    idle_timeout: float
    max_reply_bytes: int
    keys: Mapping[str, str] = field(repr=False)
    withheld: Mapping[str, str] = field(repr=False)
    sources: Mapping[str, Source]
    notices: tuple[Notice, ...]
    prices: Mapping[str, PricePerMillion]
    tools: ToolSettings = ToolSettings()
    models: ModelSettings = ModelSettings()

    def value(self, name: str) -> object:
        """The value of a setting, by its name in the table."""
        return getattr(self.options if name in OPTION_NAMES else self, name)

    def at(self, base_url: str) -> "Settings":
        """The same with a server that the user has named, as by `--base-url`: no key is withheld from it."""
        return replace(self, base_url=base_url, keys={**self.keys, **self.withheld}, withheld={})


class Settled:
    """All settings, and every mistake in them.

    Only the value that wins is judged: a mistake in one that is outdone harms nobody. A setting whose value makes no
    sense has its default in `settings`, and its error in `problems`, under its name.
    """

    settings: Settings
    problems: Mapping[str, SettingsError]

    def __init__(self, sources: "Sources", flags: Level, persona: Level) -> None:
        self._sources = sources
        self._flags = flags
        of_user = ChainMap(flags, persona, sources.environment)
        dotenv, said = heard(_dotenv_beside(flags, sources.dotenv), sources.config, of_user)
        entries = ChainMap(*of_user.maps, dotenv, sources.config)
        self.problems = {}
        values: dict[str, Any] = {setting.name: setting.default for setting in SETTINGS}  # each of its Kind
        for setting in SETTINGS:
            if setting.name in entries:
                try:
                    values[setting.name] = setting.read(entries[setting.name])
                except SettingsError as error:
                    self.problems[setting.name] = error
        givers = {name: entries[name].source if name in entries else Source(Origin.DEFAULT) for name in values}
        if EXTRA in entries and EXTRA not in self.problems:
            values[EXTRA], of_fields = merged(entries.maps)
            givers |= of_fields
        self.settings = _as_settings(values, givers, sources, said)

    def sound(self) -> Settings:
        """The settings. Raises the first SettingsError, in the order of the table, if there is one."""
        for problem in self.problems.values():
            raise problem
        return self.settings

    def with_persona(self, persona: Persona) -> "Settled":
        """The same with the settings that a persona states; only a flag outdoes those."""
        return Settled(self._sources, self._flags, _persona_level(persona))


@frozen
class Sources:
    """The environment, `.env` and config.toml, read once when the program starts and not yet judged.

    `key_variables` are those that hold API keys, as KeyVariables says. `called` gives the name of a flag where it was
    given: a program gives keyword arguments. `prices` are in config.toml alone.
    """

    environment: Level
    dotenv: Level
    config: Level
    notices: tuple[Notice, ...] = ()
    key_variables: Mapping[str, bool] = field(default_factory=dict)
    called: Callable[[str], str] = flag_of
    prices: Mapping[str, PricePerMillion] = field(default_factory=lambda: NO_PRICES)
    tools: ToolSettings = ToolSettings()
    models: ModelSettings = ModelSettings()

    @classmethod
    def read(
        cls,
        environ: Mapping[str, str],
        cwd: Path,
        folders: Folders,
        keys: KeyVariables,
        called: Callable[[str], str] = flag_of,
    ) -> "Sources":
        """Read the environment, the `.env` of the folder `cwd`, and config.toml. Raises SettingsError with notices.

        `keys` names the variables that hold keys, given the providers in config.toml.
        """
        config, key_variables, failure = config_and_keys(folders.config / "config.toml", CONFIG_NAMES, keys)
        names = variables(key_variables)
        environment = read_environment(environ, names)
        dotenv, notices = read_dotenv(cwd / ".env", names, [entry.source.name for entry in environment.values()])
        with failing_with_notices(notice.sentence for notice in notices):
            if failure:
                raise failure
        stated = config.prices, config.tools, config.models
        return cls(environment, dotenv, config.level, notices, key_variables, called, *stated)

    def settle(self, flags: Flags) -> Settled:
        """Let the highest source of each setting win. A persona is added to the outcome, which names it."""
        return Settled(self, _flag_level(flags, self.called), {})

    def all_keys(self) -> list[str]:
        """Every API key in any source, used or not: none of them may be shown."""
        levels, keys = (self.environment, self.dotenv), self.key_variables
        return [level[key].text for level in levels for key in keys if key in level]


def _flag_level(flags: Flags, called: Callable[[str], str]) -> Level:
    texts = {name: written(value) for name, value in flags.items()}
    # An empty flag is unset, but for one: an empty system prompt asks for a chat without any.
    given = [name for name, text in texts.items() if text or (name == "system" and flags[name] is not None)]
    return {name: Entry(texts[name], Source(Origin.FLAG, called(name)), called(name)) for name in given}


def _persona_level(persona: Persona) -> Level:
    source = Source(Origin.PERSONA, persona.name)
    texts = {name: written(value) for name, value in persona.stated().items()}
    return {name: Entry(text, source, f"{name} in the {source}") for name, text in texts.items() if text}


def _dotenv_beside(flags: Level, dotenv: Level) -> Level:
    """What counts of `.env`: if a flag names the server, the folder's address does not, nor does it cost a key."""
    with suppress(KeyError, ValueError):
        ADDRESS.parse(flags["base_url"].text)
        return {name: entry for name, entry in dotenv.items() if name != "openai_base_url"}
    return dotenv


def _as_settings(
    values: dict[str, Any], givers: Mapping[str, Source], sources: Sources, said: tuple[Notice, ...]
) -> Settings:
    address_in_dotenv = values["openai_base_url"] is not None and givers["openai_base_url"].origin is Origin.DOTENV
    keys, withheld = _keys(sources, address_in_dotenv=address_in_dotenv)
    options = Options(**{name: values.pop(name) for name in OPTION_NAMES})
    notices = (*sources.notices, *said, *map(_withheld, sorted(withheld)))
    return Settings(
        **values,
        options=options,
        keys=MappingProxyType(keys),
        withheld=MappingProxyType(withheld),
        sources=MappingProxyType(givers),
        notices=notices,
        prices=sources.prices,
        tools=sources.tools,
        models=sources.models,
    )


def _withheld(variable: str) -> Notice:
    return KEY_WITHHELD._replace(sentence=KEY_WITHHELD.sentence.replace("OPENAI_API_KEY", variable))


def _keys(sources: Sources, *, address_in_dotenv: bool) -> tuple[dict[str, str], dict[str, str]]:
    """The keys that may be used, and those that are withheld. Of two for one variable, the environment's counts."""
    environment = {
        name: sources.environment[name].text for name in sources.key_variables if name in sources.environment
    }
    dotenv = {name: sources.dotenv[name].text for name in sources.key_variables if name in sources.dotenv}
    of_address = {name for name in environment if address_in_dotenv and sources.key_variables[name]}
    withheld = {name: environment.pop(name) for name in of_address if environment[name] != dotenv.get(name)}
    return dotenv | environment, withheld
