"""The citations of a reply: which of the passages that were sent it cites, and what in it is not so (pure)."""

import re
from collections.abc import Sequence

from chatbot_cli.chat.passages import Citations, Passage

_NUMBER = re.compile(r"\[(\d{1,3}(?:\s*[,;]\s*\d{1,3})*)\](?!\()")


def citations_in(reply: str, passages: Sequence[Passage]) -> Citations:
    """The citations of a reply to which these passages were sent."""
    by_number = {one.number: one for one in passages}
    numbers = list(dict.fromkeys(int(n) for group in _NUMBER.findall(reply) for n in re.findall(r"\d+", group)))
    return Citations(
        tuple(by_number[number] for number in numbers if number in by_number),
        tuple(number for number in numbers if number not in by_number),
    )
