"""The composition root: the only file that names every room's classes."""

import asyncio
import signal
from collections.abc import Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass
from functools import partial

from chatbot_cli.chat.cast_commands import add_cast_commands
from chatbot_cli.chat.commands import Commands
from chatbot_cli.chat.conversation import Conversation
from chatbot_cli.chat.help_commands import add_exit, add_help
from chatbot_cli.chat.memory_commands import memory_commands
from chatbot_cli.chat.messages import Persona
from chatbot_cli.chat.ports import Cast, Model, PersonaSummary, Setup
from chatbot_cli.chat.reply_commands import reply_commands
from chatbot_cli.errors import MissingKey
from chatbot_cli.personas import PersonaShelf, builtin_folder
from chatbot_cli.providers.catalog import PROVIDERS, open_model
from chatbot_cli.providers.deferred import WarmUp
from chatbot_cli.providers.endpoint import Timeouts
from chatbot_cli.settings import Folders, Settings, Sources
from chatbot_cli.surroundings import Surroundings
from chatbot_cli.terminal.safe_text import safe
from chatbot_cli.terminal.screen import Screen, show_turn

Flags = Mapping[str, object]  # settings by name, as given on the command line; None is unset


class AvailableCast:
    """The personas and models that these sources and flags make available. A model is opened once."""

    def __init__(self, sources: Sources, flags: Flags, shelf: PersonaShelf, *, demo_without_key: bool) -> None:
        self._sources = sources
        self._flags = flags
        self._shelf = shelf
        self._demo_without_key = demo_without_key
        self._opened: dict[str, Model] = {}
        self.missing: MissingKey | None = None  # why the demo model stands in

    def personas(self) -> Sequence[PersonaSummary]:
        return self._shelf.summaries()

    def models(self) -> Sequence[str]:
        return [spec for provider in PROVIDERS for spec in provider.models]

    def persona(self, name: str) -> Setup:
        # A system prompt given on the command line was for the first persona; another is asked for to be heard.
        return self._setup(name, self._shelf.load(name), {**self._flags, "system": None})

    def model(self, spec: str) -> Model:
        return self._open(spec, self._sources.settle(self._flags, None))

    def first(self) -> tuple[Setup, Settings]:
        """What a chat begins with."""
        name = self._sources.persona(self._flags)
        persona = self._shelf.load(name)
        return self._setup(name, persona, self._flags), self._sources.settle(self._flags, persona)

    def _setup(self, name: str, persona: Persona, flags: Flags) -> Setup:
        settings = self._sources.settle(flags, persona)
        try:
            model = self._open(settings.model, settings)
        except MissingKey as missing:
            if not self._demo_without_key:
                raise
            self.missing = missing
            model = self._open("demo", settings)
        return Setup(
            persona=name,
            display_name=persona.name,
            system_prompt=persona.system_prompt if settings.system is None else settings.system,
            model=model,
            examples=persona.examples,
            temperature=settings.temperature,
            max_reply_tokens=settings.max_reply_tokens,
            max_turns=settings.max_turns,
            max_context_tokens=settings.max_context_tokens,
            greeting=persona.greeting,
        )

    def _open(self, spec: str, settings: Settings) -> Model:
        if spec not in self._opened:
            self._opened[spec] = open_model(
                spec,
                keys=settings.keys,
                base_url=settings.base_url,
                openai_base_url=settings.openai_base_url,
                timeouts=Timeouts(settings.connect_timeout, settings.first_token_timeout, settings.idle_timeout),
            )
        return self._opened[spec]


@dataclass(frozen=True, slots=True)
class Chat:
    """A chat that is ready to begin."""

    conversation: Conversation
    cast: AvailableCast
    settings: Settings
    folders: Folders

    @property
    def notices(self) -> tuple[str, ...]:
        """What the user should know before the first turn, a line each."""
        missing = self.cast.missing
        if missing is None:
            return self.settings.notices
        stands_in = f"The demo model answers: set {missing.variable} (shell or .env) for {missing.model}."
        return (*self.settings.notices, stands_in)


def open_chat(flags: Flags, surroundings: Surroundings, *, demo_without_key: bool = False) -> Chat:
    """Put a chat together. Raises SettingsError, MissingKey or PersonaError."""
    folders = Folders.of(surroundings.environ, surroundings.home)
    sources = Sources.read(surroundings.environ, surroundings.cwd, folders)
    cast = AvailableCast(sources, flags, persona_shelf(folders), demo_without_key=demo_without_key)
    setup, settings = cast.first()
    return Chat(Conversation(setup), cast, settings, folders)


def persona_shelf(folders: Folders) -> PersonaShelf:
    """The user's own personas, then those that come with the program."""
    return PersonaShelf((folders.personas, builtin_folder()))


def slash_commands(cast: Cast) -> Commands:
    """The commands of a chat, in the order in which /help lists them."""
    commands = Commands()
    add_help(commands)
    commands.include(memory_commands)
    commands.include(reply_commands)
    add_cast_commands(commands, cast)
    add_exit(commands)
    return commands


def open_screen(surroundings: Surroundings, *, plain: bool, interactive: bool) -> Screen:
    """The screen that suits stdout: panels on a terminal that can show them, plain text everywhere else."""
    out, errors = surroundings.stdout, surroundings.stderr
    if plain or surroundings.is_dumb or not out.isatty():
        # Imported here, as all of the screen's room: a prompt is drawn in a tenth of a second without it.
        from chatbot_cli.terminal.plain_screen import PlainScreen

        return PlainScreen(out, out if interactive else errors, errors, labels=interactive)
    from chatbot_cli.terminal.look import make_console
    from chatbot_cli.terminal.rich_screen import RichScreen

    return RichScreen(make_console(out), make_console(errors))


async def answer_once(chat: Chat, question: str, surroundings: Surroundings) -> None:
    """One question, the answer, the end. Raises ChatError; what came of the reply is shown all the same."""
    screen = open_screen(surroundings, plain=chat.settings.plain, interactive=False)
    for notice in chat.notices:
        print(safe(notice), file=surroundings.stderr)
    await show_turn(chat.conversation.take_turn(question), screen.reply(chat.conversation.setup.speaker))


async def converse(chat: Chat, surroundings: Surroundings, first: str | None) -> None:
    """Chat on the terminal until the user leaves. SIGTERM and SIGHUP end it properly, as a cancellation."""
    # Imported here: one-shot use and the library do without prompt_toolkit, which costs as much as all the rest.
    from chatbot_cli.terminal.clipboard import Clipboard
    from chatbot_cli.terminal.prompt import Prompt
    from chatbot_cli.terminal.repl import Repl

    commands = slash_commands(chat.cast)
    plain = chat.settings.plain or surroundings.is_dumb
    prompt = Prompt(chat.conversation, commands, chat.folders.history, plain=plain)
    clipboard = Clipboard(surroundings.stdout, surroundings.environ, escapes=not surroundings.is_dumb)
    for line in (*chat.notices, *((chat.conversation.setup.greeting,) if first is None else ())):
        if line:
            prompt.say(line)
    screen = partial(open_screen, surroundings, plain=plain, interactive=True)
    warm_up = WarmUp(*(() if plain else (_warm_up_screen,)), chat.conversation.setup.model.warm_up)
    repl = Repl(chat.conversation, commands, prompt, screen, warm_up, clipboard)
    _leave_on_signals()
    await repl.run(first)


def _warm_up_screen() -> None:
    # Imported here, in the background, for the reason that `open_screen` gives.
    from chatbot_cli.terminal.rich_screen import warm_up

    warm_up()


def _leave_on_signals() -> None:
    """Let SIGTERM and SIGHUP cancel this task, so that the terminal is left as it was found."""
    task, loop = asyncio.current_task(), asyncio.get_running_loop()
    with suppress(NotImplementedError, AttributeError):  # Windows: its loop handles no signals, and knows no SIGHUP
        for number in (signal.SIGTERM, signal.SIGHUP):
            loop.add_signal_handler(number, lambda: task and task.cancel())
