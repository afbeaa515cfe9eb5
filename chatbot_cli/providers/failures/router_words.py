"""What routers put around the message of the server after them, and where they keep it. Pure."""

import ast
import json
import re
from collections.abc import Mapping

MOST_READ = 4096  # characters of a message
_BEGINNING = re.compile(r"\s*(?:litellm\.\w+:\s*)+(?:[A-Z]\w*(?:Error|Exception)\w*(?::| -)\s*)*")  # LiteLLM
_END = re.compile(  # LiteLLM, of its own settings
    r"\s*(?:\.?\s*Handle with `litellm\..*|model=\S* context_window_fallbacks=.*|LiteLLM: model group .*"
    r"|No fallback model group found .*|Received Model Group=.*|Available Model Group .*)",
    re.DOTALL,
)
_QUOTED = re.compile(r"Error code: \d{3} - \{.*?['\"]message['\"]: (?:'([^']*)'|\"([^\"]*)\")", re.DOTALL)

_BYTES = re.compile(r"b(?:'.*'|\".*\")", re.DOTALL)


def unwrapped(message: str) -> str:
    """A message without what a router has put before and after it; as it is if nothing would be left."""
    if not (beginning := _BEGINNING.match(message[:MOST_READ])):
        return _message_in_reply(message) or message
    rest = _END.sub("", message[beginning.end() : MOST_READ]).strip()
    if quoted := _QUOTED.match(rest):
        rest = quoted[1] or quoted[2] or rest
    return _message_in_reply(rest) or rest or message


def _message_in_reply(text: str) -> str:
    """The message in a server's whole reply, which LiteLLM puts there as JSON or as Python writes bytes; else empty."""
    whole = _BYTES.match(text)
    if not (whole or text.startswith("{")):
        return ""
    try:
        message = json.loads(ast.literal_eval(whole[0]) if whole else text[:MOST_READ])["error"]["message"]
    except (ValueError, SyntaxError, RecursionError, MemoryError, LookupError, TypeError):  # no JSON, or another shape
        return ""
    return message if isinstance(message, str) else ""


def from_provider(error: Mapping[str, object]) -> object:
    """What the server after OpenRouter has said, if the error holds it; None if it does not."""
    metadata = error.get("metadata")
    raw = metadata.get("raw") if isinstance(metadata, Mapping) else None
    if not isinstance(raw, str):
        return raw
    try:
        return json.loads(raw) if raw.lstrip()[:1] in ("{", "[") else raw
    except (ValueError, RecursionError):  # cut off, or thousands of brackets
        return raw
