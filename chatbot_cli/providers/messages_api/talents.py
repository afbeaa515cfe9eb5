"""What is known of a model before it is asked: how long its replies may be, and how it is told to think."""

from enum import Enum

from chatbot_cli.frozen import frozen
from chatbot_cli.providers.known_models import known


class Thinks(Enum):
    """How a model is told to think."""

    ADAPTIVELY = "it decides how much, by an effort"
    ALWAYS = "the same, and it cannot be told not to"
    WITHIN_BUDGET = "it has so many tokens, and none unless it is told"


@frozen
class Talents:
    """The tokens of a model's longest reply, and how it thinks.

    The defaults are for a model that is not known: the newest are not in the list, and think adaptively.
    """

    longest_reply: int = 32_000
    thinks: Thinks = Thinks.ADAPTIVELY


UNKNOWN = Talents()


def talents_of(model: str) -> Talents:
    """What the list says of a model, by whatever name a server has it."""
    listed = known("", model)
    if listed is None:
        return UNKNOWN
    thinks = Thinks.ADAPTIVELY if listed.thinks_adaptively else Thinks.WITHIN_BUDGET
    return Talents(
        listed.output_tokens or UNKNOWN.longest_reply,
        Thinks.ALWAYS if listed.thinks_always else thinks,
    )
