"""A strict subset of JSON Schema, in which OpenAI, Claude and others promise that a reply keeps to it. Pure.

There every object has exactly its properties. With OpenAI every property is required, and an optional one is null
instead. Keywords that are not taken are said in the description: leaving them out only allows more, and replies are
checked here. What would allow less without them cannot be said.
"""

import re
from collections.abc import Mapping
from typing import Any

from chatbot_cli.structured.schemas.subschemas import DEFINITIONS, Path, Schema, Step, every, resolved
from chatbot_cli.structured.servers.phrases import PHRASES, with_words
from chatbot_cli.structured.servers.subsets import OPENAI, Subset

Changes = list[tuple[Path, str, str]]  # where, what, why

STRUCTURE = frozenset(("type", "properties", "required", "additionalProperties", "items", "anyOf", "oneOf", "$ref"))
QUIETLY_DROPPED = frozenset(("$schema", "$id", "id", "$comment", "$anchor", "unevaluatedProperties", "additionalItems"))
NO_VALUE = "it allows no value"
PLACES = "each place of the list has a type of its own, and a strict server takes one for all"
FREE_KEYS = "it has free keys, and a strict server wants to know each key"
_LOOKS_AROUND = re.compile(r"\(\?[=!<]|\\[1-9]")
_NOTES = frozenset(("title", "description"))
_TYPES = {bool: "boolean", str: "string", int: "integer", float: "number", type(None): "null"}


class Unsayable(Exception):
    """A schema cannot be said in the subset. The text says why, as a clause; `path` is where."""

    def __init__(self, path: Path, why: str) -> None:
        super().__init__(why)
        self.path = path


def strict_schema(schema: Schema, changes: Changes, subset: Subset = OPENAI) -> dict[str, Any]:
    """A schema with an object at its root, in a strict subset. Adds to the changes. Raises Unsayable."""
    return _Strict(schema, changes, subset).of(schema, ())


class _Strict:
    def __init__(self, root: Schema, changes: Changes, subset: Subset) -> None:
        self._root, self._changes, self._subset = root, changes, subset

    def of(self, schema: Any, path: Path) -> dict[str, Any]:
        """A schema in the subset."""
        if schema is False:
            raise Unsayable(path, NO_VALUE)
        if isinstance(schema, list):
            raise Unsayable(path, PLACES)
        if not isinstance(schema, Mapping) or not schema.keys() - _NOTES - QUIETLY_DROPPED:
            raise Unsayable(path, "it allows any value, and a strict server wants a type")
        if path and isinstance(schema.get("$id"), str):
            raise Unsayable((*path, "$id"), "references in it are its own, and a strict server takes no $id")
        schema = self._merged(schema, path)
        strict = {keyword: value for keyword, value in schema.items() if keyword in self._subset.kept}
        phrases = self._said(schema, strict, path)
        if "$ref" in schema:
            strict.update(self._reference(schema, path, bool(phrases)))
        elif schema.keys() & {"anyOf", "oneOf"}:
            strict.update(self._choice(schema, path))
        else:
            strict.update(self._typed(schema, path))
        if description := with_words(strict.get("description", ""), phrases):
            strict["description"] = description
        for kind in DEFINITIONS:
            if kind in schema:
                strict[kind] = {name: self.of(inner, (*path, kind, name)) for name, inner in schema[kind].items()}
        return {keyword: strict[keyword] for keyword in sorted(strict, key=lambda keyword: keyword != "type")}

    def _merged(self, schema: Schema, path: Path) -> Schema:
        """A schema without its allOf, if that has one member only, which says nothing that the schema says."""
        if "allOf" not in schema:
            return schema
        rest = {keyword: value for keyword, value in schema.items() if keyword != "allOf"}
        only = schema["allOf"][0]
        if len(schema["allOf"]) > 1 or not isinstance(only, Mapping) or only.keys() & rest.keys() - _NOTES:
            raise Unsayable((*path, "allOf"), "several schemas hold at once, and a strict server takes one")
        self._change((*path, "allOf"), "is merged into the schema around it", "a strict server takes no allOf")
        return self._merged({**only, **rest}, path)

    def _said(self, schema: Schema, strict: dict[str, Any], path: Path) -> list[str]:
        """What the keywords say that are not taken; they are taken out of `strict`."""
        phrases = []
        for keyword, value in schema.items():
            if keyword in STRUCTURE or keyword in QUIETLY_DROPPED or keyword in DEFINITIONS:
                continue
            if self._subset.takes(keyword, value) and not _is_odd(keyword, value):
                continue
            if keyword in ("prefixItems", "patternProperties"):
                raise Unsayable((*path, keyword), FREE_KEYS if keyword == "patternProperties" else PLACES)
            strict.pop(keyword, None)
            phrase = PHRASES[keyword](value) if keyword in PHRASES else ""
            what = "is said in the description" if phrase else "is left out"
            self._change((*path, keyword), what, "a strict server does not take it; replies are checked here")
            phrases.append(phrase)
        return [phrase for phrase in phrases if phrase]

    def _reference(self, schema: Schema, path: Path, has_words: bool) -> dict[str, Any]:
        reference = schema["$ref"]
        if extra := (schema.keys() & STRUCTURE) - {"$ref"}:
            raise Unsayable(path, f"beside a reference stands {sorted(extra)[0]}")
        if reference != "#" and not re.fullmatch(r"#/(?:\$defs|definitions)/[^/]+", reference):
            raise Unsayable((*path, "$ref"), "it leads neither to a definition nor to the root")
        if not self._subset.recursion and _leads_back(self._root, reference):
            raise Unsayable((*path, "$ref"), "it leads back to itself, and this server takes no end that is open")
        if schema.keys() & self._subset.kept or has_words:
            # Nothing may stand beside a reference, but it may stand in a choice.
            return {"anyOf": [{"$ref": reference}]}
        return {"$ref": reference}

    def _choice(self, schema: Schema, path: Path) -> dict[str, Any]:
        keyword = "anyOf" if "anyOf" in schema else "oneOf"
        if extra := (schema.keys() & (STRUCTURE | self._subset.kept)) - _NOTES - {keyword}:
            raise Unsayable(path, f"beside a choice of schemas stands {sorted(extra)[0]}")
        if keyword == "oneOf":
            self._change((*path, keyword), "becomes anyOf", "a strict server takes no oneOf; replies are checked here")
        members = [(number, inner) for number, inner in enumerate(schema[keyword]) if inner is not False]
        if not members:
            raise Unsayable((*path, keyword), NO_VALUE)
        return {"anyOf": [self.of(inner, (*path, keyword, number)) for number, inner in members]}

    def _typed(self, schema: Schema, path: Path) -> dict[str, Any]:
        types = _types_of(schema)
        if not types:
            raise Unsayable(path, "it has no type, and a strict server wants one")
        if "type" not in schema:
            self._change((*path, "type"), f"says {' or '.join(types)}", "a strict server wants a type")
        if len(types) > 1 and not self._subset.type_lists:
            return self._one_of_types(schema, types, path)
        typed: dict[str, Any] = {"type": types[0] if len(types) == 1 else types}
        if "object" in types:
            typed.update(self._object(schema, path))
        if "array" in types:
            if "items" not in schema:
                raise Unsayable(path, "its items may be anything, and a strict server wants a type")
            typed["items"] = self.of(schema["items"], (*path, "items"))
        return typed

    def _one_of_types(self, schema: Schema, types: list[str], path: Path) -> dict[str, Any]:
        """A choice of types; nothing is said of them if the values themselves are named."""
        if schema.keys() & {"enum", "const"}:
            return {}
        return {"anyOf": [self._typed({**schema, "type": kind}, path) for kind in types]}

    def _object(self, schema: Schema, path: Path) -> dict[str, Any]:
        named: Mapping[str, Any] = schema.get("properties", {})
        others = [schema[keyword] for keyword in ("additionalProperties", "unevaluatedProperties") if keyword in schema]
        closed = False in others
        if (any(other is not False for other in others) and not closed) or not (named or closed):
            raise Unsayable(path, FREE_KEYS)
        if not closed:
            why = "a strict server wants an object to have no other keys"
            self._change((*path, "additionalProperties"), "is false", why)
        required = set(schema.get("required", ()))
        if unknown := required - named.keys():
            raise Unsayable((*path, "required"), f"it wants {sorted(unknown)[0]!r}, of which it says nothing")
        properties = {}
        for name, inner in named.items():
            at = (*path, "properties", name)
            if inner is False and name not in required:  # it is never there
                continue
            properties[name] = self.of(inner, at)
            if name not in required and self._subset.all_are_required:
                properties[name] = _nullable(properties[name])
                self._change(at, "is required, and may be null", "a strict server wants every field; null is taken out")
        wanted = [name for name in properties if name in required or self._subset.all_are_required]
        return {"properties": properties, "required": wanted, "additionalProperties": False}

    def _change(self, path: tuple[Step, ...], what: str, why: str) -> None:
        self._changes.append((path, what, why))


def _is_odd(keyword: str, value: Any) -> bool:
    """Whether no strict server takes the keyword with this value."""
    return keyword == "pattern" and bool(_LOOKS_AROUND.search(value))


def _leads_back(root: Schema, reference: str) -> bool:
    """Whether what a reference leads to refers, by whatever way, to itself or the root."""
    seen: set[str] = set()
    waiting = [reference]
    while waiting:
        leads_to = waiting.pop()
        if leads_to == "#" or (leads_to == reference and seen):
            return True
        if leads_to not in seen:
            seen.add(leads_to)
            waiting += _references(resolved(root, leads_to))
    return False


def _references(schema: Any) -> list[str]:
    return [
        inner["$ref"] for _, inner in every(schema) if isinstance(inner, Mapping) and isinstance(inner.get("$ref"), str)
    ]


def _types_of(schema: Schema) -> list[str]:
    """The types that a schema names, or else what it says of values lets one tell; empty if it does not."""
    if "type" in schema:
        return [schema["type"]] if isinstance(schema["type"], str) else list(schema["type"])
    values = [schema["const"]] if "const" in schema else schema.get("enum", [])
    if values:
        types = [_TYPES.get(type(value), "") for value in values]
        return list(dict.fromkeys(types)) if all(types) else []
    return ["object"] if "properties" in schema else ["array"] if "items" in schema else []


def _nullable(schema: dict[str, Any]) -> dict[str, Any]:
    """A schema of the subset that allows null as well; what it says of itself stays outside."""
    kind = schema.get("type")
    types = kind if isinstance(kind, list) else [kind]
    if "null" in types and None in schema.get("enum", [None]) and "const" not in schema:
        return schema
    if kind and "const" not in schema and "enum" not in schema:
        return {**schema, "type": [*types, "null"]}
    if kind and "enum" in schema:
        return {**schema, "type": list(dict.fromkeys((*types, "null"))), "enum": [*schema["enum"], None]}
    notes = {keyword: value for keyword, value in schema.items() if keyword in _NOTES}
    members = schema.get("anyOf") or [{key: value for key, value in schema.items() if key not in _NOTES}]
    return {**notes, "anyOf": [*members, *([] if {"type": "null"} in members else [{"type": "null"}])]}
