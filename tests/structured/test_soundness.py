"""A schema that could not be used is refused before anything is sent, with its place; and nothing is ever fetched."""

import threading
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, HTTPServer
from typing import Any

import pytest

from chatbot_cli.errors import SchemaError
from chatbot_cli.structured.schemas.soundness import check
from chatbot_cli.structured.schemas.validation import Validation


def of_a(schema: Any) -> dict[str, Any]:
    return {"type": "object", "properties": {"a": schema}}


def nested(depth: int) -> dict[str, Any]:
    schema: dict[str, Any] = {"type": "integer"}
    for _ in range(depth):
        schema = {"type": "array", "items": schema}
    return schema


TREE = of_a({"type": "array", "items": {"$ref": "#"}})


@pytest.mark.parametrize(
    "schema",
    [
        TREE,
        nested(90),
        {"$ref": "#/$defs/a~1b", "$defs": {"a/b": {"type": "string"}}},
        {"$ref": "#named", "$defs": {"a": {"$anchor": "named"}}},
        {"$dynamicRef": "#named", "$defs": {"a": {"$dynamicAnchor": "named"}}},
        {
            "$schema": "http://json-schema.org/draft-07/schema#",
            "items": [{"$ref": "#/definitions/a"}],
            "definitions": {"a": {}},
        },
        {"$schema": "https://nobody.example/dialect", "type": "string"},
        {"enum": [{"$ref": "http://nobody.example/"}, {"pattern": "("}]},
        of_a({"type": "string", "enum": ["$ref"]}) | {"required": ["$ref"]},
        {"properties": {"$ref": {"type": "string"}, "pattern": {"type": "string"}}},
    ],
)
def test_a_sound_schema_passes(schema: Any) -> None:
    check(schema, "It")


@pytest.mark.parametrize(
    ("schema", "sentence"),
    [
        ({}, "It makes no sense: it asks for nothing."),
        (True, "It makes no sense: it asks for nothing."),
        (
            of_a({"pattern": "(?<!b)(((a+)+)+)+$"}),
            "It makes no sense at $.properties.a.pattern: the regular expression looks",
        ),
        (of_a({"pattern": f"(?<!b){'a?' * 30}{'a' * 30}"}), "could take for ever"),
        ({"$defs": {"a": {"type": "string"}}}, "It makes no sense: it asks for nothing."),
        (
            {"name": "str", "age": "int"},
            'It makes no sense: it asks for nothing; "name" is no keyword that demands anything.',
        ),
        (False, "It makes no sense: `false` allows no reply at all."),
        ("string", "a schema is an object in braces, not a text."),
        (None, "a schema is an object in braces, not null."),
        (of_a({"type": "int"}), 'at $.properties.a.type: there is no type "int". Did you mean "integer"?'),
        (of_a({"anyOf": []}), "at $.properties.a.anyOf: [] should be non-empty."),
        ({"properties": {"a b": {"required": "x"}}}, "at $.properties['a b'].required: 'x' is not of type 'array'."),
        (of_a({"pattern": "("}), 'at $.properties.a.pattern: Python cannot read the regular expression "("'),
        ({"patternProperties": {"[": {}}}, "at $.patternProperties['[']: Python cannot read"),
        (of_a({"$ref": "person.json"}), 'at $.properties.a.$ref: the reference "person.json" leads out of the schema.'),
        (of_a({"$dynamicRef": "file:///etc/passwd"}), "at $.properties.a.$dynamicRef: the reference"),
        ({"$ref": "#/$defs/None", "$defs": {}}, 'at $.$ref: the reference "#/$defs/None" leads to nothing.'),
        ({"$ref": "#/allOf/7", "allOf": [{}]}, "leads to nothing."),
        ({"$ref": "#nobody"}, "leads to nothing."),
        ({"$ref": "#/required", "required": ["a"]}, "leads to something that is no schema."),
        ({"$ref": "#"}, "It makes no sense: it refers to itself with no value between"),
        ({"$ref": "#/$defs/a", "$defs": {"a": {"anyOf": [{"$ref": "#/$defs/a"}]}}}, "refers to itself"),
        (nested(101), "its values are nested more than 100 deep."),
        ({"description": "x" * 1_100_000}, "it has 1,100,019 bytes, and may have 1,048,576."),
        ({"const": "\ud800"}, "at $.const: half a character"),
        ({"const": {1, 2}}, "it cannot be written as JSON"),
    ],
)
def test_an_unsound_schema_is_a_sentence_with_its_place(schema: Any, sentence: str) -> None:
    with pytest.raises(SchemaError) as caught:
        check(schema, "It")
    assert sentence in f"{caught.value} {caught.value.hint}"


@pytest.fixture
def asked() -> Iterator[tuple[str, list[str]]]:
    """The address of a server that has schemas for everybody, and the paths that it was asked for."""
    paths: list[str] = []

    class Answer(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            paths.append(self.path)
            self.send_response(200)
            self.end_headers()
            self.wfile.write(b'{"type": "string"}')

        def log_message(self, *_: object) -> None:
            pass

    server = HTTPServer(("127.0.0.1", 0), Answer)
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.01})
    thread.start()
    yield f"http://127.0.0.1:{server.server_address[1]}", paths
    server.shutdown()
    thread.join()
    server.server_close()


def test_nothing_is_fetched_neither_to_judge_a_schema_nor_to_judge_by_it(asked: tuple[str, list[str]]) -> None:
    address, paths = asked
    for schema in ({"$ref": f"{address}/a"}, {"$schema": f"{address}/b", "$id": f"{address}/c", "$ref": "d"}):
        with pytest.raises(SchemaError, match="leads out of the schema"):
            check(schema, "It")
        assert "which is not there" in Validation(schema).problems("text")[0]
    assert paths == []


@pytest.mark.parametrize(
    ("schema", "hint"),
    [
        ({"propertis": {"a": {"type": "string"}}}, 'Did you mean "properties"? '),
        ({"name": "guest", "strict": True, "schema": of_a({})}, 'under "schema"'),
        ({"name": "Ada", "age": 36}, 'Fields stand under "properties"'),
    ],
)
def test_what_is_no_schema_but_would_pass_for_one_gets_a_hint(schema: Any, hint: str) -> None:
    with pytest.raises(SchemaError) as caught:
        check(schema, "It")
    assert hint in caught.value.hint
