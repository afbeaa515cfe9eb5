"""The class that programs import: a chatbot with memory, in three lines."""

import logging
from collections.abc import AsyncGenerator
from contextlib import aclosing
from dataclasses import asdict

from chatbot_cli.app.assembly import open_chat
from chatbot_cli.chat.conversation import Conversation
from chatbot_cli.chat.events import TextDelta
from chatbot_cli.chat.messages import Exchange
from chatbot_cli.chat.options import Options
from chatbot_cli.errors import SettingsError
from chatbot_cli.hints import as_keyword, spelled
from chatbot_cli.system.surroundings import Surroundings
from chatbot_cli.text.short import as_written

_log = logging.getLogger(__name__)


class Chatbot:
    """A conversation with a model. The model remembers the exchanges that fit the window.

    A setting that is not given comes from the persona, the environment, `.env` or config.toml, as for the command
    `chat`. `persona` is a name or the path of a YAML file; `system_prompt` replaces its prompt. `model` is "NAME"
    (OpenAI's), "PROVIDER/NAME", or "demo". `max_turns` counts the exchanges sent along with a new message, and
    `slide` those that leave at once when there are more; `max_cost` is in US dollars, and the other limits are in
    tokens. `options` holds the options of each request; `temperature` and `max_reply_tokens` may also be given by
    themselves. Raises MissingKey, SettingsError or PersonaError. Each bot has a memory of its own. What a user of
    `chat` is told at the start, such as an address that comes from `.env`, is a warning of `logging`.
    """

    def __init__(
        self,
        system_prompt: str | None = None,
        *,
        persona: str | None = None,
        model: str | None = None,
        max_turns: int | None = None,
        slide: int | None = None,
        max_context_tokens: int | None = None,
        max_cost: float | None = None,
        max_reply_tokens: int | None = None,
        temperature: float | None = None,
        base_url: str | None = None,
        options: Options = Options(),
    ) -> None:
        if not isinstance(options, Options):
            raise SettingsError(f"options is {as_written(repr(options))}, which makes no sense.", "Give an Options(…).")
        flags: dict[str, object] = {
            "system": system_prompt,
            "persona": persona,
            "model": model,
            "max_turns": max_turns,
            "slide": slide,
            "max_context_tokens": max_context_tokens,
            "max_cost": max_cost,
            "base_url": base_url,
            **asdict(options),
            **Options(temperature=temperature, max_reply_tokens=max_reply_tokens).given(),
        }
        ready = open_chat(flags, Surroundings.of_process(), called=as_keyword)
        for notice in ready.notices:
            _log.warning(spelled(notice, as_keyword))
        self._conversation: Conversation = ready.conversation

    @property
    def history(self) -> tuple[Exchange, ...]:
        """All exchanges so far, oldest first, those that are no longer sent among them."""
        return tuple(self._conversation.exchanges)

    async def say(self, text: str) -> str:
        """Send a message and return the whole reply. Raises ChatError."""
        return "".join([piece async for piece in self.stream(text)])

    async def stream(self, text: str) -> AsyncGenerator[str, None]:
        """Send a message and yield the reply piece by piece. Raises ChatError.

        To stop early, close the iterator (`contextlib.aclosing`): the text so far is remembered.
        """
        async with aclosing(self._conversation.take_turn(text)) as events:
            async for event in events:
                if isinstance(event, TextDelta):
                    yield event.text
