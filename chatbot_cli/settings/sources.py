"""The kinds of sources, and the environment and `config.toml` as text. What that means is judged in precedence.py."""

from collections.abc import Callable, Iterable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import field
from enum import Enum
from pathlib import Path
from types import MappingProxyType
from typing import NamedTuple

from chatbot_cli.chat.parameters import as_text
from chatbot_cli.chat.prices import PricePerMillion
from chatbot_cli.errors import ChatError, SettingsError
from chatbot_cli.frozen import frozen
from chatbot_cli.settings.model_settings import MODEL_TABLES, ModelSettings, Tables
from chatbot_cli.settings.stated_prices import PRICES, stated_prices
from chatbot_cli.settings.tool_settings import TOOL_TABLES, ToolSettings
from chatbot_cli.system.regular_files import in_words, read_regular_file
from chatbot_cli.text.short import as_written

NO_PRICES: Mapping[str, PricePerMillion] = MappingProxyType({})
LISTS = ("stop", "fallback")  # settings that may be a list in config.toml
MOST_BYTES = 256 * 1024  # of a `.env` or config.toml; both are written by hand


KeyVariables = Callable[[Tables], Mapping[str, bool]]
"""Names the variables that hold API keys, given the providers that config.toml adds. Raises SettingsError.

True for those whose keys go to the server at OPENAI_BASE_URL.
"""


class Origin(Enum):
    """The kinds of source that a value can come from; the earlier one here wins."""

    FLAG = "flag"
    PERSONA = "persona"
    ENVIRONMENT = "environment"
    DOTENV = ".env"
    CONFIG = "config.toml"
    DEFAULT = "default"


class Source(NamedTuple):
    """Where a value comes from. `name` is the flag, the persona, the variable, or the key in config.toml.

    As text it is short, to be shown beside the value: `--model`, `persona tutor`, `CHAT_MODEL`, `.env`, `default`.
    """

    origin: Origin
    name: str = ""

    def __str__(self) -> str:
        if self.origin is Origin.PERSONA:
            return f"persona {self.name}"
        return self.name if self.origin in (Origin.FLAG, Origin.ENVIRONMENT) else str(self.origin.value)


@frozen
class Entry:
    """A value as somebody wrote it, never empty; it may be a secret.

    `subject` names it at the beginning of a sentence about it, `hint` says how to correct it.
    """

    text: str = field(repr=False)
    source: Source
    subject: str
    hint: str = ""


class NoticeKind(Enum):
    """What a notice is about."""

    DOTENV_SKIPPED = "something of ours in .env was passed over"
    KEY_WITHHELD = "the user's key is not sent to the address in .env"
    FOLDER_ADDRESS = "the address in .env is in force"
    FOLDER_CHOOSES = ".env chooses who answers in a new conversation"
    FOLDER_SETS = ".env sets what is kept"
    FOLDER_OUTDONE = "the user's own setting is stricter than that in .env"


class Notice(NamedTuple):
    """A sentence that the user should see once."""

    kind: NoticeKind
    sentence: str


@contextmanager
def failing_with_notices(sentences: Iterable[str]) -> Iterator[None]:
    """Let a ChatError that is raised within carry these sentences as notes, to be shown before it."""
    try:
        yield
    except ChatError as error:
        for sentence in sentences:
            if sentence not in error.notices:
                error.add_note(sentence)
        raise


Level = dict[str, Entry]
"""The entries of one source by the setting's name, keys by the variable's; what is empty is left out."""


def written(raw: object) -> str:
    """A value as text; empty when it is not set."""
    return "" if raw is None else as_text(raw).strip()


def read_environment(environ: Mapping[str, str], names: Mapping[str, str]) -> Level:
    """The variables of `names` (variable -> setting) that are set."""
    return {
        name: Entry(
            text,
            Source(Origin.ENVIRONMENT, variable),
            f"{variable} in the environment",
            f"Correct {variable}, or unset it.",
        )
        for variable, name in names.items()
        if (text := written(environ.get(variable)))
    }


class Config(NamedTuple):
    """The settings of a `config.toml`; the prices that it states, by the model; what it says of tools and of models."""

    level: Level
    prices: Mapping[str, PricePerMillion] = NO_PRICES
    tools: ToolSettings = ToolSettings()
    models: ModelSettings = ModelSettings()


def config_and_keys(
    path: Path, names: frozenset[str], keys: KeyVariables
) -> tuple[Config, Mapping[str, bool], SettingsError | None]:
    """What config.toml says, the variables that hold keys, and what is wrong with the file."""
    try:
        config = read_config(path, names)
        return config, keys(config.models.providers), None
    except SettingsError as error:
        return Config({}), keys({}), error


def read_config(path: Path, names: frozenset[str]) -> Config:
    """What a `config.toml` holds; nothing if there is no such file. Raises SettingsError."""
    try:
        data = read_regular_file(path, MOST_BYTES)
    except (FileNotFoundError, NotADirectoryError):
        return Config({})
    except OSError as error:
        import shlex  # here because only this error needs it

        mend = f"chmod u+r {shlex.quote(str(path))}" if isinstance(error, PermissionError) else f"Look at {path}."
        raise SettingsError(f"config.toml cannot be read: {in_words(error)}.", mend) from error
    hint = f"Correct it in {path}."
    level, prices, tools, models = {}, NO_PRICES, ToolSettings(), ModelSettings()
    for name, value in _toml(data, hint).items():
        if name == PRICES:
            prices = stated_prices(value, path)
            continue
        if name in TOOL_TABLES:
            tools = tools.with_table(name, value, path)
            continue
        if name in MODEL_TABLES:
            models = models.with_table(name, value, path)
            continue
        if name not in names:
            raise _unknown(name, names | {PRICES, *TOOL_TABLES, *MODEL_TABLES}, path)
        if not isinstance(value, str):
            raise SettingsError(f"config.toml: {name} is not one single value.", hint)
        if value:
            level[name] = Entry(value, Source(Origin.CONFIG, name), f"{name} in config.toml", hint)
    return Config(level, prices, tools, models)


def _toml(data: bytes, hint: str) -> dict[str, object]:
    """The top-level keys of a TOML file; single values as text, all others as they are. Raises SettingsError."""
    import tomllib  # here because most people have no config.toml, and start-up counts

    try:
        table = tomllib.loads(data.decode("utf-8-sig"))
        return {
            name: written(tuple(value) if name in LISTS and isinstance(value, list) else value)
            if isinstance(value, str | int | float) or name in LISTS
            else value
            for name, value in table.items()
        }
    except UnicodeDecodeError as error:
        raise SettingsError("config.toml is not UTF-8 text.", hint) from error
    except tomllib.TOMLDecodeError as error:
        raise SettingsError(f"config.toml is not valid TOML: {error}.", hint) from error
    except (ValueError, RecursionError) as error:  # a number of thousands of digits, thousands of brackets
        raise SettingsError("config.toml is not TOML that can be understood.", hint) from error


def _unknown(name: str, names: frozenset[str], path: Path) -> SettingsError:
    if "key" in name.lower():
        return SettingsError(
            "config.toml: API keys belong in the environment or in .env, never in config.toml.",
            f"Move it to a variable such as OPENAI_API_KEY, and delete it in {path}.",
        )
    from difflib import get_close_matches  # here because only this error needs it

    plain = name.lower().replace("-", "_").removeprefix("chat_")
    close = get_close_matches(plain, sorted(names), n=1)
    hint = f"Did you mean {close[0]}?" if close else f"There are {', '.join(sorted(names))}."
    return SettingsError(f'config.toml: there is no setting "{as_written(name)}".', hint)
