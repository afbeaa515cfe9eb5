"""Passages of the user's own documents, as values (pure)."""

from enum import Enum
from hashlib import sha256

from chatbot_cli.frozen import frozen


class Unit(Enum):
    """What the places in a document are counted in."""

    LINE = "line"
    PAGE = "page"
    PARAGRAPH = "paragraph"


@frozen
class Place:
    """Where a passage is in its document: from `first` to `last`, both counted from 1."""

    first: int
    last: int
    unit: Unit = Unit.LINE

    def __str__(self) -> str:
        """In words: "lines 12–31", "page 3"."""
        if self.first == self.last:
            return f"{self.unit.value} {self.first:,}"
        return f"{self.unit.value}s {self.first:,}–{self.last:,}"


class Why(Enum):
    """Why a passage is sent."""

    WORDS = "words"
    MEANING = "meaning"
    BOTH = "words and meaning"
    CITED = "cited in the last reply"
    WHOLE = "all is sent"


@frozen
class Passage:
    """A passage of a document.

    `path` is where the document is, `name` what people call it: from the collection's name on, as in
    "notes/setup.md". `headings` are those that the passage stands under, the outermost first. `read` is the SHA-256 of
    the document's bytes when it was read. `number` is what the model cites it by; 0 before it has one. `score` is
    higher for a better one; it can be compared within one search only.
    """

    collection: str
    path: str
    name: str
    place: Place
    text: str
    headings: tuple[str, ...] = ()
    read: str = ""
    number: int = 0
    score: float = 0.0
    why: Why = Why.WORDS

    @property
    def digest(self) -> str:
        """SHA-256 of the text, in hexadecimal: the same text is stored once."""
        return sha256(self.text.encode("utf-8", "surrogatepass")).hexdigest()

    @property
    def at(self) -> str:
        """Where it is, as editors and people read it: "notes/setup.md:12", "report.pdf, p. 14", "… pp. 14–15"."""
        place = self.place
        match place.unit:
            case Unit.LINE:
                return f"{self.name}:{place.first}"
            case Unit.PAGE if place.first == place.last:
                return f"{self.name}, p. {place.first}"
            case Unit.PAGE:
                return f"{self.name}, pp. {place.first}–{place.last}"
            case Unit.PARAGRAPH:
                return f"{self.name}, {place}"


@frozen
class Search:
    """What is looked for: a `question`, with the one before it, since "and on macOS?" says little by itself.

    `cited` are passages that the last reply has cited. At most `passages` are wanted; but all there are, in the order
    of the documents, if they have at most `whole` characters together.
    """

    question: str
    before: str = ""
    cited: tuple[Passage, ...] = ()
    passages: int = 8
    whole: int = 0


@frozen
class Retrieved:
    """What a search found, the best first; or all there is, if it `is_whole`.

    `documents` is how many were searched. `left_out` counts passages that were found and did not fit. `notes` are
    sentences for the user, such as that the search by meaning is not ready.
    """

    passages: tuple[Passage, ...] = ()
    documents: int = 0
    is_whole: bool = False
    left_out: int = 0
    notes: tuple[str, ...] = ()


@frozen
class Citations:
    """What a reply cites.

    `cited` are the passages, each once, in the order of their first citation. `firsts` are, in the same order, where
    what is quoted of each begins, in the unit of its place; where the passage begins if nothing is. `unknown` are
    numbers that were not sent. `misquoted` are quotations, in quotation marks, that stand in none of the passages.
    """

    cited: tuple[Passage, ...] = ()
    unknown: tuple[int, ...] = ()
    misquoted: tuple[str, ...] = ()
    firsts: tuple[int, ...] = ()


class Standing(Enum):
    """What has become of a passage's document since it was read."""

    SAME = ""
    CHANGED = "changed since"
    GONE = "deleted since"
    UNKNOWN = "not in a collection any more"


@frozen
class CollectionReport:
    """A collection of documents, for people. `updated` is in seconds since 1970; None if it was never read.

    `problem` is why it cannot be searched, in a sentence; empty if it can. `meaning` is the model whose vectors it has,
    with `vectors` of its passages; empty for none.
    """

    name: str
    roots: tuple[str, ...] = ()
    documents: int = 0
    passages: int = 0
    skipped: int = 0
    failed: int = 0
    bytes: int = 0
    updated: float | None = None
    problem: str = ""
    meaning: str = ""
    vectors: int = 0
