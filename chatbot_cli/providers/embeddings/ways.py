"""How models want to be asked for vectors: what stands before a text, and how many numbers they give. Pure."""

import re
from typing import NamedTuple


class Way(NamedTuple):
    """What a model wants before a `document`, before a `question`, and how many `dimensions` it is asked for."""

    document: str = ""
    question: str = ""
    dimensions: int | None = None

    @property
    def details(self) -> tuple[str, ...]:
        """What the vectors depend on besides the model, for people."""
        numbers = (f"{self.dimensions} numbers",) if self.dimensions else ()
        return (*numbers, *(repr(prefix) for prefix in (self.document, self.question) if prefix))


_TASK = "Instruct: Given a question, retrieve passages that answer it\nQuery: "

# As the models' own pages say; the first row that fits counts. A vector of OpenAI's can be cut: 512 numbers of it find
# nearly as well as all, and take a third of the room.
_WAYS = (
    (re.compile(r"^text-embedding-3-"), Way(dimensions=512)),
    (re.compile(r"nomic-embed-text"), Way("search_document: ", "search_query: ")),
    (re.compile(r"embedding-?gemma"), Way("title: none | text: ", "task: search result | query: ")),
    (re.compile(r"e5-.*instruct|qwen3-embedding"), Way("", _TASK)),
    (re.compile(r"(?:^|-)e5(?:-|$)"), Way("passage: ", "query: ")),
    (re.compile(r"arctic-embed.*(?:2|v2)"), Way("", "query: ")),
    (
        re.compile(r"mxbai-embed|arctic-embed|bge-(?:small|base|large)-en"),
        Way("", "Represent this sentence for searching relevant passages: "),
    ),
)


def way_of(model: str) -> Way:
    """How a model wants to be asked, by its name with or without its maker's."""
    name = model.lower().rpartition("/")[2]
    return next((way for pattern, way in _WAYS if pattern.search(name)), Way())
