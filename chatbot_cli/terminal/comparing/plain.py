"""Several answers in plain text: in a pipe each below a heading, spoken each after the name of its model."""

from collections.abc import Callable, Sequence
from contextlib import AbstractAsyncContextManager
from typing import Protocol

from chatbot_cli.chat.thoughts import HIDE
from chatbot_cli.errors import ChatError
from chatbot_cli.terminal.comparing.account import Account, failure_of
from chatbot_cli.terminal.comparing.one_by_one import OneByOne
from chatbot_cli.terminal.screen import ReplyView
from chatbot_cli.text.safe import one_line


class Notes(Protocol):
    """What is said beside the answers."""

    def say(self, text: str) -> None: ...

    def notify(self, *notices: str) -> None: ...

    def fail(self, error: ChatError, *details: str) -> None: ...


def plain_answers(
    notes: Notes,
    names: Sequence[str],
    open_view: Callable[[str, Callable[[], float]], AbstractAsyncContextManager[ReplyView]],
    *,
    is_spoken: bool,
    thoughts: str,
) -> OneByOne:
    """Shows the answers. `open_view` makes the view of one that begins with a label, if a text comes at all."""
    are_headed: list[int] = []

    def view(number: int, clock: Callable[[], float]) -> AbstractAsyncContextManager[ReplyView]:
        name = one_line(names[number])
        gap = "\n" if are_headed else ""
        return open_view(f"{name}: " if is_spoken else f"{gap}## {name}\n\n", clock)

    def told(account: Account) -> None:
        if account.state.begun:
            are_headed.append(1)
            notes.say(f"{account.name}: {account.sentence}.")
        tell_the_rest(notes, account)

    return OneByOne(names, view, told, tells_thoughts=not is_spoken and thoughts != HIDE)


def tell_the_rest(notes: Notes, account: Account) -> None:
    """Tell what there is to say of an answer beside its figures: the server's counts, and its failure."""
    notes.notify(*(f"{account.name}: {notice}" for notice in account.below))
    if failure := failure_of(account):
        notes.fail(failure)
