"""What a turn emits, in order. A model emits those up to `Retrying`; the turn adds the rest."""

from chatbot_cli.chat.messages import Ending
from chatbot_cli.chat.window import Window
from chatbot_cli.errors import ChatError
from chatbot_cli.frozen import frozen


@frozen
class TextDelta:
    """The next piece of the reply, never empty."""

    text: str


@frozen
class ReasoningDelta:
    """The next piece of what a reasoning model thinks aloud; it is not part of the reply."""

    text: str


@frozen
class TokensUsed:
    """What the server counted: tokens sent, tokens of the reply, and the cost in US dollars if it is known."""

    sent: int
    reply: int
    cost: float | None = None


@frozen
class Finished:
    """The model has said all it will say, and why it stopped."""

    ending: Ending


@frozen
class Retrying:
    """Try number `attempt` of `tries` comes in so many `seconds`, because of what went wrong with the one before."""

    error: ChatError
    seconds: float
    attempt: int
    tries: int


ModelEvent = TextDelta | ReasoningDelta | TokensUsed | Finished | Retrying


@frozen
class RequestBuilt:
    """The request is about to be sent; `window` is what it holds."""

    window: Window


@frozen
class WindowSlid:
    """From this request on, old exchanges no longer fit; `left_out` says how many."""

    window: Window


@frozen
class WindowShrunk:
    """The server holds less than was sent: the request is sent once more with this window. `before` is the old one."""

    window: Window
    before: Window


@frozen
class ReplyEnded:
    """The reply is kept. `seconds` runs from the request to the last event; `used` is what the server counted.

    `reason` explains why it was cut off.
    """

    ending: Ending
    seconds: float
    used: TokensUsed | None
    reason: str = ""


TurnEvent = RequestBuilt | WindowSlid | WindowShrunk | ModelEvent | ReplyEnded
