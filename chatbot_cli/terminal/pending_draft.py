"""The text that the next prompt begins with, and what the user can do about a reply that is not whole."""

from typing import NamedTuple

from chatbot_cli.chat.messages import Ending

_AFTER_INVALID = "/retry asks again, in its place; /schema off takes any answer."
_AFTER_LENGTH = "/continue asks for the rest."

NEXT_STEPS = {  # by a reply's ending, and whether the prompt shows the question again
    (Ending.LOST, True): "What came is kept. Enter asks again, in its place; /continue asks for the rest.",
    (Ending.LOST, False): "What came is kept. /retry asks again, in its place; /continue asks for the rest.",
    **dict.fromkeys(((Ending.INVALID, True), (Ending.INVALID, False)), _AFTER_INVALID),
    **dict.fromkeys(((Ending.LENGTH, True), (Ending.LENGTH, False)), _AFTER_LENGTH),
}


class PendingDraft(NamedTuple):
    """The line that the next prompt begins with; `reminder` says why it is there again.

    If it is an edited message, sending it replaces everything after exchange number `after_exchange`.
    """

    line: str = ""
    after_exchange: int | None = None
    reminder: str = ""


NOTHING = PendingDraft()
