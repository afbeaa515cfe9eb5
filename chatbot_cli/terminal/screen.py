"""What a chat asks of a screen, and how a turn is shown on it. Implemented in full colour and in plain text."""

from collections.abc import AsyncGenerator, Sequence
from contextlib import AbstractAsyncContextManager, aclosing
from typing import Protocol

from chatbot_cli.chat.events import ReplyEnded, Retrying, TextDelta, TurnEvent, WindowShrunk, WindowSlid
from chatbot_cli.chat.messages import Ending
from chatbot_cli.commands.outcomes import Remembered
from chatbot_cli.commands.window_report import what_shrank, what_slid_out
from chatbot_cli.errors import ChatError, ReplyCut
from chatbot_cli.system.garbage import collect_garbage_from_now_on


class ReplyView(Protocol):
    """Shows one reply. It is told of each event; leaving it says how the reply ended."""

    def show(self, event: TurnEvent) -> None: ...


class Screen(Protocol):
    """Where a chat shows what happens."""

    def say(self, text: str) -> None:
        """The program's own words; lines and columns are kept."""
        ...

    def fail(self, error: ChatError) -> None:
        """A failure and its hint, on stderr."""
        ...

    def recall(self, exchanges: Sequence[Remembered]) -> None:
        """Exchanges of the past, as they looked when they were new."""
        ...

    def reply(self, title: str, begun: str = "") -> AbstractAsyncContextManager[ReplyView]:
        """A view for the next reply; `title` says who speaks, `begun` is what the reply goes on from."""
        ...


async def show_turn(events: AsyncGenerator[TurnEvent, None], reply: AbstractAsyncContextManager[ReplyView]) -> None:
    """Show a turn to its end. However it ends, the turn is closed first, so that what came is kept."""
    async with reply as view, aclosing(events):
        async for event in events:
            if isinstance(event, TextDelta):
                collect_garbage_from_now_on()
            view.show(event)


def notice_of(event: TurnEvent) -> str:
    """What to say of an event above the reply, if anything."""
    match event:
        case WindowSlid(window):
            return what_slid_out(window)
        case WindowShrunk():
            return what_shrank(event)
        case _:
            return ""


def trying_again(retrying: Retrying, seconds: float) -> str:
    """Why the reply does not come yet, and when it is asked for again."""
    sentence = str(retrying.error).rstrip(".")
    return (
        f"{sentence}; trying again in {max(1, round(seconds))} s ({retrying.attempt} of {retrying.tries}), Ctrl-C stops"
    )


def account(ended: ReplyEnded) -> str:
    """A reply's account in a line: tokens as the server counted them, seconds, cost if known, what is missing."""
    parts = []
    if how := ended.ending.told(ended.reason):
        parts.append(how)
    if ended.used:
        parts.append(f"{ended.used.sent:,} tokens sent, {ended.used.reply:,} received")
    parts.append(f"{ended.seconds:.1f} s")
    if ended.used and ended.used.cost is not None:
        parts.append(dollars(ended.used.cost))
    return " · ".join(parts)


def dollars(amount: float) -> str:
    """An amount of US dollars with two digits that tell something: $1.25, $0.0042."""
    if amount == 0 or amount >= 0.1:
        return f"${amount:.2f}"
    return f"${amount:.2g}" if amount >= 0.0001 else f"${amount:.6f}".rstrip("0")


def how_it_broke(error: BaseException | None) -> tuple[Ending, str]:
    """The ending of a reply that was left by an exception, and the reason."""
    if isinstance(error, ReplyCut):
        return Ending.LOST, error.reason
    return (Ending.LOST if isinstance(error, ChatError) else Ending.STOPPED), ""
