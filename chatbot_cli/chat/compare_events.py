"""The events of answers that come at once, and all that tell who answers."""

from typing import TYPE_CHECKING

from chatbot_cli.chat.fallback_events import FellBack
from chatbot_cli.errors import ChatError
from chatbot_cli.frozen import frozen

if TYPE_CHECKING:
    from chatbot_cli.chat.events import TurnEvent


@frozen
class AnswerFailed:
    """One of several answers that came at once ended with a failure."""

    error: ChatError


@frozen
class OfAnswer:
    """An event of one of several answers that come at once. They are numbered from 0, as they are shown."""

    number: int
    event: "TurnEvent"


AnswererEvent = FellBack | AnswerFailed | OfAnswer
