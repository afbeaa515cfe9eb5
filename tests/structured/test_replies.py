"""What a reply that is to be one document turns out to be."""

import json
import tracemalloc
from typing import Any

import pytest

from chatbot_cli.structured.shape import JsonShape
from tests.structured.people import ANN, LIST, MANY, OLD, ONE, PERSON, of, problems_in, read_in

FULL: dict[str, Any] = {"name": "Zoë 😀", "age": 3, "mood": "good", "home": {"city": "Köln"}, "tags": ["a", "b"]}
LISTED = json.dumps([FULL] * 9)


@pytest.mark.parametrize(
    ("reply", "value"),
    [
        pytest.param(ANN, json.loads(ANN), id="clean"),
        pytest.param(f"\ufeff\n {ANN} \n", json.loads(ANN), id="blanks"),
        pytest.param(f"```json\n{ANN}\n```", json.loads(ANN), id="fenced"),
        pytest.param(f"Here:\n\n~~~~\n{ANN}\n~~~~\nBye", json.loads(ANN), id="fenced in prose"),
        pytest.param(f"```json\n{ANN}", json.loads(ANN), id="half a fence"),
        pytest.param(f"```json {ANN} ```", json.loads(ANN), id="a fence in one line"),
        pytest.param(f"Surely! As [1] says, {{he}} is: {ANN}. Ask on {{if you like}}.", json.loads(ANN), id="prose"),
        pytest.param('{"age": 3, "mood": null, "name": "Ann"}', {"name": "Ann", "age": 3}, id="optional"),
        pytest.param(json.dumps(FULL), FULL, id="nested, an enum, escaped"),
        pytest.param(json.dumps(FULL, ensure_ascii=False), FULL, id="unicode"),
        pytest.param(
            f'{{"age": 3, "home": {{"city": "x", "street": "y"}}, "name": "{"n" * 1_000_000}"}}', ..., id="1 MB"
        ),
    ],
)
def test_the_document_is_in_the_reply(reply: str, value: object) -> None:
    document = read_in(ONE, reply).document
    if value is ...:
        value = {"name": "n" * 1_000_000, "age": 3, "home": {"street": "y", "city": "x"}}
    assert document == json.dumps(value, indent=2, ensure_ascii=False)


@pytest.mark.parametrize(
    ("reply", "problem"),
    [
        pytest.param("", "there is no JSON in the reply", id="empty"),
        pytest.param("I cannot [do] that {sorry}.", "there is no JSON in the reply", id="prose"),
        pytest.param(ANN[:-1], "the reply is not JSON: expecting ',' delimiter at line 1, column 26", id="cut"),
        pytest.param(OLD, "$.age: 'old' is not an integer", id="wrong type"),
        pytest.param('{"name": "x", "age": 1, "mood": "so"}', "$.mood: 'so' is not one of 'good', 'bad'", id="enum"),
        pytest.param('{"name": "x"}', "$: 'age' is missing", id="missing"),
        pytest.param('{"name": "x", "age": -1}', "$.age: -1 is less than 0", id="too small"),
        pytest.param('{"name": "x", "age": 1, "home": {"city": 7}}', "$.home.city: 7 is not a string", id="nested"),
        pytest.param('{"name": "x", "age": NaN}', "$: NaN is no number of JSON", id="NaN"),
        pytest.param('{"name": "x", "age": 1e999}', "$: the number 1e999 is too large", id="infinite"),
        pytest.param('{"name": "x", "name": "y"}', "$: the key 'name' is in an object twice", id="key twice"),
        pytest.param(f'{{"name": "x", "age": {"9" * 5000}}}', "$: a number in it has 5,000 digits", id="digits"),
        pytest.param(
            r'{"name": "\ud800", "age": 1}', "$.name: half a character (a lone surrogate) is in it", id="half"
        ),
        pytest.param(
            r'{"name": "x", "age": 1, "\ud800": 1}', "$: half a character (a lone surrogate) is in it", id="half a key"
        ),
        pytest.param("[" * 100_000, "$: it is nested more than 100 deep", id="deep"),
        pytest.param(f"[{ANN}]", f"$: [{ANN}] is not an object", id="in a list"),
    ],
)
def test_a_reply_that_is_not_valid_says_why(reply: str, problem: str) -> None:
    checked = read_in(ONE, reply)
    assert (checked.document, checked.problems) == ("", (problem,))


def test_a_part_of_a_broken_value_is_no_answer() -> None:
    assert read_in(of({"type": "object"}), 'See {"a": {"b": 1}, oops, "c": {"d": 2}} and').document == ""
    assert read_in(of({"type": "object"}), '[{"b": 1}, {"b": 2}, {"b').document == ""


@pytest.mark.parametrize(("before", "most"), [("{} ", 20), ('{"a"} ', 200)], ids=["values", "broken values"])
def test_a_document_is_looked_for_behind_so_many_others(before: str, most: int) -> None:
    assert [bool(read_in(ONE, before * count + ANN).document) for count in (most - 1, most)] == [True, False]


@pytest.mark.parametrize("shape", [of(True), of(True, many=True)], ids=["document", "rows"])
def test_a_reply_may_be_nested_a_hundred_deep(shape: JsonShape) -> None:
    begin, end = ("[", "]") if shape.many else ("", "")
    replies = [f"{begin}{'[' * depth}{']' * depth}{end}" for depth in (100, 101)]
    assert [bool(read_in(shape, reply).document) for reply in replies] == [True, False]


def test_numbers_stay_what_they_are() -> None:
    numbers = "[\n  123456789012345678901234567890,\n  0.1,\n  1.0,\n  -0.0,\n  1e+22\n]"
    assert read_in(of({"type": "array"}), numbers).document == numbers


@pytest.mark.parametrize(
    "reply", [LISTED, f'{{"items": {LISTED}}}', f"So:\n```\n{LISTED}\n```"], ids=["root", "items", "fenced"]
)
def test_a_list_at_the_root_is_found_wherever_it_is(reply: str) -> None:
    assert read_in(LIST, reply).document == json.dumps([FULL] * 9, indent=2, ensure_ascii=False)


@pytest.mark.parametrize(
    ("schema", "reply", "document"),
    [
        ({"type": "integer"}, "\ufeff42", "42"),
        ({"type": "string"}, '{"value": "é"}', '"é"'),
        (True, "null", "null"),
    ],
)
def test_other_values_can_stand_at_the_root(schema: object, reply: str, document: str) -> None:
    assert read_in(of(schema), reply).document == document


def test_the_model_is_told_what_was_wrong_and_the_next_reply_is_read_alone() -> None:
    reading = ONE.reading()
    reading.arrived(OLD)
    assert reading.ended().document == ""
    assert reading.again() == (
        "This is not valid:\n- $.age: 'old' is not an integer\nAnswer again, with the JSON alone, by the same schema."
    )
    reading.arrived(ANN)
    assert json.loads(reading.ended().document) == json.loads(ANN)


def test_problems_are_few_and_short_and_those_near_the_root_come_first() -> None:
    rows = [{"name": "x\n\x1b[31m" * 1000, "age": 1, "\x1b": 1}] * 500
    schema = {"type": "array", "maxItems": 2, "items": {**PERSON, "properties": {"name": {"type": "null"}, "age": {}}}}
    problems = problems_in(schema, json.dumps(rows))
    assert problems[:2] == ("$: it has 500 items, at most 2", "$[0]['�']: it is not a field of the schema")
    assert problems[2].startswith("$[0].name: 'x\\n\\x1b[31mx")
    assert len(problems) == 10
    assert all(len(problem) < 200 and problem.isprintable() for problem in problems)


def test_the_same_order_of_fields_at_every_depth() -> None:
    node = {"properties": {"b": {"type": "integer"}, "a": {"type": "array", "items": {"$ref": "#/$defs/a%20node"}}}}
    tree = {"$defs": {"a node": node}, "$ref": "#/$defs/a%20node", "type": "object"}
    document = read_in(of(tree), '{"x": 1, "a": [{"a": [], "b": 2}], "b": 1}').document
    assert json.dumps(json.loads(document)) == '{"b": 1, "a": [{"b": 2, "a": []}], "x": 1}'


def test_a_schema_may_contain_itself_as_deep_as_a_reply_may_be_nested() -> None:
    tree = {
        "$defs": {"n": {"properties": {"k": {"items": {"$ref": "#/$defs/n"}}}}},
        "$ref": "#/$defs/n",
        "type": "object",
    }
    assert read_in(of(tree), '{"k": [' * 49 + "{}" + "]}" * 49).document


def test_rows_are_of_many_only() -> None:
    assert list(ONE.reading().arrived(ANN)) == list(LIST.reading().arrived(f"[{ANN}]")) == []
    assert list(MANY.reading().arrived(f"[{ANN}]")) == [ANN]


@pytest.mark.parametrize("text", ['{"name": "' + "\\n" * 100_000, "{" + '"x",' * 50_000])
def test_a_reply_full_of_escapes_or_strings_takes_no_more_memory_than_its_text(text: str) -> None:
    for shape in (ONE, MANY):
        tracemalloc.start()
        reading = shape.reading()
        reading.arrived(text)
        assert reading.ended().problems
        peak = tracemalloc.get_traced_memory()[1]
        tracemalloc.stop()
        assert peak < 3 * len(text)
