"""Where each option that is set comes from, and what config.toml states of a model."""

from collections.abc import Callable, Mapping
from dataclasses import replace

from chatbot_cli.chat.messages import Persona
from chatbot_cli.chat.model import Model
from chatbot_cli.chat.options import NUMBERS, OPTION_NAMES, WORDS, StatedModel
from chatbot_cli.sessions.setup_json import options_as_json
from chatbot_cli.settings.extra_fields import EXTRA
from chatbot_cli.settings.precedence import Settings
from chatbot_cli.settings.sources import Origin

OF_SETUP = ("model", "base_url", *NUMBERS, *WORDS, "stop", "extra")  # the settings that a saved conversation keeps


def given_by(settings: Settings) -> dict[str, str]:
    """Option -> its source in words, as `--seed` or "persona tutor"; the fields of `extra` by their own names."""
    of_fields = {key: settings.sources[f"{EXTRA}.{key}"] for key, _ in settings.options.extra}
    names = [name for name in OPTION_NAMES if name in settings.options.given() and name != EXTRA]
    sources = {name: settings.sources[name] for name in names} | of_fields
    return {name: str(source) for name, source in sources.items()}


def fields_given(settings: Settings, first_persona: Callable[[], Persona]) -> dict[str, object]:
    """The fields of a saved setup that flags give, as it keeps them."""
    names = {name for name, source in settings.sources.items() if source.origin is Origin.FLAG}
    values = options_as_json({name: settings.value(name) for name in OF_SETUP if name in names})
    if "fallback" in names:
        values |= {"fallback": [*(settings.fallback or ())], "fallback_is_own": True}
    system = {"system_prompt": settings.system} if "system" in names else {}
    persona: Mapping[str, object] = {}
    if "persona" in names:
        from chatbot_cli.app.persona_fields import as_fields  # imported here: most chats are begun without the flag

        persona = as_fields(settings.persona, first_persona())
    fields = {**persona, **values, **system}
    if by_flags := _given_by_flags(settings):
        fields["given_by"] = {**_mapping(persona.get("given_by")), **by_flags}
    return fields


def _given_by_flags(settings: Settings) -> dict[str, str]:
    sources = settings.sources
    by_flags = {name.rpartition(".")[2] for name, source in sources.items() if source.origin is Origin.FLAG}
    return {name: source for name, source in given_by(settings).items() if name in by_flags}


def _mapping(value: object) -> dict[str, str]:
    return dict(value) if isinstance(value, Mapping) else {}


def with_stated(model: Model, settings: Settings) -> Model:
    """The model with the window and the options that config.toml states for it."""
    stated = stated_of(model, settings.models.models)
    model = model.holding(stated.window) if stated.window else model
    return replace(model, stated=stated.options)


def stated_of(model: Model, models: Mapping[str, StatedModel]) -> StatedModel:
    """What config.toml states of a model: by its spec, else by its name, without its vendor's at last."""
    return stated_for(model.spec, model.name, models)


def stated_for(spec: str, name: str, models: Mapping[str, StatedModel]) -> StatedModel:
    """The same, for a model that is not open."""
    stated = {name.lower(): one for name, one in models.items()}
    names = (spec, name, name.rpartition("/")[2])
    return next((stated[name] for name in map(str.lower, names) if name in stated), StatedModel())
