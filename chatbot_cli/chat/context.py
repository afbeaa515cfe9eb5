"""The context of a request, as a value: steps may change it, then the window chooses from it."""

from collections.abc import Awaitable, Callable, Sequence
from dataclasses import replace

from chatbot_cli.chat.attachments import MOST_BYTES, MOST_IMAGES, Attachment
from chatbot_cli.chat.marks import NO_MARKS, Marks
from chatbot_cli.chat.messages import Exchange, Message
from chatbot_cli.chat.passages import Passage
from chatbot_cli.chat.rounds import Part
from chatbot_cli.chat.thoughts import Told
from chatbot_cli.chat.tools import ToolDefinition
from chatbot_cli.frozen import frozen

SHOWING_IMAGES = 2  # the newest exchanges, whose images are sent again; older ones are named


@frozen
class Context:
    """All that the next request may hold.

    `head` opens every request: the system message, then the examples. `exchanges` are all of the conversation, oldest
    first; the oldest `trimmed` are not sent unless they are pinned. `new` is the new message with the rounds of its
    turn so far; it is empty while nothing is asked. `summary` stands for what is left out. `beside` counts the tokens
    that are sent beside the messages, such as those of a schema and of the `tools`. The first of the new messages is
    sent with the `passages` of documents; there may be fewer of them. If it `names_images`, those of earlier exchanges
    are named, and not sent. Of thoughts, the model is `told` of its own; None is told of none.
    """

    head: tuple[Message, ...]
    exchanges: Sequence[Exchange]
    new: tuple[Message, ...] = ()
    trimmed: int = 0
    marks: Marks = NO_MARKS
    summary: Message | None = None
    beside: int = 0
    tools: tuple[ToolDefinition, ...] = ()
    passages: tuple[Passage, ...] = ()
    names_images: bool = False
    told: Told | None = None

    def sent(self, number: int) -> Exchange:
        """The exchange with this number, from 0, as it is sent: an older one only names its images.

        So does one whose images, with all later ones, are more than a request may have.
        """
        exchange = self.exchanges[number].as_told(self.told)
        if not any(one.is_image for one in exchange.attached):
            return exchange
        is_new = not self.names_images and number >= len(self.exchanges) - SHOWING_IMAGES
        return exchange if is_new and self._has_room_from(number) else replace(exchange, shows_images=False)

    def without_earlier_images(self) -> "Context | None":
        """The same with the images of earlier exchanges named; None if none is sent, or the message has some, too."""
        newest = range(max(0, len(self.exchanges) - SHOWING_IMAGES), len(self.exchanges))
        earlier = (one for number in newest for one in self.sent(number).question.parts)
        new = (part for message in self.new for part in message.parts)
        is_only_earlier = any(map(_is_image, earlier)) and not any(map(_is_image, new))
        return replace(self, names_images=True) if is_only_earlier else None

    def _has_room_from(self, number: int) -> bool:
        """Whether all that is attached from this exchange on may be sent at once."""
        later = (one for exchange in self.exchanges[number:] for one in exchange.attached)
        sent = [one for one in later if not one.is_text]
        sent += [part for message in self.new for part in message.parts if isinstance(part, Attachment)]
        return sum(one.bytes_sent for one in sent) <= MOST_BYTES and sum(one.is_image for one in sent) <= MOST_IMAGES


def _is_image(part: Part) -> bool:
    return isinstance(part, Attachment) and part.is_image


ContextStep = Callable[[Context], Awaitable[Context]]
"""Changes a context before the window chooses from it: a capability such as answers from documents."""
