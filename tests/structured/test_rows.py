"""The rows of a list, each as soon as it is complete, and never taken back."""

import json
import tracemalloc

import pytest

from tests.structured.people import ANN, BOB, CAT, MANY, OLD, PERSON, of, read_in, rows_of

ROW = {"type": "object", "properties": {"items": {"type": "array"}, "n": {"type": "integer"}}, "required": ["n"]}


@pytest.mark.parametrize(
    "reply",
    [
        pytest.param(f"[{ANN}, {BOB}]", id="root"),
        pytest.param(f'{{"items": [{ANN}, {BOB}]}}', id="items"),
        pytest.param(f' {{\n "items"\n:\n [ {ANN}\n,{BOB}\n] , "more": [{CAT}]}}', id="items and blanks"),
        pytest.param(f"Here they are:\n```json\n[\n{ANN},\n{BOB}\n]\n```\nThat is [all].", id="fenced"),
        pytest.param(f'As [1] and [2] of {{them}} say, ["so"], []: [{ANN}, {BOB}] and {{no}} [more]', id="prose"),
        pytest.param(f"{ANN}\n{BOB}\n", id="lines"),
        pytest.param(f"```\n{ANN}\n{BOB}\n```", id="lines, fenced"),
        pytest.param(f"1. {ANN}\n2. {BOB}\nThat is [all] {{there is}}.", id="lines in prose"),
        pytest.param('[{"age": 31, "name": "Ann", "mood": null}, {"name": "B\\u006fb", "age": 5},]', id="optional"),
    ],
)
def test_rows_are_found_wherever_they_are(reply: str) -> None:
    reading = MANY.reading()
    assert rows_of(reading, list(reply)) == [ANN, BOB]
    assert reading.ended().document == f"[\n  {ANN},\n  {BOB}\n]"


def test_a_row_comes_with_its_last_character() -> None:
    reading = MANY.reading()
    assert [list(reading.arrived(delta)) for delta in (f"[{ANN[:-1]}", "}", f", {BOB}, {CAT}", "]")] == [
        [],
        [ANN],
        [BOB, CAT],
        [],
    ]


@pytest.mark.parametrize(
    ("row", "reply"),
    [
        ({"type": "string"}, r'["a, ]\" [", "\\", "é"]'),
        ({"type": "integer"}, "As {it} says: [1, -2, 30]"),
        ({"type": ["null", "boolean"]}, "[true, null]"),
        ({"type": "array"}, "Not [1], but [[1], []]"),
        (True, '[1, "a", [{"b": "}]"}]]'),
    ],
)
def test_rows_can_be_any_values(row: object, reply: str) -> None:
    reading = of(row, many=True).reading()
    rows = rows_of(reading, list(reply))
    assert f"[{', '.join(rows)}]" == reply[-len(", ".join(rows)) - 2 :]
    assert json.loads(reading.ended().document) == [json.loads(row) for row in rows]


@pytest.mark.parametrize("reply", ["[]", '{"items": []}', "There are none: [ ]", "```\n[]\n```"])
def test_a_list_may_be_empty(reply: str) -> None:
    assert read_in(MANY, reply).document == "[]"


@pytest.mark.parametrize(
    ("reply", "rows", "problem"),
    [
        ("", 0, "there is no list of such rows in the reply"),
        ('["Ann", "Bob"]', 0, "there is no list of such rows in the reply"),
        (f"[{ANN}, {OLD}, {CAT}]", 1, "$[1].age: 'old' is not an integer"),
        (f"{OLD}\n{CAT}", 0, "$[0].age: 'old' is not an integer"),
        (f"{ANN}\n{OLD}\n{CAT}", 1, "$[1].age: 'old' is not an integer"),
        (f"[{ANN}, {{'name': 'x'}}, {CAT}]", 1, "$[1]: this is not JSON: expecting property name enclosed in double"),
        (f'{ANN}\n{{name: "x"}}\n{CAT}', 1, "$[1]: this is not JSON: expecting property name enclosed in double"),
        (f"[{ANN}, ..., {CAT}]", 1, "$[1]: this is not JSON: expecting value"),
        (f"[{ANN},, {CAT}]", 1, "$[1]: this is not JSON: expecting value"),
        (f"[{ANN}, {CAT[:-1]}", 1, "$[1]: the reply breaks off before the list ends"),
        (f'{{"items": [{ANN}', 1, "$[1]: the reply breaks off before the list ends"),
        (f"{ANN}\n{CAT[:-1]}", 1, "$[1]: the reply breaks off before the list ends"),
        (f'[{ANN}, {{"name": "\\ud800", "age": 1}}]', 1, "$[1].name: half a character"),
        (f"[{ANN}, {{" + '"a": [' * 200, 1, "$[1]: it is nested more than 100 deep"),
        ("{}" * 1000, 0, "$[0]: 'age' is missing"),
    ],
)
def test_after_a_row_that_is_not_valid_none_follows(reply: str, rows: int, problem: str) -> None:
    reading = MANY.reading()
    assert rows_of(reading, list(reply)) == [ANN] * rows
    checked = reading.ended()
    assert checked.document == ""
    assert checked.problems[0].startswith(problem)


def test_a_try_after_rows_that_are_right_is_asked_for_the_others() -> None:
    reading = MANY.reading()
    assert rows_of(reading, [f"[{ANN}, {BOB}, {OLD}]"]) == [ANN, BOB]
    assert reading.ended().problems == ("$[2].age: 'old' is not an integer",)
    asked = reading.again()
    assert "$[2].age: 'old' is not an integer" in asked
    assert "The first 2 rows are right and stay" in asked
    assert "from row 3 on" in asked
    assert rows_of(reading, [f'{{"items": [{CAT}]}}']) == [CAT]
    assert json.loads(reading.ended().document) == [json.loads(row) for row in (ANN, BOB, CAT)]


def test_a_try_after_no_rows_is_asked_for_all() -> None:
    reading = MANY.reading()
    assert rows_of(reading, ["none"]) == []
    reading.ended()
    assert reading.again().endswith("Answer again, with the JSON alone, by the same schema.")
    assert rows_of(reading, [f"[{ANN}]"]) == [ANN]
    assert reading.ended().document


@pytest.mark.parametrize(
    ("second", "new", "whole"),
    [
        (f"[{ANN}, {BOB}, {CAT}]", [CAT], [ANN, BOB, CAT]),
        (f"[{ANN}, {BOB}]", [], [ANN, BOB]),
        ("[]", [], [ANN, BOB]),
        (f"[{ANN}, {CAT}]", [ANN, CAT], [ANN, BOB, ANN, CAT]),
        (f"[{ANN}]", [ANN], [ANN, BOB, ANN]),
        (f"{ANN}\n{ANN}", [ANN, ANN], [ANN, BOB, ANN, ANN]),
        (f"[{ANN}, {BOB}, {ANN}, {BOB}]", [ANN, BOB], [ANN, BOB, ANN, BOB]),
    ],
)
def test_a_list_that_is_sent_again_from_its_beginning_is_not_meant_twice(
    second: str, new: list[str], whole: list[str]
) -> None:
    reading = MANY.reading()
    rows_of(reading, [f"[{ANN}, {BOB}, {OLD}]"])
    reading.ended()
    reading.again()
    assert rows_of(reading, list(second)) == new
    assert json.loads(reading.ended().document) == [json.loads(row) for row in whole]


@pytest.mark.parametrize(
    ("reply", "rows"),
    [
        ('{"items": [1], "n": 1}\n{"n": 2, "items": []}', ['{"items": [1], "n": 1}', '{"items": [], "n": 2}']),
        ('{"items": [], "n": 1}', ['{"items": [], "n": 1}']),
        ('{"items": [{"n": 1}, {"n": 2}]}', ['{"n": 1}', '{"n": 2}']),
        ('{"items": []}', []),
    ],
)
def test_rows_may_have_items_themselves(reply: str, rows: list[str]) -> None:
    reading = of(ROW, many=True).reading()
    assert rows_of(reading, list(reply)) == rows
    assert json.loads(reading.ended().document) == [json.loads(row) for row in rows]


def test_a_row_in_a_list_is_no_empty_list_though_it_looks_like_one() -> None:
    rows = ['{"items": []}', '{"items": [1]}']
    reading = of({**ROW, "required": ["items"]}, many=True).reading()
    assert rows_of(reading, ['[{"items":[]}, {"items":[1]}]']) == rows


def test_of_a_reply_only_its_rows_are_held() -> None:
    reading = of({**PERSON, "additionalProperties": True}, many=True).reading()
    row, held = f'{ANN[:-1]}, "mood": null}}', []
    tracemalloc.start()
    try:
        for delta in ["[", *[f"{row}{' ' * 10_000},"] * 300, f"{ANN}]"]:
            reading.arrived(delta)
            held.append(tracemalloc.get_traced_memory()[0])
    finally:
        tracemalloc.stop()
    assert held[-1] - held[100] < 100_000
    assert reading.ended().document.count("Ann") == 301
