"""What a server says about an error, whatever the shape of the body, as one short line without keys. Pure."""

import re

from chatbot_cli.text.short import shorten_foreign

LENGTH = 160  # characters of a server's message that are shown

LONGEST_PAGE = 4096  # characters of a page in which its title is looked for

_TITLE = re.compile(r"<title[^>]*>(.*?)</title", re.IGNORECASE | re.DOTALL)


def message_of(body: object) -> str:
    """The message in an error's body, in one line; empty when it says nothing."""
    for _ in range(5):  # the depth of the deepest known shape, and some more
        match body:
            case str():
                is_page = body.lstrip().startswith("<")
                return (title_of(body) or "an HTML page") if is_page else shorten_foreign(body, LENGTH)
            case {"message": inner} | {"error": inner} | {"detail": inner} | {"msg": inner} | [inner, *_]:
                body = inner
            case _:
                return ""
    return ""


def sentence(what: str, said: str, otherwise: str = "") -> str:
    """What happened, and what the server said of it, as one sentence."""
    said = (said or otherwise).rstrip(". ")
    if not said:
        return f"{what}."
    return f"{what}: {said}{'' if said.endswith(('!', '?', '…')) else '.'}"


def title_of(page: str) -> str:
    """The title of a web page, in a line; empty if it has none."""
    title = _TITLE.search(page[:LONGEST_PAGE])
    return shorten_foreign(title[1], LENGTH) if title else ""
