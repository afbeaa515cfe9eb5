"""How much may be sent with a request."""

from chatbot_cli.frozen import frozen

REPLY_FRAMING_TOKENS = 3  # every request ends with the opening of the assistant's reply
LARGEST_DEFAULT_REPLY = 4096  # tokens kept free for a reply that has no limit of its own
HISTORY_TOKENS = 64_000  # of earlier exchanges by default, however large the model: they cost money with each turn


@frozen
class Limits:
    """How much may be sent: `exchanges` before the new message, and `tokens`, the reply's room included.

    When it is full, `slide` exchanges leave at once; None means half of `exchanges`. With 1 the window is strict: only
    those leave that must. `summary_tokens` are kept free for a summary of those that left. `history_tokens` is the most
    that the exchanges may have; None means as many as there is room for. `input_tokens` is the most that a request may
    have, if that is less than the reply leaves of the window. `are_learned` tells that the server holds no more tokens
    than these, and `widened_by` names what sets how many it holds, if that is known.
    """

    exchanges: int
    tokens: int
    reply_tokens: int | None = None
    slide: int | None = None
    summary_tokens: int = 0
    history_tokens: int | None = None
    are_learned: bool = False
    input_tokens: int | None = None
    widened_by: str = ""

    @property
    def reserve(self) -> int:
        """Tokens kept free for the reply: its own limit, or at most a quarter of the window."""
        return min(LARGEST_DEFAULT_REPLY, self.tokens // 4) if self.reply_tokens is None else self.reply_tokens

    @property
    def room(self) -> int:
        """Tokens a request may hold."""
        room = max(0, self.tokens - self.reserve)
        return room if self.input_tokens is None else min(room, self.input_tokens)

    def tokens_for(self, request: int) -> int:
        """A window in which a request of so many tokens has room: the smallest one of whole thousands."""
        reserve = min(LARGEST_DEFAULT_REPLY, -(-request // 3)) if self.reply_tokens is None else self.reply_tokens
        return -(-(request + reserve) // 1000) * 1000

    @property
    def room_for_exchanges(self) -> int:
        """Tokens that exchanges may have, if nothing else is sent."""
        return self.room if self.history_tokens is None else min(self.room, self.history_tokens)

    @property
    def room_for_pins(self) -> int:
        """Tokens that pinned exchanges may have."""
        return self.room_for_exchanges // 2

    @property
    def block(self) -> int:
        """How many exchanges leave at once."""
        return max(1, min(self.exchanges, self.exchanges // 2 if self.slide is None else self.slide))
