"""Finds secrets in a text, and knows which of them were named before. Pure, and linear in the text's length."""

import re
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import field
from hashlib import sha256
from typing import Literal

from chatbot_cli.errors import SecretRefused
from chatbot_cli.frozen import frozen
from chatbot_cli.hints import setting
from chatbot_cli.secrets.shapes import Shape, secret_shapes

Policy = Literal["ask", "warn", "refuse"]
"""How a message with a secret in it is treated; a script, which cannot ask, warns instead."""

SHORTEST_KEY = 8  # characters; shorter ones are placeholders, and might be words
MOST_SHOWN, MOST_NAMED = 6, 3  # characters of a value, and values in a sentence
_OF_NO_VALUE = (b"page", b"next", b"previous", b"continuation", b"csrf", b"xsrf", b"cancellation", b"sync")


@frozen
class Secret:
    """A secret in a text. `kind` is a noun with its article, such as "a token"; `value` has no label."""

    kind: str
    value: str = field(repr=False)

    @property
    def shown(self) -> str:
        """A part of the value, at most a quarter, by which its owner knows it."""
        most = min(MOST_SHOWN, len(self.value) // 4)
        last = most // 3
        return f"{self.value[: most - last]}…{self.value[len(self.value) - last :]}"


Find = Callable[[str], Sequence[Secret]]
"""Finds the secrets in a text."""


class KnownSecrets:
    """The secrets that this process has already named to the user, kept as hashes only."""

    def __init__(self, find: Find | None = None) -> None:
        self._find = find or find_secrets
        self._hashes: set[bytes] = set()

    def new_in(self, text: str) -> Sequence[Secret]:
        """The secrets in a text that were not named before."""
        return [secret for secret in self._find(text) if _hash(secret) not in self._hashes]

    def add(self, secrets: Iterable[Secret]) -> None:
        """Note that these have been named."""
        self._hashes.update(map(_hash, secrets))


def _hash(secret: Secret) -> bytes:
    return sha256(secret.value.encode("utf-8", "surrogatepass")).digest()


def what_is_held(secrets: Sequence[Secret], holder: str = "This message") -> str:
    """A sentence about the message, or another `holder`, in which these secrets are."""
    named = [f"{secret.kind} ({secret.shown})" for secret in secrets[:MOST_NAMED]]
    if more := len(secrets) - len(named):
        named.append(f"{more} more")
    *first, last = named
    return f"{holder} holds what looks like {', '.join(first)}{' and ' if first else ''}{last}."


def refusal(secrets: Sequence[Secret], holder: str = "This message") -> SecretRefused:
    """The error for a message that is not sent because it, or another `holder`, holds these secrets."""
    hint = f"Take it out, or allow it: {setting('secrets', 'warn')}."
    return SecretRefused(f"{what_is_held(secrets, holder)} It was not sent.", hint)


def find_secrets(text: str, own: Mapping[str, str] | None = None) -> list[Secret]:
    """The secrets in a text in their order, each value once.

    `own` maps variables to the user's keys, which are secrets whatever they look like.
    """
    kept: list[_Hit] = []
    for hit in sorted((*_own_hits(text, own or {}), *_hits(text)), key=lambda hit: (hit.start, hit.rank)):
        if not kept or hit.start >= kept[-1].end:
            kept.append(hit)
        elif hit.rank < kept[-1].rank:  # two shapes match here: keep the more specific one
            kept[-1] = hit
    by_value: dict[str, Secret] = {}
    for hit in kept:
        by_value.setdefault(hit.secret.value, hit.secret)
    return list(by_value.values())


@frozen
class _Hit:
    """A secret and its span in the text. The lower its `rank`, the more specific its shape."""

    start: int
    end: int
    rank: int
    secret: Secret


def _own_hits(text: str, own: Mapping[str, str]) -> Iterator[_Hit]:
    for variable, key in own.items():
        index = text.find(key) if len(key) >= SHORTEST_KEY else -1
        while index >= 0:
            yield _Hit(index, index + len(key), -1, Secret(f"your {variable}", key))
            index = text.find(key, index + len(key))


def _hits(text: str) -> Iterator[_Hit]:
    if not text:
        return
    folded = text.encode("ascii", "replace").lower()  # a byte for each character, so that an index is the same in both
    for rank, shape in enumerate(secret_shapes()):
        for match in _matches(shape, text, folded):
            if shape.is_real(match):
                value = match["value"].strip().removesuffix("\\n")  # JSON writes the end of a line so
                yield _Hit(match.start("value"), match.end("value"), rank, Secret(shape.kind, value))


def _matches(shape: Shape, text: str, folded: bytes) -> Iterator["re.Match[str]"]:
    if not shape.labels and shape.mark in text:  # looking for it first is many times faster than the pattern
        yield from shape.pattern.finditer(text)
    for label in shape.labels:
        index, word = -1, label.encode()
        while (index := folded.find(word, index + 1)) >= 0:
            before = folded[max(0, index - 20) : index].rstrip(b"_-. ")
            if not before.endswith(_OF_NO_VALUE) and (match := shape.pattern.match(text, index + len(word))):
                yield match
