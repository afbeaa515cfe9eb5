"""How much may be sent with a request."""

from chatbot_cli.frozen import frozen

REPLY_FRAMING_TOKENS = 3  # every request ends with the opening of the assistant's reply
LARGEST_DEFAULT_REPLY = 4096  # tokens kept free for a reply that has no limit of its own


@frozen
class Limits:
    """How much may be sent: `exchanges` before the new message, and `tokens`, the reply's room included.

    When it is full, `slide` exchanges leave at once; None means half of `exchanges`. With 1 the window is strict: only
    those leave that must. `summary_tokens` are kept free for a summary of those that left.
    """

    exchanges: int
    tokens: int
    reply_tokens: int | None = None
    slide: int | None = None
    summary_tokens: int = 0

    @property
    def reserve(self) -> int:
        """Tokens kept free for the reply: its own limit, or at most a quarter of the window."""
        return min(LARGEST_DEFAULT_REPLY, self.tokens // 4) if self.reply_tokens is None else self.reply_tokens

    @property
    def room(self) -> int:
        """Tokens a request may hold."""
        return max(0, self.tokens - self.reserve)

    @property
    def room_for_pins(self) -> int:
        """Tokens that pinned exchanges may have."""
        return self.room // 2

    @property
    def block(self) -> int:
        """How many exchanges leave at once."""
        return max(1, min(self.exchanges, self.exchanges // 2 if self.slide is None else self.slide))
