"""What config.toml says of models: the user's own providers, and names for models. Only the user's own file does."""

from collections.abc import Mapping
from dataclasses import field, replace
from pathlib import Path

from chatbot_cli.chat.options import StatedModel
from chatbot_cli.errors import SettingsError
from chatbot_cli.frozen import frozen
from chatbot_cli.settings.stated_models import stated_models
from chatbot_cli.text.short import as_written

MODELS = "models"
MODEL_TABLES = ("providers", MODELS)
"""The names of the tables."""

Tables = Mapping[str, Mapping[str, object]]


@frozen
class ModelSettings:
    """The tables of config.toml that are about models.

    `providers` are entries by name, as the file has them: what they mean is judged where providers are known. `models`
    are what it states of single models, by NAME or PROVIDER/NAME.
    """

    providers: Tables = field(default_factory=dict)
    models: Mapping[str, StatedModel] = field(default_factory=dict)

    def with_table(self, name: str, table: object, path: Path) -> "ModelSettings":
        """The same with one of the tables of the file at `path`. Raises SettingsError."""
        if name == MODELS:
            return replace(self, models=stated_models(table, path))
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
