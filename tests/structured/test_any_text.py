"""Whatever a model says: a document that is valid or none, rows that stay, values that only grow."""

import json
from typing import Any

from hypothesis import given, settings
from hypothesis import strategies as st
from jsonschema import Draft202012Validator

from chatbot_cli.structured.shape import JsonShape
from tests.structured.people import ANN, BOB, CAT, LIST, MANY, OLD, ONE, PERSON, of, rows_of

ITEMS = of({"type": "object", "properties": {"items": {"type": "array"}, "a": {}}}, many=True)
ANY = of(True)
WORDS = of({"type": "string"}, many=True)
PIECES = [
    *(ANN, BOB, CAT, OLD, '{"items": [', "[", "]", "{", "}", "{}", ",", ":", '"', "\\", '"a": ', '"items"', "\n", " "),
    *(
        "```",
        "```json\n",
        "\n```\n",
        "1",
        "-",
        "1.5e",
        "true",
        "nul",
        "null",
        "NaN",
        '\\"',
        "\\u",
        "\\ud83d",
        "\\ude00",
    ),
    *(
        '"name": "B',
        '"age": 5',
        '{"a": 1, "a": 2}',
        "é",
        "😀",
        "\ud800",
        "prose [1]",
        "{name}",
        "'",
        "1e999",
        "\x1b",
        "\ufeff",
    ),
]
TEXTS = st.lists(st.sampled_from(PIECES), max_size=14).map("".join) | st.text(max_size=30)
SHAPES = st.sampled_from([ONE, MANY, LIST, ITEMS, ANY, WORDS])
CUTS = st.lists(st.integers(0, 120), max_size=8)
QUICK = settings(max_examples=60, deadline=None, derandomize=True, database=None)


def in_deltas(text: str, cuts: list[int]) -> list[str]:
    ends = sorted({min(cut, len(text)) for cut in cuts} | {len(text)})
    return [text[start:end] for start, end in zip([0, *ends], ends, strict=False)]


def assert_is_valid(shape: JsonShape, document: str) -> None:
    def refuse(constant: str) -> None:
        raise AssertionError(f"{constant} is in a document")

    value = json.loads(document, parse_constant=refuse)
    schema = json.loads(shape.source)
    Draft202012Validator({"type": "array", "items": schema} if shape.many else schema).validate(value)
    document.encode()
    if shape.many:
        assert document == ("[\n" + ",\n".join(f"  {line(row)}" for row in value) + "\n]" if value else "[]")
    else:
        assert document == json.dumps(value, indent=2, ensure_ascii=False)


def line(row: Any) -> str:
    return json.dumps(row, ensure_ascii=False)


@QUICK
@given(SHAPES, TEXTS, TEXTS, CUTS)
def test_any_reply_is_a_valid_document_or_none_and_its_rows_are_those_that_came(
    shape: JsonShape, text: str, second: str, cuts: list[int]
) -> None:
    whole, pieces = shape.reading(), shape.reading()
    rows = rows_of(whole, [text])
    assert rows_of(pieces, in_deltas(text, cuts)) == rows
    checked = whole.ended()
    assert pieces.ended() == checked
    if checked.problems:
        assert checked.document == ""
        assert len(checked.problems) <= 10
        assert all(problem.isprintable() for problem in checked.problems)
        assert whole.again() == pieces.again()
        rows += rows_of(whole, [second])
        rows_of(pieces, in_deltas(second, cuts))
        checked = whole.ended()
        assert pieces.ended() == checked
    if checked.document:
        assert_is_valid(shape, checked.document)
        assert not shape.many or list(map(line, json.loads(checked.document))) == rows


@QUICK
@given(SHAPES, st.lists(st.sampled_from([ANN, BOB, CAT]), max_size=4), st.integers(0, 4), TEXTS, TEXTS)
def test_a_document_is_read_back_as_it_is(shape: JsonShape, rows: list[str], row: int, before: str, after: str) -> None:
    reading = shape.reading()
    reading.arrived(f"{before}[{', '.join(rows)}]{after}" if shape.many or shape == LIST else (rows or [ANN])[0])
    document = reading.ended().document
    if document:
        again = shape.reading()
        again.arrived(document)
        assert again.ended().document == document
        table, csv = shape.table(document), shape.csv(document)
        assert all(len(row) == len(table.columns) for row in table.rows)
        assert csv.endswith("\r\n") or not table.columns


def grows(old: Any, new: Any) -> bool:
    if isinstance(old, str):
        return isinstance(new, str) and new.startswith(old)
    if isinstance(old, dict):
        return isinstance(new, dict) and all(key in new and grows(value, new[key]) for key, value in old.items())
    if isinstance(old, list):
        return isinstance(new, list) and len(old) <= len(new) and all(map(grows, old, new))
    return old is None or (type(old) is type(new) and bool(old == new))


@QUICK
@given(st.sampled_from([ONE, MANY, LIST]), TEXTS, CUTS)
def test_what_was_there_once_stays_and_only_grows(shape: JsonShape, text: str, cuts: list[int]) -> None:
    old: Any = shape.grown("")
    for end in sorted({min(cut, len(text)) for cut in cuts} | {len(text)}):
        new = shape.grown(text[:end])
        assert grows(old, new), (text[:end], old, new)
        old = new
        assert all(len(row) == len(shape.table(text[:end]).columns) for row in shape.table(text[:end]).rows)


@QUICK
@given(
    st.fixed_dictionaries({"name": st.text(), "age": st.integers(0)}, optional={"tags": st.lists(st.text())}),
    st.booleans(),
)
def test_every_person_is_read_whole(person: dict[str, Any], is_ascii: bool) -> None:
    written = json.dumps(person, ensure_ascii=is_ascii)
    reading, rows = ONE.reading(), MANY.reading()
    reading.arrived(f"So:\n{written}\nEnd")
    expected = {key: person[key] for key in PERSON["properties"] if key in person}
    assert reading.ended().document == json.dumps(expected, indent=2, ensure_ascii=False)
    assert rows_of(rows, list(f"[{written}]")) == [line(expected)]
    assert ONE.grown(written) == expected
