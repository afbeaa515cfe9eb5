"""The text that the next prompt begins with, and what the user can do about a reply that is not whole."""

from typing import NamedTuple

from chatbot_cli.chat.messages import Ending, Exchange, calls_of
from chatbot_cli.commands.typed_lines import line_that_sends

_AFTER_INVALID = "/retry asks again, in its place; /schema off takes any answer."
_AFTER_LENGTH = "/continue asks for the rest."
_AFTER_CALLS = "/continue goes on with what the tools have found; /retry asks again, and they run anew."
CONTINUE = "/continue"
WHOLE_RESULTS = "/tool shows the last call with its whole result."

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


def next_step(last: Exchange, *, shows_drafts: bool) -> tuple[str, str] | None:
    """What to say about a reply that is not whole, and what the next prompt begins with; None if it is.

    After calls of tools that is never the question: sent again, it would let them run once more.
    """
    if last.ending is Ending.LIMIT or (last.rounds and last.ending is Ending.LOST):
        hint = f"What came is kept. {_AFTER_CALLS}" if last.ending is Ending.LOST else _AFTER_CALLS
        return hint, CONTINUE if shows_drafts else ""
    if not (hint := NEXT_STEPS.get((last.ending, shows_drafts), "")):
        return None
    return hint, line_that_sends(last.user) if last.ending is Ending.LOST and shows_drafts else ""


def has_hidden_results(last: Exchange) -> bool:
    """Whether a tool has found more than the line of its call shows."""
    if not last.rounds:
        return False
    from chatbot_cli.chat.calls_in_words import is_shown_whole  # imported here: most chats have no tools

    return any(not is_shown_whole(result) for _, result in calls_of(last))
