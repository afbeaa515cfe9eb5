"""Who is asked about calls in a program: the program itself."""

import inspect
import logging
from collections.abc import Awaitable, Callable
from typing import Literal

from chatbot_cli.chat.tools import Answer, CallToDecide
from chatbot_cli.errors import SettingsError
from chatbot_cli.text.short import as_written

_log = logging.getLogger(__name__)

Said = bool | str | Answer
Approve = Literal["allow", "deny"] | Callable[[CallToDecide], Said | Awaitable[Said]]
"""What becomes of calls that the user would be asked about: all run, none, or those that a function says True of.

A text that it returns is the reason why a call does not run, which the model is told.
"""


class AskingProgram:
    """Asks a program about calls."""

    def __init__(self, approve: Approve) -> None:
        self._approve = approve

    async def about_call(self, question: CallToDecide) -> Answer:
        if not callable(self._approve):
            return Answer(self._approve == "allow")
        said = self._approve(question)
        if inspect.isawaitable(said):
            said = await said
        if isinstance(said, Answer):
            return said
        return Answer(False, said) if isinstance(said, str) else Answer(said is True)

    async def go_on(self, rounds: int) -> bool:
        return False

    async def about_secrets(self, held: str) -> bool:
        _log.warning("%s It is sent; CHAT_SECRETS=refuse prevents that.", held)
        return True


def asking_program(approve: Approve) -> AskingProgram | None:
    """Who is asked, if anybody is. Raises SettingsError for what makes no sense."""
    if approve == "deny":
        return None
    if approve == "allow" or callable(approve):
        return AskingProgram(approve)
    shown = as_written(repr(approve))
    raise SettingsError(f"approve is {shown}, which makes no sense.", 'Give "allow", "deny" or a function.')
