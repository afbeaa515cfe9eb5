"""A conversation on the terminal. This module loads prompt_toolkit: import it for a conversation only."""

import time
from collections.abc import Sequence
from functools import partial

from chatbot_cli.app.assembly import ReadyChat
from chatbot_cli.app.one_answer import name_secrets
from chatbot_cli.app.running_servers import closing_tools, leave_on_signals, lying_about, starting_servers
from chatbot_cli.app.screens import load_screen, open_question, open_screen
from chatbot_cli.app.slash_commands import slash_commands
from chatbot_cli.commands.outcomes import Compare
from chatbot_cli.commands.session_report import how_to_resume
from chatbot_cli.commands.sessions import resumed
from chatbot_cli.providers.deferred import WarmUp
from chatbot_cli.secrets.finding import find_secrets
from chatbot_cli.settings.sources import failing_with_notices
from chatbot_cli.system.garbage import collect_garbage_from_now_on
from chatbot_cli.system.surroundings import Surroundings
from chatbot_cli.terminal.approval import AskingOnTerminal
from chatbot_cli.terminal.clipboard import Clipboard
from chatbot_cli.terminal.files_to_send import FilesToSend
from chatbot_cli.terminal.input.input_history import why_no_history
from chatbot_cli.terminal.input.prompt import Prompt
from chatbot_cli.terminal.repl import Repl
from chatbot_cli.terminal.secret_guard import SecretGuard
from chatbot_cli.terminal.waiting_for_servers import WaitingForServers


async def converse(
    ready: ReadyChat, surroundings: Surroundings, first: str | None, compares: Compare | None = None
) -> None:
    """Chat on the terminal until the user leaves. SIGTERM and SIGHUP cancel it, so that it ends properly.

    The first question goes to those that it `compares`.
    """
    with failing_with_notices(ready.notices):
        name_secrets(ready, "", surroundings)
    async with closing_tools(ready):
        await _converse(ready, surroundings, first, compares)


async def _converse(ready: ReadyChat, surroundings: Surroundings, first: str | None, compares: Compare | None) -> None:
    prompt, repl = _open_loop(ready, surroundings)
    greeting = ready.conversation.setup.greeting if first is None and not ready.opened else ""
    attached = await _attached(ready, waits=first is None)
    for line in (*ready.notices, *lying_about(ready, surroundings), _why_no_history(ready), greeting, *attached):
        if line:
            prompt.say(line)
    leave_on_signals()
    try:
        before = resumed(ready.conversation, ready.opened, time.time()) if ready.opened else None
        await repl.run(first, before, compares)
    finally:
        journal = ready.conversation.journal
        journal.close()
        for line in (*journal.take_notices(), *([str(journal.problem)] if journal.problem else ())):
            prompt.say(line)
    if journal.session is not None and ready.conversation.exchanges:
        prompt.say(how_to_resume(journal.session, saving=journal.saving))


async def _attached(ready: ReadyChat, *, waits: bool) -> Sequence[str]:
    """Attach what the command line names, and say what of it `waits` for a message. Raises AttachmentRefused."""
    if not ready.files.wanted:
        return ()
    # Imported here: most chats begin without files.
    from chatbot_cli.app.attaching import attach_wanted
    from chatbot_cli.commands.attachment_report import what_was_attached

    notices, conversation = await attach_wanted(ready), ready.conversation
    return (*notices, *([what_was_attached(conversation.attached, conversation)] if waits else ()))


def _open_loop(ready: ReadyChat, surroundings: Surroundings) -> tuple[Prompt, Repl]:
    settings, conversation = ready.settings, ready.conversation
    commands = slash_commands(ready.setups, ready.saved.archive, ready.files)
    plain = settings.plain or surroundings.is_dumb
    history = ready.folders.history if ready.saved.saving else None
    find = partial(find_secrets, own=settings.keys)
    prompt = Prompt(conversation, commands, history, plain=plain, find=find, files=ready.files)
    question = partial(open_question, surroundings.stdout, plain=plain)
    ready.tools.ask_with(AskingOnTerminal(prompt, question, find))
    ready.tools.tell_with(prompt.say)
    screen = partial(open_screen, surroundings, plain=plain, interactive=True, thoughts=settings.thoughts)
    clipboard = Clipboard(surroundings.stdout, surroundings.environ, escapes=not surroundings.is_dumb)
    steps = [] if plain else [load_screen]
    steps += [conversation.setup.model.warm_up, ready.saved.warm_up, collect_garbage_from_now_on]
    steps.append(starting_servers(ready))
    guard = SecretGuard(prompt, settings.secrets, find)
    live = None if plain else surroundings.stdout
    servers = WaitingForServers(ready.tools.begin, ready.tools.servers, live)
    files = FilesToSend(conversation, ready.files, prompt, guard, live)
    return prompt, Repl(conversation, commands, prompt, screen, WarmUp(*steps), clipboard, servers, files)


def _why_no_history(ready: ReadyChat) -> str:
    """A line, if what is typed is not kept because the file for it cannot be used; else empty."""
    path = ready.folders.history
    reason = why_no_history(path) if ready.saved.saving else ""
    return reason and f"What you type is not kept for another day: {path} cannot be used, for {reason}."
