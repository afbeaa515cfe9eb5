"""A conversation at one moment, as a frozen value."""

from dataclasses import field, replace

from chatbot_cli.chat.marks import NO_MARKS, Marks
from chatbot_cli.chat.setup import Setup
from chatbot_cli.chat.transcript import Transcript
from chatbot_cli.errors import NewServer
from chatbot_cli.frozen import frozen


@frozen
class State:
    """A conversation at one moment. The oldest `trimmed` exchanges are kept, but not sent again unless pinned."""

    setup: Setup
    exchanges: Transcript = field(default_factory=Transcript)
    trimmed: int = 0
    marks: Marks = NO_MARKS

    @property
    def new_server(self) -> NewServer | None:
        """Why nothing may be sent: what was said would go to a server where it has not been. None if it may."""
        address, been_at = self.setup.model.address, self.setup.been_at
        if not address or not self.exchanges or address in been_at:
            return None
        return NewServer(address, " and ".join(sorted(been_at)))

    def is_same_as(self, before: "State") -> bool:
        """Whether nothing has changed. Transcripts are not compared by their texts, which may not even be in memory."""
        kept = self.exchanges is before.exchanges or not (self.exchanges or before.exchanges)
        return kept and replace(self, exchanges=before.exchanges) == before


@frozen
class Step:
    """A step that can be undone: its name in words, and the state before it."""

    label: str
    before: State
