"""The values of a JSON file are read one by one, and are those that Python's own parser reads from the whole."""

import io
import json
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from chatbot_cli.sessions.importing.alternation import Unreadable
from chatbot_cli.sessions.importing.json_values import json_values

WHOLE = 1 << 20
CHUNKS = st.integers(1, 40)
TEXTS = st.text(st.characters() | st.sampled_from('"\\[]{},:\n\r\t \ud83d\ude00é日😀'), max_size=12)
JSON: st.SearchStrategy[Any] = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False) | TEXTS,
    lambda inner: st.lists(inner, max_size=5) | st.dictionaries(TEXTS, inner, max_size=5),
    max_leaves=20,
)
PIECES = st.sampled_from([*'[]{},:"\\ \n\t-.', "12", "1e5", "tru", "true", "null", "NaN", '"a"', '"\\u12']) | (
    st.sampled_from(['{"a": 1}', "[]", "é", "\\u00e9", "\ud800", "\x00", "\r\n", "1.5e", "+7"])
)


def read(data: bytes, chunk: int) -> list[object]:
    return list(json_values(io.BytesIO(data), chunk))


def outcome(data: bytes, chunk: int) -> object:
    """The values as a text, in which -0.0 and NaN are told apart; or what is wrong."""
    try:
        return repr(read(data, chunk))
    except Unreadable as error:
        return str(error)


@given(st.lists(JSON, max_size=6), st.booleans(), st.sampled_from([None, 0, 1]), CHUNKS)
def test_an_array_is_its_elements(values: list[object], ascii_only: bool, indent: int | None, chunk: int) -> None:
    text = json.dumps(values, ensure_ascii=ascii_only, indent=indent)
    assert read(text.encode("utf-8", "surrogatepass"), chunk) == json.loads(text)


@given(st.lists(JSON, min_size=2, max_size=6), st.booleans(), st.sampled_from(["\n", "\r\n", "\n\n \n"]), CHUNKS)
def test_lines_are_their_values(values: list[object], ascii_only: bool, end: str, chunk: int) -> None:
    lines = [json.dumps({"value": value}, ensure_ascii=ascii_only) for value in values]
    data = end.join(lines).encode("utf-8", "surrogatepass")
    assert read(data, chunk) == [json.loads(line) for line in lines]


@given(JSON.filter(lambda value: not isinstance(value, list)), st.sampled_from([None, 2]), CHUNKS)
def test_one_value_is_alone(value: object, indent: int | None, chunk: int) -> None:
    text = json.dumps(value, indent=indent)
    assert read(f"\n {text} \n".encode(), chunk) == [json.loads(text)]


@pytest.mark.parametrize("encoding", ["utf-8-sig", "utf-16", "utf-16-le", "utf-16-be", "utf-32", "utf-32-le"])
@given(values=st.lists(JSON, min_size=1, max_size=4), chunk=CHUNKS)
def test_other_encodings_are_read_in_pieces_too(encoding: str, values: list[object], chunk: int) -> None:
    text = json.dumps(values, ensure_ascii=False)
    assert read(text.encode(encoding, "surrogatepass"), chunk) == json.loads(text)


@given(st.lists(PIECES, max_size=30), CHUNKS)
def test_where_a_piece_ends_changes_nothing(pieces: list[str], chunk: int) -> None:
    data = "".join(pieces).encode("utf-8", "surrogatepass")
    assert outcome(data, chunk) == outcome(data, WHOLE)


@given(st.lists(JSON, min_size=1, max_size=4), st.data())
def test_what_is_cut_is_not_json(values: list[object], data: st.DataObject) -> None:
    text = json.dumps(values)
    cut = text[: data.draw(st.integers(1, len(text) - 1))]
    with pytest.raises(Unreadable, match="is not JSON"):
        read(cut.encode(), data.draw(CHUNKS))


@pytest.mark.parametrize("chunk", [1, 3, WHOLE])
@pytest.mark.parametrize(
    ("text", "wrong"),
    [
        ('[\n{"a": 1},\n{"b" 2}]', "line 3, column 6 is not JSON"),
        ('[{"a": 1} {"b": 2}]', "line 1, column 11 is not JSON"),
        ('[{"a": 1},]', "line 1, column 11 is not JSON"),
        ('[{"a": 1}', "line 1, column 10 is not JSON"),
        ('[{"a": 1}]\n]', "line 2, column 1 is not JSON"),
        ('[{"a": "' + "x" * 100 + "\n", "line 1, column 109 is not JSON"),
        ('{"a": 1} {"b": 2}', "line 1, column 10 is not JSON"),
        ('{"a":\n1}\n{"b": 2}', "line 3, column 1 is not JSON"),
        ('{"a": 1}\n\n{"b" 2}\n{"c": 3}', "line 3 is not JSON"),
        ("[1.5e+]", "line 1, column 5 is not JSON"),
        ("[1, " + "9" * 5000 + "]", "a number in it is too long"),
    ],
)
def test_the_place_of_a_fault_is_named(text: str, wrong: str, chunk: int) -> None:
    assert outcome(text.encode(), chunk) == wrong


def test_a_value_beyond_all_reason_is_refused_before_it_is_read_to_its_end() -> None:
    stream = io.BytesIO(b'[{"a": 1}, {"b": "' + b"x" * (4 << 20) + b'"}]')
    values = json_values(stream, chunk=1000, most=1 << 20)
    assert next(values) == {"a": 1}
    with pytest.raises(Unreadable, match="more than 1 MB of it are one conversation"):
        next(values)
    assert stream.tell() < 3 << 20


def test_a_value_of_parts_beyond_all_reason_is_refused_too() -> None:
    stream = io.BytesIO(b'[{"a": 1}, {"b": [' + b"1," * 9_000_000)
    values = json_values(stream)
    assert next(values) == {"a": 1}
    with pytest.raises(Unreadable, match="one conversation in it has more than 4,000,000 parts"):
        next(values)


def test_no_more_is_read_than_the_next_value_needs() -> None:
    stream = io.BytesIO(b"[" + b",".join([b'{"a": 1}'] * 100_000) + b"]")
    values = json_values(stream, chunk=1000)
    assert [next(values) for _ in range(100)] == [{"a": 1}] * 100
    assert stream.tell() < 3000
