"""The composition root: the only file that names every room's classes."""

import asyncio
import signal
import time
from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass
from functools import partial
from itertools import chain

from chatbot_cli.app.saved_chats import ChatSessions, WhichConversation, export_unsaved, no_archive
from chatbot_cli.app.setups import AvailableSetups, Flags
from chatbot_cli.chat.conversation import Conversation
from chatbot_cli.chat.journal import Opened
from chatbot_cli.chat.messages import Ending
from chatbot_cli.chat.ports import Archive, Setups
from chatbot_cli.commands.branches import branch_commands
from chatbot_cli.commands.help import add_exit, add_help
from chatbot_cli.commands.memory import memory_commands
from chatbot_cli.commands.registry import Commands
from chatbot_cli.commands.replies import reply_commands
from chatbot_cli.commands.session_report import how_to_resume
from chatbot_cli.commands.sessions import SessionCommands, resumed
from chatbot_cli.commands.who_answers import add_who_answers_commands
from chatbot_cli.personas.shelf import PersonaShelf, builtin_folder
from chatbot_cli.providers.deferred import WarmUp
from chatbot_cli.secrets.finding import find_secrets, refusal, what_is_held
from chatbot_cli.settings.precedence import Folders, Settings, Sources
from chatbot_cli.system.surroundings import Surroundings
from chatbot_cli.terminal.screen import Screen, show_turn
from chatbot_cli.text.safe import safe


@dataclass(frozen=True, slots=True)
class Chat:
    """A chat that is ready to begin. `opened` is the saved conversation that it goes on with."""

    conversation: Conversation
    setups: AvailableSetups
    settings: Settings
    folders: Folders
    saved: ChatSessions
    opened: Opened | None = None

    @property
    def notices(self) -> tuple[str, ...]:
        """What the user should know before the first turn, a line each."""
        missing = self.setups.missing
        if missing is None:
            return self.settings.notices
        stands_in = f"The demo model answers: set {missing.variable} (shell or .env) for {missing.model}."
        return (*self.settings.notices, stands_in)


def open_chat(
    flags: Flags, surroundings: Surroundings, *, which: WhichConversation | None = None, demo_without_key: bool = False
) -> Chat:
    """Put a chat together; `which` of the saved conversations, None for one that is not saved.

    Raises SettingsError, MissingKey, PersonaError or SessionError.
    """
    folders = Folders.of(surroundings.environ, surroundings.home)
    sources = Sources.read(surroundings.environ, surroundings.cwd, folders)
    shelf, environ = persona_shelf(folders), surroundings.environ
    setups = AvailableSetups(sources, flags, shelf, demo_without_key=demo_without_key, environ=environ)
    settings = sources.settle(flags, None)
    if settings.debug:
        # Imported here: only who looks for a fault should wait for it.
        from chatbot_cli.app.debug_log import begin_debug_log

        begin_debug_log(settings, sources, surroundings, folders)
    saved = ChatSessions(folders.data, setups, None if which is None or not settings.save else which)
    if opened := saved.resumed():
        conversation = Conversation(opened.state.setup)
        conversation.go_to(opened)
        return Chat(conversation, setups, settings, folders, saved, opened)
    setup, settings = setups.first()
    return Chat(Conversation(setup, journal=saved.new_journal()), setups, settings, folders, saved)


def persona_shelf(folders: Folders) -> PersonaShelf:
    """The user's own personas, then those that come with the program."""
    return PersonaShelf((folders.personas, builtin_folder()))


def slash_commands(setups: Setups, open_archive: Callable[[], Archive] = no_archive) -> Commands:
    """The commands of a chat, in the order in which /help lists them."""
    commands = Commands()
    add_help(commands)
    commands.include(memory_commands)
    commands.include(branch_commands)
    commands.include(reply_commands)
    SessionCommands(open_archive, time.time, export_unsaved).register(commands)
    add_who_answers_commands(commands, setups)
    add_exit(commands)
    return commands


def open_screen(surroundings: Surroundings, *, plain: bool, interactive: bool) -> Screen:
    """The screen that suits stdout: panels on a terminal that can show them, plain text everywhere else."""
    out, errors = surroundings.stdout, surroundings.stderr
    if plain or surroundings.is_dumb or not out.isatty():
        # Imported here, as all of the screen's room: a prompt is drawn in a tenth of a second without it.
        from chatbot_cli.terminal.plain_screen import PlainScreen

        counts = not (plain or surroundings.is_dumb or interactive) and errors.isatty()
        return PlainScreen(out, out if interactive else errors, errors, labels=interactive, countdown=counts)
    from chatbot_cli.terminal.rich_screen import RichScreen
    from chatbot_cli.terminal.theme import make_console

    return RichScreen(make_console(out), make_console(errors))


async def answer_once(chat: Chat, question: str, surroundings: Surroundings) -> bool:
    """One question and the answer; whether that is whole. Raises ChatError; what came of it is shown all the same."""
    screen = open_screen(surroundings, plain=chat.settings.plain, interactive=False)
    for notice in (*chat.notices, *(chat.opened.notices if chat.opened else ())):
        print(safe(notice), file=surroundings.stderr)
    conversation = chat.conversation
    try:
        _name_secrets(f"{chat.settings.system or ''}\n{question}", chat.settings, surroundings)
        goes_on = chat.opened is not None and question.strip() == "/continue"
        events = conversation.continue_reply() if goes_on else conversation.take_turn(question)
        begun = conversation.exchanges[-1].assistant if goes_on and conversation.exchanges else ""
        await show_turn(events, screen.reply(conversation.setup.speaker, begun))
        if chat.opened:
            conversation.journal.draft(chat.opened.draft, conversation.setup)  # it still waits to be sent
        return conversation.exchanges[-1].ending is Ending.COMPLETE
    finally:
        conversation.journal.close()
        if problem := conversation.journal.problem:
            print(safe(f"chat: {problem}"), file=surroundings.stderr)
            print(safe(f"      {problem.hint}"), file=surroundings.stderr)


def _name_secrets(sent: str, settings: Settings, surroundings: Surroundings) -> None:
    """Say on stderr which secrets are in what is sent: nobody can be asked. Raises SecretRefused if that is set."""
    if not (secrets := find_secrets(sent, settings.keys)):
        return
    if settings.secrets == "refuse":
        raise refusal(secrets)
    sentence = f"{what_is_held(secrets)} It is sent; CHAT_SECRETS=refuse prevents that."
    print(safe(sentence), file=surroundings.stderr, flush=True)


async def converse(chat: Chat, surroundings: Surroundings, first: str | None) -> None:
    """Chat on the terminal until the user leaves. SIGTERM and SIGHUP end it properly, as a cancellation."""
    # Imported here: one-shot use and the library do without prompt_toolkit, which costs as much as all the rest.
    from chatbot_cli.terminal.clipboard import Clipboard
    from chatbot_cli.terminal.input.prompt import Prompt
    from chatbot_cli.terminal.repl import Repl

    _name_secrets(chat.settings.system or "", chat.settings, surroundings)
    commands = slash_commands(chat.setups, chat.saved.archive)
    plain = chat.settings.plain or surroundings.is_dumb
    history = chat.folders.history if chat.saved.saving else None
    secrets = partial(find_secrets, own=chat.settings.keys)
    prompt = Prompt(chat.conversation, commands, history, plain=plain, secrets=secrets)
    clipboard = Clipboard(surroundings.stdout, surroundings.environ, escapes=not surroundings.is_dumb)
    greeting = chat.conversation.setup.greeting if first is None and not chat.opened else ""
    for line in (*chat.notices, greeting):
        if line:
            prompt.say(line)
    screen = partial(open_screen, surroundings, plain=plain, interactive=True)
    loads = (() if plain else (_warm_up_screen,), (chat.conversation.setup.model.warm_up, chat.saved.warm_up))
    policy, warm_up = chat.settings.secrets, WarmUp(*chain(*loads))
    repl = Repl(chat.conversation, commands, prompt, screen, warm_up, clipboard, policy, secrets)
    _leave_on_signals()
    try:
        await repl.run(first, resumed(chat.conversation, chat.opened, time.time()) if chat.opened else None)
    finally:
        journal = chat.conversation.journal
        journal.close()
    if journal.session is not None and chat.conversation.exchanges:
        prompt.say(how_to_resume(journal.session, saving=journal.saving))


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
