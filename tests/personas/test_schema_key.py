"""The key `schema`: a persona whose replies are data. Its author may be a stranger."""

from pathlib import Path

import pytest

from chatbot_cli.app.shapes import shape_of_persona
from chatbot_cli.errors import PersonaError
from chatbot_cli.personas.shelf import PersonaShelf

PROMPT = "system_prompt: x\n"


def shelf_with(folder: Path, text: str, name: str = "x") -> PersonaShelf:
    (folder / f"{name}.yaml").write_text(text, "utf-8")
    return PersonaShelf((folder,), shape_of_persona)


@pytest.mark.parametrize(
    ("written", "label"),
    [
        ("schema: name, age int", "name, age int"),
        ('schema: "mood good|bad, note str?: why"', "mood good|bad, note str?: why"),
        ("schema: person.json", "person.json"),
        (
            "schema:\n  type: object\n  properties: {age: {type: integer}}",
            '{"type": "object", "properties": {"age": {"type": "integer"…',
        ),
    ],
)
def test_a_schema_is_named_as_on_the_command_line_or_written_out(tmp_path: Path, written: str, label: str) -> None:
    (tmp_path / "person.json").write_text('{"type": "object"}')
    shape = shelf_with(tmp_path, PROMPT + written).load("x").shape
    assert shape is not None
    assert shape.label == label


BAD = {
    "schema: name, age intt": 'x.yaml, line 2: "schema": ',
    "schema:": 'x.yaml, line 2: "schema" must be text, not empty.',
    "schema: [name]": 'x.yaml, line 2: "schema" must be text, not a list.',
    "schema: {type: objekt}": 'x.yaml, line 2: "schema": ',
    "schema: {a: 2001-01-01}": 'x.yaml, line 2: "schema" must be a JSON Schema, not a group of keys.',
    "schema: {1: a}": 'x.yaml, line 2: "schema" must be a JSON Schema, not a group of keys.',
    "schema: {a: 1, a: 2}": 'x.yaml, line 2: "schema" must be a JSON Schema, not a group of keys.',
    "schema: other.json": 'x.yaml, line 2: "schema": There is no file',
    "schema: ../outside.json": 'x.yaml, line 2: "schema": ../outside.json is not in the folder of the persona.',
    "schema: ~/outside.json": 'x.yaml, line 2: "schema": ~/outside.json is not in the folder of the persona.',
    "schema: evil:Order": 'x.yaml, line 2: "schema": evil:Order is a Python type, and no code is imported',
    'schema: " evil:Order "': "evil:Order",
}


@pytest.mark.parametrize(("written", "problem"), BAD.items(), ids=BAD)
def test_a_bad_one_is_a_sentence_with_its_place_and_nothing_is_imported(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, written: str, problem: str
) -> None:
    folder = tmp_path / "personas"
    folder.mkdir()
    (tmp_path / "outside.json").write_text('{"password": "x"}')
    (folder / "evil.py").write_text("raise SystemExit('imported')\nclass Order: ...\n")
    monkeypatch.chdir(folder)
    monkeypatch.setenv("HOME", str(tmp_path))
    monkeypatch.setenv("USERPROFILE", str(tmp_path))
    shelf = shelf_with(folder, PROMPT + written)
    with pytest.raises(PersonaError) as failure:
        shelf.load("x")
    assert problem in str(failure.value)
    assert [str(error) for error in shelf.check(folder / "x.yaml")] == [str(failure.value)]


def test_a_schema_is_inherited_with_the_folder_it_was_written_in(tmp_path: Path) -> None:
    base, own = tmp_path / "base", tmp_path / "own"
    base.mkdir()
    own.mkdir()
    (base / "person.json").write_text('{"type": "object"}')
    (base / "base.yaml").write_text(PROMPT + "schema: person.json\n")
    (own / "x.yaml").write_text("extends: ../base/base.yaml\n")
    (own / "y.yaml").write_text("extends: x\nschema: name\n")
    shelf = PersonaShelf((own,), shape_of_persona)
    assert [shape.label for name in "xy" if (shape := shelf.load(name).shape)] == ["person.json", "name"]
