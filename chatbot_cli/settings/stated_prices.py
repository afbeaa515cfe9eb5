"""The prices in config.toml, for models whose price the list does not know. Judged whole: none is guessed."""

from collections.abc import Mapping
from pathlib import Path

from chatbot_cli.chat.prices import PricePerMillion
from chatbot_cli.errors import SettingsError
from chatbot_cli.settings.tables_by_model import by_model, table_of
from chatbot_cli.text.short import as_written

PRICES = "prices"  # the name of the table
LARGEST = 100_000  # US dollars for a million tokens
NEEDED = ("input", "output")
FIELDS = (*NEEDED, "cached", "written")


def stated_prices(table: object, path: Path) -> dict[str, PricePerMillion]:
    """Model -> its price, from the table `prices` of the config.toml at `path`. Raises SettingsError."""
    return by_model(PRICES, table, path, _EXAMPLE, _price)


_EXAMPLE = 'Write [prices."NAME"], and below it, in US dollars for a million tokens, input = 1.25 and output = 10.'


def _price(name: str, fields: object, path: Path) -> PricePerMillion:
    if not name.strip():
        raise SettingsError("config.toml: a model in prices has no name.", f"{_EXAMPLE} It is {path}")
    model = table_of(PRICES, name)
    if not isinstance(fields, dict):
        raise SettingsError(f"config.toml: {model} is no table.", f"{_EXAMPLE} It is {path}")
    for field, value in fields.items():
        if isinstance(value, dict):
            raise _name_without_quotes(name, field, value, path)
        if field not in FIELDS:
            raise _unknown(model, field)
    for field in NEEDED:
        if field not in fields:
            raise SettingsError(f"config.toml: {model} has no {field}.", f"{_EXAMPLE} It is {path}")
    return PricePerMillion(**{field: _dollars(model, field, value, path) for field, value in fields.items()})


def _dollars(model: str, field: str, value: object, path: Path) -> float:
    if isinstance(value, int | float) and not isinstance(value, bool) and 0 <= value <= LARGEST:
        return float(value)
    raise SettingsError(
        f"config.toml: {field} of {model} is not an amount of US dollars.",
        f"It is a number from 0 to {LARGEST:,} without quotes, for a million tokens. Correct it in {path}.",
    )


def _name_without_quotes(name: str, field: str, inner: Mapping[str, object], path: Path) -> SettingsError:
    """TOML takes a dot outside of quotes for the border of a table in a table."""
    whole = f"{name}.{field}"
    while len(inner) == 1 and isinstance(deeper := next(iter(inner.values())), dict):
        whole, inner = f"{whole}.{next(iter(inner))}", deeper
    return SettingsError(
        f'config.toml: prices."{as_written(name)}" holds a table "{as_written(field)}".',
        f'A name with a dot stands in quotes: [prices."{as_written(whole)}"], in {path}.',
    )


def _unknown(model: str, field: str) -> SettingsError:
    from difflib import get_close_matches  # here because only this error needs it

    close = get_close_matches(field.lower(), FIELDS, n=1)
    hint = f"Did you mean {close[0]}?" if close else f"There are {', '.join(FIELDS)}."
    return SettingsError(f'config.toml: {model} has no field "{as_written(field)}".', hint)
