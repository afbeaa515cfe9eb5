"""What the name of a model says: its words, its version, whether it is a copy of another, what it is made for. Pure.

claude-sonnet-5-5             claude sonnet 5.5      version 5.5
gpt-4o-mini-2024-07-18        gpt 4o mini            version 4, a dated copy of gpt-4o-mini, a small one
meta-llama/llama-3.3-70b      meta llama llama 3.3   version 3.3; sizes are no versions
"""

import re
from enum import IntEnum
from typing import NamedTuple

_DATES = re.compile(
    r"(?<![0-9])(?:20[0-9]{2}-?[01][0-9]-?[0-3][0-9]|[01][0-9]-20[0-9]{2}|[0-3]?[0-9]-[01][0-9]-20[0-9]{2}|[0-9]{4}|00[0-9])"
    r"(?![0-9.])"
)
_JOINED = re.compile(r"(?<![0-9a-z.])([1-9][0-9]?)-([0-9]{1,2})(?![0-9a-z.])")  # 5-5 is version 5.5
_POINT = re.compile(r"(?<=[0-9])p(?=[0-9])")  # Fireworks writes 5.3 as 5p3
_WORD = re.compile(r"[0-9]+x[0-9]+b|[0-9]+(?:\.[0-9]+)*[a-z]*|[a-z]+")
_SIZE = re.compile(r"[0-9]+(?:\.[0-9]+)?(?:x[0-9]+)?(?:b|m|k|e|t)|[0-9]+x[0-9]+b")
_VERSION = re.compile(r"([0-9]+)(?:\.([0-9]+))?")
_LATEST = "latest"
_OF_PATHS = ("accounts", "models")  # of names such as accounts/fireworks/models/glm-5p1

_SMALL_OR_LARGE = frozenset(
    ["mini", "nano", "lite", "tiny", "small", "micro", "pro", "max", "ultra", "fast", "turbo", "highspeed", "air"]
)
_SPECIAL = frozenset(
    [
        "codex",
        "code",
        "coder",
        "search",
        "research",
        "deep",
        "computer",
        "thinking",
        "reasoning",
        "non",
        "multi",
        "agent",
        "omni",
        "robotics",
        "cyber",
        "law",
        "live",
        "rosalind",
        "daybreak",
        "math",
        "vision",
        "vl",
        "customtools",
        "learnlm",
        "chat",
        "base",
        "distill",
        "oss",
        "vibe",
        "er",
    ]
)
_PREVIEW = frozenset(["preview", "exp", "experimental", "beta", "alpha", "labs", "dev", "nightly", "rc"])
_NO_CHAT = frozenset(
    [
        "audio",
        "realtime",
        "transcribe",
        "transcription",
        "tts",
        "stt",
        "whisper",
        "speech",
        "image",
        "images",
        "imagen",
        "video",
        "embed",
        "embedding",
        "embeddings",
        "moderation",
        "guard",
        "safeguard",
        "rerank",
        "reranker",
        "ocr",
        "dall",
        "sora",
        "veo",
        "lyria",
        "dubbing",
    ]
)


class Standing(IntEnum):
    """How near a model is to what people mean who name none in particular; the nearest first."""

    PLAIN = 0
    SIZED = 1
    SPECIAL = 2
    PREVIEW = 3
    DEPRECATED = 4
    NO_CHAT = 5


class NameParts(NamedTuple):
    """A name taken apart. Copies of one model have the same `stem`; `date` tells them apart, or is empty.

    `words` are in order, in small letters, without dates. `version` is empty if the name has none.
    """

    words: tuple[str, ...]
    stem: tuple[str, ...]
    version: tuple[int, float] | tuple[()]
    date: str
    is_moving: bool

    def standing(self, asked: frozenset[str] = frozenset()) -> Standing:
        """Where the model stands for somebody who asked for these words; what is asked for is nothing special."""
        words = {word.strip("0123456789.") for word in self.words} - asked
        for standing, marks in _MARKS:
            if words & marks:
                return standing
        return Standing.PLAIN


_MARKS = (
    (Standing.NO_CHAT, _NO_CHAT),
    (Standing.PREVIEW, _PREVIEW),
    (Standing.SPECIAL, _SPECIAL),
    (Standing.SIZED, _SMALL_OR_LARGE),
)


def words_of(text: str) -> tuple[str, ...]:
    """The words and numbers of a name, or of what somebody typed to mean one."""
    return _words(_POINT.sub(".", _JOINED.sub(r"\1.\2", text.lower())))


def parts_of(name: str) -> NameParts:
    """A model's name, taken apart. The vendor before a slash is a word of it, and has no version."""
    lower = name.lower()
    vendor, _, own = lower.rpartition("/")
    dates = _DATES.findall(own)
    undated = _DATES.sub("", own)
    words = words_of(undated)
    stem = tuple(word for word in words if word != _LATEST)
    makers = tuple(word for word in _words(vendor) if word not in _OF_PATHS)
    return NameParts((*makers, *words), (vendor, *stem), _version(words), max(dates, default=""), _LATEST in words)


def _words(text: str) -> tuple[str, ...]:
    words: list[str] = []
    for word in _WORD.findall(text):
        if words and words[-1] == "v" and word[0].isdigit():
            words[-1] = word  # v4 is 4
        else:
            words.append(word)
    return tuple(words)


def _version(words: tuple[str, ...]) -> tuple[int, float] | tuple[()]:
    """The first number that is no size. 4.20 is less than 4.7: versions are counted as decimals."""
    for word in words:
        if word[0].isdigit() and not _SIZE.fullmatch(word) and (found := _VERSION.match(word)):
            return int(found[1]), float(f"0.{found[2] or 0}")
    return ()
