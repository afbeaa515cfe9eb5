"""Texts as vectors: what a model that makes them promises (pure)."""

from collections.abc import AsyncGenerator, Iterable, Mapping, Sequence
from typing import Protocol

from chatbot_cli.frozen import frozen

_BETWEEN = " · "  # the parts of a fingerprint, the model first


def fingerprint_of(model: str, *details: str) -> str:
    """What tells the vectors of a model, made with these details, from all others."""
    return _BETWEEN.join((model, *filter(None, details)))


def model_in(fingerprint: str) -> str:
    """The model that a fingerprint names."""
    return fingerprint.partition(_BETWEEN)[0]


@frozen
class Embedded:
    """Vectors of texts, by their digests; and why the server `refused` others, in a clause."""

    vectors: Mapping[str, Sequence[float]]
    refused: Mapping[str, str]


class Embedder(Protocol):
    """A model that turns texts into vectors, near each other if the texts mean the same."""

    @property
    def fingerprint(self) -> str:
        """The model, its server, and all else that the vectors depend on."""
        ...

    @property
    def address(self) -> str:
        """Where texts are sent, as it may be shown; empty if they stay on this machine."""
        ...

    async def load(self) -> None:
        """Be ready for a question: do what takes its time without asking the server."""
        ...

    async def of_question(self, text: str) -> Sequence[float]:
        """The vector of a question. Raises ProviderError."""
        ...

    def of_texts(self, texts: Iterable[tuple[str, str]]) -> AsyncGenerator[Embedded, None]:
        """The vectors of texts, given with their digests, as they come. Raises ProviderError if the server fails."""
        ...
