"""Strikes keys and passwords out of a text. Pure."""

import re
from collections.abc import Iterable

from chatbot_cli.secrets.finding import Secret

SHORTEST = 8  # characters of a secret; shorter ones are placeholders, and might be words
SHORTEST_BEGINNING = 12  # characters of one that was cut short

_KEY_LIKE = re.compile(r"\b(?:sk-|pk-|gsk_|xai-|AIza)[\w.*…-]*[\w*]|(?<![\w-])[\w-]{0,64}\*{3,}[\w*-]*")
_KEY_SHOWN = "[key]"


def struck(text: str, *secrets: str) -> str:
    """The text without these secrets, whole, cut short, or masked as servers like to show a key (`sk-...abcd`)."""
    for secret in secrets:
        if len(secret) >= SHORTEST:
            text = text.replace(secret, _KEY_SHOWN)
        if len(secret) > SHORTEST_BEGINNING:
            text = re.sub(rf"{re.escape(secret[:SHORTEST_BEGINNING])}[\w.*…-]*", _KEY_SHOWN, text)
    return _KEY_LIKE.sub(_KEY_SHOWN, text)


def kinds_in_place(text: str, secrets: Iterable[Secret]) -> str:
    """The text with the kind of each of these secrets in its place."""
    for secret in sorted(secrets, key=lambda one: len(one.value), reverse=True):  # one may be a part of another
        text = text.replace(secret.value, f"[{secret.kind}, not shown]")
    return text
