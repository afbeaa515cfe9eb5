"""Makes text encodable: half characters, which models and servers send, would be a fault in a request. Pure."""

import codecs


class Mender:
    """Makes text encodable: a surrogate pair, even in two pieces, becomes its character, a lone surrogate U+FFFD."""

    def __init__(self) -> None:
        self._decoder = codecs.getincrementaldecoder("utf-16-le")("replace")

    def mend(self, text: str, *, last: bool = False) -> str:
        """The text that is complete, with what was held back before; `last` means that nothing follows."""
        return self._decoder.decode(text.encode("utf-16-le", "surrogatepass"), last)


def mended(text: str) -> str:
    """A whole text, as by `Mender`."""
    return Mender().mend(text, last=True)
