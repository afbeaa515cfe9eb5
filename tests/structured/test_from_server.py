"""A server's answer as the user's schema means it: what was wrapped is unwrapped, and nothing that is valid is lost."""

from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from chatbot_cli.structured.schemas.validation import Validation
from chatbot_cli.structured.servers.from_server import FromServer
from chatbot_cli.structured.servers.server_schema import for_server, wrapper

TEXT: dict[str, Any] = {"type": "string"}
NULLABLE: dict[str, Any] = {"type": ["string", "null"]}
NAMES = st.sampled_from(["a", "b", "full name", "a/b~c", "größe", "100%", "$ref", "items", "value"])


def from_server(answer: Any, schema: Any, many: bool) -> Any:
    """What is made of an answer, as a whole or each of its rows."""
    reads = FromServer(schema)
    return [reads.one(row) for row in answer["items"]] if many else reads.whole(answer)


def optional(**named: Any) -> dict[str, Any]:
    return {"type": "object", "properties": named, "additionalProperties": False}


@pytest.mark.parametrize(
    ("schema", "many", "answer", "meant"),
    [
        ({"type": "array", "items": TEXT}, False, {"items": ["x"]}, ["x"]),
        ({"type": "array", "items": TEXT}, False, ["x"], ["x"]),
        ({"type": "array", "items": TEXT}, True, {"items": [["x"]]}, [["x"]]),
        (TEXT, False, {"value": "x"}, "x"),
        (TEXT, True, {"items": ["x", "y"]}, ["x", "y"]),
        (optional(items=TEXT), False, {"items": "x"}, {"items": "x"}),
        ({"anyOf": [optional(value=TEXT)]}, False, {"value": {"value": "x"}}, {"value": "x"}),
        ({"anyOf": [optional(value=TEXT)]}, False, {"value": "x"}, {"value": "x"}),
        (optional(a=TEXT), True, {"items": [{"a": None}, {"a": "x"}]}, [{}, {"a": "x"}]),
    ],
)
def test_an_answer_is_unwrapped_if_it_is_wrapped(schema: Any, many: bool, answer: Any, meant: Any) -> None:
    assert from_server(answer, schema, many) == meant


@pytest.mark.parametrize(
    ("schema", "answer", "meant"),
    [
        (optional(a=TEXT, b=NULLABLE), {"a": None, "b": None}, {"b": None}),
        (optional(a={}), {"a": None}, {"a": None}),
        ({**optional(a=TEXT), "required": ["a"]}, {"a": None}, {"a": None}),
        (optional(a=TEXT), {"b": None}, {"b": None}),
        (optional(a={"$ref": "#"}), {"a": {"a": {"a": None}}}, {"a": {"a": {}}}),
        (optional(a={"$ref": "#/$defs/n"}) | {"$defs": {"n": NULLABLE}}, {"a": None}, {"a": None}),
        (optional(a={"type": "array", "items": optional(b=TEXT)}), {"a": [{"b": None}, None]}, {"a": [{}, None]}),
        ({"type": "object", "additionalProperties": optional(a=TEXT)}, {"x": {"a": None}}, {"x": {}}),
        ({**optional(), "properties": {"a": {"allOf": [optional(b=TEXT)]}}}, {"a": {"b": None}}, {"a": {}}),
        (
            optional(x={"anyOf": [{**optional(a=TEXT, c=TEXT), "required": ["a"]}, optional(b=TEXT, c=NULLABLE)]}),
            {"x": {"b": None, "c": None}},
            {"x": {"c": None}},
        ),
        (optional(x={"anyOf": [optional(a=TEXT), optional(a=NULLABLE)]}), {"x": {"a": None}}, {"x": {"a": None}}),
        (
            {"$schema": "http://json-schema.org/draft-07/schema#", "$id": "http://x/", **optional(a=TEXT)},
            {"a": None},
            {},
        ),
        (optional(a=optional(b=TEXT) | {"$id": "http://x/y"}), {"a": {"b": None}}, {"a": {"b": None}}),
    ],
)
def test_a_null_that_stands_for_a_missing_field_is_taken_out_and_no_other(schema: Any, answer: Any, meant: Any) -> None:
    assert from_server(answer, schema, many=False) == meant


@pytest.mark.parametrize("answer", [None, "x", 7, [None], {"a": {"b": [None, {"c": None}]}}, {"value": None}])
def test_an_answer_of_a_wrong_kind_is_left_as_it_is(answer: Any) -> None:
    assert from_server(answer, optional(a=TEXT, b={"type": "array", "items": TEXT}), many=False) == answer


def test_choices_inside_choices_are_each_judged_once() -> None:
    def sign(name: str) -> dict[str, Any]:
        inner = {"anyOf": [{"type": "integer"}, {"$ref": "#/$defs/times"}, {"$ref": "#/$defs/plus"}]}
        return {**optional(sign={"const": name}, of=inner, note=TEXT), "required": ["sign", "of"]}

    schema = {**sign("plus"), "$defs": {"plus": sign("plus"), "times": sign("times")}}
    answer: Any = 1
    meant: Any = 1
    for _ in range(6):
        answer, meant = {"sign": "plus", "of": answer, "note": None}, {"sign": "plus", "of": meant}
    assert from_server(answer, schema, many=False) == meant


def test_a_value_that_is_nested_too_deep_is_left_to_the_validator() -> None:
    answer: Any = {"a": None}
    for _ in range(900):
        answer = {"a": answer}
    assert from_server(answer, optional(a={"$ref": "#"}), many=False) is answer


LEAVES = st.sampled_from(
    [TEXT, {"type": "integer"}, {"type": "string", "enum": ["a", "b"]}, {"type": "boolean"}, {"const": 3}]
)


def objects(inner: st.SearchStrategy[Any]) -> st.SearchStrategy[Any]:
    def made(named: dict[str, Any], drawn: list[bool]) -> dict[str, Any]:
        required = [name for name, is_so in zip(named, drawn, strict=False) if is_so]
        return {**optional(), "properties": named, "required": required}

    return st.builds(made, st.dictionaries(NAMES, inner, max_size=4), st.lists(st.booleans(), min_size=4, max_size=4))


def containers(inner: st.SearchStrategy[Any]) -> st.SearchStrategy[Any]:
    lists = st.builds(lambda items: {"type": "array", "items": items}, inner)
    choices = st.builds(lambda items: {"anyOf": [{"type": "integer"}, {"type": "array", "items": items}]}, inner)
    return st.one_of(objects(inner), lists, choices)


SCHEMAS = st.recursive(LEAVES, containers, max_leaves=8)


def instances(schema: dict[str, Any]) -> st.SearchStrategy[Any]:
    """Values that are valid by a schema of those above."""
    if "anyOf" in schema:
        return st.one_of(*map(instances, schema["anyOf"]))
    if "const" in schema or "enum" in schema:
        return st.sampled_from(schema.get("enum", [schema.get("const")]))
    if schema["type"] == "array":
        return st.lists(instances(schema["items"]), max_size=3)
    if schema["type"] == "object":
        named = {name: instances(inner) for name, inner in schema["properties"].items()}
        required = {name: named.pop(name) for name in schema["required"]}
        return st.fixed_dictionaries(required, optional=named)
    return {"string": st.text(max_size=3), "integer": st.integers(), "boolean": st.booleans()}[schema["type"]]


def as_sent(value: Any, schema: dict[str, Any]) -> Any:
    """A value with a null for each field that is missing."""
    if "anyOf" in schema:
        return as_sent(value, schema["anyOf"][isinstance(value, list)])
    if isinstance(value, list):
        return [as_sent(inner, schema["items"]) for inner in value]
    if isinstance(value, dict):
        named = schema["properties"]
        return {name: as_sent(value[name], named[name]) if name in value else None for name in named}
    return value


@settings(max_examples=60, deadline=None)
@given(st.data(), SCHEMAS, st.booleans())
def test_what_a_strict_server_may_answer_for_a_valid_value_is_read_as_that_value(
    drawn: st.DataObject, schema: dict[str, Any], many: bool
) -> None:
    whole = {"type": "array", "items": schema} if many else schema
    value = drawn.draw(instances(whole))
    assert Validation(whole).is_valid(value)
    key = wrapper(schema, many)
    answer = {key: as_sent(value, whole)} if key else as_sent(value, whole)
    sent = for_server(schema, "strict", many)
    assert sent.is_strict
    assert Validation(sent.schema).is_valid(answer)
    assert from_server(answer, schema, many) == value
