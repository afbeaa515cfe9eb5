"""Several answers in plain text: in a pipe each below a heading, spoken each after the name of its model."""

from collections.abc import Callable, Sequence
from contextlib import AbstractAsyncContextManager
from typing import Protocol

from chatbot_cli.chat.events import TurnEvent
from chatbot_cli.chat.thoughts import HIDE
from chatbot_cli.errors import ChatError
from chatbot_cli.hints import unmarked
from chatbot_cli.terminal.comparing.account import Account, failure_of
from chatbot_cli.terminal.comparing.one_by_one import OneByOne
from chatbot_cli.terminal.plain_reply import Notes as BesideReply
from chatbot_cli.terminal.screen import ReplyView, notice_of
from chatbot_cli.text.safe import one_line


class Notes(Protocol):
    """What is said beside the answers."""

    def say(self, text: str) -> None: ...

    def notify(self, *notices: str) -> None: ...

    def fail(self, error: ChatError, *details: str) -> None: ...


class PlainNotes(Notes, BesideReply, Protocol):
    """The same, and what is said beside one."""


class NotesOfOne:
    """What is said beside one of the answers: each line begins with the name of its model."""

    def __init__(self, notes: BesideReply, name: str) -> None:
        self._notes, self._name = notes, unmarked(one_line(name))
        self.tell_call, self.tell_sources = notes.tell_call, notes.tell_sources

    def say(self, text: str) -> None:
        self._notes.say(f"{self._name}: {text}")

    def notify(self, *notices: str) -> None:
        self._notes.notify(*(f"{self._name}: {notice}" for notice in notices))


def plain_answers(
    notes: PlainNotes,
    names: Sequence[str],
    open_view: Callable[[str, Callable[[], float], NotesOfOne], AbstractAsyncContextManager[ReplyView]],
    *,
    is_spoken: bool,
    thoughts: str,
) -> OneByOne:
    """Shows the answers. `open_view` makes the view of one that begins with a label, if a text comes at all.

    What is said beside it goes to its own notes; what is said of all, as of documents, to those of the screen.
    """
    are_headed: list[int] = []

    def view(number: int, clock: Callable[[], float]) -> AbstractAsyncContextManager[ReplyView]:
        name = one_line(names[number])
        gap = "\n" if are_headed else ""
        label = f"{name}: " if is_spoken else f"{gap}## {name}\n\n"
        return open_view(label, clock, NotesOfOne(notes, names[number]))

    def told(account: Account) -> None:
        if account.state.begun:
            are_headed.append(1)
            notes.say(f"{account.name}: {account.sentence}.")
        tell_the_rest(notes, account)

    def of_all(event: TurnEvent) -> None:
        notes.notify(*filter(None, [notice_of(event)]))

    return OneByOne(names, view, told, of_all=of_all, tells_thoughts=not is_spoken and thoughts != HIDE)


def tell_the_rest(notes: Notes, account: Account) -> None:
    """Tell what there is to say of an answer beside its figures: the server's counts, and its failure."""
    notes.notify(*(f"{account.name}: {notice}" for notice in account.below))
    if failure := failure_of(account):
        notes.fail(failure)
