"""A setup as a JSON object and back, so that a resumed conversation goes on as it was."""

from collections.abc import Callable, Mapping
from dataclasses import MISSING, asdict, fields
from typing import Any

from chatbot_cli.chat.messages import Exchange
from chatbot_cli.chat.model import Model
from chatbot_cli.chat.options import OPTION_NAMES, Options
from chatbot_cli.chat.setup import Learned, Setup
from chatbot_cli.chat.shape import Level, Shape
from chatbot_cli.chat.tools import ToolDefinition

# By hand, below; every other field is a plain value.
_WRITTEN_OUT = (
    "model",
    "examples",
    "options",
    "given_by",
    "chosen",
    "been_at",
    "learned_level",
    "learned",
    "shape",
    "tools",
    "used_tools",
    "documents",
    "fallback",
)
_PLAIN = tuple(field for field in fields(Setup) if field.name not in _WRITTEN_OUT)
_CHOOSABLE = {field.name for field in _PLAIN} | {"model", "examples", "options", "shape", "documents"}
_BY_ENTRY = ("extra", "given_by")
_COUNTED_BY = ("model", "base_url")  # with another of these, nothing is known of how it counts and takes a shape
_LEARNED_OF = (*_COUNTED_BY, "max_context_tokens")  # nor does the server's limit


def options_as_json(options: Mapping[str, object]) -> dict[str, object]:
    """Options by their names as plain values: a list of texts, and the fields of `extra` by their names."""
    plain = {name: [*value] if isinstance(value, tuple) else value for name, value in options.items()}
    extra = plain.get("extra")
    return plain | {"extra": dict(extra)} if isinstance(extra, list) else plain


DEFAULTS = {
    "persona": "assistant",
    "system_prompt": "",
    **{field.name: field.default for field in _PLAIN if field.default is not MISSING},
    **options_as_json(asdict(Options())),
    "shape": None,
}
OpenModel = Callable[[str, str], Model]  # spec, base URL
# Schema as JSON, what the user called it, whether it is one of many; None if that makes no sense.
MakeShape = Callable[[str, str, bool], Shape | None]


def setup_as_json(setup: Setup) -> dict[str, object]:
    """Every field of the setup as a plain value. The options stand beside the others; the model is its spec."""
    return {
        **{field.name: getattr(setup, field.name) for field in _PLAIN},
        **options_as_json(asdict(setup.options)),
        "given_by": dict(setup.given_by),
        "model": setup.model.spec,
        "base_url": setup.model.base_url,
        "examples": [{"user": example.user, "assistant": example.assistant} for example in setup.examples],
        "chosen": sorted(setup.chosen),
        "been_at": sorted(setup.been_at),
        "learned_level": _level_as_json(setup.learned_level),
        "learned": [
            {
                "of": [*one.of],
                "tokens": one.tokens,
                "factor": one.factor,
                "level": _level_as_json(one.level),
                "takes_tools": one.takes_tools,
            }
            for one in setup.all_learned
        ],
        "shape": shape_as_json(setup.shape),
        "tools": [*setup.tools],
        "documents": [*setup.documents],
        "fallback": [one.spec for one in setup.fallback],
        "used_tools": [asdict(definition) for definition in setup.used_tools],
    }


def _level_as_json(level: Level | None) -> str | None:
    return level.name.lower() if level else None


def _level_in(saved: object) -> Level | None:
    """A level that was saved; None for none, and for what makes no sense: then the server is asked again."""
    return next((level for level in Level if saved == _level_as_json(level)), None)


def shape_as_json(shape: Shape | None) -> dict[str, object] | None:
    """A shape as a plain value; None for none."""
    return None if shape is None else {"source": shape.source, "label": shape.label, "many": shape.many}


def setup_from_json(
    saved: Mapping[str, Any], open_model: OpenModel, make_shape: MakeShape, open_fallback: OpenModel | None = None
) -> Setup:
    """The setup again, its model opened by spec and base URL. What is missing has its default.

    Those that stand in for it are opened by `open_fallback`. Raises what these and `make_shape` raise.
    """
    base_url, stand_in = saved.get("base_url", ""), open_fallback or open_model
    values = {**DEFAULTS, **saved}
    learned = (
        Learned(
            tuple(one["of"]), one["tokens"], one["factor"], _level_in(one.get("level")), one.get("takes_tools", True)
        )
        for one in saved.get("learned", ())
    )
    setup = Setup(
        model=open_model(saved.get("model", ""), base_url),
        examples=tuple(Exchange(example["user"], example["assistant"]) for example in saved.get("examples", ())),
        options=_options_in(values),
        given_by=tuple(saved.get("given_by", {}).items()),
        chosen=frozenset(saved.get("chosen", ())) & _CHOOSABLE,
        been_at=frozenset(saved.get("been_at", ())),
        learned_level=_level_in(saved.get("learned_level")),
        learned=tuple(learned),
        shape=make_shape(shape["source"], shape["label"], shape["many"]) if (shape := saved.get("shape")) else None,
        tools=tuple(saved.get("tools", ())),
        documents=tuple(saved.get("documents", ())),
        fallback=tuple(stand_in(spec, base_url) for spec in saved.get("fallback", ())),
        used_tools=tuple(ToolDefinition(**one) for one in saved.get("used_tools", ())),
        **{field.name: values[field.name] for field in _PLAIN},
    )
    return setup.having_learned_of(setup)  # a flag may have named a model that the conversation had before


def _options_in(values: Mapping[str, Any]) -> Options:
    plain = {name: values[name] for name in OPTION_NAMES}
    return Options(**plain | {"stop": tuple(plain["stop"]), "extra": tuple(plain["extra"].items())})


def with_overrides(saved: Mapping[str, object], overrides: Mapping[str, object]) -> dict[str, object]:
    """A saved setup with other values for some of its fields. `many` makes its shape, if it has one, a list of it.

    Of a mapping, such as `extra`, the entries are overridden one by one.
    """
    overrides = dict(overrides)
    for name in _BY_ENTRY:
        if isinstance(own := overrides.get(name), Mapping) and isinstance(before := saved.get(name), Mapping):
            overrides[name] = {**before, **own}
    if overrides.pop("many", False) and isinstance(shape := {**saved, **overrides}.get("shape"), Mapping):
        overrides["shape"] = {**shape, "many": True}
    others = {name for name, value in overrides.items() if value != saved.get(name)}
    forgotten: dict[str, object] = {"learned_tokens": None} if others.intersection(_LEARNED_OF) else {}
    if others.intersection(_COUNTED_BY):
        forgotten |= {"count_factor": 1.0, "learned_level": None, "takes_tools": True}
    if "max_context_tokens" in others and isinstance(learned := saved.get("learned"), list):
        forgotten["learned"] = [{**one, "tokens": None} for one in learned]
    return {**saved, **forgotten, **overrides}


def default_setup(system_prompt: str, model: str = "") -> dict[str, object]:
    """The JSON object of a setup in which nothing else was set. Without a model the program's own is meant."""
    return {**DEFAULTS, "system_prompt": system_prompt, "model": model, "examples": [], "chosen": []}
