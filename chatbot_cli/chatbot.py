"""The class that programs import: a chatbot with memory, in three lines."""

import logging
from collections.abc import AsyncGenerator, Callable, Iterable, Sequence
from contextlib import aclosing
from os import PathLike, fspath
from typing import Any, Self, TypeVar, overload

from chatbot_cli.app.assembly import open_chat
from chatbot_cli.app.notes_for_programs import notes_of
from chatbot_cli.app.program_approval import Approve, asking_program
from chatbot_cli.app.shapes import target_of
from chatbot_cli.app.wanted_by_programs import wanted_documents, wanted_fallback, wanted_options, wanted_tools
from chatbot_cli.chat.attachments import Attachment
from chatbot_cli.chat.compared import Compared, Rival
from chatbot_cli.chat.comparing import compare
from chatbot_cli.chat.events import AskedAgain, CallsArrived, DocumentArrived, TextDelta, TurnEvent
from chatbot_cli.chat.messages import Exchange
from chatbot_cli.chat.options import Options
from chatbot_cli.chat.shape import Shape
from chatbot_cli.errors import SettingsError
from chatbot_cli.hints import as_keyword, spelled
from chatbot_cli.system.surroundings import Surroundings

T = TypeVar("T")
Attach = Sequence[str | PathLike[str]]
"""The paths of files that go with a message."""

PARAGRAPH = "\n\n"  # between what the model says before it calls tools, and after

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

    `tools` are functions that the model may call, each with a docstring, and names of others: "time", "folder",
    "files.read_*". They replace those of the settings. Functions run unasked; of the rest, what the settings do not
    allow is up to `approve`: "deny", then it is not offered, "allow", or a function, async or not, that is asked about
    each call. It gets a `CallToDecide`, and says True, or the reason why not. Raises ToolsError for a function that
    cannot be a tool. If MCP servers are among the tools, or the model is a file of weights ("gguf/PATH.gguf"), `close`
    the bot, or use it in an `async with`.

    `documents` are the names of collections, made by `chat docs add`, that it answers from; they replace those of the
    persona. The passages that a message was sent with are the `sources` of its exchange in `history`. Raises
    NoSuchCollection for a name that is none. What there is to say of a search is a warning of `logging`.

    `fallback` are models that answer, in this order, if `model` cannot now. A warning of `logging` says so.
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
        tools: Sequence[Callable[..., Any] | str] | None = None,
        approve: Approve = "deny",
        documents: Sequence[str] | None = None,
        fallback: Sequence[str] | None = None,
    ) -> None:
        who = {"system": system_prompt, "persona": persona, "model": model, "base_url": base_url}
        most = {"max_turns": max_turns, "slide": slide, "max_context_tokens": max_context_tokens, "max_cost": max_cost}
        flags = {**who, **wanted_fallback(fallback), **most, **wanted_options(options, temperature, max_reply_tokens)}
        asking = asking_program(approve)
        ready = open_chat(
            flags,
            Surroundings.of_process(),
            called=as_keyword,
            tools=wanted_tools(tools),
            documents=wanted_documents(documents),
        )
        for notice in ready.notices:
            _log.warning(spelled(notice, as_keyword))
        self._ready, self._conversation = ready, ready.conversation
        self._tools = ready.tools
        if asking:
            self._tools.ask_with(asking)
        self._told = False  # which tools are not offered

    @property
    def history(self) -> tuple[Exchange, ...]:
        """All exchanges so far, oldest first, those that are no longer sent among them; each with its tool calls."""
        return tuple(self._conversation.exchanges)

    async def __aenter__(self) -> Self:
        return self

    async def __aexit__(self, *raised: object) -> None:
        await self.close()

    async def close(self) -> None:
        """End the MCP servers, and a model that this computer runs for the bot, if there are any."""
        await self._tools.close()
        self._ready.setups.close()

    async def say(self, text: str, *, attach: Attach = ()) -> str:
        """Send a message and return the whole reply. Raises ChatError.

        `attach` are paths of files, or of folders, that go along: images, and whatever can be read as text. One that
        cannot be sent raises AttachmentRefused before anything is sent.
        """
        return "".join([piece async for piece in self.stream(text, attach=attach)])

    async def stream(self, text: str, *, attach: Attach = ()) -> AsyncGenerator[str, None]:
        """Send a message, with files as for `say`, and yield the reply piece by piece. Raises ChatError.

        To stop early, close the iterator (`contextlib.aclosing`): the text so far is remembered. Data that the persona
        asks for comes in one piece, when it is checked.
        """
        shaped, said, gap = self._conversation.setup.shape, False, ""
        async with aclosing(self._turn(text, attach=attach)) as events:
            async for event in events:
                if isinstance(event, DocumentArrived):
                    yield event.document
                elif isinstance(event, CallsArrived):
                    gap = PARAGRAPH if said else ""
                elif isinstance(event, TextDelta) and not shaped:
                    yield f"{gap}{event.text}"
                    said, gap = True, ""

    @overload
    async def ask(self, text: str, *, into: None = None, attach: Attach = ()) -> str: ...

    @overload
    async def ask(self, text: str, *, into: type[T], attach: Attach = ()) -> T: ...

    @overload
    async def ask(self, text: str, *, into: str, attach: Attach = ()) -> dict[str, Any]: ...

    @overload  # a JSON Schema, or a type such as A | B, of which a type checker does not know what it makes
    async def ask(self, text: str, *, into: object, attach: Attach = ()) -> Any: ...

    async def ask(self, text: str, *, into: object = None, attach: Attach = ()) -> Any:
        """Send a message, with files as for `say`, and return the reply as data: a value of the type `into`.

        `into` is a pydantic model, a dataclass, a TypedDict, or a list[…] of one; a JSON Schema as a dict, for what it
        describes; or a line of fields for a dict: "name, age int, tags [str]". The reply is checked here, whatever the
        server promises, and asked for once more if it is not valid. Raises ChatError: SchemaError for an `into` that
        makes no sense, before anything is sent; InvalidReply, which has the `text` and its `problems`.
        """
        if into is None:
            return await self.say(text, attach=attach)
        target, document = target_of(into), ""
        async with aclosing(self._turn(text, target.shape, attach)) as events:
            async for event in events:
                if isinstance(event, DocumentArrived):
                    document = event.document
        return target.value(document)

    @overload
    def stream_into(  # type: ignore[overload-overlap]  # a list is an object, too; the first that fits counts
        self, text: str, into: type[list[T]], *, attach: Attach = ()
    ) -> AsyncGenerator[list[Any], None]: ...

    @overload
    def stream_into(
        self, text: str, into: type[object] | str, *, attach: Attach = ()
    ) -> AsyncGenerator[dict[str, Any], None]: ...

    @overload
    def stream_into(self, text: str, into: object, *, attach: Attach = ()) -> AsyncGenerator[Any, None]: ...

    async def stream_into(self, text: str, into: object, *, attach: Attach = ()) -> AsyncGenerator[Any, None]:
        """Send a message and yield the data of the reply while it arrives; `into`, `attach` and errors as for `ask`.

        Each value is a dict, or a list, with all that the one before had, and more. The last one is whole and valid: if
        the reply had to be asked for again, only that one may take something back. To stop early, close the iterator
        (`contextlib.aclosing`): the text so far is remembered.
        """
        target, document = target_of(into), ""
        growth = target.growth()
        async with aclosing(self._turn(text, target.shape, attach)) as events:
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

    async def compare(self, text: str, models: Sequence[str], *, attach: Attach = ()) -> tuple[Compared, ...]:
        """Send a message to 2 to 4 models at once, with files as for `say`, and return what came, in their order.

        Each has the `name` of its model, the `exchange` if anything came, and the `error` if it failed. The first whole
        answer is remembered as the reply. No tools are offered. Raises ChatError for what concerns all, such as a model
        that cannot be opened.
        """
        attached, setups = await self._read(attach) if attach else (), self._ready.setups
        rivals = [Rival(model, setups.is_named(model)) for model in map(setups.model, models)]
        each = [rival.answering(self._conversation.setup) for rival in rivals]
        async with aclosing(compare(self._conversation, each, text, attached)) as events:
            async for event in events:
                for note in notes_of(event):
                    _log.warning(note)
        return self._conversation.compared

    async def _turn(
        self, text: str, shape: Shape | None = None, attach: Attach = ()
    ) -> AsyncGenerator[TurnEvent, None]:
        """Take a turn, when the files are read and the tools are there. Raises ChatError."""
        attached = await self._read(attach) if attach else ()
        named = self._conversation.setup.tools
        await self._tools.ready(named)
        for sentence in self._tools.servers.take_news():
            _log.warning(sentence)
        self._tools.servers.check_required()
        if not self._told and (left_out := self._tools.not_offered(named)):
            labels = ", ".join(tool.label for tool in left_out)
            _log.warning("Not offered, since nobody is asked whether a call may run: %s. Give approve=…", labels)
        self._told = True
        async with aclosing(self._conversation.take_turn(text, attached=attached, shape=shape)) as events:
            async for event in events:
                for note in notes_of(event):
                    _log.warning(note)
                yield event

    async def _read(self, attach: Attach) -> tuple[Attachment, ...]:
        from chatbot_cli.app.attaching import read_files  # imported here: most programs send no files

        hint = 'Give a list of paths, such as attach=["plan.png"].'
        if isinstance(attach, str | bytes | PathLike) or not isinstance(attach, Iterable):
            raise SettingsError("attach is no list.", hint)
        attach = [*attach]
        for number, path in enumerate(attach):
            if not isinstance(path, str | PathLike):
                raise SettingsError(f"attach[{number}] is no path: its type is {type(path).__name__}.", hint)
        attached = await read_files(self._ready, [fspath(path) for path in attach])
        for notice in self._ready.files.take_notices():
            _log.warning(notice)
        return attached
