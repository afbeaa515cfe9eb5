"""Waits, before a turn, for the servers whose tools it has. The user sees it, and can go on without them."""

import asyncio
import time
from collections.abc import Awaitable, Callable, Sequence
from functools import partial
from typing import Any, Protocol, TextIO

from chatbot_cli.system.terminal_size import columns_of
from chatbot_cli.terminal.countdown import ERASE_LINE, ROOM, USUAL_COLUMNS
from chatbot_cli.text.counts import counted
from chatbot_cli.text.safe import one_line
from chatbot_cli.text.signs import MESSAGE
from chatbot_cli.text.width import beginning, cells

LOOK = 0.05  # seconds between two looks at them
SHOWN_AFTER = 0.3  # seconds; what is ready sooner is not mentioned


class Servers(Protocol):
    """The servers of a chat."""

    def starting(self) -> Sequence[str]: ...

    def take_news(self) -> Sequence[str]: ...

    def check_required(self) -> None: ...


class Says(Protocol):
    """A screen, as far as it is needed here."""

    def say(self, text: str) -> None: ...


class WaitingForServers:
    """Lets the servers `begin`, and says what it waits for: in a line of a `terminal`, or once in words.

    Each server is waited for until it is ready or has failed, or the user goes on without it.
    """

    def __init__(
        self, begin: Callable[[Sequence[str]], None], servers: Servers, terminal: TextIO | None = None
    ) -> None:
        self._begin, self._servers, self._terminal = begin, servers, terminal
        self._waits = False
        self._given_up: set[str] = set()

    async def wait(self, screen: Callable[[], Says], named: Sequence[str] = ()) -> None:
        """Wait, and say what is not there; `screen` opens the screen. Raises ServerMissing if one is required."""
        self._begin(named)
        began, self._waits, shown = time.monotonic(), True, False
        try:
            while self._waits and (names := self._awaited()):
                if (seconds := time.monotonic() - began) > SHOWN_AFTER:
                    self._show(names, seconds, None if shown else screen)
                    shown = True
                await asyncio.sleep(LOOK)
        finally:
            self._waits = False
            if shown and self._terminal:
                self._write(ERASE_LINE)
        self.tell(screen)
        self._servers.check_required()

    def waiting(self, screen: Callable[[], Says], named: Sequence[str] = ()) -> Callable[[], Awaitable[None]]:
        """What waits when it is called."""
        return partial(self.wait, screen, named)

    def stopping(self, turn: "asyncio.Future[Any]") -> Callable[[], object]:
        """What stops the waiting if there is any, else a turn."""
        return lambda: self.go_on() or turn.cancel()

    def go_on(self) -> bool:
        """Go on without those that are not ready. Returns whether any was waited for."""
        waited, self._waits = self._waits, False
        if waited:
            self._given_up.update(self._servers.starting())
        return waited

    def tell(self, screen: Callable[[], Says]) -> None:
        """Say what is not there, each once."""
        for sentence in self._servers.take_news():
            screen().say(sentence)

    def _awaited(self) -> list[str]:
        return [name for name in self._servers.starting() if name not in self._given_up]

    def _show(self, names: Sequence[str], seconds: float, screen: Callable[[], Says] | None) -> None:
        if self._terminal:
            columns = (columns_of(self._terminal) or USUAL_COLUMNS) - ROOM
            self._write(ERASE_LINE + waiting_line(names, seconds, columns))
        elif screen:
            screen().say(f"Starting {_named(names)} … {_how(names)}.")

    def _write(self, text: str) -> None:
        if self._terminal:
            self._terminal.write(text)
            self._terminal.flush()


def waiting_line(names: Sequence[str], seconds: float, columns: int) -> str:
    """What is waited for, and what Ctrl-C does: as much of it as fits so many columns."""
    begins, took = f"{MESSAGE}starting", f"… {seconds:.0f} s"
    forms = (
        f"{begins} {_named(names)} {took}, {_how(names)}",
        f"{begins} {counted(len(names), 'server')} {took}, {_how(names)}",
        f"{begins} {took}, Ctrl-C skips",
    )
    lines = [one_line(form) for form in forms]
    return next((line for line in lines if cells(line) <= columns), beginning(lines[-1], columns))


def _named(names: Sequence[str]) -> str:
    *most, last = names
    return f"{', '.join(most)}{' and ' if most else ''}{last}"


def _how(names: Sequence[str]) -> str:
    return f"Ctrl-C goes on without {'it' if len(names) == 1 else 'them'}"
