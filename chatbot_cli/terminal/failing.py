"""Shows failures, and all that is wrong with a reply that is not the data that was asked for."""

import logging

from chatbot_cli.chat.conversation import Conversation
from chatbot_cli.chat.messages import Ending
from chatbot_cli.errors import ChatError, InvalidReply
from chatbot_cli.terminal.screen import Screen
from chatbot_cli.text.safe import one_line
from chatbot_cli.text.short import shorten

MOST_PROBLEMS = 4
LONGEST = 160  # characters of a problem

_log = logging.getLogger(__name__)


def fail_on(screen: Screen, error: ChatError) -> None:
    """Show a failure, and of a reply that is not valid the next problems below the first."""
    _log.debug("shown to the user", exc_info=error)
    screen.fail(error)
    if isinstance(error, InvalidReply) and (others := error.problems[1:MOST_PROBLEMS]):
        more = len(error.problems) - MOST_PROBLEMS
        lines = [f"also {shorten(one_line(problem), LONGEST)}" for problem in others]
        screen.say("\n".join([*lines, *([f"and {more} more"] if more > 0 else [])]))


def is_of_data(error: ChatError, conversation: Conversation) -> bool:
    """Whether a reply was kept that is not valid: nothing on the screen says so but its error."""
    return isinstance(error, InvalidReply) or conversation.exchanges[-1].ending is Ending.INVALID
