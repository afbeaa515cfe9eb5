"""The class that programs import: a chatbot with memory, in three lines."""

import logging
from collections.abc import AsyncGenerator
from contextlib import aclosing
from dataclasses import asdict
from typing import Any, TypeVar, overload

from chatbot_cli.app.assembly import open_chat
from chatbot_cli.app.shapes import target_of
from chatbot_cli.chat.conversation import Conversation
from chatbot_cli.chat.events import AskedAgain, DocumentArrived, TextDelta
from chatbot_cli.chat.messages import Exchange
from chatbot_cli.chat.options import Options
from chatbot_cli.errors import SettingsError
from chatbot_cli.hints import as_keyword, spelled
from chatbot_cli.system.surroundings import Surroundings
from chatbot_cli.text.short import as_written

T = TypeVar("T")

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

        To stop early, close the iterator (`contextlib.aclosing`): the text so far is remembered. Data that the persona
        asks for comes in one piece, when it is checked.
        """
        with_text = DocumentArrived if self._conversation.setup.shape else TextDelta
        async with aclosing(self._conversation.take_turn(text)) as events:
            async for event in events:
                if isinstance(event, with_text):
                    yield event.text if isinstance(event, TextDelta) else event.document

    @overload
    async def ask(self, text: str, *, into: None = None) -> str: ...

    @overload
    async def ask(self, text: str, *, into: type[T]) -> T: ...

    @overload
    async def ask(self, text: str, *, into: str) -> dict[str, Any]: ...

    @overload  # a JSON Schema, or a type such as A | B, of which a type checker does not know what it makes
    async def ask(self, text: str, *, into: object) -> Any: ...

    async def ask(self, text: str, *, into: object = None) -> Any:
        """Send a message and return the reply as data: a value of the type `into`. Without it, as `say`.

        `into` is a pydantic model, a dataclass, a TypedDict, or a list[…] of one; a JSON Schema as a dict, for what it
        describes; or a line of fields for a dict: "name, age int, tags [str]". The reply is checked here, whatever the
        server promises, and asked for once more if it is not valid. Raises ChatError: SchemaError for an `into` that
        makes no sense, before anything is sent; InvalidReply, which has the `text` and its `problems`.
        """
        if into is None:
            return await self.say(text)
        target, document = target_of(into), ""
        async with aclosing(self._conversation.take_turn(text, shape=target.shape)) as events:
            async for event in events:
                if isinstance(event, DocumentArrived):
                    document = event.document
        return target.value(document)

    @overload
    def stream_into(  # type: ignore[overload-overlap]  # a list is an object, too; the first that fits counts
        self, text: str, into: type[list[T]]
    ) -> AsyncGenerator[list[Any], None]: ...

    @overload
    def stream_into(self, text: str, into: type[object] | str) -> AsyncGenerator[dict[str, Any], None]: ...

    @overload
    def stream_into(self, text: str, into: object) -> AsyncGenerator[Any, None]: ...

    async def stream_into(self, text: str, into: object) -> AsyncGenerator[Any, None]:
        """Send a message and yield the data of the reply while it arrives; `into` and errors as for `ask`.

        Each value is a dict, or a list, with all that the one before had, and more. The last one is whole and valid: if
        the reply had to be asked for again, only that one may take something back. To stop early, close the iterator
        (`contextlib.aclosing`): the text so far is remembered.
        """
        target, document = target_of(into), ""
        growth = target.growth()
        async with aclosing(self._conversation.take_turn(text, shape=target.shape)) as events:
            async for event in events:
                if isinstance(event, TextDelta):
                    for value in growth.arrived(event.text):
                        yield value
                elif isinstance(event, AskedAgain):
                    growth.begin_again()
                elif isinstance(event, DocumentArrived):
                    document = event.document
        for value in growth.ended(document):
            yield value
