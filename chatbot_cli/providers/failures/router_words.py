"""What routers put around the message of the server after them, and where they keep it. Pure."""

import json
import re
from collections.abc import Mapping

MOST_READ = 4096  # characters of a message
_BEGINNING = re.compile(r"\s*(?:litellm\.\w+:\s*)(?:[A-Z]\w*(?:Error|Exception)\w*(?::| -)\s*)*")  # LiteLLM
_END = re.compile(  # LiteLLM, of its own settings
    r"\s*(?:LiteLLM: model group .*|No fallback model group found .*|Received Model Group=.*|Available Model Group .*)",
    re.DOTALL,
)
_QUOTED = re.compile(r"Error code: \d{3} - \{.*?['\"]message['\"]: (?:'([^']*)'|\"([^\"]*)\")", re.DOTALL)


def unwrapped(message: str) -> str:
    """A message without what a router has put before and after it; as it is if nothing would be left."""
    if not (beginning := _BEGINNING.match(message[:MOST_READ])):
        return message
    rest = _END.sub("", message[beginning.end() : MOST_READ]).strip()
    if quoted := _QUOTED.match(rest):
        rest = quoted[1] or quoted[2] or rest
    return rest or message


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
