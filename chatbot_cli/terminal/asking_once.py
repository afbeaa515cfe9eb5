"""Asks about tool calls on a terminal that has no prompt: it is read only while a question stands there."""

import signal
from collections.abc import Callable
from typing import TextIO

from prompt_toolkit import PromptSession
from prompt_toolkit.utils import is_dumb_terminal

from chatbot_cli.chat.tools import Answer, CallToDecide
from chatbot_cli.secrets.finding import Find
from chatbot_cli.system.suspending import gives_back
from chatbot_cli.terminal.approval import SETTLING
from chatbot_cli.terminal.asking import SingleKeys
from chatbot_cli.terminal.input.short_prompts import Problem, read_short
from chatbot_cli.terminal.input.terminal_modes import as_found
from chatbot_cli.terminal.input.typeahead import Typeahead, keys_while_streaming
from chatbot_cli.terminal.messages import tell
from chatbot_cli.terminal.question_view import QuestionView
from chatbot_cli.text.safe import safe
from chatbot_cli.text.signs import MESSAGE


class AskingOnce:
    """An Asking of the tools, and its own Keyboard. What is typed before a question has settled is forgotten."""

    def __init__(self, open_view: Callable[[], QuestionView], find: Find, notes: TextIO) -> None:
        self._session: PromptSession[str] = PromptSession()
        self._notes, self._typed = notes, Typeahead()
        self._keys = SingleKeys(self, open_view, find, SETTLING)

    async def about_call(self, question: CallToDecide) -> Answer:
        keyboard = self._session.input
        with gives_back(as_found(keyboard)), keys_while_streaming(keyboard, _interrupt) as self._typed:
            return await self._keys.about_call(question)

    async def go_on(self, rounds: int) -> bool:
        keyboard = self._session.input
        with gives_back(as_found(keyboard)), keys_while_streaming(keyboard, _interrupt) as self._typed:
            return await self._keys.go_on(rounds)

    async def about_secrets(self, held: str) -> bool:
        keyboard = self._session.input
        with gives_back(as_found(keyboard)), keys_while_streaming(keyboard, _interrupt) as self._typed:
            return await self._keys.about_secrets(held)

    @property
    def typed(self) -> Typeahead:
        return self._typed

    @property
    def shows_drafts(self) -> bool:
        return not is_dumb_terminal()

    def say(self, text: str) -> None:
        tell(text, self._notes)

    async def line(self, message: str, draft: str = "", problem: Problem | None = None) -> str | None:
        with self._typed.read_elsewhere():
            return await read_short(self._session, f"{MESSAGE}{safe(message)}", None, draft, problem)


def _interrupt() -> None:
    """Do what the key Ctrl-C does where the terminal reads it."""
    signal.raise_signal(signal.SIGINT)
