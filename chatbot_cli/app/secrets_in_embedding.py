"""Keys and passwords in the texts of a collection: such a text is not sent to a server that makes vectors elsewhere."""

from collections.abc import AsyncGenerator, Iterable, Iterator, Sequence
from contextlib import aclosing
from dataclasses import replace
from functools import partial

from chatbot_cli.chat.embedding import Embedded, Embedder
from chatbot_cli.secrets.finding import Find, find_secrets
from chatbot_cli.settings.precedence import Settings

HELD = "it holds what looks like a key or a password"


def without_secrets(embedder: Embedder, settings: Settings) -> Embedder:
    """The embedder as it may be used: one elsewhere gets no text with a secret, unless a warning is enough."""
    if not embedder.address or settings.secrets == "warn":
        return embedder
    return WithoutSecrets(embedder, partial(find_secrets, own=settings.keys))


class WithoutSecrets:
    """An Embedder that refuses, as its server might, the texts in which `find` finds a secret."""

    def __init__(self, embedder: Embedder, find: Find) -> None:
        self._embedder, self._find = embedder, find
        self.fingerprint, self.address = embedder.fingerprint, embedder.address

    async def load(self) -> None:
        await self._embedder.load()

    async def of_question(self, text: str) -> Sequence[float]:
        return await self._embedder.of_question(text)

    async def of_texts(self, texts: Iterable[tuple[str, str]]) -> AsyncGenerator[Embedded, None]:
        held: dict[str, str] = {}

        def harmless() -> Iterator[tuple[str, str]]:
            for digest, text in texts:
                if self._find(text):
                    held[digest] = HELD
                else:
                    yield digest, text

        async with aclosing(self._embedder.of_texts(harmless())) as made:
            async for some in made:
                yield replace(some, refused={**some.refused, **held})
                held.clear()
        if held:
            yield Embedded({}, held)
