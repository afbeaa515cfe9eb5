"""A process that talks until it is killed, and tells what its user has seen by then."""

import asyncio
import time
from dataclasses import dataclass
from multiprocessing.connection import Connection
from pathlib import Path
from typing import TextIO

from chatbot_cli.app.assembly import open_chat
from chatbot_cli.app.saved_chats import WhichConversation
from chatbot_cli.chat.events import TextDelta
from chatbot_cli.system.surroundings import Surroundings

QUESTIONS = ("count to 12", "tell me a long story", "What is a list?", "count to 30")


@dataclass(frozen=True)
class Shown:
    """A piece of the answer to question `turn`, and when it was on the screen; a time.time()."""

    turn: int
    text: str
    at: float


@dataclass(frozen=True)
class Ended:
    """The answer to question `turn` has come to its end."""

    turn: int


def converse(root: Path, environ: dict[str, str], seen: Connection) -> None:
    """Ask one question after the other, and tell through `seen` what is on the screen, before anything else happens."""
    with (root / "out").open("w") as paper:
        asyncio.run(_converse(root, environ, paper, seen))


async def _converse(root: Path, environ: dict[str, str], paper: TextIO, seen: Connection) -> None:
    surroundings = Surroundings(environ, root, root, None, paper, paper)
    chat = open_chat({}, surroundings, which=WhichConversation(), demo_without_key=True)
    for turn, question in enumerate(QUESTIONS * 100):
        async for event in chat.conversation.take_turn(f"{question} ({turn})"):
            if isinstance(event, TextDelta):
                seen.send(Shown(turn, event.text, time.time()))
        seen.send(Ended(turn))
