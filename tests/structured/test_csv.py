"""A document as CSV."""

import csv
import io

from tests.structured.people import ANN, LIST, MANY, ONE, of

HEADER = "name,age,mood,home,tags\r\n"


def test_a_line_for_each_row_below_a_header_of_the_schema() -> None:
    rows = f'[{ANN}, {{"name": "Zoë, \\"Z\\"\\r\\nB", "age": 5, "mood": null, "home": {{"city": "Köln"}}, "tags": []}}]'
    written = f'{HEADER}Ann,31,,,\r\n"Zoë, ""Z""\r\nB",5,,"{{""city"": ""Köln""}}",[]\r\n'
    assert MANY.csv(rows) == LIST.csv(rows) == written
    assert [len(row) for row in csv.reader(io.StringIO(written, newline=""))] == [5, 5, 5]


def test_an_object_is_one_line_and_an_empty_list_none() -> None:
    assert ONE.csv(ANN) == f"{HEADER}Ann,31,,,\r\n"
    assert MANY.csv("[]") == HEADER


def test_what_a_spreadsheet_may_take_for_a_formula_stays_as_it_is() -> None:
    assert of({"type": "array"}).csv('["=1+1", "+1", "-1", "@a"]') == "value\r\n=1+1\r\n+1\r\n-1\r\n@a\r\n"


def test_fields_that_the_schema_does_not_name_come_last_and_scalars_after_them() -> None:
    schema = {"type": "object", "properties": {"a": {}}}
    assert of(schema, many=True).csv('[{"b": true, "a": 0.1}, {"c": false}, 7]') == (
        "a,b,c,value\r\n0.1,true,,\r\n,,false,\r\n,,,7\r\n"
    )
    assert of(True, many=True).csv('[{"value": 1}, 7]') == "value\r\n1\r\n7\r\n"


def test_a_single_value_is_one_cell() -> None:
    assert of({"type": "integer"}).csv("42") == "value\r\n42\r\n"
    assert of({"type": "array", "items": {"type": "null"}}).csv("[null]") == 'value\r\n""\r\n'
