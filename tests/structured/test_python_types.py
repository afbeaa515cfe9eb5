"""Python types as schemas: imported only because they were named, and each failure is a sentence."""

import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from chatbot_cli.errors import SchemaError
from chatbot_cli.structured.sources.named import schema_named
from chatbot_cli.structured.sources.python_types import schema_of, type_named

SHOP = '''
import typing
from dataclasses import dataclass

import typing_extensions
from pydantic import BaseModel

print("a module that talks")

class Line(BaseModel):
    what: str
    count: int = 1

class Order(BaseModel):
    """What was bought."""
    lines: list[Line]
    note: str | None = None

@dataclass
class Address:
    street: str
    zip: int

class Person(typing_extensions.TypedDict):
    name: str
    age: typing_extensions.NotRequired[int]

class OldPerson(typing.TypedDict):
    name: str

@dataclass
class Household:
    head: OldPerson

@dataclass
class Typo:
    head: "Nobody"

class Works(BaseModel):
    call: typing.Callable[[int], int]

class Odd(BaseModel):
    x: int | typing.Any = object()

Orders = list[Order]
Names = list[str]

class Plain:
    class Inner(BaseModel):
        x: int
'''


@pytest.fixture
def folder(tmp_path: Path) -> Iterator[Path]:
    shop = tmp_path / "corner_shop"
    shop.mkdir()
    (shop / "__init__.py").touch()
    (shop / "models.py").write_text(SHOP)
    (shop / "divides.py").write_text("1 / 0")
    (shop / "leaves.py").write_text("raise SystemExit('no')")
    (shop / "wants.py").write_text("import nowhere_at_all")
    before = set(sys.modules)
    yield tmp_path
    for name in set(sys.modules) - before:
        if name.startswith("corner_shop"):
            del sys.modules[name]


def fault(name: str, folder: Path) -> str:
    with pytest.raises(SchemaError) as caught:
        schema_named(f"corner_shop.{name}", folder)
    return f"{caught.value} {caught.value.hint}"


def test_models_dataclasses_typed_dicts_and_lists_of_them_are_schemas(folder: Path) -> None:
    def schema(name: str) -> dict[str, Any]:
        return schema_of(type_named(f"corner_shop.models:{name}", folder))

    address = {"street": {"type": "string"}, "zip": {"type": "integer"}}
    assert schema("Address") == {
        "type": "object",
        "title": "Address",
        "properties": address,
        "required": ["street", "zip"],
    }
    assert schema("Person")["required"] == ["name"]
    assert schema("Order")["description"] == "What was bought."
    assert schema("Orders")["type"] == "array"
    assert schema("Odd")["properties"] == {"x": {"anyOf": [{"type": "integer"}, {}]}}
    assert schema("Plain.Inner")["properties"] == {"x": {"type": "integer"}}


def test_an_import_leaves_stdout_and_the_path_as_they_were(folder: Path, capsys: pytest.CaptureFixture[str]) -> None:
    before = list(sys.path)
    assert schema_named("corner_shop.models:Order", folder).label == "corner_shop.models:Order"
    assert sys.path == before
    assert capsys.readouterr() == ("", "a module that talks\n")


@pytest.mark.skipif(sys.version_info >= (3, 12), reason="pydantic reads them from then on")
@pytest.mark.parametrize("name", ["OldPerson", "Household"])
def test_a_typed_dict_that_pydantic_cannot_read_yet_names_the_other(name: str, folder: Path) -> None:
    assert "Make it a typing_extensions.TypedDict" in fault(f"models:{name}", folder)


@pytest.mark.parametrize(
    ("name", "sentence"),
    [
        ("nothing:Order", "There is no Python module corner_shop.nothing."),
        ("models:Ordre", "The module corner_shop.models has no Ordre. It has Line, Order, Address, Person,"),
        ("models:Plain", "corner_shop.models:Plain is not a pydantic model, a dataclass or a TypedDict."),
        ("models:Names", "corner_shop.models:Names is not a pydantic model"),
        ("models:typing", "corner_shop.models:typing is not a pydantic model"),
        ("models:Works", "Works cannot be said as a JSON Schema"),
        ("models:Typo", "pydantic cannot read Typo"),
        ("divides:X", "The import of corner_shop.divides failed with ZeroDivisionError: division by zero."),
        ("leaves:X", "The import of corner_shop.leaves failed with SystemExit: no."),
        ("wants:X", "failed with ModuleNotFoundError: No module named 'nowhere_at_all'."),
    ],
)
def test_a_type_that_cannot_be_had_is_a_sentence(name: str, sentence: str, folder: Path) -> None:
    assert sentence in fault(name, folder)
