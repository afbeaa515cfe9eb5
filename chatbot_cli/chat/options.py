"""The options of a request, and the bounds of the values that steer a chat. A new option is a field and a row here."""

from collections.abc import Mapping
from dataclasses import asdict, fields
from typing import NamedTuple

from chatbot_cli.frozen import frozen


class Bounds(NamedTuple):
    """The `type` of a number, its least and its greatest value."""

    type: type[int] | type[float]
    low: int
    high: int


def number_in(text: str, kind: type[int] | type[float], low: float, high: float) -> float:
    """The number that a text is, with nothing between its digits. Raises ValueError; also if it is out of bounds."""
    if "_" not in text and low <= (value := kind(text)) <= high:
        return value
    raise ValueError


MAX_TURNS = 40  # by default
TOKENS = Bounds(int, 1, 100_000_000)

NUMBERS: Mapping[str, Bounds] = {
    "temperature": Bounds(float, 0, 2),
    "top_p": Bounds(float, 0, 1),
    "max_turns": Bounds(int, 0, 1_000_000),
    "slide": Bounds(int, 1, 1_000_000),
    "max_context_tokens": TOKENS,
    "max_reply_tokens": TOKENS,
    "max_cost": Bounds(float, 0, 1_000_000),
}
"""Every option, and the limits of the window and of the cost, in the order in which they are shown."""

DROP, SUMMARIZE = "drop", "summarize"

WORDS: Mapping[str, tuple[str, ...]] = {"overflow": (DROP, SUMMARIZE)}
"""What is chosen by a word: the words of each choice, the default first."""


@frozen
class Options:
    """How a reply is made; sent with every request. None leaves the choice to the server.

    `temperature` is how freely words are chosen, 0 to 2; `top_p` is how much of the likeliest wording they are chosen
    from, 0 to 1; `max_reply_tokens` is the longest reply, in tokens.
    """

    temperature: float | None = None
    top_p: float | None = None
    max_reply_tokens: int | None = None

    def given(self) -> dict[str, object]:
        """The options that are set, by name."""
        return {name: value for name, value in asdict(self).items() if value is not None}


OPTION_NAMES = tuple(field.name for field in fields(Options))
