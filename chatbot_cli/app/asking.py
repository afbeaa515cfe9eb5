"""Who is asked about tool calls where there is no prompt: the person at the terminal, if there is one."""

from functools import cached_property, partial
from typing import TYPE_CHECKING

from chatbot_cli.app.screens import open_question
from chatbot_cli.chat.tools import Answer, CallToDecide
from chatbot_cli.secrets.finding import find_secrets
from chatbot_cli.settings.precedence import Settings
from chatbot_cli.system.surroundings import Surroundings

if TYPE_CHECKING:
    from chatbot_cli.terminal.asking_once import AskingOnce


def can_ask(surroundings: Surroundings) -> bool:
    """Whether a person is there: none of the three streams is a pipe or a file."""
    return surroundings.stdin_is_terminal and surroundings.stdout.isatty() and surroundings.stderr.isatty()


class AskingOneAnswer:
    """An Asking of the tools for one answer. It is put together when something is asked."""

    def __init__(self, settings: Settings, surroundings: Surroundings) -> None:
        self._settings, self._surroundings = settings, surroundings

    async def about_call(self, question: CallToDecide) -> Answer:
        return await self._asking.about_call(question)

    async def go_on(self, rounds: int) -> bool:
        return await self._asking.go_on(rounds)

    async def about_secrets(self, held: str) -> bool:
        return await self._asking.about_secrets(held)

    @cached_property
    def _asking(self) -> "AskingOnce":
        # Imported here: it brings prompt_toolkit, and most answers ask nothing.
        from chatbot_cli.terminal.asking_once import AskingOnce

        errors = self._surroundings.stderr
        plain = self._settings.plain or self._surroundings.is_dumb
        find = partial(find_secrets, own=self._settings.keys)
        return AskingOnce(partial(open_question, errors, plain=plain), find, errors)
