"""Where words stand in a text, whatever their case and accents, and a line of it that shows them (pure)."""

import re
import unicodedata
from collections.abc import Sequence

LONGEST_SNIPPET = 160
BEFORE_HIT = 40
MARKS = "[\u0300-\u036f]*"  # accents that stand behind their letter

Span = tuple[int, int]


class _Plain(dict[int, int]):
    """Each character without case and accents, one for one, so that places stay the same."""

    def __missing__(self, code: int) -> int:
        parts = unicodedata.normalize("NFD", chr(code))
        base = parts[0]
        if not all("\u0300" <= mark <= "\u036f" for mark in parts[1:]):  # it is no letter with accents, but of parts
            base = chr(code)
        folded = base.casefold() if len(base.casefold()) == 1 else base.lower()
        self[code] = ord(folded) if len(folded) == 1 else code
        return self[code]


_PLAIN = _Plain()
_BEYOND_ASCII = re.compile(r"[^\x00-\x7f]+")  # elsewhere `lower` does the same, many times faster


def plain(text: str) -> str:
    """The text without case and accents, as long as it was."""
    return text.lower() if text.isascii() else _BEYOND_ASCII.sub(lambda run: run[0].translate(_PLAIN), text).lower()


class Words:
    """Words to be looked for: `whole` ones, or the beginnings of such; else whatever contains them.

    Inside a word any punctuation stands for any other, as in don't and don’t; around it each character counts.
    """

    def __init__(self, words: Sequence[str], *, whole: bool) -> None:
        self._patterns = [re.compile(_pattern(plain(word), whole=whole)) for word in words]
        self._any = re.compile("|".join(pattern.pattern for pattern in self._patterns))
        cut = [_pieces(word) for word in words]
        self.spoken = [" ".join(spoken) for pieces in cut if (spoken := [piece for piece in pieces if _is_word(piece)])]
        self.exact = any(_counts(pieces, place) for pieces in cut for place in range(len(pieces)))

    def all_in(self, text: str) -> bool:
        folded = plain(text)
        return all(pattern.search(folded) for pattern in self._patterns)

    def snippet(self, text: str) -> tuple[str, tuple[Span, ...]]:
        """A line of at most 160 characters around the first hit, and the hits in it."""
        hit = self._any.search(plain(text))
        start = hit.start() if hit else 0
        before = _line(text[max(0, start - 4 * BEFORE_HIT) : start]).lstrip()
        if len(before) > BEFORE_HIT or start > 4 * BEFORE_HIT:
            before = "…" + _from_a_word(before[-BEFORE_HIT:])
        room = LONGEST_SNIPPET - len(before)
        after = _line(text[start : start + 8 * LONGEST_SNIPPET]).rstrip()
        if len(after) > room or start + 8 * LONGEST_SNIPPET < len(text):
            after = after[: room - 1].rstrip() + "…"
        line = (before + after).strip()
        return line, tuple(found.span() for found in self._any.finditer(plain(line)))


def _pattern(word: str, *, whole: bool) -> str:
    pieces = _pieces(word)
    found = r"(?<![^\W_])" if whole and _is_word(pieces[0]) else ""
    for place, piece in enumerate(pieces):
        if _is_word(piece) or _counts(pieces, place):
            found += "".join(re.escape(character) + MARKS for character in piece)
        else:
            found += r"[\W_]+"
    return found


def _pieces(word: str) -> list[str]:
    """The word's letters and digits, and what stands between them; accents that stand behind their letters left out."""
    joined = re.sub(MARKS, "", unicodedata.normalize("NFC", word)) or word
    return re.findall(r"[^\W_]+|[\W_]+", joined)


def _is_word(piece: str) -> bool:
    return piece[0].isalnum()


def _counts(pieces: list[str], place: int) -> bool:
    """Whether each character of a piece counts that is no word: at an end, and the vowel signs of some scripts."""
    piece = pieces[place]
    if _is_word(piece):
        return False
    return place in (0, len(pieces) - 1) or any(unicodedata.category(sign).startswith("M") for sign in piece)


def _line(text: str) -> str:
    return re.sub(r"\s+", " ", text)


def _from_a_word(text: str) -> str:
    """The text from the beginning of its first whole word on."""
    _, blank, rest = text.partition(" ")
    return rest if blank and rest else text
