"""Makes the vectors that a collection lacks. What is made is kept at once, so that a stop loses a batch at most."""

from collections.abc import Iterator
from contextlib import aclosing
from typing import Protocol

from chatbot_cli.chat.embedding import Embedder, model_in
from chatbot_cli.errors import DocumentsError
from chatbot_cli.frozen import frozen
from chatbot_cli.retrieval.collection import Collection
from chatbot_cli.retrieval.meaning import digest_of_meant, meant, other_model_now

BYTES_OF_A_TOKEN = 4  # in most texts; a count for people
PROBE = "Do you make vectors?"
SHOWN = 3  # texts that are named, of those that the model refuses


@frozen
class ToEmbed:
    """How many texts lack a vector of a model, and about how many tokens they have."""

    texts: int
    tokens: int


@frozen
class Vectors:
    """What came of it: texts that have a vector now, and why the model `refused` others, in clauses."""

    made: int = 0
    refused: tuple[str, ...] = ()


class Progress(Protocol):
    """Is told how many texts are done."""

    def __call__(self, done: int) -> None: ...


def lacking(collection: Collection, fingerprint: str, *, again: bool = False) -> ToEmbed:
    """What it takes to embed a collection with this model; `again`: also what has a vector of it."""
    texts = tokens = 0
    for text in _texts(collection, fingerprint, again=again):
        texts += 1
        tokens += len(text.encode("utf-8", "replace")) // BYTES_OF_A_TOKEN + 1
    return ToEmbed(texts, tokens)


async def embed(collection: Collection, embedder: Embedder, progress: Progress) -> Vectors:
    """Make the vectors that a collection lacks. Whoever calls this is the only one that writes into it.

    Vectors of another model are dropped. Raises ProviderError, SettingsError and DocumentsError.
    """
    if collection.fingerprint() not in ("", embedder.fingerprint):
        await embedder.of_question(PROBE)  # a model that does not answer costs nobody the vectors there are
    collection.set_fingerprint(embedder.fingerprint)
    made, refused = 0, list[str]()
    length = collection.length_of_vectors()
    async with aclosing(embedder.of_texts(collection.without_vector())) as batches:
        async for batch in batches:
            if any(len(vector) != length for vector in batch.vectors.values() if length):
                raise DocumentsError(*other_model_now(collection.name, model_in(embedder.fingerprint)))
            collection.put_vectors({**batch.vectors, **dict.fromkeys(batch.refused, ())})
            made += len(batch.vectors)
            refused += batch.refused.values()
            progress(made + len(refused))
    return Vectors(made, tuple(refused))


def _texts(collection: Collection, fingerprint: str, *, again: bool) -> Iterator[str]:
    """The texts without a vector of a model; all, if the collection has vectors of another, or `again`."""
    if not again and collection.fingerprint() in ("", fingerprint):
        yield from (text for _, text in collection.without_vector())
        return
    seen: set[str] = set()
    for path in collection.files():
        for one in collection.pieces_of(path):
            digest = digest_of_meant(one.headings, one.text)
            if digest not in seen:
                seen.add(digest)
                yield meant(one.headings, one.text)
