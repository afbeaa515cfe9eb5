"""Shows failures, and all that is wrong with a reply that is not the data that was asked for."""

import logging
from collections.abc import Iterator

from chatbot_cli.chat.conversation import Conversation
from chatbot_cli.chat.messages import Ending
from chatbot_cli.errors import ChatError, InvalidReply, ReplyCut
from chatbot_cli.terminal.screen import Screen
from chatbot_cli.text.safe import one_line
from chatbot_cli.text.short import shorten

MOST_PROBLEMS = 4
LONGEST = 160  # characters of a problem

_log = logging.getLogger(__name__)


def fail_on(screen: Screen, error: ChatError) -> None:
    """Show a failure, and of a reply that is not valid the next problems below the first."""
    _log.debug("shown to the user", exc_info=error)
    screen.fail(error, *(_other_problems(error) if isinstance(error, InvalidReply) else ()))


def _other_problems(error: InvalidReply) -> Iterator[str]:
    for problem in error.problems[1:MOST_PROBLEMS]:
        yield f"Also {shorten(one_line(problem), LONGEST)}."
    if (more := len(error.problems) - MOST_PROBLEMS) > 0:
        yield f"And {more} more."


def is_in_the_footer(error: ChatError, conversation: Conversation) -> bool:
    """Whether the footer of the reply that was kept says all of a failure.

    It does not if the reply is no valid data, nor if the server failed between calls of tools and the answer.
    """
    return isinstance(error, ReplyCut) and conversation.exchanges[-1].ending is not Ending.INVALID
