"""How much a model is to think, in the terms of Messages: an effort -> fields of a request. Pure."""

from collections.abc import Sequence
from typing import Any

from chatbot_cli.chat.messages import Message, Request
from chatbot_cli.chat.rounds import CallId, Reasoning, ToolCall
from chatbot_cli.providers.messages_api.talents import Talents, Thinks
from chatbot_cli.providers.messages_api.thoughts import sealed_in

LEAST_BUDGET = 1_024  # tokens of thoughts that the protocol takes
LEFT_FOR_TEXT = 1_024  # tokens of a reply that thoughts leave over at least
BUDGETS = {"low": 2_048, "medium": 8_192, "high": 24_576, "max": 49_152}  # tokens
OFF = "none"


def thinking(request: Request, talents: Talents, max_tokens: int) -> dict[str, Any]:
    """The fields `thinking` and `effort` of a request; none of them if no effort is set.

    An effort that the model does not know, such as none at all, is mended like any other parameter, and told.
    """
    effort = request.options.effort
    if effort is None:
        return {}
    if talents.thinks is Thinks.WITHIN_BUDGET:
        if _goes_on_without_thoughts(request.messages):
            return {}
        budget = min(BUDGETS.get(effort, 0), max_tokens - LEFT_FOR_TEXT)
        return {"thinking": {"type": "enabled", "budget_tokens": budget}} if budget >= LEAST_BUDGET else {}
    if effort == OFF:
        return {"effort": OFF} if talents.thinks is Thinks.ALWAYS else {"thinking": {"type": "disabled"}}
    # Without `display`, the newest models think and do not say what.
    shown = {"type": "adaptive", "display": "summarized"}
    return {"thinking": shown, "effort": effort}


def _goes_on_without_thoughts(messages: Sequence[Message]) -> bool:
    """Whether the request goes on after calls of this turn, and nothing was thought in it.

    Another model has made them, or the same one without an effort. A model with a budget goes on from its own thoughts
    alone: with `thinking`, such a request is refused.
    """
    goes_on = False
    for message in reversed(messages):
        if any(isinstance(part, Reasoning) and sealed_in(part.seal) for part in message.parts):
            return False
        if not any(isinstance(part, CallId | ToolCall) for part in message.parts):
            break
        goes_on = True
    return goes_on
