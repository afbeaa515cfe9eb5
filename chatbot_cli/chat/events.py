"""What a turn emits, in order. A model emits those up to `Retrying`; the turn adds the rest."""

from dataclasses import dataclass

from chatbot_cli.chat.messages import Ending
from chatbot_cli.chat.window import Window
from chatbot_cli.errors import ChatError


@dataclass(frozen=True, slots=True)
class TextDelta:
    """The next piece of the reply, never empty."""

    text: str


@dataclass(frozen=True, slots=True)
class ReasoningDelta:
    """The next piece of what a reasoning model thinks aloud; it is not part of the reply."""

    text: str


@dataclass(frozen=True, slots=True)
class TokensUsed:
    """What the server counted: tokens sent, tokens of the reply, and the cost in US dollars if it is known."""

    sent: int
    reply: int
    cost: float | None = None


@dataclass(frozen=True, slots=True)
class Finished:
    """The model has said all it will say, and why it stopped."""

    ending: Ending


@dataclass(frozen=True, slots=True)
class Retrying:
    """Try number `attempt` of `tries` comes in so many `seconds`, because of what went wrong with the one before."""

    error: ChatError
    seconds: float
    attempt: int
    tries: int


ModelEvent = TextDelta | ReasoningDelta | TokensUsed | Finished | Retrying


@dataclass(frozen=True, slots=True)
class RequestBuilt:
    """The request is about to be sent; `window` is what it holds."""

    window: Window


@dataclass(frozen=True, slots=True)
class WindowSlid:
    """From this request on, old exchanges no longer fit; `left_out` says how many."""

    window: Window


@dataclass(frozen=True, slots=True)
class WindowShrunk:
    """The server holds less than was sent: the request is sent once more with this window. `before` is the old one."""

    window: Window
    before: Window


@dataclass(frozen=True, slots=True)
class ReplyEnded:
    """The reply is kept. `seconds` runs from the request to the last event; `used` is what the server counted.

    `reason` explains why it was cut off.
    """

    ending: Ending
    seconds: float
    used: TokensUsed | None
    reason: str = ""


TurnEvent = RequestBuilt | WindowSlid | WindowShrunk | ModelEvent | ReplyEnded
