"""The screen as a chat needs it, and the sentences that both screens show. RichScreen and PlainScreen implement it."""

import logging
import time
from collections.abc import AsyncGenerator, Awaitable, Callable, Mapping, Sequence
from contextlib import AbstractAsyncContextManager, aclosing
from typing import Any, Protocol

from chatbot_cli.chat.count_events import CountsApart, ServerHolds, ServerReadFewer
from chatbot_cli.chat.document_events import PassagesFound
from chatbot_cli.chat.events import (
    AskedAgain,
    ImagesLeftOut,
    PriceRises,
    Retrying,
    SteppedDown,
    TextDelta,
    TurnEvent,
    WindowShrunk,
    WindowSlid,
)
from chatbot_cli.chat.fallback_events import FellBack
from chatbot_cli.chat.loading_events import LoadingWeights
from chatbot_cli.chat.mend_events import SentWithout
from chatbot_cli.chat.messages import Ending
from chatbot_cli.chat.shape import Shape
from chatbot_cli.chat.tool_events import CallInText, ToolEnded, ToolsIgnored, ToolsLeftOut
from chatbot_cli.commands.fallback_report import what_fell_back
from chatbot_cli.commands.mend_report import what_was_not_sent
from chatbot_cli.commands.outcomes import Remembered
from chatbot_cli.commands.shape_report import what_is_asked_again, what_stepped_down
from chatbot_cli.commands.source_report import what_was_found
from chatbot_cli.commands.tool_report import what_became_of_the_tools
from chatbot_cli.commands.window_report import how_it_counted, what_it_holds, what_shrank, what_slid_out
from chatbot_cli.errors import ENDS, ChatError, InvalidReply, ReplyCut
from chatbot_cli.system.garbage import collect_garbage_from_now_on
from chatbot_cli.terminal.figures import price_rise_in_words
from chatbot_cli.text.chart import Chart

_log = logging.getLogger(__name__)


class ReplyView(Protocol):
    """Shows one reply: each event of its turn and, when the context is left, how the reply ended."""

    def show(self, event: TurnEvent) -> None: ...


class Screen(Protocol):
    """Shows everything that happens in a chat. `thoughts` says how those of the model are shown, from now on."""

    thoughts: str

    def say(self, text: str) -> None:
        """Show a message of the program; its lines and columns are kept."""
        ...

    def show(self, chart: Chart) -> None:
        """Show a table, as a message of the program."""
        ...

    def notify(self, *notices: str) -> None:
        """Show sentences that are marked as hints are."""
        ...

    def fail(self, error: ChatError, *details: str) -> None:
        """Show a failure and its hint on stderr, and between them sentences with more about it."""
        ...

    def recall(self, exchanges: Sequence[Remembered], shape: Shape | None = None) -> None:
        """Show earlier exchanges as they looked when they were new. Those that are documents of `shape` are tables."""
        ...

    def reply(
        self,
        title: str,
        reply_so_far: str = "",
        shape: Shape | None = None,
        *,
        clock: Callable[[], float] = time.monotonic,
    ) -> AbstractAsyncContextManager[ReplyView]:
        """A view for the next reply. `title` says who speaks; a continued reply begins with `reply_so_far`.

        With a `shape`, it is data. Without a `title` nothing is said of its end: somebody else does. `clock` returns
        seconds: it tells when an event came.
        """
        ...

    def side_by_side(self, names: Sequence[str], shape: Shape | None = None) -> AbstractAsyncContextManager[ReplyView]:
        """A view for answers that models of these `names` give at once, with the account of each. Failures are told."""
        ...


async def show_turn(
    events: AsyncGenerator[TurnEvent, None],
    reply: AbstractAsyncContextManager[ReplyView],
    before: Callable[[], Awaitable[None]] | None = None,
) -> Sequence[str]:
    """Show a turn to its end, and return what is to be said below the reply, marked as hints are.

    It begins when what is to be waited for `before` is there. However it ends, the turn is closed before the view, so
    that the text is kept.
    """
    below = []
    if before is not None:
        await before()
    async with reply as view, aclosing(events):
        async for event in events:
            if isinstance(event, TextDelta):
                collect_garbage_from_now_on()
            elif isinstance(event, ToolEnded):
                _note(event)
            if isinstance(event, ServerReadFewer | CountsApart):
                below.append(how_it_counted(event))
            else:
                view.show(event)
    return below


def _note(ended: ToolEnded) -> None:
    call, result = ended.call, ended.result
    words, size = result.outcome.value, len(result.text)
    _log.debug("call %s %s: %s, %.3f s, %d characters", call.name, call.arguments, words, result.seconds, size)


def _images_left_out(event: ImagesLeftOut) -> str:
    return f"{str(event.error).rstrip(ENDS)}. So the images of earlier messages are named, and not sent."


def _loading_weights(event: LoadingWeights) -> str:
    return f"Loading {event.model} ({event.size}) …"


_NOTICES: Mapping[type[object], Callable[[Any], str]] = {
    LoadingWeights: _loading_weights,
    FellBack: what_fell_back,
    WindowSlid: what_slid_out,
    WindowShrunk: what_shrank,
    ServerHolds: what_it_holds,
    ImagesLeftOut: _images_left_out,
    PassagesFound: what_was_found,
    PriceRises: price_rise_in_words,
    SentWithout: what_was_not_sent,
    SteppedDown: what_stepped_down,
    AskedAgain: what_is_asked_again,
    **dict.fromkeys((ToolsLeftOut, ToolsIgnored, CallInText), what_became_of_the_tools),
}


def notice_of(event: TurnEvent) -> str:
    """The message about an event that is shown above the reply, marked as hints are; empty for most events."""
    tell = _NOTICES.get(type(event))
    return tell(event) if tell else ""


def trying_again(retrying: Retrying, seconds: float) -> str:
    """Why the request failed, and in how many seconds it is tried again."""
    sentence = str(retrying.error).rstrip(ENDS)
    return (
        f"{sentence}; trying again in {max(1, round(seconds))} s ({retrying.attempt} of {retrying.tries}), Ctrl-C stops"
    )


def ending_and_reason(error: BaseException | None) -> tuple[Ending, str]:
    """How a reply ended whose view was left by `error`, and the reason; STOPPED if there is no ChatError."""
    if isinstance(error, ReplyCut):
        return Ending.LOST, error.reason
    if isinstance(error, InvalidReply):
        return Ending(error.ended or Ending.INVALID.value), ""
    return (Ending.LOST if isinstance(error, ChatError) else Ending.STOPPED), ""
