"""Fills a JSON Schema with what texts say. What they do not say is null, missing or empty: nothing is made up. Pure."""

import re
from collections.abc import Mapping, Sequence
from dataclasses import replace
from typing import Any

from chatbot_cli.frozen import frozen
from chatbot_cli.providers.demo.empty_values import MOST, empty, fits, is_null_valid
from chatbot_cli.providers.demo.facts import NAMES, PLACES, Facts
from chatbot_cli.providers.demo.formats import SHAPES
from chatbot_cli.providers.demo.rows import rows_of
from chatbot_cli.providers.demo.subschemas import NOTHING, References, Schemas, branches, kinds

SHAPE_OF_WORD = {
    **dict.fromkeys(("email", "mail"), "email"),
    **dict.fromkeys(("url", "link", "website", "site", "homepage"), "uri"),
    **dict.fromkeys(("phone", "telephone", "mobile"), "phone"),
    **dict.fromkeys(("date", "day", "when", "born", "birthday", "due", "deadline"), "date"),
    "time": "time",
}
LONGEST_WORD = 64  # characters of a word that is held against a pattern
_BEHIND = "in|from|at|near|to"  # stands before the name of a place
_FIELD_WORDS = re.compile(r"[A-Z]+(?![a-z])|[A-Z]?[a-z]+|[^\W\d_]+|\d+")
_SIMPLE_PATTERN = re.compile(r"[^(|\\]*(?:\\[dwsDWS.\-+/][^(|\\]*)*")

WRAPPERS = ("items", "value")  # the names under which a server answers with a list

Path = tuple[str | int, ...]


def filled(schema: Any, text: str, earlier: Sequence[str] = ()) -> Any:
    """A value for a schema, from a text, and from earlier ones for what is not in it."""
    schemas = Schemas(schema)
    found = _Filling(schemas, Facts(text, earlier)).filled(schema, frozenset({"#"}))
    return empty(schemas, schema) if found is NOTHING else found


@frozen
class _Place:
    """Where a value is to be: its schema, the words of its field, and the references that led there."""

    schema: Any
    words: str = ""
    path: Path = ()
    before: References = frozenset()
    is_needed: bool = True


class _Filling:
    """One value for a schema. It is gone through twice: what is surely meant is found first, then text for the rest."""

    def __init__(self, schemas: Schemas, facts: Facts) -> None:
        self._schemas = schemas
        self._facts = facts
        self._surely: dict[Path, Any] = {}
        self._is_last_time = False

    def filled(self, schema: Any, before: References) -> Any:
        """The value; NOTHING if the texts say nothing about it. References `before` it hold it."""
        self._value(_Place(schema, before=before))
        self._is_last_time = True
        return self._value(_Place(schema, before=before))

    def _value(self, place: "_Place") -> Any:
        schema, before = self._schemas.followed(place.schema, place.before)
        if schema is NOTHING:
            return NOTHING
        is_needed = place.is_needed and not is_null_valid(self._schemas, schema)
        place = replace(place, schema=schema, before=before, is_needed=is_needed)
        if choices := branches(schema):
            values = (self._value(replace(place, schema=one, path=(*place.path, n))) for n, one in enumerate(choices))
            return next((value for value in values if value is not NOTHING), NOTHING)
        if schema.keys() & {"anyOf", "oneOf"}:  # of nothing but null
            return NOTHING
        kind = next(iter(kinds(schema)), "")
        if not kind and schema.keys() & {"type", "anyOf", "oneOf"}:
            return NOTHING  # nothing but null is valid
        if kind == "object":
            return self._object(place)
        if kind == "array":
            return self._array(place) if self._is_last_time else NOTHING
        if place.path not in self._surely:
            self._surely[place.path] = self._leaf(schema, place.words)
        value = self._surely[place.path]
        is_text = "string" in kinds(schema) or not kind
        if value is not NOTHING or not is_text or not self._is_last_time or schema.keys() & {"enum", "const"}:
            return value
        return self._any_text(schema, place.words, is_needed=is_needed)

    def _object(self, place: "_Place") -> Any:
        properties, required = place.schema.get("properties", {}), place.schema.get("required", ())
        value, says_something = {}, False
        for name, inner in {**properties, **{name: {} for name in required if name not in properties}}.items():
            said = self._value(
                _Place(inner, words_of(name), (*place.path, name), place.before, is_needed=name in required)
            )
            says_something = says_something or said is not NOTHING
            if said is not NOTHING or name in required:
                value[name] = empty(self._schemas, inner, place.before) if said is NOTHING else said
        return value if says_something else NOTHING

    def _array(self, place: "_Place") -> Any:
        schema, (items, before) = place.schema, self._schemas.followed(place.schema.get("items", {}), place.before)
        if first := schema.get("prefixItems"):
            found = [self._item(inner, self._facts.text, place.before) for inner in first]
        else:
            found = [] if items is NOTHING else self._items(items, place.words, before)
        found = found[: int(schema.get("maxItems", len(found)))]
        if schema.get("uniqueItems"):
            found = [item for number, item in enumerate(found) if item not in found[:number]]
        missing = min(int(schema.get("minItems", 0)), MOST) - len(found)
        return found + [empty(self._schemas, items, before)] * missing if found else NOTHING

    def _items(self, items: Mapping[str, Any], words: str, before: References) -> list[Any]:
        facts, kind = self._facts, next(iter(kinds(items)), "")
        if "enum" in items:
            return [value for value in items["enum"] if isinstance(value, str) and facts.holds(value)]
        if kind in ("integer", "number"):
            return [number for number in facts.every_number() if fits(number, items)]
        rows = rows_of(facts.text)
        if kind == "string":
            shape = items.get("format") or SHAPE_OF_WORD.get(words.split()[-1].removesuffix("s") if words else "")
            texts = facts.every_shaped(shape) if shape in SHAPES else facts.listed(words)
            is_list = words in WRAPPERS or "\n" in facts.text
            return [text for text in texts or (rows if is_list and shape not in SHAPES else []) if fits(text, items)]
        return [] if kind == "boolean" else [self._item(items, row, before) for row in rows]

    def _item(self, schema: Any, text: str, before: References) -> Any:
        value = _Filling(self._schemas, Facts(text)).filled(schema, before)
        return empty(self._schemas, schema, before) if value is NOTHING else value

    def _leaf(self, schema: Mapping[str, Any], words: str) -> Any:
        """What is surely meant by a field with these words."""
        facts = self._facts
        if "const" in schema or "enum" in schema:
            values = [schema["const"]] if "const" in schema else schema["enum"]
            return next((value for value in values if value is not None and facts.holds(_as_text(value))), NOTHING)
        for kind in kinds(schema):
            value: Any = None
            if kind in ("integer", "number"):
                value = facts.number(words, lambda number: fits(number, schema))
            elif kind == "boolean":
                value = facts.truth(words)
            elif kind == "string":
                value = self._text(schema, words)
            if value is not None:
                return value
        return NOTHING

    def _text(self, schema: Mapping[str, Any], words: str) -> str | None:
        facts, last = self._facts, words.split()[-1] if words else ""
        if (pattern := schema.get("pattern")) is not None:
            return _matching(pattern, facts.text, schema)
        shape = schema.get("format") or SHAPE_OF_WORD.get(last)
        if shape in SHAPES:
            said = facts.shaped(shape, words)
            return said if said and fits(said, schema) else None
        if last in NAMES and words.split()[0] not in ("first", "last", "user", "file") and (name := facts.person()):
            return name if fits(name, schema) else None
        said = facts.labelled(words)
        if said is None and last in PLACES:
            said = facts.capitalized(_BEHIND)
        if said is None and (set(words.split()) & NAMES):
            said = facts.person()
        return said if said is not None and fits(said, schema) else None

    def _any_text(self, schema: Mapping[str, Any], words: str, *, is_needed: bool) -> Any:
        if "pattern" in schema or schema.get("format") in SHAPES:
            return NOTHING
        text = self._facts.sentence(words, is_needed=is_needed)
        if text is None or len(text) < schema.get("minLength", 0):
            return NOTHING
        return text[: int(schema.get("maxLength", len(text)))]


def words_of(name: str) -> str:
    """The words of a field's name: `birthDate` and `birth_date` are "birth date"."""
    return " ".join(word.lower() for word in _FIELD_WORDS.findall(name))


def _as_text(value: object) -> str:
    return value if isinstance(value, str) else str(value).lower()


def _matching(pattern: object, text: str, schema: Mapping[str, Any]) -> str | None:
    """The first word or sentence that a pattern matches; None if the pattern is not simple."""
    if not isinstance(pattern, str) or not _SIMPLE_PATTERN.fullmatch(pattern):
        return None  # it could take for ever
    try:
        compiled = re.compile(pattern)
    except re.error:  # of another dialect than Python's
        return None
    candidates = (word.strip(",;:!?\"'“”()") for word in text.split())
    short = (word for word in candidates if word and len(word) <= LONGEST_WORD)
    return next((word for word in short if compiled.search(word) and fits(word, schema)), None)
