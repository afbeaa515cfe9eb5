"""Where each option that is set comes from, and what config.toml states of a model."""

from collections.abc import Container, Mapping
from dataclasses import replace

from chatbot_cli.chat.model import Model
from chatbot_cli.chat.options import NUMBERS, OPTION_NAMES, WORDS, StatedModel
from chatbot_cli.sessions.setup_json import options_as_json
from chatbot_cli.settings.extra_fields import EXTRA
from chatbot_cli.settings.precedence import Settings

OF_SETUP = ("model", "base_url", *NUMBERS, *WORDS, "stop", "extra")  # the settings that a saved conversation keeps


def given_by(settings: Settings) -> dict[str, str]:
    """Option -> its source in words, as `--seed` or "persona tutor"; the fields of `extra` by their own names."""
    of_fields = {key: settings.sources[f"{EXTRA}.{key}"] for key, _ in settings.options.extra}
    names = [name for name in OPTION_NAMES if name in settings.options.given() and name != EXTRA]
    sources = {name: settings.sources[name] for name in names} | of_fields
    return {name: str(source) for name, source in sources.items()}


def values_given(settings: Settings, names: Container[str]) -> dict[str, object]:
    """The settings of these names that a saved conversation keeps, as it keeps them."""
    values = options_as_json({name: settings.value(name) for name in OF_SETUP if name in names})
    if "fallback" in names:
        values |= {"fallback": [*(settings.fallback or ())], "fallback_is_own": True}
    kept = {**dict.fromkeys(name for name in OPTION_NAMES if name in names), **dict(settings.options.extra)}
    by_flags = {name: source for name, source in given_by(settings).items() if name in kept}
    return {**values, "given_by": by_flags} if by_flags else values


def with_stated(model: Model, settings: Settings) -> Model:
    """The model with the window and the options that config.toml states for it."""
    stated = stated_of(model, settings.models.models)
    model = model.holding(stated.window) if stated.window else model
    return replace(model, stated=stated.options)


def stated_of(model: Model, models: Mapping[str, StatedModel]) -> StatedModel:
    """What config.toml states of a model: by its spec, else by its name, without its vendor's at last."""
    stated = {name.lower(): one for name, one in models.items()}
    names = (model.spec, model.name, model.name.rpartition("/")[2])
    return next((stated[name] for name in map(str.lower, names) if name in stated), StatedModel())
