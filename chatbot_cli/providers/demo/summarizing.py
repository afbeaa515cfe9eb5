"""The demo model's summaries: what the user said, line by line, as far as there is room. It makes nothing up."""

import re
from collections.abc import Callable, Iterable, Sequence

from chatbot_cli.chat.messages import Message
from chatbot_cli.chat.summaries import INSTRUCTION, LABELS, SAID, SO_FAR
from chatbot_cli.text.short import shorten

QUOTED = 80  # characters of what the user said
USER = f"{LABELS['user']}: "

_MESSAGES = re.compile(rf"\n\n(?=(?:{'|'.join(LABELS.values())}): )")
_WORDS = re.compile(r"at most (\d+) words")

Names = Callable[[str], Sequence[str]]
"""The names by which the user is called in a text, the newest last."""


def asks_for_summary(messages: Sequence[Message]) -> bool:
    """Whether the messages are a request for a summary, not a conversation."""
    return bool(messages) and messages[0].content == INSTRUCTION


def summary_of(request: str, names_in: Names) -> str:
    """The summary that a request asks for. A name that the user told is in it, however little room there is."""
    before, _, said = request.partition(SAID)
    texts, _, task = said.rpartition("\n\n")
    lines = before.removeprefix(SO_FAR).split("\n") + [
        _line(text.removeprefix(USER), names_in) for text in _MESSAGES.split(texts) if text.startswith(USER)
    ]
    asked = _WORDS.search(task)
    return "\n".join(_newest([line for line in lines if line.strip()], int(asked[1]) if asked else 0, names_in))


def _line(said: str, names_in: Names) -> str:
    line = f"The user said: “{shorten(said, QUOTED)}”"
    names = names_in(said)
    return line if not names or names_in(line) else f"The user said, among other things: my name is {names[-1]}."


def _newest(lines: Sequence[str], words: int, names_in: Names) -> Iterable[str]:
    """As many of the newest lines as have so many words, and the newest one with a name."""
    named = next((number for number in reversed(range(len(lines))) if names_in(lines[number])), None)
    kept: list[int] = [] if named is None else [named]
    free = words - sum(len(lines[number].split()) for number in kept)
    for number in reversed(range(len(lines))):
        free -= 0 if number == named else len(lines[number].split())
        if free < 0:
            break
        kept.append(number)
    return [lines[number] for number in sorted(set(kept))]
