"""The events of a turn. A model emits those up to `Retrying`; the turn adds the rest."""

from chatbot_cli.chat.compare_events import AnswererEvent
from chatbot_cli.chat.count_events import CountEvent
from chatbot_cli.chat.document_events import DocumentEvent
from chatbot_cli.chat.loading_events import LoadingWeights
from chatbot_cli.chat.mend_events import SentWithout
from chatbot_cli.chat.messages import Ending
from chatbot_cli.chat.rounds import ToolCall
from chatbot_cli.chat.shape import Level
from chatbot_cli.chat.tool_events import ToolEvent
from chatbot_cli.chat.window import Window
from chatbot_cli.errors import ChatError
from chatbot_cli.frozen import frozen


@frozen
class TextDelta:
    """The next piece of the reply, never empty."""

    text: str


@frozen
class ReasoningDelta:
    """The next piece of the model's reasoning, never empty; it is not part of the reply."""

    text: str


@frozen
class ThoughtsSealed:
    """What the server sent along with the reasoning so far, as JSON; it takes the place of what came before."""

    seal: str


@frozen
class TokensUsed:
    """The server's count: tokens sent, tokens of the reply, and the cost in US dollars if it is known.

    Of the tokens sent, `cached` were read from the provider's cache, and `written` were written into it. Of the
    reply's, `reasoning` are those of the model's thoughts. `saved` are the dollars that the cache saved; less than 0
    if writing into it cost more.
    """

    sent: int
    reply: int
    cost: float | None = None
    cached: int = 0
    written: int = 0
    reasoning: int = 0
    saved: float | None = None

    def __add__(self, other: "TokensUsed") -> "TokensUsed":
        """Both together. The cost is unknown if one is."""
        return TokensUsed(
            self.sent + other.sent,
            self.reply + other.reply,
            None if self.cost is None or other.cost is None else self.cost + other.cost,
            self.cached + other.cached,
            self.written + other.written,
            self.reasoning + other.reasoning,
            None if self.saved is None and other.saved is None else (self.saved or 0.0) + (other.saved or 0.0),
        )


@frozen
class CallsArrived:
    """The model calls tools. The reply goes on after their results; ids are unique, arguments are JSON objects.

    What came as arguments and is no JSON object is in `unreadable`, after the id of its call. Such a call has none, and
    is not run.
    """

    calls: tuple[ToolCall, ...]
    unreadable: tuple[tuple[str, str], ...] = ()


@frozen
class Finished:
    """The model has finished; `ending` says why it stopped."""

    ending: Ending


@frozen
class Retrying:
    """Attempt number `attempt` of `tries` begins in `seconds`, since the one before failed with `error`."""

    error: ChatError
    seconds: float
    attempt: int
    tries: int


ModelEvent = (
    LoadingWeights
    | TextDelta
    | ReasoningDelta
    | ThoughtsSealed
    | TokensUsed
    | CallsArrived
    | Finished
    | Retrying
    | SentWithout
)


@frozen
class RequestBuilt:
    """The request is about to be sent; `window` holds its messages. It `is_free` if it costs nothing in any case."""

    window: Window
    is_free: bool = True


@frozen
class WindowSlid:
    """From this request on, old exchanges no longer fit; `window.left_out` counts them.

    `before` is how many had not fitted before: 0 when the first ones leave, more when a further block does.
    """

    window: Window
    before: int = 0


@frozen
class PriceRises:
    """The request that is about to be sent, of `tokens`, comes near a step of the price, or is above it.

    From more than `step` tokens on, each token sent costs `times` as much as below. `is_estimate` tells that the
    provider may count other `tokens`.
    """

    tokens: int
    step: int
    times: float
    is_estimate: bool = False


@frozen
class WindowShrunk:
    """The request was too long for the server. It is sent again with `window`; `before` is the old one.

    If the server has not `refused` it, but sent an empty reply, its length may not be the cause.
    """

    window: Window
    before: Window
    refused: bool = True


@frozen
class ImagesLeftOut:
    """The server refuses, with `error`, the images of earlier exchanges. It is asked once more, and they are named."""

    error: ChatError


@frozen
class SteppedDown:
    """The server refuses, with `error`, to be sent what a reply is to be. It is asked at the next `level` instead."""

    level: Level
    error: ChatError


@frozen
class AskedAgain:
    """The reply is not the data that was asked for, as `problems` tell. The next one is asked for: number `attempt`."""

    window: Window
    problems: tuple[str, ...]
    attempt: int
    is_free: bool = True


@frozen
class RowsArrived:
    """Rows of the data are complete and valid, each a line of JSON. They are never taken back."""

    rows: tuple[str, ...]


@frozen
class DocumentArrived:
    """The reply is valid data, this `document`; it is kept as the reply."""

    document: str


@frozen
class ReplyEnded:
    """The reply is kept. `seconds` runs from the request to the last event; `used` is the server's count.

    `reason` explains why the reply was cut off. It `is_free` if it costs nothing, whatever was used. `stood_in` is the
    name of the model that answered in place of the one that was chosen; empty if that one did.
    """

    ending: Ending
    seconds: float
    used: TokensUsed | None
    reason: str = ""
    is_free: bool = False
    stood_in: str = ""


ShapeEvent = SteppedDown | AskedAgain | RowsArrived | DocumentArrived
TurnEvent = (
    RequestBuilt
    | WindowSlid
    | PriceRises
    | WindowShrunk
    | AnswererEvent
    | ModelEvent
    | CountEvent
    | ImagesLeftOut
    | ToolEvent
    | ShapeEvent
    | DocumentEvent
    | ReplyEnded
)
