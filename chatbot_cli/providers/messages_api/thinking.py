"""How much a model is to think, in the terms of Messages: an effort -> fields of a request. Pure."""

from collections.abc import Sequence
from typing import Any

from chatbot_cli.providers.messages_api.talents import Talents, Thinks

LEAST_BUDGET = 1_024  # tokens of thoughts that the protocol takes
LEFT_FOR_TEXT = 1_024  # tokens of a reply that thoughts leave over at least
BUDGETS = {"low": 2_048, "medium": 8_192, "high": 24_576, "max": 49_152}  # tokens
LEVELS = ("low", "medium", "high", "xhigh", "max")  # from the least to the most
OFF = "none"


def thinking(effort: str | None, talents: Talents, max_tokens: int) -> dict[str, Any]:
    """The fields `thinking` and `effort` of a request; none of them if no effort is set."""
    if effort is None:
        return {}
    if talents.thinks is Thinks.WITHIN_BUDGET:
        budget = min(BUDGETS.get(effort, 0), max_tokens - LEFT_FOR_TEXT)
        return {"thinking": {"type": "enabled", "budget_tokens": budget}} if budget >= LEAST_BUDGET else {}
    if effort == OFF:
        never = {"thinking": {"type": "disabled"}}
        return {"effort": _nearest(LEVELS[0], talents.efforts)} if talents.thinks is Thinks.ALWAYS else never
    # Without `display`, the newest models think and do not say what.
    shown = {"type": "adaptive", "display": "summarized"}
    return {"thinking": shown, "effort": _nearest(effort, talents.efforts)}


def _nearest(effort: str, efforts: Sequence[str]) -> str:
    """The effort that the model knows which is nearest to one; the lesser of two that are equally near."""
    known = [level for level in LEVELS if level in efforts]
    if not known or effort not in LEVELS:
        return effort
    return min(known, key=lambda level: (abs(LEVELS.index(level) - LEVELS.index(effort)), LEVELS.index(level)))
