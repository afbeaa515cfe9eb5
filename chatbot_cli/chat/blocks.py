"""Where the window begins: it drops exchanges in blocks, so that most requests begin like the one before (pure).

A provider keeps the beginning of a request for some minutes, and takes a fraction of the price for what begins alike.
A window that drops one exchange a turn changes the beginning each time. Both functions look at nothing but the
transcript and the limits, so the same transcript begins at the same place, however it came about.
"""

from collections.abc import Sequence
from typing import NamedTuple


class Size(NamedTuple):
    """The tokens of an exchange, and of its question alone."""

    tokens: int
    question: int


def first_by_turns(count: int, most: int, slide: int) -> int:
    """The first of `count` exchanges that is sent: when there are more than `most`, `slide` of them leave at once."""
    return 0 if count <= most else min(count, -((most - count) // slide) * slide)


def first_by_tokens(
    sizes: Sequence[Size], new: int, room: int, *, strict: bool, most: int | None = None, after_cut: int = 0
) -> int:
    """The first exchange that is sent, of those that were there for each of the requests that led here.

    Each request held one exchange more. When the exchanges and the question no longer fit in `room`, or the exchanges
    have more than `most` tokens, so many leave that those which stay fill three quarters of that; the newest stays in
    any case, if it fits. `new` are the tokens of the new question. If `strict`, only those leave that must.

    The turn rule made its last cut when there were `after_cut` of the exchanges. The requests before that are not
    looked at: with that cut, what fills more than three quarters leaves too. So the beginning never moves back.
    """
    most = room if most is None else most
    if strict:
        return _first_that_fits([size.tokens for size in sizes], min(room - new, most))
    start, held, aim = 0, sum(size.tokens for size in sizes[:after_cut]), min(room, most) * 3 // 4
    requests = (*sizes[after_cut:], Size(0, new))
    for number, (tokens, question) in enumerate(requests, after_cut):
        free = min(room - question, most)
        if held > free or (number == after_cut and held > aim):
            newest = sizes[number - 1].tokens if number else 0
            while start < number and held > max(min(aim, free), newest if newest <= free else 0):
                held -= sizes[start].tokens
                start += 1
        held += tokens
    return start


def _first_that_fits(tokens: Sequence[int], free: int) -> int:
    start = len(tokens)
    while start and tokens[start - 1] <= free:
        start -= 1
        free -= tokens[start]
    return start
