"""What a server is sent of a schema, and why it differs from what the user gave. Pure.

The root is an object for every server: another one is wrapped, and what comes is unwrapped again. A subset says what
else a server does not take: "" is all of JSON Schema, "strict" what OpenAI takes if it promises to keep to it, and
"claude" the same of Claude.
"""

from collections.abc import Mapping
from typing import Any

from chatbot_cli.chat.shape import SentSchema
from chatbot_cli.frozen import frozen
from chatbot_cli.structured.schemas.places import place
from chatbot_cli.structured.schemas.subschemas import DEFINITIONS, Path, Schema, resolved
from chatbot_cli.structured.servers.strict import Unsayable, strict_schema
from chatbot_cli.structured.servers.subsets import SUBSETS

STRICT = "strict"
NAME_OF_ROOT = "Answer"  # of the user's schema in the definitions, if it refers to itself and is wrapped
ABOUT_DOCUMENTS = ("$schema", "$id", "id")


@frozen
class Change:
    """A difference between the user's schema and what a server is sent: where in the latter, what, and why."""

    place: str
    what: str
    why: str


@frozen
class ExplainedSchema(SentSchema):
    """A schema as a server is sent it, and in what it differs from the user's."""

    changes: tuple[Change, ...] = ()


def for_server(schema: Any, subset: str, many: bool) -> ExplainedSchema:
    """What a server of this subset is sent for a sound schema, or with `many` for a list of what it describes."""
    changes: list[Change] = []
    rooted = _with_object_root(schema, many, changes)
    if subset not in SUBSETS:
        return ExplainedSchema(rooted, changes=tuple(changes))
    strict_changes: list[tuple[Path, str, str]] = []
    try:
        strict = strict_schema(rooted, strict_changes, SUBSETS[subset])
    except Unsayable as error:
        changes.append(Change(place(error.path), "it is sent without strict mode", str(error)))
        return ExplainedSchema(rooted, changes=tuple(changes))
    changes += [Change(place(path), what, why) for path, what, why in strict_changes]
    return ExplainedSchema(strict, is_strict=True, changes=tuple(changes))


def wrapper(schema: Any, many: bool) -> str:
    """The key of the object in which a server is to put its answer: "items" or "value"; "" if there is none."""
    if many:
        return "items"
    root = root_of(schema)
    if is_object(root):
        return ""
    return "items" if isinstance(root, Mapping) and root.get("type") == "array" else "value"


def is_object(schema: Any) -> bool:
    """Whether it describes an object, and says so by itself, not by a choice of others."""
    if not isinstance(schema, Mapping) or schema.keys() & {"$ref", "anyOf", "oneOf", "enum", "const"}:
        return False
    kind: object = schema.get("type", "object" if "properties" in schema else None)
    return kind == "object" or kind == ["object"]


def root_of(schema: Any) -> Any:
    """The schema to which the root refers, if it does nothing but that; else the root itself."""
    seen: set[int] = set()
    root = schema
    while isinstance(root, Mapping) and "$ref" in root and id(root) not in seen:
        seen.add(id(root))
        if root.keys() - {"$ref", "title", "description", "$comment", *DEFINITIONS, *ABOUT_DOCUMENTS}:
            return root
        root = resolved(schema, root["$ref"])
    return schema if root is None else root


def _with_object_root(schema: Any, many: bool, changes: list[Change]) -> dict[str, Any]:
    key, root = wrapper(schema, many), root_of(schema)
    if key:
        why = "a server answers with an object; it is unwrapped here"
        what = "a list of what you asked for" if many else "your schema"
        changes.append(Change(place(("properties", key)), f"holds {what}", why))
        return _wrapped(schema if isinstance(schema, Mapping) else {}, key, many)
    sent = dict(schema)
    if root is not schema:
        changes.append(Change(place(()), "has the object to which it refers", "a server wants an object at the root"))
        del sent["$ref"]
        sent = {**root, **sent}
    if sent.get("type") != "object":
        changes.append(Change(place(("type",)), "says object", "a server wants to be told"))
    return {"type": "object", **{keyword: value for keyword, value in sent.items() if keyword != "type"}}


def _wrapped(schema: Schema, key: str, many: bool) -> dict[str, Any]:
    """An object with the schema under a key. What it defines moves to the root, where its references look for it."""
    about = {keyword: schema[keyword] for keyword in ABOUT_DOCUMENTS if keyword == "$schema" and keyword in schema}
    definitions = {keyword: dict(schema[keyword]) for keyword in DEFINITIONS if keyword in schema}
    inner: Any = {
        keyword: value for keyword, value in schema.items() if keyword not in (*DEFINITIONS, *ABOUT_DOCUMENTS)
    }
    if _refers_to_root(inner) or any(map(_refers_to_root, definitions.values())):
        kind = next(iter(definitions), "$defs")
        name = _free_name(definitions.get(kind, {}))
        at = f"#/{kind}/{name}"
        definitions = {
            each: {one: _moved(old, at) for one, old in named.items()} for each, named in definitions.items()
        }
        definitions.setdefault(kind, {})[name] = _moved(inner, at)
        inner = {"$ref": at}
    held = {"type": "array", "items": inner} if many else inner
    root = {"type": "object", "properties": {key: held}, "required": [key], "additionalProperties": False}
    return {**about, **root, **definitions}


def _free_name(taken: Mapping[str, Any]) -> str:
    name = NAME_OF_ROOT
    while name in taken:
        name += "_"
    return name


def _refers_to_root(value: Any) -> bool:
    return bool(_moved(value, "#/elsewhere") != value)


def _moved(schema: Any, at: str) -> Any:
    """A schema whose references to the root lead to `at`; those to definitions stay.

    All that looks like a reference counts, also where it is none, such as in an example: that changes nothing.
    """
    if isinstance(schema, list):
        return [_moved(inner, at) for inner in schema]
    if not isinstance(schema, Mapping) or isinstance(schema.get("$id"), str):  # which is a root of its own
        return schema
    return {key: _reference(inner, at) if key == "$ref" else _moved(inner, at) for key, inner in schema.items()}


def _reference(reference: Any, at: str) -> Any:
    if not isinstance(reference, str):
        return _moved(reference, at)
    if reference == "#" or (reference.startswith("#/") and reference.split("/")[1] not in DEFINITIONS):
        return f"{at}{reference[1:]}"
    return reference
