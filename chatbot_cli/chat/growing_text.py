"""A text that grows at its end, such as a reply that is arriving."""


class GrowingText:
    """Holds a text as UTF-8, so that it costs no more memory than its bytes, however small the pieces are.

    A lone surrogate, which UTF-8 does not have, is kept. Offsets are in bytes.
    """

    __slots__ = ("_bytes", "_gone")

    def __init__(self, text: str = "") -> None:
        self._bytes = bytearray()
        self._gone = 0  # bytes that came first and are not held any more
        self.append(text)

    def append(self, text: str) -> None:
        """Add a piece at the end."""
        self._bytes += text.encode("utf-8", "surrogatepass")

    def part(self, start: int, longest: int) -> bytearray:
        """At most `longest` bytes from the offset `start` on, 4 at least; whole characters if `start` begins one."""
        begin = start - self._gone
        stop = min(begin + longest, len(self._bytes))
        while stop < len(self._bytes) and self._bytes[stop] & 0xC0 == 0x80:  # in the middle of a character
            stop -= 1
        return self._bytes[begin:stop]

    def let_go(self, stop: int) -> None:
        """Note that what comes before the offset `stop` is kept elsewhere. Here it stays all the same."""

    def __len__(self) -> int:
        """Bytes of the text, with those that are not held any more."""
        return self._gone + len(self._bytes)

    def __str__(self) -> str:
        return self._bytes.decode("utf-8", "surrogatepass")


class PassingText(GrowingText):
    """A text that holds only what is not kept elsewhere. As a string, it is that rest."""

    __slots__ = ()

    def let_go(self, stop: int) -> None:
        """Forget what comes before the offset `stop`."""
        del self._bytes[: stop - self._gone]
        self._gone = stop


class ForgottenText(GrowingText):
    """A text of which nothing is kept, because nobody asks for it again. It stays empty."""

    __slots__ = ()

    def append(self, text: str) -> None:
        """Forget the piece."""
