"""Asks the user about tool calls: an Asking of the tools, which loads the question when there is one."""

from collections.abc import Callable
from functools import cached_property
from typing import TYPE_CHECKING

from chatbot_cli.chat.tools import Answer, CallToDecide
from chatbot_cli.secrets.finding import Find, find_secrets

if TYPE_CHECKING:
    from chatbot_cli.terminal.asking import SingleKeys
    from chatbot_cli.terminal.input.prompt import Prompt
    from chatbot_cli.terminal.question_view import QuestionView

SETTLING = 0.5  # seconds that a question has stood there, and no key was pressed, before a key can answer it


class AskingOnTerminal:
    """Asks at the `prompt` while a turn runs. `open_view` makes what shows a question, `find` finds secrets."""

    def __init__(
        self,
        prompt: "Prompt",
        open_view: "Callable[[], QuestionView]",
        find: Find = find_secrets,
        settling: float = SETTLING,
    ) -> None:
        self._prompt, self._open_view, self._find, self._settling = prompt, open_view, find, settling

    async def about_call(self, question: CallToDecide) -> Answer:
        return await self._keys.about_call(question)

    async def go_on(self, rounds: int) -> bool:
        return await self._keys.go_on(rounds)

    async def about_secrets(self, held: str) -> bool:
        return await self._keys.about_secrets(held)

    @cached_property
    def _keys(self) -> "SingleKeys":
        # Imported here: most chats ask nothing.
        from chatbot_cli.terminal.asking import SingleKeys

        return SingleKeys(self._prompt, self._open_view, self._find, self._settling)
