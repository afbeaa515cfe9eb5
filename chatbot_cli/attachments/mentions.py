"""Where a text names files: @path, @"my file.pdf", @'my file.pdf', @my\\ file.pdf; what a terminal pastes (pure)."""

import re
import shlex
from collections.abc import Iterator
from typing import NamedTuple
from urllib.parse import unquote, urlsplit

from chatbot_cli.text.at_signs import BEGINS

LONGEST = 1_000  # characters of a path
MOST_CUTS = 40  # signs after a path that may belong to the sentence

_DOUBLE, _SINGLE = rf'"[^"\n]{{1,{LONGEST}}}"', rf"'[^'\n]{{1,{LONGEST}}}'"
_BARE = rf"(?:\\ |[^\s\"`]){{1,{LONGEST}}}"
_MENTION = rf"{BEGINS}(?:({_DOUBLE}|{_SINGLE})|({_BARE}))"
_IN_A_SENTENCE = r".,;:!?…'’”»)]}>*_"  # signs that may follow a path
_PLAIN = r"[^\s\"'`\\]+"  # a path that needs no quotation marks
_ABSOLUTE = r"(?:~?/|file://|[A-Za-z]:[\\/]|\\\\)"


class Mention(NamedTuple):
    """Where a text may name a file: the place of its @, and the paths that may be meant, the longest first."""

    begin: int
    paths: tuple[str, ...]


def mentions_in(text: str) -> Iterator[Mention]:
    """All places where a text may name a file."""
    for found in re.finditer(_MENTION, text):
        quoted, bare = found[1], found[2]
        yield Mention(found.start(), (quoted[1:-1],) if quoted else tuple(_without_the_sentence(bare)))


def as_mentioned(path: str) -> str | None:
    """A path as it is typed after an @: in quotation marks if it has to be; None if it cannot be typed."""
    if not path.isprintable() or len(path) > LONGEST:
        return None
    is_whole = re.fullmatch(_PLAIN, path) and path[-1] not in _IN_A_SENTENCE
    if is_whole:
        return path
    return next((f"{mark}{path}{mark}" for mark in "\"'" if mark not in path), None)


def bare(begun: str) -> str:
    """A path that was begun, without what only keeps its blanks together."""
    return begun[1:] if begun[:1] in ('"', "'") else begun.replace("\\ ", " ")


def words_of(line: str) -> list[str]:
    """The words of a line as a shell takes them; ValueError for a quotation mark that is never closed."""
    if re.search(r"(?:^|\s|[\"'])(?:[A-Za-z]:\\|\\\\)", line):  # of Windows: the backslash divides folders
        return [found[1] or found[2] for found in re.finditer(r'"([^"]*)"|(\S+)', line)]
    return shlex.split(line, comments=False)


def may_be_dragged(paste: str) -> bool:
    """Whether a paste begins as a path does that a terminal writes for a file that is dragged into it."""
    return len(paste) <= 20 * LONGEST and re.match(rf"\s*[\"']?{_ABSOLUTE}", paste) is not None


def is_absolute(path: str) -> bool:
    """Whether a path says where it is from the root, or the home folder, on."""
    return re.match(_ABSOLUTE, path) is not None


def without_address(path: str) -> str:
    """The path of a file:// address of this machine; any other path as it is."""
    if not path.startswith("file://"):
        return path
    try:
        address = urlsplit(path)
    except ValueError:
        return path
    return unquote(address.path) if address.netloc in ("", "localhost") else path


def _without_the_sentence(path: str) -> Iterator[str]:
    """A path, then what is left of it without the signs after it that may belong to the sentence."""
    whole = path = path.replace("\\ ", " ")
    yield path
    for _ in range(MOST_CUTS):
        shorter = re.sub(rf"(?:['’]s|[{re.escape(_IN_A_SENTENCE)}])\Z", "", path)
        if shorter in ("", path):
            break
        path = shorter
        yield path
    if other := re.match(r"(.+?)[^\x00-\x7f\w]", whole):  # the sentence goes on without a blank, as in Chinese
        yield other[1]
