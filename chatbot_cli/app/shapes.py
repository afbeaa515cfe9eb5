"""The shapes of data that are asked for: on the command line, in a chat, by a persona, by a program."""

from pathlib import Path
from typing import TYPE_CHECKING

from chatbot_cli.chat.shape import Shape
from chatbot_cli.frozen import frozen
from chatbot_cli.sessions.setup_json import shape_as_json

if TYPE_CHECKING:
    from chatbot_cli.structured.into import Wanted

OFF = "off"  # in place of a schema: replies are texts again


@frozen
class WantedShape:
    """What a start says of the data that replies are to be: a `shape`, or none any more if it `is_off`.

    Without either, a conversation keeps what it has; with `many`, it is a list of that.
    """

    shape: Shape | None = None
    is_off: bool = False
    many: bool = False

    def in_place_of(self, shape: Shape | None) -> Shape | None:
        """The shape of a new conversation that would have this one."""
        if self.is_off or self.shape:
            return self.shape
        return shape_again(shape.source, shape.label, True) if self.many and shape else shape

    def as_fields(self) -> dict[str, object]:
        """The setup fields that it gives a saved conversation, as `with_overrides` takes them."""
        if self.is_off or self.shape:
            return {"shape": shape_as_json(self.shape)}
        return {"many": True} if self.many else {}


AS_IT_IS = WantedShape()


def shape_again(source: str, label: str, many: bool) -> Shape:
    """The shape of a saved conversation: `source` is its schema, `label` what the user called it."""
    # Imported here, for the reason that `shape_named` gives.
    from chatbot_cli.structured.shape import JsonShape

    return JsonShape(source, label, many)


def wanted_shape(what: str | None, folder: Path, *, many: bool) -> WantedShape:
    """What `--schema` and `--many` say; `what` may be "off". Raises SchemaError."""
    if what is None or what.strip() == OFF:
        return WantedShape(is_off=what is not None, many=many)
    return WantedShape(shape_named(what, folder, many=many))


def shape_named(what: str, folder: Path, *, many: bool = False) -> Shape:
    """The shape that is meant by `what`: a list of fields, a JSON file, JSON, or a Python type.

    Files and modules are looked for in `folder`. Raises SchemaError.
    """
    # Imported here: it brings json and jsonschema, which no start without a schema may wait for.
    from chatbot_cli.structured.sources import shape_of

    return shape_of(what, folder, many=many)


def wanted(into: object) -> "Wanted":
    """What a program asks for: a Python type, a JSON Schema, or a line of fields. Raises SchemaError."""
    # Imported here for the same reason as above.
    from chatbot_cli.structured import into as asked_for

    return asked_for.wanted(into)
