"""A conversation at one moment, as a frozen value."""

from dataclasses import field

from chatbot_cli.chat.setup import Setup
from chatbot_cli.chat.transcript import Transcript
from chatbot_cli.frozen import frozen


@frozen
class State:
    """A conversation at one moment. The oldest `trimmed` exchanges are kept, but never sent again."""

    setup: Setup
    exchanges: Transcript = field(default_factory=Transcript)
    trimmed: int = 0


@frozen
class Step:
    """A step that can be undone: its name in words, and the state before it."""

    label: str
    before: State
