"""Reads the reply to a request for vectors, which is not trusted. Pure."""

import json
import math
from collections.abc import Sequence


class NoVectors(Exception):
    """The reply holds no vectors; `str` of it is why, in a clause."""


def vectors_in(body: bytes, wanted: int, numbers: int = 0) -> Sequence[Sequence[float]]:
    """The vectors of so many texts, in their order; each has so many `numbers`, if that is known. Raises NoVectors."""
    try:
        data = json.loads(body)["data"]
        rows = sorted(data, key=lambda row: row["index"]) if all("index" in row for row in data) else data
        vectors = [[float(number) for number in row["embedding"]] for row in rows]
    except (ValueError, TypeError, KeyError, RecursionError):
        raise NoVectors("its reply is none of vectors") from None
    if len(vectors) != wanted:
        raise NoVectors(f"it was sent {wanted:,} texts, and replied with {len(vectors):,} vectors")
    if len({len(vector) for vector in vectors}) != 1 or numbers not in (0, len(vectors[0])):
        raise NoVectors("its vectors differ in length")
    if not all(any(vector) and all(map(math.isfinite, vector)) for vector in vectors):
        raise NoVectors("its vectors are not made of numbers")
    return vectors
