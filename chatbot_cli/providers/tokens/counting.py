"""Counts tokens: exactly with the vocabularies in this package, by estimate until they are loaded."""

import asyncio
import re
import threading
import zlib
from collections.abc import Callable, Sequence
from functools import lru_cache
from itertools import accumulate, pairwise
from typing import TYPE_CHECKING

from chatbot_cli.chat.attachments import Attachment
from chatbot_cli.chat.messages import Message, TokenCount
from chatbot_cli.chat.rounds import Part, Reasoning, ToolCall
from chatbot_cli.providers.tokens.estimate import estimate

if TYPE_CHECKING:
    from tiktoken import Encoding

MESSAGE_FRAMING_TOKENS = 3
CALL_FRAMING_TOKENS = 5
IMAGE_TOKENS = 1_105  # of an image that does not tell its size
BYTES_OF_A_TOKEN = 4  # of any other file, roughly
CACHED_TEXTS = 8192

# tiktoken panics on some huge texts (a million spaces), so it is given pieces. A piece ends where the tokenizer splits
# too, before the space of a word, after a line, or between a letter and the mark that follows it (Chinese and Japanese
# have no spaces), so the sum is exact. Only a text without all three is cut anywhere.
_MARKS = ",.;:!?\u3001\u3002\uff01\uff0c\uff1a\uff1b\uff1f"
_PIECE = re.compile(rf".{{1,32000}}(?= \S|(?<=\n)\w|(?<=[^\W_])[{_MARKS}]|\Z)|.{{1,32000}}", re.DOTALL)


def cached_count(encode: Callable[[str], Sequence[int]]) -> Callable[[str], int]:
    """A function that counts the tokens of a text, and remembers the counts of the last `CACHED_TEXTS` texts."""

    @lru_cache(CACHED_TEXTS)
    def count(text: str) -> int:
        return sum(len(encode(piece)) for piece in _PIECE.findall(text))

    return count


class Vocabulary:
    """One of OpenAI's tokenizers, shared by the whole process. Loading takes 0.1 s, and up to 85 MB of memory."""

    def __init__(self, name: str, size: int, pattern: str, special_tokens: dict[str, int]) -> None:
        self.name = name
        self._size = size
        self._pattern = pattern
        self._special_tokens = special_tokens
        self._count: Callable[[str], int] | None = None
        self._loading = threading.Lock()

    @property
    def loaded(self) -> bool:
        """Whether `count` is exact."""
        return self._count is not None

    def count(self, text: str) -> int:
        """Tokens of `text`; an estimate until the vocabulary is loaded. A lone surrogate counts as a question mark."""
        sendable = text.encode("utf-8", "replace").decode()
        return estimate(sendable) if self._count is None else self._count(sendable)

    def load(self) -> None:
        """Load the vocabulary, if it is not loaded. Blocks; any thread may call it."""
        with self._loading:
            if self._count is None:
                self._count = cached_count(self._encoding().encode_ordinary)

    def ranks(self) -> dict[bytes, int]:
        """The rank of each token, by its bytes. The compressed table has a byte for each length, then all bytes."""
        # Here, because it is slower to import than everything else in this file, and a start does not need it.
        from importlib.resources import files

        packed = zlib.decompress((files("chatbot_cli.providers.tokens") / "vocabulary" / f"{self.name}.z").read_bytes())
        spans = pairwise(accumulate(packed[: self._size], initial=self._size))
        return {packed[start:end]: rank for rank, (start, end) in enumerate(spans)}

    def _encoding(self) -> "Encoding":
        # Here, because the prompt does not need tiktoken. Its own get_encoding would download the table.
        from tiktoken import Encoding

        return Encoding(
            self.name, pat_str=self._pattern, mergeable_ranks=self.ranks(), special_tokens=self._special_tokens
        )


# The patterns and special tokens are OpenAI's, as published with tiktoken.
O200K_BASE = Vocabulary(
    "o200k_base",
    199_998,
    "|".join(
        (
            r"[^\r\n\p{L}\p{N}]?[\p{Lu}\p{Lt}\p{Lm}\p{Lo}\p{M}]*[\p{Ll}\p{Lm}\p{Lo}\p{M}]+(?i:'s|'t|'re|'ve|'m|'ll|'d)?",
            r"[^\r\n\p{L}\p{N}]?[\p{Lu}\p{Lt}\p{Lm}\p{Lo}\p{M}]+[\p{Ll}\p{Lm}\p{Lo}\p{M}]*(?i:'s|'t|'re|'ve|'m|'ll|'d)?",
            r"\p{N}{1,3}",
            r" ?[^\s\p{L}\p{N}]+[\r\n/]*",
            r"\s*[\r\n]+",
            r"\s+(?!\S)",
            r"\s+",
        )
    ),
    {"<|endoftext|>": 199_999, "<|endofprompt|>": 200_018},
)
CL100K_BASE = Vocabulary(
    "cl100k_base",
    100_256,
    r"'(?i:[sdmt]|ll|ve|re)|[^\r\n\p{L}\p{N}]?+\p{L}++|\p{N}{1,3}+| ?[^\s\p{L}\p{N}]++[\r\n]*+"
    r"|\s++$|\s*[\r\n]|\s+(?!\S)|\s",
    {
        "<|endoftext|>": 100_257,
        "<|fim_prefix|>": 100_258,
        "<|fim_middle|>": 100_259,
        "<|fim_suffix|>": 100_260,
        "<|endofprompt|>": 100_276,
    },
)

_CL100K_MODEL = re.compile(r"gpt-(3\.?5|4)(-|$)")  # gpt-4-turbo, but neither gpt-4o nor gpt-4.1
_OPENAI_MODEL = re.compile(r"gpt-|chatgpt-|o\d|demo$")


class VocabularyCounter:
    """A TokenCounter with one of the vocabularies. `known` tells whether the model is known to use it.

    `family` is the model's name without its provider: images are counted by its rule.
    """

    def __init__(self, vocabulary: Vocabulary, *, known: bool, family: str = "") -> None:
        self._vocabulary = vocabulary
        self._known = known
        self._family = family

    @property
    def exact(self) -> bool:
        """Whether the counts are the model's own, not an estimate."""
        return self._known and self._vocabulary.loaded

    @property
    def is_ready(self) -> bool:
        """Whether the vocabulary is loaded."""
        return self._vocabulary.loaded

    def count(self, message: Message) -> int:
        """Tokens of the message with its role, parts and framing. Images have those of their pixels.

        A kept count holds, if it was made with this vocabulary; thoughts are counted beside it.
        """
        kept = message.token_count
        if kept is not None and kept.vocabulary == self._vocabulary.name:
            return kept.tokens + sum(self._count_part(part) for part in message.parts if isinstance(part, Reasoning))
        text = self.count_text(message.role) + self.count_text(message.content) + MESSAGE_FRAMING_TOKENS
        return text + sum(map(self._count_part, message.parts))

    def count_to_keep(self, message: Message) -> TokenCount | None:
        """The count with the name of the vocabulary; None until that is loaded, and for attachments: an estimate."""
        if not self.is_ready or any(isinstance(part, Attachment) for part in message.parts):
            return None
        return TokenCount(self.count(message), self._vocabulary.name)

    def _count_part(self, part: Part) -> int:
        match part:
            case ToolCall(name=name, arguments=arguments):
                return self.count_text(name) + self.count_text(arguments) + CALL_FRAMING_TOKENS
            case Attachment(is_image=True):
                return self._count_image(part)
            case Attachment(content=content):
                return len(content) // BYTES_OF_A_TOKEN
            case Reasoning():
                return self.count_text(part.text)
        return self.count_text(part.id)

    def _count_image(self, image: Attachment) -> int:
        if (size := image.size) is None:
            return IMAGE_TOKENS
        from chatbot_cli.providers.tokens.images import image_tokens  # imported here: most messages have no images

        return image_tokens(self._family, size.width, size.height)

    def count_text(self, text: str) -> int:
        """Tokens of a text alone."""
        return self._vocabulary.count(text)

    def load(self) -> None:
        """Load the vocabulary, if it is not loaded. Blocks; any thread may call it."""
        self._vocabulary.load()

    async def ready(self) -> None:
        """Return when the vocabulary is loaded."""
        if not self._vocabulary.loaded:
            await asyncio.to_thread(self.load)


def counter_for(model_name: str) -> VocabularyCounter:
    """The counter for a model, named with or without its provider. Unknown models are counted as OpenAI's newest."""
    family = model_name.lower().rpartition("/")[2].removeprefix("ft:").partition(":")[0]
    if _CL100K_MODEL.match(family):
        return VocabularyCounter(CL100K_BASE, known=True, family=family)
    return VocabularyCounter(O200K_BASE, known=_OPENAI_MODEL.match(family) is not None, family=family)
