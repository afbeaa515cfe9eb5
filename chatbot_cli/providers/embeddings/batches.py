"""Texts in batches that a server takes: not too many of them, and not too long together. Pure."""

from collections.abc import Iterable, Iterator

from chatbot_cli.frozen import frozen

BYTES_OF_A_TOKEN = 3  # in most texts there are more, so this counts rather too many tokens


@frozen
class Sizes:
    """How many texts a batch may have at most, and how many tokens together."""

    texts: int
    tokens: int


# OpenAI refuses more than 300,000 tokens. A local server is slow: what it has made should be seen, and kept, soon.
REMOTE = Sizes(texts=256, tokens=100_000)
LOCAL = Sizes(texts=32, tokens=16_000)

Text = tuple[str, str]  # the digest, and the text


def tokens_about(text: str) -> int:
    """About how many tokens a text has, and rather too many."""
    return len(text.encode("utf-8", "replace")) // BYTES_OF_A_TOKEN + 1


def batched(texts: Iterable[Text], sizes: Sizes) -> Iterator[list[Text]]:
    """The texts in batches. One that is too long for any batch is alone."""
    batch: list[Text] = []
    tokens = 0
    for digest, text in texts:
        more = tokens_about(text)
        if batch and (len(batch) == sizes.texts or tokens + more > sizes.tokens):
            yield batch
            batch, tokens = [], 0
        batch.append((digest, text))
        tokens += more
    if batch:
        yield batch


def halved(batch: list[Text]) -> tuple[list[Text], list[Text]]:
    """Both halves of a batch."""
    middle = len(batch) // 2
    return batch[:middle], batch[middle:]
