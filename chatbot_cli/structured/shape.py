"""The shape of data as JSON Schema: an implementation of the core's port."""

from collections.abc import Mapping

from chatbot_cli.chat.shape import ShapeReading, Table
from chatbot_cli.frozen import frozen


@frozen
class JsonShape:
    """Replies that are valid by a schema. As the core's `Shape`."""

    source: str
    label: str
    many: bool = False

    @property
    def in_words(self) -> str:
        raise NotImplementedError

    def for_server(self, subset: str) -> Mapping[str, object]:
        raise NotImplementedError

    def reading(self) -> ShapeReading:
        raise NotImplementedError

    def table(self, text: str) -> Table:
        raise NotImplementedError

    def csv(self, document: str) -> str:
        raise NotImplementedError
