"""Chooses how several answers are shown on the full screen: in columns, or one below the other."""

from collections.abc import Sequence
from contextlib import AbstractAsyncContextManager
from functools import partial

from rich.console import Console

from chatbot_cli.chat.shape import Shape
from chatbot_cli.chat.thoughts import HIDE
from chatbot_cli.terminal.comparing.account import Account
from chatbot_cli.terminal.comparing.columns import width_of
from chatbot_cli.terminal.comparing.one_by_one import OneByOne
from chatbot_cli.terminal.comparing.panel import ColumnsPanel
from chatbot_cli.terminal.comparing.plain import tell_the_rest
from chatbot_cli.terminal.screen import ReplyView, Screen
from chatbot_cli.text.safe import one_line


def answers_on_screen(
    screen: Screen, console: Console, names: Sequence[str], shape: Shape | None, thoughts: str
) -> AbstractAsyncContextManager[ReplyView]:
    """A view for the answers of models of these names. `thoughts` says how those of the models are shown."""
    if width_of(len(names), console.width) is None:
        return OneByOne(
            names,
            lambda number, clock: screen.reply(f"{number + 1} · {one_line(names[number])}", shape=shape, clock=clock),
            partial(tell_the_rest, screen),
        )

    def told(account: Account) -> None:
        screen.notify(*(f"{account.name}: {notice}" for notice in account.notices))
        tell_the_rest(screen, account)

    return ColumnsPanel(console, names, shape, told, tells_thoughts=thoughts != HIDE)
