"""What config.toml says of single models: the tables in `models`. Judged whole: no value is guessed."""

from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any

from chatbot_cli.chat.options import EFFORTS, NUMBERS, TOKENS, Bounds, Options, StatedModel
from chatbot_cli.chat.parameters import MOST_FIELDS, MOST_STOPS, OWNED, is_stop, senseless_key, written_out
from chatbot_cli.errors import SettingsError
from chatbot_cli.settings.tables_by_model import by_model, table_of
from chatbot_cli.text.short import as_written

MODELS = "models"  # the name of the table
OF_OPTIONS: Mapping[str, Bounds] = {
    name: NUMBERS[name] for name in ("temperature", "top_p", "max_reply_tokens", "seed")
}
FIELDS = ("window", *OF_OPTIONS, "stop", "effort", "extra")

_EXAMPLE = 'Write [models."NAME"], and below it, for example, temperature = 0.2.'


def stated_models(table: object, path: Path) -> dict[str, StatedModel]:
    """Model -> what is stated of it, from the table `models` of the config.toml at `path`. Raises SettingsError."""
    return by_model(MODELS, table, path, _EXAMPLE, _model)


def _model(name: str, fields: object, path: Path) -> StatedModel:
    if not name.strip():
        raise SettingsError("config.toml: a model in models has no name.", f"{_EXAMPLE} It is {path}")
    model = table_of(MODELS, name)
    if not isinstance(fields, dict):
        raise SettingsError(f"config.toml: {model} is no table.", f"{_EXAMPLE} It is {path}")
    values: dict[str, Any] = {}
    for field, value in fields.items():
        if isinstance(value, dict) and field != "extra":
            raise _name_without_quotes(name, field, value, path)
        if field not in FIELDS:
            raise _unknown(model, field)
        values[field] = _READ[field](_At(model, field, path), value)
    window = values.pop("window", None)
    return StatedModel(window, Options(**values))


class _At:
    """A field of a model's table, for the sentence about its value."""

    def __init__(self, model: str, field: str, path: Path) -> None:
        self._model, self._field, self._path = model, field, path

    def is_not(self, expected: str) -> SettingsError:
        hint = f"Correct it in {self._path}."
        return SettingsError(f"config.toml: {self._field} of {self._model} is not {expected}.", hint)

    def holds(self, problem: str, hint: str) -> SettingsError:
        where = hint or f"Correct it in {self._path}."
        return SettingsError(f"config.toml: {self._field} of {self._model}: {problem}", where)


def _number(bounds: Bounds) -> Callable[[_At, object], float]:
    whole = bounds.type is int
    expected = f"a {'whole ' if whole else ''}number from {bounds.low} to {bounds.high:,}, without quotes"

    def read(at: _At, value: Any) -> float:
        is_number = isinstance(value, int if whole else int | float) and not isinstance(value, bool)
        if not is_number or not bounds.low <= value <= bounds.high:  # NaN fails this, too
            raise at.is_not(expected)
        return bounds.type(value)

    return read


def _stops(at: _At, value: object) -> tuple[str, ...]:
    texts = [value] if isinstance(value, str) else value
    if not isinstance(texts, list) or len(texts) > MOST_STOPS or not all(map(is_stop, texts)):
        raise at.is_not('a text, or a list such as ["END", "###"]')
    return tuple(texts)


def _effort(at: _At, value: object) -> str:
    if not isinstance(value, str) or (word := value.casefold()) not in EFFORTS:
        raise at.is_not(f"{', '.join(EFFORTS[:-1])} or {EFFORTS[-1]}")
    return word


def _extra(at: _At, value: object) -> tuple[tuple[str, str], ...]:
    if not isinstance(value, dict) or len(value) > MOST_FIELDS:
        raise at.is_not("a table such as { top_k = 40 }")
    for key in value:
        if problem := senseless_key(key):
            raise at.holds(problem, OWNED.get(key, ""))
    try:
        return tuple((key, written_out(one)) for key, one in value.items())
    except (ValueError, TypeError):  # a date, or a number that is none
        raise at.is_not("what JSON can hold") from None


_READ: Mapping[str, Callable[[_At, Any], Any]] = {
    "window": _number(TOKENS),
    **{name: _number(bounds) for name, bounds in OF_OPTIONS.items()},
    "stop": _stops,
    "effort": _effort,
    "extra": _extra,
}


def _name_without_quotes(name: str, field: str, inner: Mapping[str, object], path: Path) -> SettingsError:
    """TOML takes a dot outside of quotes for the border of a table in a table."""
    whole = f"{name}.{field}"
    while len(inner) == 1 and isinstance(deeper := next(iter(inner.values())), dict):
        whole, inner = f"{whole}.{next(iter(inner))}", deeper
    return SettingsError(
        f'config.toml: models."{as_written(name)}" holds a table "{as_written(field)}".',
        f'A name with a dot stands in quotes: [models."{as_written(whole)}"], in {path}.',
    )


def _unknown(model: str, field: str) -> SettingsError:
    from difflib import get_close_matches  # here because only this error needs it

    if field in ("input", "output", "cached", "written", "price"):
        hint = f"Prices stand in a table of their own: [{model.replace('models', 'prices', 1)}]"
    else:
        close = get_close_matches(field.lower(), FIELDS, n=1)
        others = f"There are {', '.join(FIELDS)}; any other parameter stands in extra."
        hint = f"Did you mean {close[0]}?" if close else others
    return SettingsError(f'config.toml: {model} has no field "{as_written(field)}".', hint)
