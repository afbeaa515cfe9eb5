"""The commands of a conversation, put together. One answer for a script needs none of them."""

import time
from collections.abc import Callable

from chatbot_cli.app.saved_chats import export_unsaved, no_archive
from chatbot_cli.chat.ports import Archive, Files, Setups
from chatbot_cli.commands.attachments import AttachmentCommands
from chatbot_cli.commands.branches import branch_commands
from chatbot_cli.commands.budget import budget_commands
from chatbot_cli.commands.documents import document_commands
from chatbot_cli.commands.help import add_exit, add_help
from chatbot_cli.commands.marks import mark_commands
from chatbot_cli.commands.memory import memory_commands
from chatbot_cli.commands.parameters import parameter_commands
from chatbot_cli.commands.registry import Commands
from chatbot_cli.commands.replies import reply_commands
from chatbot_cli.commands.schema import add_schema_command
from chatbot_cli.commands.sessions import SessionCommands
from chatbot_cli.commands.sources import source_commands
from chatbot_cli.commands.stats import add_stats
from chatbot_cli.commands.summary import summary_commands
from chatbot_cli.commands.thoughts import thought_commands
from chatbot_cli.commands.tools import ToolCommands
from chatbot_cli.commands.who_answers import add_who_answers_commands


def slash_commands(
    setups: Setups, open_archive: Callable[[], Archive] = no_archive, files: Files | None = None
) -> Commands:
    """The commands of a chat, in the order in which /help lists them."""
    commands = Commands()
    add_help(commands)
    commands.include(memory_commands)
    commands.include(mark_commands)
    commands.include(summary_commands)
    commands.include(budget_commands)
    commands.include(branch_commands)
    commands.include(reply_commands)
    if files is not None:
        AttachmentCommands(files).register(commands)
    SessionCommands(open_archive, time.time, export_unsaved).register(commands)
    add_stats(commands, open_archive)
    add_who_answers_commands(commands, setups)
    commands.include(parameter_commands)
    add_schema_command(commands, setups)
    commands.include(document_commands)
    commands.include(source_commands)
    commands.include(thought_commands)
    ToolCommands().register(commands)
    add_exit(commands)
    return commands
