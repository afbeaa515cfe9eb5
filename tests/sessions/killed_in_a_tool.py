"""A process whose model calls tools until it is killed, and which writes down what ran, and what its user has seen."""

import asyncio
import os
from multiprocessing.connection import Connection
from pathlib import Path

from chatbot_cli.chat.events import RequestBuilt
from chatbot_cli.chat.tool_events import ToolEnded
from chatbot_cli.chat.tool_rounds import Tools
from tests.fakes import FakeApprover, tool_named
from tests.sessions.calling_model import CallingModel, TellingToolbox
from tests.sessions.resumable_conversation import ResumableConversation

PAUSE = 0.003  # seconds, so that all moments of a turn are about as long
TOOLS = [tool_named("stock", parallel=True), tool_named("order", parallel=True)]


def call_tools(root: Path, begun: Connection) -> None:
    """Take one turn after the other. Through `begun` it says that the first question is saved."""
    asyncio.run(_call_tools(root, begun))


async def _call_tools(root: Path, begun: Connection) -> None:
    story = os.open(root / "story", os.O_WRONLY | os.O_CREAT | os.O_APPEND)

    def tell(line: str) -> None:
        os.write(story, f"{line}\n".encode())

    tools = Tools(TellingToolbox(TOOLS, pause=PAUSE, tell=tell), FakeApprover())
    resumable = ResumableConversation(root, model=CallingModel(PAUSE), tools=tools)
    for turn in range(100):
        async for event in resumable.chat.take_turn(f"What is there? ({turn})"):
            if isinstance(event, ToolEnded):
                tell(f"ended {event.call.id}")
            elif isinstance(event, RequestBuilt) and turn == 0:
                begun.send(None)
