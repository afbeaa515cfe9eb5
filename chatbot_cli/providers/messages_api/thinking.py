"""How much a model is to think, in the terms of Messages: an effort -> fields of a request. Pure."""

from typing import Any

from chatbot_cli.providers.messages_api.talents import Talents, Thinks

LEAST_BUDGET = 1_024  # tokens of thoughts that the protocol takes
LEFT_FOR_TEXT = 1_024  # tokens of a reply that thoughts leave over at least
BUDGETS = {"low": 2_048, "medium": 8_192, "high": 24_576, "max": 49_152}  # tokens
OFF = "none"


def thinking(effort: str | None, talents: Talents, max_tokens: int) -> dict[str, Any]:
    """The fields `thinking` and `effort` of a request; none of them if no effort is set.

    An effort that the model does not know, such as none at all, is mended like any other parameter, and told.
    """
    if effort is None:
        return {}
    if talents.thinks is Thinks.WITHIN_BUDGET:
        budget = min(BUDGETS.get(effort, 0), max_tokens - LEFT_FOR_TEXT)
        return {"thinking": {"type": "enabled", "budget_tokens": budget}} if budget >= LEAST_BUDGET else {}
    if effort == OFF:
        return {"effort": OFF} if talents.thinks is Thinks.ALWAYS else {"thinking": {"type": "disabled"}}
    # Without `display`, the newest models think and do not say what.
    shown = {"type": "adaptive", "display": "summarized"}
    return {"thinking": shown, "effort": effort}
