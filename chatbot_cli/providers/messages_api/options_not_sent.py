"""What is set of a request and not sent so in Messages: there is no field for it, or no room. Pure."""

import json
from collections.abc import Iterator

from chatbot_cli.chat.messages import Request
from chatbot_cli.chat.options import Options
from chatbot_cli.providers.mends import Changed, Mend
from chatbot_cli.providers.messages_api.talents import Talents
from chatbot_cli.providers.messages_api.thinking import OFF, thinking


def reply_limit(options: Options, talents: Talents) -> int:
    """The tokens of a reply, which the protocol wants to know: as many as the user wants, or as the model can."""
    return min(options.max_reply_tokens or talents.longest_reply, talents.longest_reply)


def stops_sent(options: Options) -> list[str]:
    """The texts that end a reply. Those without a word are refused."""
    return [text for text in options.stop if text.strip()]


def not_sent(request: Request, talents: Talents) -> Iterator[Changed]:
    """The options of a request that are not sent as they are set."""
    options = request.options
    if options.seed is not None:
        yield Changed(Mend("seed"), options.seed)
    if blank := [text for text in options.stop if not text.strip()]:
        yield _only("stop_sequences", json.dumps(blank))
    limit = reply_limit(options, talents)
    if (options.max_reply_tokens or 0) > limit:
        yield Changed(Mend("max_tokens", among=(f"at most {limit}",)), options.max_reply_tokens, str(limit))
    if options.effort and options.effort != OFF and not thinking(request, talents, limit):
        yield _only("output_config.effort", options.effort)


def _only(field: str, value: str) -> Changed:
    """That this value of a field is not sent; another one may be."""
    return Changed(Mend(field, only=json.dumps(value)), value)
