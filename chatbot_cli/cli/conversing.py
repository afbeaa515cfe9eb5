"""A conversation, as the command `chat` begins it."""

import asyncio
import os
from collections.abc import Callable

from chatbot_cli.app.assembly import ReadyChat
from chatbot_cli.cli.data_flags import DataFlags
from chatbot_cli.errors import UsageError
from chatbot_cli.settings.sources import failing_with_notices
from chatbot_cli.system.surroundings import Surroundings


def converse_on_terminal(
    opened: Callable[..., ReadyChat],
    question: str | None,
    surroundings: Surroundings,
    as_data: DataFlags,
    specs: list[str] | None,
) -> None:
    """Hold a conversation, which may begin with a question. The first one goes to the models of `specs`, if given."""
    if not surroundings.stdout.isatty():
        raise UsageError("A conversation needs a terminal, and stdout is none.", 'For one answer: chat "a question"')
    as_data.check_conversation()
    ready_chat = as_data.checked(opened(demo_without_key=True))
    compares = None
    if specs is not None:
        # Imported here: most chats compare nothing.
        from chatbot_cli.app.comparing import to_compare

        compares = to_compare(ready_chat, specs)
    if not surroundings.stdin_is_terminal:
        with failing_with_notices(ready_chat.notices):
            _use_terminal_as_stdin()
    # Imported here: one-shot use does without prompt_toolkit, which costs as much as all the rest.
    from chatbot_cli.app.interactive import converse

    return asyncio.run(converse(ready_chat, surroundings, question, compares))


def _use_terminal_as_stdin() -> None:
    """Make the terminal stdin after a pipe was read: for the prompt, and for an editor that it starts."""
    try:
        terminal = os.open("/dev/tty", os.O_RDWR)
    except OSError:
        raise UsageError("There is no terminal to go on with.", "Leave out --interactive.") from None
    os.dup2(terminal, 0)
    os.close(terminal)
