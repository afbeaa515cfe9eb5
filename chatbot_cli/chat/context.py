"""The context of a request, as a value: steps may change it, then the window chooses from it."""

from collections.abc import Awaitable, Callable, Sequence
from dataclasses import replace

from chatbot_cli.chat.attachments import MOST_BYTES, MOST_IMAGES, Attachment
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
        """The exchange with this number, from 0, as it is sent: an older one only names its images.

        So does one whose images, with all later ones, are more than a request may have.
        """
        exchange = self.exchanges[number]
        if not any(one.is_image for one in exchange.attached):
            return exchange
        is_new = number >= len(self.exchanges) - SHOWING_IMAGES
        return exchange if is_new and self._has_room_from(number) else replace(exchange, shows_images=False)

    def _has_room_from(self, number: int) -> bool:
        """Whether all that is attached from this exchange on may be sent at once."""
        later = (one for exchange in self.exchanges[number:] for one in exchange.attached)
        sent = [one for one in later if not one.is_text]
        sent += [part for message in self.new for part in message.parts if isinstance(part, Attachment)]
        return sum(one.bytes_sent for one in sent) <= MOST_BYTES and sum(one.is_image for one in sent) <= MOST_IMAGES


ContextStep = Callable[[Context], Awaitable[Context]]
"""Changes a context before the window chooses from it: a capability such as answers from documents."""
