"""What a program is told of a turn beside the reply, in sentences: what a user of `chat` reads above it."""

from collections.abc import Sequence

from chatbot_cli.chat.document_events import PassagesFound
from chatbot_cli.chat.events import TurnEvent
from chatbot_cli.chat.fallback_events import FellBack
from chatbot_cli.commands.fallback_report import what_fell_back
from chatbot_cli.hints import as_keyword, spelled


def notes_of(event: TurnEvent) -> Sequence[str]:
    """The notes on an event; none for most."""
    match event:
        case PassagesFound(retrieved):
            return retrieved.notes
        case FellBack():
            return [sentence] if (sentence := spelled(what_fell_back(event), as_keyword)) else []
        case _:
            return ()
