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
    """Shows answers one below the other. `open_view` makes the view of one, by its number.

    `told` is called with the account of each, when all of it is shown.
    """

    def __init__(
        self,
        names: Sequence[str],
        open_view: Callable[[int], AbstractAsyncContextManager[ReplyView]],
        told: Callable[[Account], None],
        clock: Callable[[], float] = time.monotonic,
    ) -> None:
        self._accounts = [Account(name, clock) for name in names]
        self._coming = [asyncio.Queue[TurnEvent]() for _ in names]
        self._open_view, self._told = open_view, told

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
                coming.put_nowait(account.ended)
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
            self._coming[event.number].put_nowait(event.event)
        elif isinstance(event, Searching | PassagesFound):
            self._coming[0].put_nowait(event)

    async def _show_all(self) -> None:
        for number, account in enumerate(self._accounts):
            async with self._open_view(number) as view:
                await self._show_one(view, number)
            self._told(account)

    async def _show_one(self, view: ReplyView, number: int) -> None:
        has_passages = False
        while True:
            event = await self._coming[number].get()
            if isinstance(event, AnswerFailed):
                view.show(self._accounts[number].ended)
                return
            is_told = isinstance(event, PassagesFound) and has_passages
            has_passages = has_passages or isinstance(event, PassagesFound)
            if not is_told:
                view.show(event)
            if isinstance(event, ReplyEnded):
                return
