"""The progress of a reply without its text, as the panel shows it. Pure."""

from dataclasses import replace

from chatbot_cli.chat.document_events import PassagesFound, Searching
from chatbot_cli.chat.events import (
    AskedAgain,
    CallsArrived,
    ReasoningDelta,
    ReplyEnded,
    RequestBuilt,
    TextDelta,
    TokensUsed,
    TurnEvent,
)
from chatbot_cli.frozen import frozen


@frozen
class ReplyState:
    """The progress of a reply, without its text. `thinking`: the model sends reasoning and has not begun to answer.

    While it is `awaited`, nothing of it has come: of the first try, or of one that comes in its place, or of what comes
    after calls. It has `begun` when text has come, since the last calls if there were any; it has `called` once there
    were. `used` are the tokens of the tries and rounds so far. It `is_free` if it costs nothing in any case.
    The collections that are `searched` now come before all else.
    """

    begun: bool = False
    awaited: bool = True
    thinking: bool = False
    called: bool = False
    used: TokensUsed | None = None
    used_before: TokensUsed | None = None
    ended: ReplyEnded | None = None
    is_free: bool = True
    searched: tuple[str, ...] = ()


def advance(state: ReplyState, event: TurnEvent) -> ReplyState:
    """The state after one more event."""
    match event:
        case TextDelta():
            is_first = state.awaited or not state.begun
            return replace(state, begun=True, awaited=False, thinking=False) if is_first else state
        case ReasoningDelta():
            return replace(state, thinking=state.awaited)
        case Searching() | PassagesFound():
            return replace(state, searched=event.names if isinstance(event, Searching) else ())
        case TokensUsed():
            return replace(state, used=state.used_before + event if state.used_before else event)
        case CallsArrived():
            return replace(state, begun=False, awaited=False, thinking=False, called=True)
        case AskedAgain(is_free=is_free):
            return replace(state, awaited=True, used_before=state.used, is_free=is_free)
        case RequestBuilt(is_free=is_free) if state.called and not state.begun:
            return replace(state, awaited=True, used_before=state.used, is_free=is_free)
        case RequestBuilt(is_free=is_free):
            return replace(state, is_free=is_free)
        case ReplyEnded():
            return replace(state, ended=event)
        case _:
            return state
