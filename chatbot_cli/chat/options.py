"""The options of a request, and the bounds of the values that steer a chat. A new option is a field and a row here."""

from collections.abc import Container, Mapping
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
LARGEST_SEED = 2**31 - 1  # what every server takes

NUMBERS: Mapping[str, Bounds] = {
    "temperature": Bounds(float, 0, 2),
    "top_p": Bounds(float, 0, 1),
    "seed": Bounds(int, 0, LARGEST_SEED),
    "max_turns": Bounds(int, 0, 1_000_000),
    "slide": Bounds(int, 1, 1_000_000),
    "max_context_tokens": TOKENS,
    "max_reply_tokens": TOKENS,
    "max_cost": Bounds(float, 0, 1_000_000),
}
"""Every option that is a number, and the limits of the window and of the cost, in the order in which they are shown."""

DROP, SUMMARIZE = "drop", "summarize"

EFFORTS = ("none", "low", "medium", "high", "max")  # from the least

WORDS: Mapping[str, tuple[str, ...]] = {"overflow": (DROP, SUMMARIZE), "effort": EFFORTS}
"""What is chosen by a word: the words of each choice. Of `overflow` the first one is the default."""


@frozen
class Options:
    """How a reply is made; sent with every request. None leaves the choice to the server.

    `temperature` is how freely words are chosen, 0 to 2; `top_p` is how much of the likeliest wording they are chosen
    from, 0 to 1; `max_reply_tokens` is the longest reply, in tokens. A server that heeds a `seed` words the same answer
    to the same request. A reply ends before one of the texts in `stop`. `effort` is how much a model thinks before it
    answers, a word of EFFORTS. `extra` are other fields of the request, each with its value as JSON.
    """

    temperature: float | None = None
    top_p: float | None = None
    max_reply_tokens: int | None = None
    seed: int | None = None
    stop: tuple[str, ...] = ()
    effort: str | None = None
    extra: tuple[tuple[str, str], ...] = ()

    def given(self) -> dict[str, object]:
        """The options that are set, by name."""
        return {name: value for name, value in asdict(self).items() if value is not None and value != ()}

    def over(self, others: "Options", yields: Container[str] = ()) -> "Options":
        """These options, and `others` where these are not set, or where a name is one that `yields`.

        The fields of `extra` are taken one by one, by their names.
        """
        below, own = others.given(), self.given()
        taken = {name: value for name, value in own.items() if name not in below or name not in yields}
        kept = {key: value for key, value in self.extra if key not in dict(others.extra) or key not in yields}
        merged = below | taken | {"extra": tuple({**dict(others.extra), **kept}.items())}
        return Options(**merged)  # type: ignore[arg-type]  # each comes from an Options

    @property
    def names(self) -> tuple[str, ...]:
        """The names of all that is set; the fields of `extra` by their own."""
        return (*(name for name in self.given() if name != "extra"), *dict(self.extra))


OPTION_NAMES = tuple(field.name for field in fields(Options))


@frozen
class StatedModel:
    """What config.toml states of a model: the tokens of its `window`, and `options` of its requests."""

    window: int | None = None
    options: Options = Options()
