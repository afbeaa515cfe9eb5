"""What a server's count of tokens teaches: a correction of ours, and that it has not read all (pure).

A tokenizer that we do not have may make a third more tokens of the same text. The correction changes seldom and by
more than a little, since each change may move the window's beginning.
"""

from dataclasses import replace

from chatbot_cli.chat.events import CountsApart, ServerReadFewer
from chatbot_cli.chat.limits import REPLY_FRAMING_TOKENS
from chatbot_cli.chat.setup import Setup
from chatbot_cli.chat.window import Window
from chatbot_cli.frozen import frozen

LEAST, MOST = 0.5, 2.0  # a correction beyond these is not the tokenizer's
FEWEST = 200  # tokens; of a smaller request, what a server adds itself is too large a part
CLOSE = 0.02  # what agrees so far is not corrected at all
STEP = 0.05  # a correction changes by no less
READ = 0.6  # a server that counts a smaller share has not read all
MANY = 1_000  # tokens; of smaller requests nothing is said


@frozen
class Lesson:
    """The correction from here on, and what the user should know of the counts."""

    count_factor: float
    news: ServerReadFewer | CountsApart | None = None


def lesson_of(window: Window, setup: Setup, said: int) -> Lesson:
    """What a request teaches of whose tokens the server said that there are `said`."""
    old, ours = setup.count_factor, _uncorrected(window, setup)
    if not said or ours is None:
        return Lesson(old)
    counted = round(ours * old)
    if counted >= MANY and said < counted * READ:  # a factor below 1 may come of a request that was cut a little
        return Lesson(max(old, 1.0), ServerReadFewer(said, counted, setup.model.window_setting))
    if ours < FEWEST or not setup.model.counter.is_ready:
        return Lesson(old)
    if not LEAST <= (measured := said / ours) <= MOST:
        return Lesson(old, CountsApart(said, counted) if counted >= MANY else None)
    if old == 1:
        return Lesson(round(measured, 3) if abs(measured - 1) > CLOSE else old)
    new = (old + measured) / 2
    return Lesson(round(new, 3) if abs(new / old - 1) > STEP else old)


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
