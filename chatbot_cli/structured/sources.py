"""Finds out what is meant by a schema that the user names."""

from pathlib import Path

from chatbot_cli.structured.shape import JsonShape


def shape_of(what: str, folder: Path, *, many: bool = False) -> JsonShape:
    """The shape that is meant. Raises SchemaError."""
    raise NotImplementedError
