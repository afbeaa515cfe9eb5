"""What is wrong with a value, in clauses with their places."""

import json
import re
import subprocess
import sys
from itertools import product
from typing import Any

import pytest

from chatbot_cli.structured.schemas.patterns import search_of
from chatbot_cli.structured.schemas.validation import Validation
from chatbot_cli.structured.servers.from_server import FromServer

DIALECT = "https://json-schema.org/draft/2020-12/schema"
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
        (
            {
                "allOf": [{"$ref": "#/$defs/text"}, {"$ref": "#/$defs/number"}],
                "$defs": {"text": {"type": "string"}, "number": {"type": "number"}},
            },
            "x",
            "$: 'x' is not a number",
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
        ({"patternProperties": {"^x": {}}, "additionalProperties": False}, {"x1": 1}),
        ({"$schema": DIALECT, "multipleOf": 0.1, "properties": {"a": {"$ref": "#"}}}, {"a": 0.3}),
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


@pytest.mark.parametrize(
    "pattern",
    [
        r"^(?=.*[ab])(?!.*--)[ab)]+(?:-[ab]+)*$",
        r"^(?=a)b|a",
        r"^(?!a)?b",
        r"^(?=[)])\)$",
        r"^(?=a(?=b))a",
        r"^(?!$)",
        r"^(?=(a)\1)a",
        r"(?<=a)b",
        r"^(.)\1$",
    ],
)
def test_what_is_looked_for_around_is_found_as_python_finds_it(pattern: str) -> None:
    search = search_of(pattern)
    for length in range(5):
        for text in map("".join, product("ab-)", repeat=length)):
            assert search(text) == bool(re.search(pattern, text)), text


def test_a_long_text_is_searched_ahead() -> None:
    assert Validation({"pattern": r"^(?=.*\d)(?!.*x).{8,}$"}).is_valid("a" * 5000 + "1")
    assert not Validation({"pattern": r"^(?=.*\d)(?!.*x).{8,}$"}).is_valid("a" * 5000 + "1x")


def test_no_pattern_runs_for_ever_on_a_text_of_a_model() -> None:
    hostile = "a" * 100_000 + "!"
    nested = {"pattern": "^(a+)+$", "type": "string"}
    assert not Validation(nested).is_valid(hostile)
    assert not Validation({"patternProperties": {"^(a|a)*$": False}, "additionalProperties": False}).is_valid(
        {hostile: 1}
    )
    assert Validation({"pattern": "^(?=a)(a+)+$"}).problems(hostile)[0].endswith("does not match '^(?=a)(a+)+$'")
    for only_of_python in ("(?<!b)(a+)+$", "(?<!b)(a|a)*$", "(?<!b)a*a*a*a*a*$", "(?<!b)(a{1,9}){1,99}$"):
        assert Validation({"pattern": only_of_python}).problems(hostile[-41:])[0].endswith("too long for its pattern")


def test_twenty_thousand_different_items_are_compared_at_once() -> None:
    assert Validation({"uniqueItems": True}).is_valid([{"n": number} for number in range(20_000)])


def test_what_judges_is_loaded_when_it_is_used() -> None:
    code = (
        "import sys; from chatbot_cli.structured.shape import JsonShape; shape = JsonShape('true', '');"
        "assert not {'jsonschema', 'referencing', 'pydantic_core', 'csv', 'jiter'} & set(sys.modules);"
        "reading = shape.reading(); reading.arrived('1'); assert 'jsonschema' not in sys.modules;"
        "reading.ended(); assert 'jsonschema' in sys.modules"
    )
    assert subprocess.run([sys.executable, "-c", code], check=False).returncode == 0


def expression(*signs: str, keyword: str = "anyOf") -> dict[str, Any]:
    """The schema of a value that is a number, or one of these signs before such a value."""
    inner = {"$ref": "#/$defs/Value"}
    forms = [
        {"type": "object", "properties": {"of": inner, "sign": {"const": sign}}, "required": ["of", "sign"]}
        for sign in signs
    ]
    return {"$ref": "#/$defs/Value", "$defs": {"Value": {keyword: [*forms, {"type": "integer"}]}}}


def nested(depth: int, sign: str, innermost: object) -> object:
    value = innermost
    for _ in range(depth):
        value = {"of": value, "sign": sign}
    return value


@pytest.mark.parametrize("keyword", ["anyOf", "oneOf"])
def test_a_value_of_many_levels_by_a_schema_that_contains_itself_in_choices_is_judged_at_once(keyword: str) -> None:
    validation = Validation(expression("+", "-", keyword=keyword))
    assert validation.is_valid(nested(40, "-", 1))
    assert validation.problems(nested(40, "-", 1)) == ()
    (problem,) = validation.problems(nested(40, "-", "one"))
    assert problem.endswith("fits none of the allowed forms")


def test_a_schema_that_says_the_same_a_million_times_is_judged_at_once() -> None:
    levels = {f"L{level}": {"allOf": [{"$ref": f"#/$defs/L{level + 1}"}] * 4} for level in range(15)}
    validation = Validation({"$ref": "#/$defs/L0", "$defs": {**levels, "L15": {"type": "object"}}})
    assert validation.is_valid({})
    assert validation.problems(1)[0] == "$: 1 is not an object"


def test_nulls_of_missing_fields_are_taken_out_at_many_levels() -> None:
    schema = expression("+", "-")
    form = schema["$defs"]["Value"]["anyOf"][1]
    form["properties"]["note"] = {"type": "string"}
    with_null = nested(20, "-", {"of": 1, "sign": "-", "note": None})
    assert FromServer(schema).whole(with_null) == nested(21, "-", 1)


def test_judging_that_would_take_too_long_is_given_up(monkeypatch: pytest.MonkeyPatch) -> None:
    """Of a reference that leads elsewhere each time nothing can be remembered."""
    monkeypatch.setattr("chatbot_cli.structured.schemas.judged_once.MOST_JUDGED", 500)
    forms = [
        {"type": "object", "properties": {"of": {"$dynamicRef": "#value"}, "sign": {"const": sign}}} for sign in "+-"
    ]
    validation = Validation({"$dynamicAnchor": "value", "anyOf": [*forms, {"type": "integer"}]})
    assert validation.is_valid(nested(3, "-", 1))
    assert not validation.is_valid(nested(40, "-", 1))
    assert validation.problems(nested(40, "-", 1)) == ("$: it takes too long to be checked",)
