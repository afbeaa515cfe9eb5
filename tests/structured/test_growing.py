"""As much of a document as has arrived: as a table, and as a value that only grows."""

import json
from itertools import pairwise

import pytest

from chatbot_cli.chat.shape import Table
from tests.structured.people import ANN, BOB, LIST, MANY, ONE, of

FIELDS = ("name", "age", "mood", "home", "tags")


@pytest.mark.parametrize(
    ("text", "rows"),
    [
        ("", []),
        ("Here it is:\n```json\n{", []),
        ('{"na', []),
        ('{"name": "An', [("name", "An")]),
        ('{"name": "An\\', [("name", "An")]),
        ('{"name": "A", "age": 3', [("name", "A")]),
        (
            '{"name": "A", "age": 31, "home": {"city": "Köln',
            [("name", "A"), ("age", "31"), ("home", '{"city": "Köln"}')],
        ),
        ('{"name": "A", "mood": null, "tags": ["a", tru', [("name", "A"), ("tags", '["a"]')]),
    ],
)
def test_an_object_has_a_line_for_each_field(text: str, rows: list[tuple[str, str]]) -> None:
    assert ONE.table(text).rows == tuple(rows)


def test_a_list_has_a_column_for_each_field_of_the_schema_and_others_after_them() -> None:
    text = f'{{"items": [{ANN}, {{"name": "Bob", "x": [1, {{"é": true}}], "tags": []}}, {{"name": "C'
    table = Table(
        (*FIELDS, "x"),
        (("Ann", "31", "", "", "", ""), ("Bob", "", "", "", "[]", '[1, {"é": true}]'), ("C", "", "", "", "", "")),
    )
    assert MANY.table(text) == LIST.table(text) == table


@pytest.mark.parametrize("text", ["", "Well, [1]", "{", '{"items": ['])
def test_a_list_without_rows_has_its_columns(text: str) -> None:
    assert MANY.table(text) == Table(FIELDS, ())


def test_a_table_is_the_same_whether_its_text_grew_or_came_at_once() -> None:
    document = MANY.reading()
    document.arrived(f"[{ANN}, {BOB}]")
    for text in (document.ended().document, f"so: {ANN}\n{BOB}"):
        at_once = MANY.table(text)
        assert len(at_once.rows) == 2
        MANY.table("another")
        grown = [MANY.table(text[:end]) for end in range(len(text) + 1)]
        assert grown[-1] == at_once
        assert all(len(one.rows) <= len(next_one.rows) for one, next_one in pairwise(grown))
    free = of({"type": "object"}, many=True)
    assert [free.table(text) for text in ('[{"a": 1}', '[{"a": 1}, {"b": 2}]')] == [
        Table(("a",), (("1",),)),
        Table(("a", "b"), (("1", ""), ("", "2"))),
    ]


@pytest.mark.parametrize(
    ("schema", "text", "table"),
    [
        ({"type": "array", "items": {"type": "string"}}, '["a", "b', Table(("value",), (("a",), ("b",)))),
        ({"type": "integer"}, "42", Table(("value",), (("42",),))),
        ({"type": "integer"}, '{"value": 42}', Table(("value",), (("42",),))),
        ({"type": "integer"}, '{"value": 42', Table((), ())),
    ],
)
def test_other_values_have_one_column(schema: object, text: str, table: Table) -> None:
    assert of(schema).table(text) == table


@pytest.mark.parametrize(
    ("text", "value"),
    [
        ("", {}),
        ('{"name": "\\ud83d', {"name": ""}),
        ('{"name": "\\ud83d\\ude00", "age": 12', {"name": "😀"}),
        ('{"name": "7', {"name": "7"}),
        ('{"age": 12}', {"age": 12}),
        ('{"name": "a", "name": "b", "age": 1}', {"name": "a"}),
        ('{"name": "a", oops, "age": 1}', {"name": "a"}),
        ('{\n  "name": "a",\n  oops\n}', {"name": "a"}),
        ('{"mood": null, "home": {"city": null}}', {"home": {}}),
    ],
)
def test_a_value_has_what_is_sure_of_it(text: str, value: object) -> None:
    assert ONE.grown(text) == value


def test_rows_grow_at_their_end() -> None:
    assert MANY.grown(f"[{ANN}, {BOB[:11]}") == LIST.grown(f"[{ANN}, {BOB[:11]}") == [json.loads(ANN), {"name": "B"}]
    assert MANY.grown("") == LIST.grown("") == []
    assert of({"type": "string"}).grown('{"value": "ab') == "ab"
    assert of({"type": "string"}).grown('{"val') is None
