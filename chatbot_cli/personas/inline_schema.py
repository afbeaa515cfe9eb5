"""A JSON Schema that is written as YAML, as JSON. Pure."""

from collections.abc import Iterator

import yaml


def as_json(node: yaml.Node) -> str | None:
    """The value of a node in JSON; None if JSON has no such value: a date, an infinite number, a key twice."""
    if any(len(set(keys)) < len(keys) or not all(keys) for keys in _keys(node)):
        return None
    # Imported here: few starts have a schema, and none may wait for it.
    import json

    try:
        value = yaml.constructor.SafeConstructor().construct_document(node)
        return json.dumps(value, ensure_ascii=False, allow_nan=False)
    except (yaml.YAMLError, TypeError, ValueError):
        return None


def _keys(node: yaml.Node) -> Iterator[list[str]]:
    """The keys of each mapping in a node; empty for one that is no text."""
    if isinstance(node, yaml.MappingNode):
        yield [key.value if key.tag == "tag:yaml.org,2002:str" else "" for key, _ in node.value]
        for _, inner in node.value:
            yield from _keys(inner)
    elif isinstance(node, yaml.SequenceNode):
        for inner in node.value:
            yield from _keys(inner)
