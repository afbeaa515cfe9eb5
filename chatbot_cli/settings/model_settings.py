"""What config.toml says of models: the user's own providers, and names for models. Only the user's own file does."""

from collections.abc import Mapping
from dataclasses import field, replace
from pathlib import Path

from chatbot_cli.chat.options import StatedModel
from chatbot_cli.errors import SettingsError
from chatbot_cli.frozen import frozen
from chatbot_cli.settings.stated_models import MODELS, stated_models
from chatbot_cli.text.short import as_written

PREFER, ALIASES = "prefer", "aliases"
MODEL_TABLES = ("providers", MODELS, ALIASES, PREFER)
"""The names of the tables."""

Tables = Mapping[str, Mapping[str, object]]


@frozen
class ModelSettings:
    """The tables of config.toml that are about models.

    `providers` are entries by name, as the file has them: what they mean is judged where providers are known. `models`
    are what it states of single models, by NAME or PROVIDER/NAME. `aliases` are words of the user's own, in small
    letters, each with the model that it means. A word that models of several providers have means that of the first in
    `prefer`.
    """

    providers: Tables = field(default_factory=dict)
    models: Mapping[str, StatedModel] = field(default_factory=dict)
    aliases: Mapping[str, str] = field(default_factory=dict)
    prefer: tuple[str, ...] = ()

    def with_table(self, name: str, table: object, path: Path) -> "ModelSettings":
        """The same with one of the tables of the file at `path`. Raises SettingsError."""
        if name == MODELS:
            return replace(self, models=stated_models(table, path))
        if name == PREFER:
            return replace(self, prefer=_names(table, path))
        if name == ALIASES:
            return replace(self, aliases=_aliases(table, path))
        return replace(self, providers=_tables(name, table, path))


def _tables(name: str, table: object, path: Path) -> Tables:
    """A table of tables."""
    if not isinstance(table, dict):
        raise SettingsError(f"config.toml: {name} is no table.", f"Write [{name}.NAME]. It is {path}")
    for inner, fields in table.items():
        if not isinstance(fields, dict):
            raise SettingsError(
                f'config.toml: "{as_written(inner)}" in {name} is no table.', f"Write [{name}.NAME]. It is {path}"
            )
    return table


def _names(value: object, path: Path) -> tuple[str, ...]:
    """A list of providers' names."""
    if isinstance(value, list) and all(isinstance(name, str) and name.strip() for name in value):
        return tuple(name.strip().lower() for name in value)
    raise SettingsError(
        "config.toml: prefer is no list of providers.", f'Write prefer = ["anthropic", "openai"]. It is {path}'
    )


def _aliases(table: object, path: Path) -> Mapping[str, str]:
    """A table of words, each with the model that it means."""
    example = f'Write [aliases], and below it fast = "openai/gpt-6-luna". It is {path}'
    if not isinstance(table, dict):
        raise SettingsError("config.toml: aliases is no table.", example)
    meant: dict[str, str] = {}
    for word, spec in table.items():
        called = f'config.toml: the alias "{as_written(word)}"'
        if not isinstance(spec, str) or not spec.strip() or not spec.isprintable():
            raise SettingsError(f"{called} means no model.", example)
        if not word.strip() or "/" in word:
            raise SettingsError(f"{called} is no word.", "What holds a / is PROVIDER/NAME, and means itself.")
        if (lower := word.strip().lower()) in meant:
            raise SettingsError(f"{called} is there twice.", "Capital letters make no other word. Take one out.")
        meant[lower] = spec.strip()
    return meant
