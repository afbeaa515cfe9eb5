"""Tells the user what becomes of the saving of a conversation, each thing once."""

from collections.abc import Callable

from chatbot_cli.chat.ports import Journal
from chatbot_cli.errors import ChatError
from chatbot_cli.terminal.screen import Screen


class SavingNews:
    """Remembers what has been told."""

    def __init__(self) -> None:
        self._problem: ChatError | None = None

    def tell(self, journal: Journal, screen: Callable[[], Screen]) -> None:
        """Show what is new: a problem, its end, or that the conversation is kept elsewhere.

        `screen` opens the screen; the first prompt does without it.
        """
        for notice in journal.take_notices():
            screen().say(notice)
        told, self._problem = self._problem, journal.problem
        if self._problem is not None and str(self._problem) != str(told):
            screen().fail(self._problem)
        elif self._problem is None and told is not None:
            screen().say("All of this conversation is saved again.")
