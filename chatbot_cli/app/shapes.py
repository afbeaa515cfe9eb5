"""The shapes of data that are asked for: on the command line, in a chat, by a persona, by a program."""

from contextlib import suppress
from pathlib import Path
from typing import TYPE_CHECKING

from chatbot_cli.chat.shape import Shape
from chatbot_cli.errors import SchemaError
from chatbot_cli.frozen import frozen
from chatbot_cli.sessions.setup_json import shape_as_json
from chatbot_cli.text.short import shorten_foreign

if TYPE_CHECKING:
    from chatbot_cli.structured.into import Target

QUOTED = 60  # characters of a quotation in a sentence
JSON, JSONL, CSV, TABLE = OUTPUTS = "json", "jsonl", "csv", "table"  # how data is written
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


def wanted_shape(what: str | None, folder: Path, *, many: bool) -> WantedShape:
    """What `--schema` and `--many` say; `what` may be "off". Raises SchemaError."""
    if what is None or what.strip().casefold() == OFF:
        return WantedShape(is_off=what is not None, many=many)
    return WantedShape(shape_named(what, folder, many=many))


def shape_named(what: str, folder: Path, *, many: bool = False) -> Shape:
    """The shape that is meant by `what`: a list of fields, a JSON file, JSON, or a Python type.

    Files and modules are looked for in `folder`. Raises SchemaError.
    """
    # Imported here: it brings json and jsonschema, which no start without a schema may wait for.
    from chatbot_cli.structured.sources.named import shape_of

    return shape_of(what, folder, many=many)


def target_of(into: object) -> "Target":
    """What a program asks for: a Python type, a JSON Schema, or a line of fields. Raises SchemaError."""
    # Imported here for the same reason as above.
    from chatbot_cli.structured import into as targets

    return targets.target_of(into)


def shape_of_persona(what: str, folder: Path) -> Shape:
    """The same for a persona whose file is in `folder`. Its author may be a stranger, so nobody's code is imported.

    Nor is a file read that is not in the folder. Raises SchemaError.
    """
    # Imported here, for the same reason.
    from chatbot_cli.structured.sources.named import PYTHON_TYPE, file_named, shape_of

    if PYTHON_TYPE.fullmatch(what.strip()):
        sentence = f"{shorten_foreign(what, QUOTED)} is a Python type, and no code is imported for a persona."
        raise SchemaError(sentence, "Write its fields here, or name it where you start the chat, with --schema.")
    with suppress(OSError, ValueError, RuntimeError):  # what cannot be a path is none
        path = file_named(what.strip(), folder)
        if path and not path.resolve().is_relative_to(folder.resolve()):
            raise SchemaError(f"{shorten_foreign(what, QUOTED)} is not in the folder of the persona.")
    return shape_of(what, folder)


def shape_again(source: str, label: str, many: bool) -> Shape | None:
    """A shape that was saved; None if its schema makes no sense: nobody has checked what is in a database."""
    # Imported here, for the same reason.
    from chatbot_cli.structured.schemas.soundness import check
    from chatbot_cli.structured.shape import JsonShape
    from chatbot_cli.structured.sources.json_text import read_json

    try:
        check(read_json(source, "The schema"), "The schema")
    except SchemaError:
        return None
    return JsonShape(source, label, many)
