"""Python types as shapes: what pydantic refuses is told by its place in the document, as the schema's problems are."""

import enum
import json
from datetime import date
from typing import Annotated, Any, Literal

import pytest
from annotated_types import Ge, MinLen
from pydantic import AfterValidator, BaseModel, Field, model_validator

from chatbot_cli.structured.into import target_of
from chatbot_cli.structured.schemas.validation import MOST_PROBLEMS


def known(name: str) -> str:
    if name != "Ada":
        raise ValueError(f"{name} is nobody I know")
    return name


class Cat(BaseModel):
    kind: Literal["cat"]
    lives: Annotated[int, Ge(1)]


class Dog(BaseModel):
    kind: Literal["dog"]
    born: date


class Mood(enum.Enum):
    GOOD = "good"


class Visit(BaseModel):
    name: Annotated[str, AfterValidator(known)] = "Ada"
    pet: Annotated[Cat | Dog, Field(discriminator="kind")] | None = None
    tags: list[Annotated[str, MinLen(2)]] = []
    first_day: date | None = Field(None, alias="from")
    last_day: date | None = Field(None, alias="to")
    mood: Mood | None = None

    @model_validator(mode="after")
    def _in_order(self) -> "Visit":
        if self.first_day and self.last_day and self.first_day > self.last_day:
            raise ValueError("It ends before it begins.\nThat cannot be.")
        return self


def problems(into: Any, reply: str) -> tuple[str, ...]:
    reading = target_of(into).shape.reading()
    reading.arrived(reply)
    return reading.ended().problems


@pytest.mark.parametrize(
    ("reply", "clauses"),
    [
        ('{"name": "Bob"}', ("$.name: Bob is nobody I know",)),
        ('{"from": "2026-05-02", "to": "2026-05-01"}', ("$: It ends before it begins",)),
        ('{"from": "soon"}', ("$.from: 'soon' should be a valid date or datetime, input is too short",)),
        (
            '{"name": "Bob", "pet": {"kind": "dog", "born": "x"}}',
            ("$.name: Bob is nobody I know", "$.pet.born: 'x' should be a valid date or datetime, input is too short"),
        ),
        ('{"tags": ["ab", "c"]}', ("$.tags[1]: it has 1 character, at least 2",)),  # the schema knows this
        ('{"pet": {"kind": "cat", "lives": 9}, "mood": "good", "from": "2026-05-02"}', ()),
    ],
)
def test_a_problem_has_its_place_and_the_words_of_the_type(reply: str, clauses: tuple[str, ...]) -> None:
    assert problems(Visit, reply) == clauses


def test_places_are_those_of_the_document_in_lists_and_dicts_too() -> None:
    reply = '{"items": [{"a": {"name": "Ada"}}, {"a": {"name": "Ada"}, "b c": {"name": "Bob"}}]}'
    assert problems(list[dict[str, Visit]], reply) == ("$[1]['b c'].name: Bob is nobody I know",)
    assert len(problems(list[Visit], json.dumps([{"name": "Bob"}] * 11))) == MOST_PROBLEMS


def test_values_are_made_by_the_type() -> None:
    what = target_of(Visit)
    reading = what.shape.reading()
    reading.arrived('Here: {"to": "2026-05-02", "mood": "good", "from": null}')
    visit = what.value(reading.ended().document)
    assert isinstance(visit, Visit)
    assert (visit.last_day, visit.mood, visit.first_day) == (date(2026, 5, 2), Mood.GOOD, None)


def test_after_a_refusal_the_next_reply_is_read_from_its_beginning() -> None:
    reading = target_of(Visit).shape.reading()
    for reply, asked in (('{"name": "Bob"}', "nobody I know"), ('{"name": 3}', "is not a string")):
        reading.arrived(reply)
        assert reading.ended().problems
        assert asked in (again := reading.again())
        assert again.endswith("Answer again, with the JSON alone, by the same schema.")
    reading.arrived('{"name": "Ada"}')
    assert reading.ended().document == '{\n  "name": "Ada"\n}'
