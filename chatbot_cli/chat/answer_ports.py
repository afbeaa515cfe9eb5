"""The port to what keeps several answers that come to one question at once."""

from typing import Protocol

from chatbot_cli.chat.growing_text import GrowingText
from chatbot_cli.chat.journal import Asked, Replied
from chatbot_cli.chat.messages import Key
from chatbot_cli.chat.setup import Setup
from chatbot_cli.chat.thoughts import Thoughts


class Answers(Protocol):
    """Keeps several answers to one question while they come. Each has a number; for the rest see Journal."""

    def asked_again(self, number: int, asked: Asked) -> None:
        """Note that the question is sent to one of them in another way, before it has answered."""
        ...

    def arrived(self, number: int, reply: GrowingText, thoughts: Thoughts | None = None) -> None: ...

    def replied(self, number: int, replied: Replied) -> Key | None: ...

    def chosen(self, number: int, setup: Setup) -> None:
        """Keep this answer, which has ended, as the reply. The conversation goes on with `setup`."""
        ...
