"""Several answers one below the other: the first is shown as it comes, the others collect until it is their turn."""

import asyncio
import time
from collections.abc import Callable, Sequence
from contextlib import AbstractAsyncContextManager
from types import TracebackType
from typing import Self

from chatbot_cli.chat.compare_events import AnswerFailed, OfAnswer
from chatbot_cli.chat.document_events import PassagesFound, Searching
from chatbot_cli.chat.events import ReplyEnded, TurnEvent
from chatbot_cli.terminal.comparing.account import Account
from chatbot_cli.terminal.screen import ReplyView


class OneByOne:
    """Shows answers one below the other. `open_view` makes the view of one, by its number, with the clock it goes by.

    While it is shown what came before its turn, that clock tells when it came: its seconds are those that it took.
    `told` is called with the account of each, when all of it is shown: with how long the model thought if it
    `tells_thoughts`, since the views do not. `of_all` is called at once with what is of all of them; without it the
    first view shows that.
    """

    def __init__(
        self,
        names: Sequence[str],
        open_view: Callable[[int, Callable[[], float]], AbstractAsyncContextManager[ReplyView]],
        told: Callable[[Account], None],
        clock: Callable[[], float] = time.monotonic,
        *,
        of_all: Callable[[TurnEvent], None] | None = None,
        tells_thoughts: bool = False,
    ) -> None:
        self._accounts = [Account(name, clock, tells_thoughts=tells_thoughts) for name in names]
        self._coming = [asyncio.Queue[tuple[float, TurnEvent]]() for _ in names]
        self._open_view, self._told, self._of_all, self._clock = open_view, told, of_all, clock
        self._came: float | None = None  # when the event came that is being shown

    async def __aenter__(self) -> Self:
        self._showing = asyncio.create_task(self._show_all())
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, traceback: TracebackType | None
    ) -> None:
        if isinstance(error, BrokenPipeError):  # the reader of the pipe has left
            self._showing.cancel()
            return
        for account, coming in zip(self._accounts, self._coming, strict=True):
            if not account.over:
                account.end(None)
                coming.put_nowait((self._clock(), account.ended))
        try:
            await self._showing
        finally:
            self._showing.cancel()

    def show(self, event: TurnEvent) -> None:
        """Take in an event. Raises what has hindered showing."""
        if self._showing.done():
            self._showing.result()
        if isinstance(event, OfAnswer):
            self._accounts[event.number].note(event.event)
            self._coming[event.number].put_nowait((self._clock(), event.event))
        elif isinstance(event, Searching | PassagesFound):
            if self._of_all:
                self._of_all(event)
            else:
                self._coming[0].put_nowait((self._clock(), event))

    def _now(self) -> float:
        return self._clock() if self._came is None else self._came

    async def _show_all(self) -> None:
        for number, account in enumerate(self._accounts):
            async with self._open_view(number, self._now) as view:
                await self._show_one(view, number)
            self._told(account)

    async def _show_one(self, view: ReplyView, number: int) -> None:
        has_passages = False
        while True:
            came, event = await self._coming[number].get()
            if isinstance(event, AnswerFailed):
                event = self._accounts[number].ended
            is_told = isinstance(event, PassagesFound) and has_passages
            has_passages = has_passages or isinstance(event, PassagesFound)
            if not is_told:
                self._show_as_of(came, view, event)
            if isinstance(event, ReplyEnded):
                return

    def _show_as_of(self, came: float, view: ReplyView, event: TurnEvent) -> None:
        self._came = came
        try:
            view.show(event)
        finally:
            self._came = None
