"""Reads the message in an error's body, whatever its shape, as one short line. Pure."""

import re

from chatbot_cli.errors import FULL_STOPS, ended
from chatbot_cli.text.short import shorten_foreign

LENGTH = 160  # characters of a server's message that are shown

LONGEST_PAGE = 4096  # characters of a page that are searched for its title

_TITLE = re.compile(r"<title[^>]*>(.*?)</title", re.IGNORECASE | re.DOTALL)


def message_of(body: object) -> str:
    """The message in an error's body, in one line; empty if there is none."""
    for _ in range(5):  # more than the depth of the deepest known shape
        match body:
            case str():
                is_page = body.lstrip().startswith("<")
                return (title_of(body) or "an HTML page") if is_page else shorten_foreign(body, LENGTH)
            case {"message": inner} | {"error": inner} | {"detail": inner} | {"msg": inner} | [inner, *_]:
                body = inner
            case _:
                return ""
    return ""


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
