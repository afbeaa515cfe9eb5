"""Ends a reply that does not end by itself, before it fills memory and disk."""

from collections.abc import AsyncGenerator
from contextlib import aclosing

from chatbot_cli.chat.events import ModelEvent, ReasoningDelta, TextDelta, ThoughtsSealed
from chatbot_cli.chat.messages import Request
from chatbot_cli.chat.model import ChatModel
from chatbot_cli.errors import ReplyCut

MOST_BYTES = 64_000_000


class BoundedChat:
    """A ChatModel whose replies have at most `most_bytes` of UTF-8, the model's reasoning included."""

    def __init__(self, chat: ChatModel, most_bytes: int = MOST_BYTES) -> None:
        self._chat = chat
        self._most_bytes = most_bytes

    async def stream(self, request: Request) -> AsyncGenerator[ModelEvent, None]:
        """Yield the model's events. Raises ReplyCut at the limit; the piece that goes beyond it is left out."""
        size = 0
        async with aclosing(self._chat.stream(request)) as events:
            async for event in events:
                if isinstance(event, TextDelta | ReasoningDelta | ThoughtsSealed):
                    text = event.seal if isinstance(event, ThoughtsSealed) else event.text
                    size += len(text.encode("utf-8", "surrogatepass"))
                    if size > self._most_bytes:
                        raise ReplyCut(
                            f"it has more than {self._most_bytes:,} bytes, the limit that max_reply_bytes sets"
                        )
                yield event
