"""Finds names by a few letters of them, as somebody types. Pure, and quick enough for a thousand names a key."""

from collections.abc import Callable, Iterable
from typing import TypeVar

T = TypeVar("T")
BORDERS = frozenset(" -_/:@")
_AS_A_WORD, _BEGINS_A_WORD, _INSIDE, _SCATTERED = range(4)


def best_first(typed: str, things: Iterable[T], name: Callable[[T], str], *, all_of_them: bool = True) -> list[T]:
    """The things whose names hold all words of what was typed, the best first; all in their order for no word.

    A word may be scattered over a name (`snt` in `sonnet`); one that stands in it as it is comes first. Unless
    `all_of_them` are wanted, those are left out that hold it inside of a word, if others have words that begin so.
    """
    words = _plain(typed).split()
    if not words:
        return list(things)
    found = []
    for number, thing in enumerate(things):
        if (score := _score(words, _plain(name(thing)))) is not None:
            found.append((score, number, thing))
    found.sort(key=lambda one: one[:2])
    if found and not all_of_them and (best := found[0][0][0]) <= _BEGINS_A_WORD:
        found = [one for one in found if one[0][0] <= max(best, _BEGINS_A_WORD)]
    return [thing for _, _, thing in found]


def _plain(text: str) -> str:
    """A text in which 5.5 and 5-5 are the same."""
    return text.lower().replace(".", "-")


def _score(words: list[str], name: str) -> tuple[int, int] | None:
    """How far a name is from the words, 0 is nearest; None if one of them is not in it."""
    worst = gaps = 0
    for word in words:
        if (place := name.find(word)) >= 0:
            how = _how_it_stands(word, name, place)
        elif (gap := _gaps(word, name)) is not None:
            how, gaps = _SCATTERED, gaps + gap
        else:
            return None
        worst = max(worst, how)
    return worst, gaps


def _how_it_stands(word: str, name: str, place: int) -> int:
    best = _INSIDE
    while place >= 0:
        if place == 0 or name[place - 1] in BORDERS:
            end = place + len(word)
            if end == len(name) or name[end] in BORDERS:
                return _AS_A_WORD
            best = _BEGINS_A_WORD
        place = name.find(word, place + 1)
    return best


def _gaps(word: str, name: str) -> int | None:
    """How many letters of a name are between those of a word; None if they do not come in this order."""
    first = place = name.find(word[0])
    for letter in word[1:]:
        if place < 0:
            return None
        place = name.find(letter, place + 1)
    return None if place < 0 else place - first + 1 - len(word)
