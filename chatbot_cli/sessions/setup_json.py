"""Who answered, and within which limits, as a JSON object: so that a resumed conversation goes on as it was."""

from collections.abc import Callable, Mapping
from typing import Any

from chatbot_cli.chat.messages import Exchange
from chatbot_cli.chat.ports import Model, Setup

PLAIN_FIELDS = (
    *("persona", "display_name", "persona_prompt", "system_prompt", "greeting"),
    *("temperature", "max_reply_tokens", "max_turns", "max_context_tokens"),
)


def setup_as_json(setup: Setup) -> dict[str, object]:
    """The setup as an object of plain values; of the model its spec."""
    fields: dict[str, object] = {name: getattr(setup, name) for name in PLAIN_FIELDS}
    examples = [{"user": example.user, "assistant": example.assistant} for example in setup.examples]
    model = {"model": setup.model.spec, "base_url": setup.model.base_url}
    return fields | model | {"examples": examples, "chosen": sorted(setup.chosen)}


def setup_from_json(found: Mapping[str, Any], open_model: Callable[[str, str], Model]) -> Setup:
    """The setup again, its model opened by spec and base URL. Raises what `open_model` raises."""
    examples = tuple(Exchange(example["user"], example["assistant"]) for example in found.get("examples", ()))
    fields = {name: found[name] for name in PLAIN_FIELDS if name in found}
    fields = {"persona": "assistant", "system_prompt": ""} | fields
    model = open_model(found.get("model", ""), found.get("base_url", ""))
    return Setup(model=model, examples=examples, chosen=frozenset(found.get("chosen", ())), **fields)
