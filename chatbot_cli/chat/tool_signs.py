"""The signs that a server has not shown the model its tools, or not in the model's own way. Pure."""

import re

from chatbot_cli.chat.reply_so_far import ReplySoFar
from chatbot_cli.chat.sent_tools import tokens_of
from chatbot_cli.chat.setup import Setup
from chatbot_cli.chat.tool_events import CallInText, ToolsIgnored
from chatbot_cli.chat.window import Window

SURELY_LESS = 0.25  # of the tokens of the tools: a server that counts no more of them has not read them
# Where our count may be another tokenizer's, it is said only if no usual tokenizer would bring the tools to so little.
UNSURELY_LESS = 0.45  # of all tokens
CLOSE, LARGE = 1.1, 0.4  # times the messages: as much as they alone have, and tools that would be seen beside them
HALF = 0.5  # of the messages: who counts fewer has not read them either, or does not count what is cached

_CALL = re.compile(
    r"\s*(?:<\|?tool[_ ]calls?|<function[=_]|\[TOOL_CALLS\]|<｜tool▁calls?|<\|python_tag\|>|functools\[)",
    re.IGNORECASE,
)


def sign_in(window: Window, reply: ReplySoFar, setup: Setup) -> CallInText | ToolsIgnored | None:
    """What a reply without a call tells of the tools that its request told of; None if it is nothing."""
    if _CALL.match(str(reply.text)):
        return CallInText()
    if reply.used is None or not reply.used.sent or setup.shape or reply.rounds:
        return None
    read, of_tools = reply.used.sent, tokens_of(window.tools, setup)
    messages = window.tokens - of_tools
    if setup.counts_exactly or setup.count_factor != 1:
        most = messages + of_tools * SURELY_LESS
    else:
        most = max(window.tokens * UNSURELY_LESS, messages * CLOSE if of_tools > messages * LARGE else 0)
    return ToolsIgnored(read, window.tokens) if messages * HALF <= read < most else None
