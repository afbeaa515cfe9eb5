"""Answers as data: the shape that a reply is to have. The core knows neither JSON nor schemas; a `Shape` does."""

from collections.abc import Mapping, Sequence
from enum import Enum
from typing import Protocol

from chatbot_cli.frozen import frozen

FIELD_AND_VALUE = ("field", "value")  # the columns of a table of one object: it has a row for each field


class Level(Enum):
    """How a model is made to answer in a shape, the surest way first."""

    SCHEMA = "the schema is sent, and the server is to keep to it"
    OBJECT = "the server is told to answer in JSON, and the model is told the schema"
    WORDS = "the model is told the schema"

    @property
    def next(self) -> "Level | None":
        """The next way, for a server that refuses this one; None after the last."""
        levels = list(Level)
        return next(iter(levels[levels.index(self) + 1 :]), None)


@frozen
class Checked:
    """What a reply turned out to be: its data as a `document`, JSON; or without one, the `problems`, in clauses."""

    document: str = ""
    problems: tuple[str, ...] = ()


@frozen
class Table:
    """Data as rows of text. All rows have a cell for each column."""

    columns: tuple[str, ...]
    rows: tuple[tuple[str, ...], ...]


@frozen
class SentSchema:
    """The schema as JSON that a server is sent. `is_strict` if the server can promise to keep to it."""

    schema: Mapping[str, object]
    is_strict: bool = False


class ShapeReading(Protocol):
    """Reads the replies to one question, each of its tries in turn, while they arrive."""

    def arrived(self, text: str) -> Sequence[str]:
        """Take more of the reply. Returns the rows that it completes: each valid, a line of JSON, and never taken back.

        Only a shape of `many` has rows.
        """
        ...

    def ended(self) -> Checked:
        """The reply is there, whole or not. What it says is checked, together with the rows of earlier tries."""
        ...

    def again(self) -> str:
        """The message to the model after a reply with problems: it names them, and asks for what is missing.

        What arrives from then on is the next reply.
        """
        ...


class Shape(Protocol):
    """The data that replies are to be. Two shapes are equal if they ask for the same."""

    @property
    def label(self) -> str:
        """What the user called it, in one line."""
        ...

    @property
    def source(self) -> str:
        """The schema as the user means it, as JSON. What is valid by it is valid."""
        ...

    @property
    def many(self) -> bool:
        """Whether it is a list of what `source` describes."""
        ...

    @property
    def in_words(self) -> str:
        """What a model is told in its message, so that it answers in this shape."""
        ...

    def for_server(self, subset: str) -> SentSchema:
        """The schema that a server is sent. `subset` names what it takes of JSON Schema; empty for all."""
        ...

    def reading(self) -> ShapeReading:
        """A reading of the replies to one question."""
        ...

    def table(self, text: str) -> Table:
        """As much of a document as a table as there is of it so far; what is not there yet is left out."""
        ...

    def csv(self, document: str) -> str:
        """A document as CSV, as RFC 4180 has it, with a header."""
        ...


@frozen
class Demand:
    """What a request demands of its reply, and how."""

    shape: Shape
    level: Level


def is_document(text: str, shape: Shape) -> bool:
    """Whether a text is a document of a shape, to the letter: a reply of then, and not one that holds a document."""
    reading = shape.reading()
    reading.arrived(text)
    return bool(text) and reading.ended().document == text
