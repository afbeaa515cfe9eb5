"""Starts a server of tools again while the user waits. Ctrl-C goes on without it."""

import asyncio

from chatbot_cli.chat.conversation import Conversation
from chatbot_cli.chat.tools import SourceReport
from chatbot_cli.terminal.input.interrupts import on_interrupt
from chatbot_cli.terminal.screen import Screen
from chatbot_cli.text.counts import counted


async def restart(server: str, conversation: Conversation, screen: Screen) -> None:
    """Start a server again, and say what became of it. Raises ToolsError if there is no such server."""
    if conversation.tools is None:
        return
    toolbox = conversation.tools.toolbox
    starting = asyncio.ensure_future(toolbox.restart(server))
    with on_interrupt(starting.cancel):
        try:
            await starting
        except asyncio.CancelledError:
            if not starting.cancelled():
                raise
    for report in toolbox.sources():
        if report.name == server:
            screen.say(_in_words(report))


def _in_words(report: SourceReport) -> str:
    if report.problem:
        return f"{report.name}: {report.state}. {report.problem}"
    return f"{report.name} is {report.state}: {counted(len(report.tools), 'tool')}."
