"""What a model thought before it said something: kept with the reply, and sent back only to whom it came from."""

from enum import Enum
from typing import NamedTuple

from chatbot_cli.frozen import frozen

SHOW, FOLD, HIDE = "show", "fold", "hide"
HOW_TO_SHOW = (SHOW, FOLD, HIDE)
"""How thoughts are shown: all of them, folded to a line when they end, or not at all."""


class Back(Enum):
    """Which thoughts a server wants back: none, those before tool calls, or those of every reply."""

    NEVER = "never"
    WITH_TOOLS = "with-tools"
    ALWAYS = "always"


class MadeBy(NamedTuple):
    """The model that made something, by its name, and the address of its server; empty if it runs in this process."""

    model: str
    address: str = ""


class Told(NamedTuple):
    """Whose thoughts a request may hold: those of this model alone, before calls, or `always`, with whole replies."""

    model: MadeBy
    always: bool = False

    def includes(self, thoughts: "Thoughts | None") -> bool:
        """Whether the model is told of these, if they are in a place where it is told of its own."""
        return thoughts is not None and thoughts.by == self.model


@frozen
class Thoughts:
    """What a model thought, and for how many seconds.

    `by` is None if that is unknown, or if several models have thought. `seal` is what its server sent along, as JSON.
    Such a server wants both back together, or neither.
    """

    text: str
    seconds: float = 0.0
    by: MadeBy | None = None
    seal: str = ""


def joined(before: Thoughts | None, after: Thoughts | None) -> Thoughts | None:
    """The thoughts of a reply and those of its rest as one. No server wants two together as one, so a seal is lost."""
    if before is None or after is None:
        return before or after
    text = "\n\n".join(filter(None, (before.text, after.text)))
    return Thoughts(text, before.seconds + after.seconds, after.by if before.by == after.by else None)


def in_words(seconds: float) -> str:
    """How long somebody thought, as it is told in a line: "thought for 6 s"."""
    if seconds < 0.5:
        return "thought for a moment"
    minutes, rest = divmod(round(seconds), 60)
    return f"thought for {minutes} min {rest} s" if minutes else f"thought for {rest} s"
