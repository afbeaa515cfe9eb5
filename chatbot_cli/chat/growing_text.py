"""A text that grows at its end, such as a reply that is arriving."""


class GrowingText:
    """Holds a text as UTF-8, so that it costs no more memory than its bytes, however small the pieces are.

    A lone surrogate, which UTF-8 does not have, is kept.
    """

    __slots__ = ("_bytes",)

    def __init__(self, text: str = "") -> None:
        self._bytes = bytearray()
        self.append(text)

    def append(self, text: str) -> None:
        """Add a piece at the end."""
        self._bytes += text.encode("utf-8", "surrogatepass")

    @property
    def utf8(self) -> bytearray:
        """The bytes themselves, not a copy: they must not be changed."""
        return self._bytes

    def __len__(self) -> int:
        """Bytes of the text."""
        return len(self._bytes)

    def __str__(self) -> str:
        return self._bytes.decode("utf-8", "surrogatepass")


class ForgottenText(GrowingText):
    """A text of which nothing is kept, because nobody asks for it again. It stays empty."""

    __slots__ = ()

    def append(self, text: str) -> None:
        """Forget the piece."""
