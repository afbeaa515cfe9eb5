"""What is set of a request and not sent so in Messages: there is no field for it, or no room. Pure."""

import json
from collections.abc import Iterator
from typing import NamedTuple

from chatbot_cli.chat.options import Options
from chatbot_cli.providers.messages_api.talents import Talents
from chatbot_cli.providers.messages_api.thinking import OFF, thinking


class NotSent(NamedTuple):
    """A field that is not sent with its `value`, in words; another value may be, if `only` this one is not.

    `at_most` is the number that is sent in its place; 0 if nothing is.
    """

    field: str
    value: str
    only: bool = False
    at_most: int = 0


def reply_limit(options: Options, talents: Talents) -> int:
    """The tokens of a reply, which the protocol wants to know: as many as the user wants, or as the model can."""
    return min(options.max_reply_tokens or talents.longest_reply, talents.longest_reply)


def stops_sent(options: Options) -> list[str]:
    """The texts that end a reply. Those without a word are refused."""
    return [text for text in options.stop if text.strip()]


def not_sent(options: Options, talents: Talents) -> Iterator[NotSent]:
    """The options that are not sent as they are set."""
    if options.seed is not None:
        yield NotSent("seed", str(options.seed))
    if blank := [text for text in options.stop if not text.strip()]:
        yield NotSent("stop_sequences", json.dumps(blank), only=True)
    limit = reply_limit(options, talents)
    if (options.max_reply_tokens or 0) > limit:
        yield NotSent("max_tokens", str(options.max_reply_tokens), at_most=limit)
    if options.effort and options.effort != OFF and not thinking(options.effort, talents, limit):
        yield NotSent("output_config.effort", options.effort, only=True)
