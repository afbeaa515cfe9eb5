"""What a server is sent of a schema: an object at the root for all, and the strict subset with its reasons."""

from typing import Any

import pytest

from chatbot_cli.structured.servers.server_schema import for_server
from chatbot_cli.structured.sources.dsl import parse

TEXT: dict[str, Any] = {"type": "string"}


def strict(schema: Any, many: bool = False) -> dict[str, Any]:
    sent = for_server(schema, "strict", many)
    assert sent.is_strict, sent.changes
    return dict(sent.schema)


def field(schema: Any) -> Any:
    """What becomes of one field in the strict subset."""
    return strict(closed(a=schema))["properties"]["a"]


def closed(*, required: bool = True, **named: Any) -> dict[str, Any]:
    names = list(named) if required else []
    return {"type": "object", "properties": named, "required": names, "additionalProperties": False}


def wrapped(key: str, schema: Any, **more: Any) -> dict[str, Any]:
    return {**closed(**{key: schema}), **more}


@pytest.mark.parametrize("subset", ["", "strict"])
def test_a_line_of_fields_that_are_all_required_is_sent_as_it_is(subset: str) -> None:
    schema = parse("name: in full, age int, tags [str], mood good|bad, shop {zip}, lines [{n float, ok bool}]")
    sent = for_server(schema, subset, many=False)
    assert (sent.schema, sent.changes) == (schema, ())


@pytest.mark.parametrize(
    ("schema", "many", "sent"),
    [
        ({"type": "array", "items": TEXT}, False, wrapped("items", {"type": "array", "items": TEXT})),
        (TEXT, False, wrapped("value", TEXT)),
        (True, False, wrapped("value", {})),
        (
            {"anyOf": [closed(a=TEXT), closed(b=TEXT)]},
            False,
            wrapped("value", {"anyOf": [closed(a=TEXT), closed(b=TEXT)]}),
        ),
        (closed(a=TEXT), True, wrapped("items", {"type": "array", "items": closed(a=TEXT)})),
        (
            {"type": "array", "items": {"$ref": "#/$defs/x"}, "$defs": {"x": TEXT}, "$id": "http://x/"},
            False,
            wrapped("items", {"type": "array", "items": {"$ref": "#/$defs/x"}}, **{"$defs": {"x": TEXT}}),
        ),
        (
            closed(a={"$ref": "#"}, b={"$ref": "#/properties/a"}),
            True,
            wrapped(
                "items",
                {"type": "array", "items": {"$ref": "#/$defs/Answer"}},
                **{
                    "$defs": {"Answer": closed(a={"$ref": "#/$defs/Answer"}, b={"$ref": "#/$defs/Answer/properties/a"})}
                },
            ),
        ),
        (
            {
                "type": "array",
                "items": {"anyOf": [{"$ref": "#"}, {"$ref": "#/$defs/Answer"}]},
                "$defs": {"Answer": TEXT},
            },
            False,
            wrapped(
                "items",
                {"$ref": "#/$defs/Answer_"},
                **{
                    "$defs": {
                        "Answer": TEXT,
                        "Answer_": {
                            "type": "array",
                            "items": {"anyOf": [{"$ref": "#/$defs/Answer_"}, {"$ref": "#/$defs/Answer"}]},
                        },
                    }
                },
            ),
        ),
        (
            {"$ref": "#/$defs/x", "$defs": {"x": closed(a={"$ref": "#/$defs/x"})}},
            False,
            closed(a={"$ref": "#/$defs/x"}) | {"$defs": {"x": closed(a={"$ref": "#/$defs/x"})}},
        ),
        ({"properties": {"a": TEXT}}, False, {"type": "object", "properties": {"a": TEXT}}),
    ],
)
def test_the_root_is_an_object_for_every_server(schema: Any, many: bool, sent: dict[str, Any]) -> None:
    found = for_server(schema, "", many)
    assert found.schema == sent
    assert found.changes


def test_in_the_strict_subset_an_optional_field_is_required_and_may_be_null() -> None:
    tree: dict[str, Any] = {"$ref": "#/$defs/t"}
    fields = {
        "text": {**TEXT, "description": "why"},
        "word": {**TEXT, "enum": ["a"]},
        "fixed": {"const": 1},
        "said": {"type": ["string", "null"], "const": "a"},
        "list": {"type": "array", "items": TEXT},
        "tree": tree,
        "either": {"anyOf": [TEXT, {"type": "null"}], "default": None},
        "null": {"type": ["string", "null"]},
    }
    sent = strict({**closed(required=False, **fields), "$defs": {"t": closed(t=tree)}})
    assert sent["required"] == list(fields)
    assert sent["properties"] == {
        "text": {"type": ["string", "null"], "description": "why"},
        "word": {"type": ["string", "null"], "enum": ["a", None]},
        "fixed": {"anyOf": [{"type": "integer", "const": 1}, {"type": "null"}]},
        "said": {"anyOf": [{"type": ["string", "null"], "const": "a"}, {"type": "null"}]},
        "list": {"type": ["array", "null"], "items": TEXT},
        "tree": {"anyOf": [tree, {"type": "null"}]},
        "either": {"anyOf": [TEXT, {"type": "null"}]},
        "null": {"type": ["string", "null"]},
    }


@pytest.mark.parametrize(
    ("schema", "sent"),
    [
        (
            {**TEXT, "minLength": 2, "maxLength": 9, "description": "A name"},
            {**TEXT, "description": "A name (at least 2 characters; at most 9 characters)"},
        ),
        ({**TEXT, "default": "x"}, {**TEXT, "description": 'By default "x"'}),
        ({**TEXT, "format": "uri"}, {**TEXT, "description": "Format uri"}),
        ({**TEXT, "format": "date"}, {**TEXT, "format": "date"}),
        ({**TEXT, "pattern": "^a+$"}, {**TEXT, "pattern": "^a+$"}),
        ({**TEXT, "pattern": "a(?=b)"}, {**TEXT, "description": "Matches the regular expression a(?=b)"}),
        (
            {"type": "integer", "minimum": 0, "not": {"const": 5}},
            {"type": "integer", "minimum": 0, "description": 'Does not match {"const": 5}'},
        ),
        (
            {"type": "array", "items": TEXT, "minItems": 1, "uniqueItems": True},
            {"type": "array", "items": TEXT, "minItems": 1, "description": "No item twice"},
        ),
        ({"oneOf": [TEXT, {"type": "integer"}]}, {"anyOf": [TEXT, {"type": "integer"}]}),
        ({"allOf": [TEXT], "description": "why"}, {**TEXT, "description": "why"}),
        ({"enum": ["a", 1, None]}, {"type": ["string", "integer", "null"], "enum": ["a", 1, None]}),
        (
            {"properties": {"b": TEXT}, "required": ["b"], "minProperties": 1, "$comment": "no"},
            closed(b=TEXT) | {"description": "At least 1 key"},
        ),
        ({**TEXT, "x-ours": 1}, TEXT),
    ],
)
def test_what_a_strict_server_does_not_take_is_said_in_words(schema: Any, sent: Any) -> None:
    assert field(schema) == sent


def test_a_reference_with_a_description_stands_in_a_choice() -> None:
    schema = {**closed(a={"$ref": "#/$defs/x", "description": "why"}), "$defs": {"x": {**TEXT, "minLength": 1}}}
    sent = strict(schema)
    assert sent["properties"]["a"] == {"anyOf": [{"$ref": "#/$defs/x"}], "description": "why"}
    assert sent["$defs"] == {"x": {**TEXT, "description": "At least 1 character"}}


@pytest.mark.parametrize(
    ("schema", "where", "why"),
    [
        ({"type": "object", "additionalProperties": TEXT}, "$.properties.a", "it has free keys"),
        ({"type": "object"}, "$.properties.a", "it has free keys"),
        (
            {"type": "object", "properties": {"b": TEXT}, "additionalProperties": True},
            "$.properties.a",
            "it has free keys",
        ),
        (
            {"type": "object", "patternProperties": {"^x": TEXT}, "additionalProperties": False},
            "$.properties.a.patternProperties",
            "it has free keys",
        ),
        ({}, "$.properties.a", "it allows any value"),
        (False, "$.properties.a", "it allows no value"),
        ({"type": "array"}, "$.properties.a", "its items may be anything"),
        ({"type": "array", "prefixItems": [TEXT]}, "$.properties.a.prefixItems", "each place of the list"),
        ({"minimum": 5}, "$.properties.a", "it has no type"),
        ({"allOf": [TEXT, {"minLength": 1}]}, "$.properties.a.allOf", "several schemas hold at once"),
        ({**TEXT, "$id": "https://x/y"}, "$.properties.a.$id", "references in it are its own"),
        ({"anyOf": [TEXT], "type": "string"}, "$.properties.a", "beside a choice of schemas stands type"),
    ],
)
def test_a_schema_that_cannot_be_said_in_the_subset_is_sent_as_it_is_and_unstrict(
    schema: Any, where: str, why: str
) -> None:
    sent = for_server(closed(a=schema), "strict", many=False)
    assert not sent.is_strict
    assert sent.schema == closed(a=schema)
    assert sent.changes[-1].place == where
    assert why in sent.changes[-1].why


def test_the_schema_of_the_user_is_left_alone() -> None:
    schema = parse("a?, b {c int?}?, d [{e?}]")
    before = parse("a?, b {c int?}?, d [{e?}]")
    for_server(schema, "strict", many=True)
    assert schema == before


def for_claude(schema: Any) -> dict[str, Any]:
    sent = for_server(schema, "claude", many=False)
    assert sent.is_strict, sent.changes
    return dict(sent.schema)


@pytest.mark.parametrize(
    ("schema", "sent"),
    [
        ({"type": "integer", "minimum": 0, "maximum": 9}, {"type": "integer", "description": "At least 0; at most 9"}),
        ({**TEXT, "pattern": "^a"}, {**TEXT, "description": "Matches the regular expression ^a"}),
        ({**TEXT, "format": "uri"}, {**TEXT, "format": "uri"}),
        ({"type": ["string", "null"]}, {"anyOf": [TEXT, {"type": "null"}]}),
        ({"enum": ["a", None]}, {"enum": ["a", None]}),
        ({"type": "array", "items": TEXT, "minItems": 1}, {"type": "array", "minItems": 1, "items": TEXT}),
        (
            {"type": "array", "items": TEXT, "minItems": 2},
            {"type": "array", "items": TEXT, "description": "At least 2 items"},
        ),
    ],
)
def test_what_claude_does_not_take_is_said_in_words(schema: Any, sent: Any) -> None:
    assert for_claude(closed(a=schema)) == closed(a=sent)


def test_with_claude_an_optional_field_stays_optional() -> None:
    assert for_claude(closed(required=False, a=TEXT)) == closed(required=False, a=TEXT)


@pytest.mark.parametrize("back", ["#/$defs/x", "#"])
def test_a_schema_that_holds_itself_is_sent_to_claude_as_it_is_and_will_be_refused(back: str) -> None:
    schema = {**closed(a={"$ref": "#/$defs/x"}), "$defs": {"x": closed(b={"$ref": back})}}
    assert not for_server(schema, "claude", many=False).is_strict
