"""The flags of `chat` that say which conversation goes on, and whether it is saved."""

from typing import Annotated

import typer

from chatbot_cli.app.saved_chats import WhichConversation
from chatbot_cli.errors import UsageError

Continue = Annotated[bool, typer.Option("--continue", "-c", help="Go on with the last conversation.")]
Resume = Annotated[str | None, typer.Option("--resume", "-r", metavar="ID|TITLE", help="Go on with a saved one.")]
Session = Annotated[
    str | None, typer.Option("--session", metavar="NAME", help="Go on with the one of that name, or begin it.")
]
NoSave = Annotated[bool, typer.Option("--no-save", help="Do not save this conversation.")]


def which_conversation(*, last: bool, wanted: str | None, name: str | None, saved: bool) -> WhichConversation:
    """The conversation that the flags name. Raises UsageError."""
    given = [
        option
        for option, value in (("-c", last or None), ("--resume", wanted), ("--session", name))
        if value is not None
    ]
    if len(given) > 1:
        raise UsageError(f"{given[0]} and {given[1]} name two conversations.", "Leave one of them out.")
    if given and not saved:
        raise UsageError(f"{given[0]} goes on with what is saved, --no-save saves nothing.", "Leave one of them out.")
    for option, value in (("--resume", wanted), ("--session", name)):
        if value is not None and not value.strip():
            raise UsageError(f"{option} is empty.", "chat sessions lists the saved conversations.")
    return WhichConversation(last, wanted, name)
