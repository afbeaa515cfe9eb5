"""What is said before several models are asked at once."""

from collections.abc import Iterator, Sequence

from chatbot_cli.chat.conversation import Conversation
from chatbot_cli.chat.setup import Setup

NO_TOOLS = "Tools are not offered in a comparison."


def before_comparing(conversation: Conversation, setups: Sequence[Setup]) -> Iterator[str]:
    """What the user should know of those that are asked, and has not been told of the model of the conversation."""
    if conversation.tools and conversation.tools.offered(conversation.setup):
        yield NO_TOOLS
    notes = dict.fromkeys(setup.model.note for setup in setups)
    yield from (note for note in notes if note and note != conversation.setup.model.note)
