"""What a server says about an error, whatever the shape of the body, as one short line without keys. Pure."""

import re

LENGTH = 160  # characters of a server's message that are shown

SHORTEST = 8  # characters of a secret; shorter ones are placeholders, and might be words
SHORTEST_BEGINNING = 12  # characters of one that was cut short

LONGEST_PAGE = 4096  # characters of a page in which its title is looked for

_TITLE = re.compile(r"<title[^>]*>(.*?)</title", re.IGNORECASE | re.DOTALL)
_KEY_LIKE = re.compile(r"\b(?:sk-|pk-|gsk_|xai-|AIza)[\w.*…-]*[\w*]|(?<![\w-])[\w-]{0,64}\*{3,}[\w*-]*")
_KEY_SHOWN = "[key]"


def message_of(body: object) -> str:
    """The message in an error's body, in one line; empty when it says nothing."""
    for _ in range(5):  # the depth of the deepest known shape, and some more
        match body:
            case str():
                return title_of(body) or "an HTML page" if body.lstrip().startswith("<") else _one_line(body)
            case {"message": inner} | {"error": inner} | {"detail": inner} | {"msg": inner} | [inner, *_]:
                body = inner
            case _:
                return ""
    return ""


def scrubbed(text: str, *secrets: str) -> str:
    """The text without these secrets, whole, cut short, or masked as servers like to show a key (`sk-...abcd`)."""
    for secret in secrets:
        if len(secret) >= SHORTEST:
            text = text.replace(secret, _KEY_SHOWN)
        if len(secret) > SHORTEST_BEGINNING:
            text = re.sub(rf"{re.escape(secret[:SHORTEST_BEGINNING])}[\w.*…-]*", _KEY_SHOWN, text)
    return _KEY_LIKE.sub(_KEY_SHOWN, text)


def sentence(what: str, said: str, otherwise: str = "") -> str:
    """What happened, and what the server said of it, as one sentence."""
    said = (said or otherwise).rstrip(". ")
    if not said:
        return f"{what}."
    return f"{what}: {said}{'' if said.endswith(('!', '?', '…')) else '.'}"


def title_of(page: str) -> str:
    """The title of a web page, in a line; empty if it has none."""
    title = _TITLE.search(page[:LONGEST_PAGE])
    return _one_line(title[1]) if title else ""


def _one_line(text: str) -> str:
    line = " ".join("".join(char if char.isprintable() else " " for char in text[: 4 * LENGTH]).split())
    return line if len(line) <= LENGTH else line[: LENGTH - 1].rstrip() + "…"
