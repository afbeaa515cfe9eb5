"""What is wrong with a value, in clauses with their places."""

import json
import subprocess
import sys

import pytest

from chatbot_cli.structured.schemas.validation import Validation

ANY_OF = {"anyOf": [{"type": "integer"}, {"type": "null"}]}
FORMS = {"anyOf": [{"type": "object", "properties": {"a": {"type": "string"}}}, {"type": "integer"}]}


@pytest.mark.parametrize(
    ("schema", "value", "problem"),
    [
        ({"type": ["integer", "null"]}, "x", "$: 'x' is not an integer or null"),
        (ANY_OF, "x", "$: 'x' is not an integer or null"),
        (FORMS, {"a": 1}, "$.a: 1 is not a string"),
        (
            {"oneOf": [{"type": "integer"}, {"minimum": 1}]},
            2,
            "$: 2 fits more than one of the forms that exclude each other",
        ),
        ({"const": "v1"}, "v2", "$: 'v2' is not 'v1'"),
        ({"minLength": 2}, "a", "$: it has 1 character, at least 2"),
        ({"maxItems": 1}, [1, 2], "$: it has 2 items, at most 1"),
        ({"multipleOf": 0.1}, 0.35, "$: 0.35 is not a multiple of 0.1"),
        ({"pattern": "^a+$"}, "ab", "$: 'ab' does not match '^a+$'"),
        ({"uniqueItems": True}, [{"a": 1}, {"a": 1.0}], "$: it has an item twice"),
        ({"additionalProperties": False}, {"full name": 1}, "$['full name']: it is not a field of the schema"),
        ({"additionalProperties": {"type": "null"}}, {"é": 1}, "$.é: 1 is not null"),
        ({"patternProperties": {"^x": {"type": "null"}}}, {"x1": 1, "y": 1}, "$.x1: 1 is not null"),
        ({"dependentRequired": {"a": ["b"]}}, {"a": 1}, "$: 'b' is a dependency of 'a'"),
        ({"not": {}}, "a" * 500, "$: 'aaa"),
        (
            {"$ref": "https://example.com/a.json"},
            1,
            "$: the schema refers to 'https://example.com/a.json', which is not there",
        ),
        ({"$schema": "http://json-schema.org/draft-04/schema#", "maximum": 3, "exclusiveMaximum": True}, 3, "$: 3 is"),
    ],
)
def test_a_problem_is_a_clause_with_its_place(schema: object, value: object, problem: str) -> None:
    validation = Validation(json.loads(json.dumps(schema)))
    (told,) = validation.problems(value)
    assert told.startswith(problem)
    assert len(told) < 200
    assert not validation.is_valid(value)


@pytest.mark.parametrize(
    ("schema", "value"),
    [
        ({"multipleOf": 0.1}, 0.3),
        ({"multipleOf": 0.5}, 10**400),
        ({"type": "integer"}, 1.0),
        ({"uniqueItems": True}, [1, True, {"a": [1]}, {"a": [True]}]),
        ({"format": "date"}, "no date"),
        ({"pattern": "^(?=a)a$"}, "a"),
    ],
)
def test_what_is_valid_has_no_problems(schema: object, value: object) -> None:
    validation = Validation(json.loads(json.dumps(schema)))
    assert validation.is_valid(value)
    assert validation.problems(value) == ()


def test_a_place_below_another_is_told_from_the_root() -> None:
    assert Validation({"type": "null"}).problems(1, (12, "a")) == ("$[12].a: 1 is not null",)


def test_no_pattern_runs_for_ever_on_a_text_of_a_model() -> None:
    hostile = "a" * 100_000 + "!"
    nested = {"pattern": "^(a+)+$", "type": "string"}
    assert not Validation(nested).is_valid(hostile)
    assert not Validation({"patternProperties": {"^(a|a)*$": False}, "additionalProperties": False}).is_valid(
        {hostile: 1}
    )
    assert Validation({"pattern": "^(?=a)(a+)+$"}).problems(hostile)[0].endswith("is too long for its pattern")


def test_twenty_thousand_different_items_are_compared_at_once() -> None:
    assert Validation({"uniqueItems": True}).is_valid([{"n": number} for number in range(20_000)])


def test_what_judges_is_loaded_when_it_is_used() -> None:
    code = (
        "import sys; from chatbot_cli.structured.shape import JsonShape; shape = JsonShape('true', '');"
        "assert not {'jsonschema', 'referencing', 'pydantic_core', 'csv', 'jiter'} & set(sys.modules);"
        "reading = shape.reading(); reading.arrived('1'); assert 'jsonschema' not in sys.modules;"
        "reading.ended(); assert 'jsonschema' in sys.modules"
    )
    subprocess.run([sys.executable, "-c", code], check=True)
