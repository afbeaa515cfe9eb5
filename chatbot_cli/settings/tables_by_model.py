"""A table of config.toml that states something of models, by their names."""

from collections.abc import Callable
from pathlib import Path
from typing import TypeVar

from chatbot_cli.errors import SettingsError
from chatbot_cli.text.short import as_written

T = TypeVar("T")


def by_model(
    name: str, table: object, path: Path, example: str, read: Callable[[str, object, Path], T]
) -> dict[str, T]:
    """Model -> what is `read` of its table in the table `name` of the file at `path`. Raises SettingsError."""
    if not isinstance(table, dict):
        raise SettingsError(f"config.toml: {name} is no table.", f"{example} It is {path}")
    stated = {model: read(model, fields, path) for model, fields in table.items()}
    first: dict[str, str] = {}
    for model in stated:
        if (before := first.setdefault(model.lower(), model)) != model:
            raise SettingsError(
                f"config.toml: {table_of(name, before)} and {table_of(name, model)} are the same model.",
                f"Capital letters make no other name. Take one of them out of {path}.",
            )
    return stated


def table_of(name: str, model: str) -> str:
    """How the file calls the table of a model."""
    return f'{name}."{as_written(model)}"'
