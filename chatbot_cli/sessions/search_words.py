"""What a search looks for: words, and phrases in quotation marks (pure)."""

import re
from typing import NamedTuple

# A phrase stands by itself. One that is never closed goes on to the end; a single quote may be an apostrophe.
_PHRASE = re.compile(
    r"""(?<!\S)(?:"(?P<straight>[^"]*)"?|“(?P<curly>[^”"]*)[”"]?|„(?P<low>[^“”]*)[“”]?|«(?P<angle>[^»]*)»?"""
    r"""|'(?P<single>[^']+)'|‘(?P<thin>[^’]+)’|「(?P<corner>[^」]*)」?|『(?P<double_corner>[^』]*)』?)(?!\S)"""
)


class Sought(NamedTuple):
    """A word, or a phrase: its words stand one after the other, and each of them is whole."""

    text: str
    is_phrase: bool = False


def sought_in(query: str) -> list[Sought]:
    """The words and phrases of a query, each once. Quotation marks with nothing between them are looked for as such."""
    found: list[Sought] = []
    end = 0
    for match in _PHRASE.finditer(query):
        phrase = (match[match.lastgroup] or "").strip() if match.lastgroup else ""
        found += map(Sought, query[end : match.start()].split())
        found += [Sought(phrase, is_phrase=True)] if phrase else map(Sought, match[0].split())
        end = match.end()
    found += map(Sought, query[end:].split())
    return list(dict.fromkeys(found))
