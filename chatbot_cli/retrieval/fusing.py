"""Puts what was found by words, and by meaning, into one order (pure)."""

from collections import Counter
from collections.abc import Sequence
from dataclasses import replace

from chatbot_cli.chat.passages import Passage, Place, Why

WORDS, MEANING = 2.0, 1.0  # what a rank weighs
SMOOTH = 60  # with this, the first ranks differ little: a passage that both found is better than the first of one
AGAIN = 1.25  # what it makes of a passage's score that the last reply has cited
FOLLOW_UPS = 2  # passages that the last reply has cited, and that come again without being found
_Key = tuple[str, str, Place, str]


def fused(by_words: Sequence[Passage], by_meaning: Sequence[Passage], cited: Sequence[Passage]) -> list[Passage]:
    """All passages, the best first, each text once. `cited` are those of the last reply, as they are now."""
    found = _ranked(by_words, by_meaning) if by_meaning else {_key(one): one for one in by_words}
    best = max((one.score for one in found.values()), default=0.0)
    kept = 0
    for one in cited:
        there = found.get(_key(one))
        if there:
            found[_key(one)] = replace(there, score=there.score * AGAIN)
        elif kept < FOLLOW_UPS:
            kept += 1
            found[_key(one)] = replace(one, number=0, score=best / 2, why=Why.CITED)
    in_order = sorted(found.values(), key=lambda one: -one.score)  # stable: of equal ones, the first found
    each_once: dict[str, Passage] = {}
    for one in in_order:
        each_once.setdefault(one.text, one)
    return list(each_once.values())


def in_turn(best_first: Sequence[Passage]) -> list[Passage]:
    """What was found by words in several collections: the best of each, then the second of each, and so on.

    A word is rare or common in its collection: scores of two of them cannot be compared, and a small one has low ones.
    """
    ranks: Counter[str] = Counter()
    if len({one.collection for one in best_first}) < 2:
        return list(best_first)
    again = []
    for one in best_first:
        ranks[one.collection] += 1
        again.append(replace(one, score=WORDS / (SMOOTH + ranks[one.collection])))
    return sorted(again, key=lambda one: -one.score)


def _ranked(by_words: Sequence[Passage], by_meaning: Sequence[Passage]) -> dict[_Key, Passage]:
    """The passages, whose scores are the sum of what their ranks are worth."""
    found: dict[_Key, Passage] = {}
    for weight, why, passages in ((WORDS, Why.WORDS, by_words), (MEANING, Why.MEANING, by_meaning)):
        for rank, one in enumerate(passages, 1):
            score = weight / (SMOOTH + rank)
            there = found.get(_key(one))
            if there:
                found[_key(one)] = replace(there, score=there.score + score, why=Why.BOTH)
            else:
                found[_key(one)] = replace(one, score=score, why=why)
    return found


def _key(passage: Passage) -> _Key:
    return passage.collection, passage.path, passage.place, passage.text
