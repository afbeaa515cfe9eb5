"""Finds words in a text whatever their case and accents, and cuts out a line that shows them (pure)."""

import re
import unicodedata
from collections.abc import Sequence

from chatbot_cli.sessions.search_words import Sought

LONGEST_SNIPPET = 160  # characters
BEFORE_HIT = 40  # characters of a snippet before its first hit
ACCENTS = "[\u0300-\u036f]*"  # those that are characters of their own, after their letter

Span = tuple[int, int]


class _Plain(dict[int, int]):
    """Maps a character to itself without case and accent; always to one character, so that positions stay the same."""

    def __missing__(self, code: int) -> int:
        parts = unicodedata.normalize("NFD", chr(code))
        base = parts[0]
        if not all(
            "\u0300" <= mark <= "\u036f" for mark in parts[1:]
        ):  # not a letter with accents, but one that is made of parts
            base = chr(code)
        folded = base.casefold() if len(base.casefold()) == 1 else base.lower()
        self[code] = ord(folded) if len(folded) == 1 else code
        return self[code]


_PLAIN = _Plain()
_BEYOND_ASCII = re.compile(r"[^\x00-\x7f]+")  # for ASCII `lower` does the same, many times faster


def plain(text: str) -> str:
    """The text without case and accents, of the same length."""
    return text.lower() if text.isascii() else _BEYOND_ASCII.sub(lambda run: run[0].translate(_PLAIN), text).lower()


class Words:
    """Words and phrases to search for. With `whole` a word of the text must begin with each of them; else it may
    contain them. With `whole` a phrase ends where a word ends.

    Inside a word, any punctuation matches any other, as in don't and don’t. At its ends punctuation must match exactly.

    `spoken` are the terms of a query to the search index, without punctuation. `exact` tells that punctuation must be
    compared with the text itself, because the index ignores it.
    """

    def __init__(self, words: Sequence[Sought], *, whole: bool) -> None:
        self._patterns = [re.compile(_pattern(word, whole=whole)) for word in words]
        self._any = re.compile("|".join(pattern.pattern for pattern in self._patterns))
        split = [(_pieces(word.text), "" if word.is_phrase else "*") for word in words]
        letters = [(" ".join(piece for piece in pieces if _is_word(piece)), longer) for pieces, longer in split]
        self.spoken = [f'"{spoken}"{longer}' for spoken, longer in letters if spoken]
        self.exact = any(_must_match(pieces, index) for pieces, _ in split for index in range(len(pieces)))

    def all_in(self, text: str) -> bool:
        """Whether the text contains all the words."""
        folded = plain(text)
        return all(pattern.search(folded) for pattern in self._patterns)

    def snippet(self, text: str) -> tuple[str, tuple[Span, ...]]:
        """A line of at most LONGEST_SNIPPET characters around the first hit, and the spans of all hits in it."""
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
        return line, tuple(match.span() for match in self._any.finditer(plain(line)))


def _pattern(word: Sought, *, whole: bool) -> str:
    """The regular expression for a word or phrase, to search a text without case and accents."""
    pieces = _pieces(plain(word.text))
    pattern = r"(?<![^\W_])" if whole and _is_word(pieces[0]) else ""
    for index, piece in enumerate(pieces):
        if _is_word(piece) or _must_match(pieces, index):
            pattern += "".join(re.escape(character) + ACCENTS for character in piece)
        else:
            pattern += r"[\W_]+"
    return pattern + (r"(?![^\W_])" if whole and word.is_phrase and _is_word(pieces[-1]) else "")


def _pieces(word: str) -> list[str]:
    """The word split into runs of letters and digits, and runs of other characters. Separate accents are left out."""
    joined = re.sub(ACCENTS, "", unicodedata.normalize("NFC", word)) or word
    return re.findall(r"[^\W_]+|[\W_]+", joined)


def _is_word(piece: str) -> bool:
    return piece[0].isalnum()


def _must_match(pieces: list[str], index: int) -> bool:
    """Whether punctuation must match exactly: at either end of a search word, and for combining vowel signs."""
    piece = pieces[index]
    if _is_word(piece):
        return False
    return index in (0, len(pieces) - 1) or any(unicodedata.category(sign).startswith("M") for sign in piece)


def _line(text: str) -> str:
    """The text on one line: each run of white space as one blank."""
    return re.sub(r"\s+", " ", text)


def _from_a_word(text: str) -> str:
    """The text from its second word on, as it may begin in the middle of a word; all of it if there is one word."""
    _, blank, rest = text.partition(" ")
    return rest if blank and rest else text
