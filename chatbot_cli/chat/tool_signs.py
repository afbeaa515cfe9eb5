"""The signs that a server has not shown the model its tools, or not in the model's own way. Pure."""

import re

from chatbot_cli.chat.reply_so_far import ReplySoFar
from chatbot_cli.chat.sent_tools import tokens_of
from chatbot_cli.chat.setup import Setup
from chatbot_cli.chat.tool_events import CallInText, ToolsIgnored
from chatbot_cli.chat.window import Window

SURELY_LESS = 0.25  # of the tokens of the tools: a server that counts no more of them has not read them
UNSURELY_LESS = 0.45  # of all tokens, where our count may be another tokenizer's
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
    of_tools, read = tokens_of(window.tools, setup), reply.used.sent
    is_known = setup.counts_exactly or setup.count_factor != 1
    most = window.tokens - of_tools * (1 - SURELY_LESS) if is_known else window.tokens * UNSURELY_LESS
    is_read = read >= (window.tokens - of_tools) * HALF
    return ToolsIgnored(read, window.tokens) if is_read and read < most else None
