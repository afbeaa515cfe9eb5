"""Reads the message in an error's body, whatever its shape, as one short line. Pure."""

import re
from collections.abc import Mapping, Sequence

from chatbot_cli.errors import FULL_STOPS, ended
from chatbot_cli.providers.failures.router_words import from_provider, unwrapped
from chatbot_cli.text.short import shorten_foreign

LENGTH = 160  # characters of a server's message that are shown

LONGEST_PAGE = 4096  # characters of a page that are searched for its title

_TITLE = re.compile(r"<title[^>]*>(.*?)</title", re.IGNORECASE | re.DOTALL)


def message_of(body: object) -> str:
    """The message in an error's body, in one line, without a router's words around it; empty if there is none."""
    text = whole_message_of(body)
    if text.lstrip().startswith("<"):
        return title_of(text) or "an HTML page"
    return shorten_foreign(unwrapped(text), LENGTH)


def whole_message_of(body: object) -> str:
    """The message in an error's body as it came; empty if there is none."""
    for _ in range(8):  # more than the depth of the deepest known shape
        if isinstance(body, Mapping) and (inner := from_provider(body)):
            body = inner
            continue
        match body:
            case str():
                return body
            case {"loc": [_, *_] as loc, "msg": str(said)} | [{"loc": [_, *_] as loc, "msg": str(said)}, *_]:
                return f"{_place(loc)}{said}"
            case {"message": inner} | {"error": inner} | {"detail": inner} | {"msg": inner} | [inner, *_]:
                body = inner
            case _:
                return ""
    return ""


def _place(loc: Sequence[object]) -> str:
    """The place in a request that pydantic names, as in `messages.0.content: `; empty for all of it."""
    place = ".".join(str(part) for part in loc if part != "body")
    return f"{place}: " if place else ""


def sentence(problem: str, message: str) -> str:
    """One sentence: the problem, then the server's message if there is one."""
    clause = message.rstrip(". ")
    return ended(f"{problem}: {clause}." if clause else f"{problem}.")


def as_clause(message: str) -> str:
    """A server's message without the full stop at its end, whatever the script, so that a sentence can go on."""
    return message.rstrip(f"{FULL_STOPS} ")


def title_of(page: str) -> str:
    """The title of a web page, in a line; empty if it has none."""
    title = _TITLE.search(page[:LONGEST_PAGE])
    return shorten_foreign(title[1], LENGTH) if title else ""
