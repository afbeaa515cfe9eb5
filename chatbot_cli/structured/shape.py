"""The shape of data as JSON Schema: an implementation of the core's port."""

from functools import lru_cache
from typing import TYPE_CHECKING, Any

from chatbot_cli.chat.shape import SentSchema, ShapeReading, Table
from chatbot_cli.frozen import frozen

if TYPE_CHECKING:
    from chatbot_cli.structured.shape_in_use import ShapeInUse


@frozen
class JsonShape:
    """Replies that are valid by a schema. As the core's `Shape`.

    `source` is a sound schema. It is read when it is first asked for anything, and once.
    """

    source: str
    label: str
    many: bool = False

    @property
    def in_words(self) -> str:
        return _in_use(self.source, self.many).in_words

    def for_server(self, subset: str) -> SentSchema:
        return _in_use(self.source, self.many).for_server(subset)

    def reading(self) -> ShapeReading:
        return _in_use(self.source, self.many).reading()

    def table(self, text: str) -> Table:
        """As the core's. The last text is remembered: of one that goes on only what is new is read."""
        return _in_use(self.source, self.many).table(text)

    def grown(self, text: str) -> Any:
        """The data in as much of a reply as has arrived. What is there once stays, and only grows.

        A list if it is to be one, else an object, or None for what is neither as long as it is not there. Fields that
        are null, numbers, true and false are left out until it is sure that they are meant. It is to be looked at only.
        """
        return _in_use(self.source, self.many).grown(text)

    def csv(self, document: str) -> str:
        return _in_use(self.source, self.many).csv(document)


@lru_cache(maxsize=16)
def _in_use(source: str, many: bool) -> "ShapeInUse":
    # Imported here because most conversations have no shape, and a start has no time for what a shape needs.
    from chatbot_cli.structured.shape_in_use import ShapeInUse

    return ShapeInUse(source, many)
