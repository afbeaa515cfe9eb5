"""The shapes of data that are named: on the command line, in a chat, by a persona."""

from pathlib import Path

from chatbot_cli.chat.shape import Shape


def shape_named(what: str, folder: Path, *, many: bool = False) -> Shape:
    """The shape that is meant by `what`: a list of fields, a JSON file, JSON, or a Python type.

    Files and modules are looked for in `folder`. Raises SchemaError.
    """
    # Imported here: it brings json and jsonschema, which no start without a schema may wait for.
    from chatbot_cli.structured.sources import shape_of

    return shape_of(what, folder, many=many)
