"""The context of a request, as a value: steps may change it, then the window chooses from it."""

from collections.abc import Awaitable, Callable, Sequence
from dataclasses import replace

from chatbot_cli.chat.marks import NO_MARKS, Marks
from chatbot_cli.chat.messages import Exchange, Message
from chatbot_cli.chat.tools import ToolDefinition
from chatbot_cli.frozen import frozen

SHOWING_IMAGES = 2  # the newest exchanges, whose images are sent again; older ones are named


@frozen
class Context:
    """All that the next request may hold.

    `head` opens every request: the system message, then the examples. `exchanges` are all of the conversation, oldest
    first; the oldest `trimmed` are not sent unless they are pinned. `new` is the new message with the rounds of its
    turn so far; it is empty while nothing is asked. `summary` stands for what is left out. `beside` counts the tokens
    that are sent beside the messages, such as those of a schema and of the `tools`.
    """

    head: tuple[Message, ...]
    exchanges: Sequence[Exchange]
    new: tuple[Message, ...] = ()
    trimmed: int = 0
    marks: Marks = NO_MARKS
    summary: Message | None = None
    beside: int = 0
    tools: tuple[ToolDefinition, ...] = ()

    def sent(self, number: int) -> Exchange:
        """The exchange with this number, from 0, as it is sent: an older one only names its images."""
        exchange = self.exchanges[number]
        if not exchange.attached or number >= len(self.exchanges) - SHOWING_IMAGES:
            return exchange
        return replace(exchange, shows_images=False)


ContextStep = Callable[[Context], Awaitable[Context]]
"""Changes a context before the window chooses from it: a capability such as answers from documents."""
