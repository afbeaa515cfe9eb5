"""What is about to be sent, as a value: the window chooses from it, and steps may change it first."""

from collections.abc import Awaitable, Callable, Sequence

from chatbot_cli.chat.messages import Exchange, Message
from chatbot_cli.frozen import frozen


@frozen
class Context:
    """All that the next request may hold.

    `head` opens every request: the system message, then the examples. `exchanges` are all of the conversation, oldest
    first; the oldest `trimmed` are never sent. `new` is the new message, and what was said in its turn so far; it is
    empty while nothing is asked.
    """

    head: tuple[Message, ...]
    exchanges: Sequence[Exchange]
    new: tuple[Message, ...] = ()
    trimmed: int = 0


ContextStep = Callable[[Context], Awaitable[Context]]
"""Changes what is about to be sent, before the window chooses: a capability such as answers from documents."""
