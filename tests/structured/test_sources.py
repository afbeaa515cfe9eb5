"""What a user may call a schema: each kind is told from the others, and each fault is a sentence with its place."""

import json
import os
from pathlib import Path

import pytest

from chatbot_cli.errors import SchemaError
from chatbot_cli.structured.sources.dsl import parse
from chatbot_cli.structured.sources.json_text import read_json
from chatbot_cli.structured.sources.named import schema_named, shape_of

LIST = '{"type": "array", "items": {"type": "string"}}'


def fault(what: str, folder: Path) -> str:
    with pytest.raises(SchemaError) as caught:
        schema_named(what, folder)
    assert caught.value.exit_code == 2
    return f"{caught.value} {caught.value.hint}"


@pytest.mark.parametrize("what", ["list.json", "./list.json", "list", "sub/list.json", "with blank.json"])
def test_a_file_is_read_wherever_it_is(what: str, tmp_path: Path) -> None:
    path = tmp_path / what
    path.parent.mkdir(exist_ok=True)
    path.write_text(LIST)
    named = schema_named(what, tmp_path)
    assert (named.schema, named.label) == ({"type": "array", "items": {"type": "string"}}, path.name)


@pytest.mark.parametrize("encoding", ["utf-8-sig", "utf-16", "utf-16-le"])
def test_a_file_may_have_the_encoding_that_an_editor_gave_it(encoding: str, tmp_path: Path) -> None:
    (tmp_path / "s.json").write_bytes(LIST.encode(encoding))
    assert schema_named("s.json", tmp_path).schema["type"] == "array"


@pytest.mark.parametrize(
    "what", ["speed float: km/h", "file: ends with .json", "a, b/c", "list int", "x: " + "long " * 3000]
)
def test_what_only_looks_like_a_file_is_a_line_of_fields(what: str, tmp_path: Path) -> None:
    (tmp_path / "list").mkdir()
    named = schema_named(what, tmp_path)
    assert named.schema["type"] == "object"
    assert len(named.label) <= 60


def test_json_itself_is_a_schema(tmp_path: Path) -> None:
    named = schema_named(f" {LIST}\n", tmp_path)
    assert (named.schema["type"], named.label) == ("array", LIST)


@pytest.mark.parametrize(
    ("content", "sentence"),
    [
        (b"", "s.json is empty. A JSON Schema begins with {."),
        (b'{"type": "object",\n "properties": }', "s.json is not JSON at line 2, column 16: expecting value."),
        (b'{"type', "s.json is not JSON at line 1, column 2: unterminated string."),
        (b'{"type": NaN}', "s.json is not JSON: NaN is no number of JSON."),
        (b'{"a": 1, "a": 2}', 's.json is not JSON: the key "a" is in an object twice.'),
        (b'{"maximum": ' + b"9" * 5000 + b"}", "s.json is not JSON: a number has more digits than Python reads."),
        (b"[" * 100_000, "s.json makes no sense: its values are nested too deep."),
        (b"[1]", "s.json makes no sense: a schema is an object in braces, not a list."),
        (b"\x89PNG\r\n\x1a\n0000", "s.json is a PNG image, not JSON."),
        (b" " * 2_000_000, "s.json cannot be read: it has 1.9 MB, and may have 1 MB."),
    ],
)
def test_a_file_that_is_no_schema_is_a_sentence(content: bytes, sentence: str, tmp_path: Path) -> None:
    (tmp_path / "s.json").write_bytes(content)
    assert sentence in fault("s.json", tmp_path)


def test_a_file_that_is_not_there_and_a_folder_are_sentences(tmp_path: Path) -> None:
    (tmp_path / "folder.json").mkdir()
    assert "There is no file" in fault("./nowhere", tmp_path)
    assert "There is no file" in fault("C:/nowhere/person.json", tmp_path)
    assert "it is a folder, not a file" in fault("folder.json", tmp_path)


@pytest.mark.parametrize(
    ("what", "hint"),
    [
        ("person.jsn", "Check its name and its folder. A Python type is written as in shop.models:Order."),
        ("shop.data.Order", "has a colon before its name: shop.data:Order"),
        ("shop/data.py:Order", "has a colon before its name: shop.data:Order"),
    ],
)
def test_one_word_with_a_full_stop_is_no_field(what: str, hint: str, tmp_path: Path) -> None:
    said = fault(what, tmp_path)
    assert f"{what} is neither a file in {tmp_path} nor a Python type." in said
    assert said.endswith(hint)
    assert schema_named(f"{what.partition(':')[0]}, age int", tmp_path).schema["type"] == "object"


@pytest.mark.skipif(os.name == "nt", reason="Windows has no such files")
def test_a_pipe_is_refused_instead_of_waited_for(tmp_path: Path) -> None:
    os.mkfifo(tmp_path / "pipe.json")
    assert "it is a pipe, not a file" in fault("pipe.json", tmp_path)


def test_a_colon_without_a_blank_names_a_python_type_and_with_one_a_description(tmp_path: Path) -> None:
    said = fault("name:description", tmp_path)
    assert "There is no Python module name." in said
    assert "`name: description`" in said
    assert schema_named("name: description", tmp_path).schema["properties"]["name"]["description"] == "description"


def test_a_shape_holds_the_schema_as_json_with_its_characters_as_they_are(tmp_path: Path) -> None:
    shape = shape_of("größe int", tmp_path, many=True)
    assert (json.loads(shape.source), shape.label, shape.many) == (parse("größe int"), "größe int", True)
    assert "größe" in shape.source


def test_a_key_that_is_there_twice_among_many_is_found_at_once() -> None:
    text = "{" + ", ".join(f'"{number}": 1' for number in range(100_000)) + ', "99999": 1}'
    with pytest.raises(SchemaError, match='the key "99999" is in an object twice'):
        read_json(text, "x")
