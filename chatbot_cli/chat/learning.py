"""What a server's count of tokens teaches: a correction of ours, and that it has not read all (pure).

A tokenizer that we do not have may make a third more tokens of the same text. The correction changes seldom and by
more than a little, since each change may move the window's beginning.
"""

from dataclasses import replace

from chatbot_cli.chat.count_events import CountsApart, ServerReadFewer
from chatbot_cli.chat.limits import REPLY_FRAMING_TOKENS
from chatbot_cli.chat.setup import Setup
from chatbot_cli.chat.window import Window
from chatbot_cli.frozen import frozen

LEAST, MOST = 0.5, 2.0  # a correction beyond these is not the tokenizer's
FEWEST = 200  # tokens; of a smaller request, what a server adds itself is too large a part
CLOSE = 0.02  # what agrees so far is not corrected at all
STEP = 0.05  # a correction changes by no less
READ = 0.6  # a server that counts a smaller share has not read all
READ_SURELY = 0.85  # the same where our count is known to be right, or the server to cut
SAME, GREW = 0.01, 0.1  # a count that stays so far the same while ours grows by more is that of a full window
MANY = 1_000  # tokens; of smaller requests nothing is said


@frozen
class Counts:
    """How many tokens a request of the model `of` had: `ours` without a correction, and as the server `said`.

    While the server says the same, `ours` is the first of them. `is_known` tells that our corrected count fits this
    model: a large request has taught it, or was seen to be cut.
    """

    of: tuple[str, str, str]
    ours: int
    said: int
    is_known: bool


@frozen
class Lesson:
    """The correction from here on, what the user should know of the counts, and the counts for the next request."""

    count_factor: float
    news: ServerReadFewer | CountsApart | None = None
    counts: Counts | None = None


def may_teach(window: Window, setup: Setup, said: int) -> bool:
    """Whether a better count of a request than the estimate so far would teach something."""
    ours = _uncorrected(window, setup)
    return bool(said) and ours is not None and ours >= MANY and abs(said / (ours * setup.count_factor) - 1) > CLOSE


def lesson_of(window: Window, setup: Setup, said: int, before: Counts | None = None) -> Lesson:
    """What a request teaches of whose tokens the server said that there are `said`, after `before`."""
    old, ours, at = setup.count_factor, _uncorrected(window, setup), setup.model.at_server
    before = before if before and before.of == at else None
    if not said or ours is None:
        return Lesson(old, counts=before)
    is_ready, counted = setup.model.counter.is_ready, round(ours * max(old, 1.0))
    if _is_cut(setup, ours, said, before) if is_ready else said < counted * READ:
        counts = _next_counts(Counts(at, ours, said, is_known=True), before) if is_ready else before
        if counted < MANY:
            return Lesson(old, counts=counts)
        is_estimate = not setup.model.counter.exact or old != 1
        cut = ServerReadFewer(said, counted, setup.model.window_setting, is_estimate)
        return Lesson(max(old, 1.0), cut, counts)  # a factor below 1 may come of a request that was cut a little
    if ours < FEWEST or not is_ready:
        return Lesson(old, counts=before)
    counts = _next_counts(Counts(at, ours, said, is_known=ours >= MANY), before)
    if not LEAST <= said / ours <= MOST:
        apart = CountsApart(said, round(ours * old), not setup.counts_exactly)
        return Lesson(old, apart if apart.counted >= MANY else None, counts)
    is_new = old == 1 or (ours >= MANY and not _is_known(old, before))
    return Lesson(_next_factor(1.0 if is_new else old, said / ours), counts=counts)


def _is_cut(setup: Setup, ours: int, said: int, before: Counts | None) -> bool:
    """Whether the server has left out a part of a request that has so many tokens."""
    factor = setup.count_factor
    if before and ours > before.ours * (1 + GREW) and abs(said / before.said - 1) <= SAME:
        return True
    is_known = _is_known(factor, before)
    if not is_known:  # a correction that small requests have taught may hold what the server adds to each of them
        factor = min(factor, 1.0)
    if setup.model.cuts_in_silence:
        return said < ours * max(factor, 1.0) * READ_SURELY
    return said < ours * factor * (READ_SURELY if is_known else READ)


def _is_known(factor: float, before: Counts | None) -> bool:
    """Whether a correction was learned from a large request, or in an earlier run."""
    return before.is_known if before else factor != 1


def _next_counts(counts: Counts, before: Counts | None) -> Counts:
    """The counts of the last request, for the next one."""
    if before is None:
        return counts
    is_same = abs(counts.said / before.said - 1) <= SAME
    ours = min(counts.ours, before.ours) if is_same else counts.ours
    return replace(counts, ours=ours, is_known=counts.is_known or before.is_known)


def _next_factor(old: float, measured: float) -> float:
    """The correction after a request, of whose tokens as we count them the server counted `measured` times as many."""
    if old == 1:
        return round(measured, 3) if abs(measured - 1) > CLOSE else old
    if measured > old * (1 + CLOSE):  # with too low a count a request could be too long
        return round(measured, 3)
    new = (old + measured) / 2
    return round(new, 3) if abs(new / old - 1) > STEP else old


def corrected(window: Window, setup: Setup, said: int | None) -> Setup:
    """A setup that counts as the server has, which refused a request because of so many tokens."""
    ours = _uncorrected(window, setup)
    if not said or not ours or not LEAST <= said / ours <= MOST or abs(said / ours - 1) <= CLOSE:
        return setup
    return replace(setup, count_factor=round(said / ours, 3))


def _uncorrected(window: Window, setup: Setup) -> int | None:
    """Our own count of a request's tokens; None if it holds attachments, whose tokens are a guess."""
    if any(message.size is None for message in window.messages):
        return None
    return REPLY_FRAMING_TOKENS + sum(map(setup.model.counter.count, window.messages))
