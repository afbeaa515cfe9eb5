"""Vectors: how they are kept, and which are nearest to one. Searching takes numpy, keeping them does not."""

import math
import struct
from collections.abc import Iterable, Sequence
from typing import TYPE_CHECKING, Any

from chatbot_cli.errors import DocumentsError
from chatbot_cli.system.extras import install_command

if TYPE_CHECKING:
    import numpy as np

MOST_WHOLE = 50_000  # vectors that are compared whole; of more, first their signs
CANDIDATES = 1_000  # by their signs, of which the nearest are then found
_ROWS_AT_ONCE = 4_096
BYTES_OF_A_NUMBER = 2  # in a kept vector


def packed(vector: Sequence[float]) -> bytes:
    """A vector as it is kept: of length 1, two bytes a number. Raises DocumentsError if it has no direction."""
    length = math.sqrt(math.fsum(number * number for number in vector))
    if not 0 < length < math.inf:
        raise DocumentsError("A vector of the embedding model has no direction.")
    return struct.pack(f"<{len(vector)}e", *(number / length for number in vector))


def unpacked(vector: bytes) -> Sequence[float]:
    """A kept vector."""
    return struct.unpack(f"<{len(vector) // 2}e", vector)


class Nearest:
    """Finds the vectors that are nearest to one, among those given as (key, kept vector).

    Up to `MOST_WHOLE` of them are compared whole; of more only the signs are held, an eighth of a byte a number, and
    the best by these are asked for again. All have the same length; those of another are left out.
    """

    def __init__(self, vectors: Iterable[tuple[str, bytes]], count: int) -> None:
        self._np = _numpy()
        self._by_signs = count > MOST_WHOLE
        self.keys: list[str] = []
        parts: list[Any] = []
        self.numbers = 0
        for batch in _batches(vectors):
            self.numbers = self.numbers or len(batch[0][1]) // 2
            fitting = [(key, vector) for key, vector in batch if len(vector) == 2 * self.numbers]
            self.keys += (key for key, _ in fitting)
            parts.append(self._rows(b"".join(vector for _, vector in fitting)))
        self._matrix = self._np.concatenate(parts) if parts else None

    def candidates(self, vector: Sequence[float], limit: int) -> list[tuple[str, float]]:
        """The keys of the nearest, with scores. More than `limit` if their order is only known by their signs."""
        if self._matrix is None or len(vector) != self.numbers:
            return []
        np, asked = self._np, self._np.asarray(vector, dtype="float32")
        if self._by_signs:
            limit = max(CANDIDATES, 10 * limit)
            differing = np.bitwise_xor(self._matrix, self._signs(asked[None, :]))
            scores = -_ones(np, differing).astype("float32")
        else:
            scores = self._matrix @ (asked / (np.linalg.norm(asked) or 1.0))
        return self._best(self.keys, scores, limit)

    def exactly(
        self, vector: Sequence[float], kept: Sequence[tuple[str, bytes]], limit: int
    ) -> list[tuple[str, float]]:
        """The nearest among some kept vectors, given with their keys, and how near they are."""
        np, asked = self._np, self._np.asarray(vector, dtype="float32")
        kept = [one for one in kept if len(one[1]) == 2 * len(vector)]
        rows = np.frombuffer(b"".join(row for _, row in kept), dtype="<f2").reshape(-1, len(vector))
        scores = rows.astype("float32") @ (asked / (np.linalg.norm(asked) or 1.0))
        return self._best([key for key, _ in kept], scores, limit)

    def _best(self, keys: Sequence[str], scores: "np.ndarray[Any, Any]", limit: int) -> list[tuple[str, float]]:
        best = self._np.arange(len(scores))
        if len(scores) > limit:
            best = self._np.argpartition(-scores, limit)[:limit]
        best = best[self._np.argsort(-scores[best], kind="stable")]
        return [(keys[row], float(scores[row])) for row in best]

    @property
    def is_exact(self) -> bool:
        """Whether the scores of `candidates` are final."""
        return not self._by_signs

    def _rows(self, vectors: bytes) -> "np.ndarray[Any, Any]":
        whole = self._np.frombuffer(vectors, dtype="<f2").reshape(-1, self.numbers)
        return self._signs(whole) if self._by_signs else whole.astype("float32")

    def _signs(self, rows: "np.ndarray[Any, Any]") -> "np.ndarray[Any, Any]":
        """The signs of rows, one bit a number, in words of eight bytes."""
        bits = self._np.packbits(rows > 0, axis=1)
        wide = self._np.zeros((len(bits), -(-bits.shape[1] // 8) * 8), dtype="uint8")
        wide[:, : bits.shape[1]] = bits
        words: np.ndarray[Any, Any] = wide.view("uint64")
        return words


def _batches(vectors: Iterable[tuple[str, bytes]]) -> Iterable[list[tuple[str, bytes]]]:
    batch: list[tuple[str, bytes]] = []
    for one in vectors:
        batch.append(one)
        if len(batch) == _ROWS_AT_ONCE:
            yield batch
            batch = []
    if batch:
        yield batch


def _ones(numpy: Any, words: "np.ndarray[Any, Any]") -> "np.ndarray[Any, Any]":
    """How many bits of each row are set."""
    if hasattr(numpy, "bitwise_count"):
        counted = numpy.bitwise_count(words)
    else:  # before numpy 2
        counted = numpy.unpackbits(words.view("uint8"), axis=1)
    ones: np.ndarray[Any, Any] = counted.sum(axis=1, dtype="int32")
    return ones


def _numpy() -> Any:
    try:
        import numpy as np  # imported here: only a search by meaning needs it, and not every installation has it
    except ImportError:
        raise without_numpy() from None
    return np


def without_numpy() -> DocumentsError:
    """The error if vectors are wanted, and numpy is not there."""
    return DocumentsError("Searching by meaning takes numpy.", install_command("semantic"))
