"""What a server is sent of a tool's parameters: an object for all, no choice at the root, or few words."""

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from chatbot_cli.providers.entries.provider import OBJECT, PLAIN_WORDS
from chatbot_cli.providers.wire.tool_schemas import parameters_for

TEXT: dict[str, Any] = {"type": "string"}


def an_object(**properties: Any) -> dict[str, Any]:
    return {"type": "object", "properties": properties}


def test_every_server_is_sent_an_object_with_properties() -> None:
    schema = {**an_object(a={"const": 1}), "$defs": {"x": TEXT}, "additionalProperties": False}
    assert parameters_for(schema, "") == schema
    assert parameters_for({"type": "object"}, "") == an_object()
    assert parameters_for(True, "") == an_object()


def test_a_choice_at_the_root_becomes_all_that_could_be_chosen() -> None:
    schema = {"anyOf": [an_object(a=TEXT), an_object(b=TEXT)], "properties": {"c": TEXT}, "required": ["c"]}
    sent = parameters_for(schema, OBJECT)
    assert sent == {**an_object(a=TEXT, b=TEXT, c=TEXT), "required": ["c"]}


@pytest.mark.parametrize(
    ("field", "plain"),
    [
        ({"title": "A", "type": "string", "default": "x", "format": "uri"}, TEXT),
        ({"const": "on"}, {"type": "string", "enum": ["on"]}),
        ({"type": "integer", "enum": [1, 2]}, {"type": "integer", "description": "One of: 1, 2."}),
        ({"const": 3, "description": "Three."}, {"description": "Three. One of: 3."}),
        ({"type": ["string", "null"]}, {"type": "string", "nullable": True}),
        ({"type": ""}, {}),
        ({"anyOf": [{"type": "integer"}, {"type": "null"}]}, {"type": "integer", "nullable": True}),
        ({"oneOf": [TEXT, {"type": "integer"}]}, {"anyOf": [TEXT, {"type": "integer"}]}),
        (
            {"allOf": [{"$ref": "#/$defs/shop"}], "description": "A shop."},
            {**an_object(zip=TEXT), "description": "A shop."},
        ),
        ({"allOf": [an_object(a=TEXT), an_object(b=TEXT)]}, an_object(a=TEXT, b=TEXT)),
        ({"$ref": "#/$defs/shop"}, an_object(zip=TEXT)),
        ({"$ref": "#/$defs/nothing"}, {}),
        ({"type": "array"}, {"type": "array", "items": TEXT}),
        ({"type": "array", "items": {"const": "x"}}, {"type": "array", "items": {"type": "string", "enum": ["x"]}}),
        ({"type": "object", "additionalProperties": TEXT, "required": ["gone"]}, {"type": "object", "required": []}),
        (True, {}),
    ],
)
def test_few_words_say_what_they_can(field: Any, plain: Any) -> None:
    defs = {"shop": {**an_object(zip=TEXT), "title": "Shop", "additionalProperties": False}}
    schema = {"$schema": "x", "title": "T", **an_object(title=field), "$defs": defs, "additionalProperties": False}
    assert parameters_for(schema, PLAIN_WORDS) == an_object(title=plain)


def test_a_schema_that_holds_itself_comes_to_an_end() -> None:
    schema = {**an_object(root={"$ref": "#/$defs/node"}), "$defs": {"node": an_object(next={"$ref": "#/$defs/node"})}}
    assert str(parameters_for(schema, PLAIN_WORDS)).count("next") == 2


WORDS = ["type", "properties", "items", "anyOf", "allOf", "enum", "const", "$ref", "required", "format", "a"]
ANYTHING = st.recursive(
    st.none() | st.sampled_from(["string", "null", "#", "#/properties/a", ""]) | st.integers(),
    lambda inner: st.lists(inner, max_size=2) | st.dictionaries(st.sampled_from(WORDS), inner, max_size=3),
    max_leaves=8,
)


@given(ANYTHING)
def test_a_schema_that_is_none_breaks_no_request(schema: Any) -> None:
    for words in ("", OBJECT, PLAIN_WORDS):
        assert parameters_for(schema, words)["type"] == "object"
