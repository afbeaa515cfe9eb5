"""The demo model's data: drawn from what it was told, valid by its schema, and wrong only when it is asked to be."""

import json
from collections.abc import Mapping
from dataclasses import replace
from typing import Any

import jsonschema
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from chatbot_cli.chat.events import TextDelta
from chatbot_cli.chat.messages import Message, Request, Role, question_message
from chatbot_cli.chat.shape import Demand, Level, SentSchema
from chatbot_cli.providers.demo.data import filled, words_of
from chatbot_cli.providers.demo.data_replies import data_reply
from chatbot_cli.providers.demo.model import DATA_SECONDS, WORDS_PER_SECOND, DemoChat
from tests.fakes import AnyWords, passage
from tests.providers.demo.test_demo import Pace

Schema = Mapping[str, Any]


def fields(*optional: str, **properties: object) -> dict[str, Any]:
    return {
        "type": "object",
        "properties": properties,
        "required": [name for name in properties if name not in optional],
    }


def listed(items: object) -> dict[str, Any]:
    return fields(items={"type": "array", "items": items})


TEXT, WHOLE, NUMBER, TRUTH = ({"type": kind} for kind in ("string", "integer", "number", "boolean"))
TEXTS = {"type": "array", "items": TEXT}
PERSON = fields("note", name=TEXT, age=WHOLE, tags=TEXTS, mood={"enum": ["good", "bad"]}, note=TEXT)
ORDER = (
    "Order AB-1234 of 3 May 2024 by Grace Hopper (grace@navy.mil), 2 books for $45.50, not paid yet, to be sent to "
    "New York."
)


class Sent(AnyWords):
    """A shape that sends the schema it has as its source."""

    def for_server(self, subset: str) -> SentSchema:
        return SentSchema(json.loads(self.source))


def shape_of(schema: Schema) -> Sent:
    return Sent(json.dumps(schema))


def reply_to(schema: Schema, *said: str) -> str:
    roles: tuple[Role, ...] = ("user", "assistant")
    return data_reply([Message(roles[n % 2], text) for n, text in enumerate(said)], shape_of(schema))


def test_data_is_drawn_from_what_passages_say_and_not_from_their_marks() -> None:
    sources = (replace(passage("# Coffee\n\nTea is old. Coffee is brewed with beans."), number=1),)
    schema = fields(answer={"type": "string"})
    said = data_reply([question_message("How is coffee brewed?", (), sources)], shape_of(schema))
    assert json.loads(said) == {"answer": "Coffee is brewed with beans."}


@pytest.mark.parametrize(
    ("schema", "text", "value"),
    [
        (
            PERSON,
            "My name is Ada and I am 36. I feel bad today. Tags: maths, engines and tea.",
            {"name": "Ada", "age": 36, "tags": ["maths", "engines", "tea"], "mood": "bad"},
        ),
        (PERSON, "ada, 36, good", {"name": "ada", "age": 36, "tags": [], "mood": "good"}),
        (PERSON, "", {"name": "", "age": 0, "tags": [], "mood": "good"}),
        (
            fields(customer=TEXT, email=TEXT, when={"type": "string", "format": "date"}, total=NUMBER, paid=TRUTH),
            ORDER,
            {"customer": "Grace Hopper", "email": "grace@navy.mil", "when": "2024-05-03", "total": 45.5, "paid": False},
        ),
        (
            fields(
                to=fields(street={"type": ["string", "null"]}, city=TEXT), code={**TEXT, "pattern": "^[A-Z]{2}-\\d+$"}
            ),
            ORDER,
            {"to": {"street": None, "city": "New York"}, "code": "AB-1234"},
        ),
        (fields(age=WHOLE, year=WHOLE), "Ada, born in 1815, is 36.", {"age": 36, "year": 1815}),
        (fields(customer=TEXT, city=TEXT), "Customer: Ada\nCity: London", {"customer": "Ada", "city": "London"}),
        (fields(colour=TEXT), "The colour is red. It is big.", {"colour": "red"}),
        (
            fields(subject=TEXT, body=TEXT),
            "We meet at noon. Bring tea.",
            {"subject": "We meet at noon.", "body": "Bring tea."},
        ),
        (fields(tags=TEXTS), "Look: #red and #blue", {"tags": ["red", "blue"]}),
        (fields(steps=TEXTS), "- boil\n- pour", {"steps": ["boil", "pour"]}),
        (fields(scores={"type": "array", "items": WHOLE}), "We had 3, 5 and 8.", {"scores": [3, 5, 8]}),
        (
            fields(scores={"type": "array", "items": WHOLE, "uniqueItems": True}),
            "We had 3, 3 and 8.",
            {"scores": [3, 8]},
        ),
        (
            fields(first_name=TEXT, last_name=TEXT),
            "First name: Ada\nLast name: Lovelace",
            {"first_name": "Ada", "last_name": "Lovelace"},
        ),
        (
            fields("code", code={**TEXT, "pattern": "^(a|b)+$"}),
            "It is abab, I think",
            {},
        ),  # such a pattern may run for ever
        (fields(kind={"const": "x"}, level={"enum": ["low", "high"]}), "It is high.", {"kind": "x", "level": "high"}),
        (fields(n={"anyOf": [WHOLE, {"type": "null"}]}), "None of them.", {"n": None}),
        (
            fields(of={"type": "array", "items": TEXT, "minItems": 2.0}, x={**TEXT, "minLength": 2.0}),
            "",
            {"of": ["", ""], "x": "--"},
        ),
        (fields(n={**WHOLE, "minimum": 3}), "Only 2.", {"n": 3}),
        (fields(day={**TEXT, "format": "date"}), "Some day.", {"day": "0001-01-01"}),
        ({"$ref": "#/$defs/A", "$defs": {"A": fields(name=TEXT)}}, "Ada came.", {"name": "Ada"}),
        ({"allOf": [fields(name=TEXT), fields(age=WHOLE)]}, "Ada is 36.", {"name": "Ada", "age": 36}),
        (
            listed(fields(name=TEXT, age=WHOLE)),
            "Ada is 36 and Bob is 41",
            {"items": [{"name": "Ada", "age": 36}, {"name": "Bob", "age": 41}]},
        ),
        (
            listed(fields(name=TEXT, age=WHOLE)),
            "Extract the people:\n\nAda, 36\nBob, 41",
            {"items": [{"name": "Ada", "age": 36}, {"name": "Bob", "age": 41}]},
        ),
        (
            fields(days={"type": "array", "items": {**TEXT, "format": "date"}}),
            "On May 3rd, 2024, on 2024-05-04 and on 31 Feb 2024.",
            {"days": ["2024-05-03", "2024-05-04"]},
        ),
        (fields(host={**TEXT, "format": "ipv4"}), "Not 300.1.1.1 but 10.0.0.1.", {"host": "10.0.0.1"}),
        (listed(TEXT), "Tea is hot.\nIce is cold.", {"items": ["Tea is hot.", "Ice is cold."]}),
    ],
)
def test_data_is_drawn_from_the_text(schema: Schema, text: str, value: object) -> None:
    assert json.loads(reply_to(schema, text)) == value


def test_what_was_said_earlier_counts_if_the_question_does_not_say_it() -> None:
    said = "My name is Ada. I am 36.", "Hello!", "Count to 100, and describe me."
    assert json.loads(reply_to(fields(name=TEXT, age=WHOLE), *said)) == {"name": "Ada", "age": 36}


def test_a_schema_that_holds_itself_ends() -> None:
    node = fields(name=TEXT, next={"$ref": "#/$defs/N"}, all={"type": "array", "items": {"$ref": "#/$defs/N"}})
    value = filled({"$ref": "#/$defs/N", "$defs": {"N": node}}, "A tree. Another.")
    assert len(json.dumps(value)) < 200


@pytest.mark.parametrize(("name", "words"), [("birthDate", "birth date"), ("birth_date", "birth date"), ("URL", "url")])
def test_a_name_of_a_field_is_words(name: str, words: str) -> None:
    assert words_of(name) == words


# Valid, whatever is asked and whatever was said.

LEAVES: st.SearchStrategy[dict[str, Any]] = st.one_of(
    st.sampled_from([TEXT, WHOLE, NUMBER, TRUTH, {"type": "null"}, {}, {"const": 7}, {"enum": ["red", None, 3]}]),
    st.sampled_from(
        [{**TEXT, "format": kind} for kind in ("date", "date-time", "time", "email", "uri", "uuid", "ipv4")]
    ),
    st.builds(
        lambda low, size: {**TEXT, "minLength": low, "maxLength": low + size}, st.integers(0, 9), st.integers(0, 9)
    ),
    st.builds(
        lambda low, size: {**WHOLE, "minimum": low, "maximum": low + size}, st.integers(-9, 9), st.integers(0, 9)
    ),
    st.builds(lambda step: {**WHOLE, "exclusiveMinimum": 2, "multipleOf": step}, st.integers(1, 9)),
    st.sampled_from([{**NUMBER, "exclusiveMinimum": 0, "exclusiveMaximum": 1}, {**NUMBER, "maximum": -1.5}]),
    st.sampled_from([{"type": ["string", "null"]}, {"type": ["integer", "string"]}, {"$ref": "#/$defs/Inner"}]),
)
NAMES = st.sampled_from(["name", "age", "email", "due_date", "city", "isPaid", "note", "price", "tags", "x"])


def _objects(inner: st.SearchStrategy[dict[str, Any]]) -> st.SearchStrategy[dict[str, Any]]:
    properties = st.dictionaries(NAMES, inner, max_size=4)
    return properties.flatmap(
        lambda of: st.builds(
            lambda required: {
                "type": "object",
                "properties": of,
                "required": sorted(required),
                "additionalProperties": False,
            },
            st.sets(st.sampled_from(sorted(of)), max_size=4) if of else st.just(set()),
        )
    )


def _lists(inner: st.SearchStrategy[dict[str, Any]]) -> st.SearchStrategy[dict[str, Any]]:
    return st.builds(
        lambda items, low, size: {"type": "array", "items": items, "minItems": low, "maxItems": low + size},
        *(inner, st.integers(0, 3), st.integers(0, 3)),
    )


SCHEMAS = st.recursive(
    LEAVES,
    lambda inner: st.one_of(_objects(inner), _lists(inner), st.builds(lambda *of: {"anyOf": list(of)}, inner, inner)),
    max_leaves=6,
)
SAID = st.one_of(
    st.text(max_size=60),
    st.lists(
        st.sampled_from(
            [
                "Ada",
                "36",
                "is",
                "red",
                ",",
                ".",
                "\n",
                "- ",
                "no",
                "due date:",
                "3 May 2024",
                "30 Feb 2024",
                "300.1.1.1",
                "a@b.org",
                "$1,200.50",
                "12:30",
            ]
        ),
        max_size=12,
    ).map(" ".join),
)
INNER = fields("next", name=TEXT, next={"$ref": "#/$defs/Inner"})


@settings(max_examples=40, deadline=None)
@given(SCHEMAS, SAID)
def test_data_is_valid_by_its_schema(schema: dict[str, Any], text: str) -> None:
    whole = {**fields("value", value=schema), "$defs": {"Inner": INNER}}
    value = filled(whole, text)
    validator = jsonschema.Draft202012Validator(whole, format_checker=jsonschema.Draft202012Validator.FORMAT_CHECKER)
    assert list(validator.iter_errors(value)) == []
    assert filled(whole, text) == value


# Many rows, and mistakes.


def test_two_thousand_lines_are_two_thousand_rows() -> None:
    text = "\n".join(f"Ada Number, {age % 90}" for age in range(2000))
    rows = json.loads(reply_to(listed(fields(name=TEXT, age=WHOLE)), text))["items"]
    assert len(rows) == 2000
    assert [row["age"] for row in rows[88:91]] == [88, 89, 0]


async def test_however_much_data_there_is_it_is_there_soon() -> None:
    pace, shape = Pace(), shape_of(listed(TEXT))
    question = Message("user", "\n".join(["one two three four five"] * 2000))
    events = [
        event async for event in DemoChat(pace.sleep).stream(Request((question,), demand=Demand(shape, Level.SCHEMA)))
    ]
    text = "".join(event.text for event in events if isinstance(event, TextDelta))
    assert len(json.loads(text)["items"]) == 2000
    assert DATA_SECONDS / 2 < sum(pace.waits) < DATA_SECONDS + 1
    assert max(pace.waits[1:]) == 1 / WORDS_PER_SECOND


@pytest.mark.parametrize(
    ("wish", "reply"),
    [
        ("Answer in prose.", "With pleasure! Here is what you told me, in words that no program can read: Ada is 36."),
        ("Make a mistake.", '{"name": "Ada", "age": "about 36"}'),
        ("Put it in a fence.", 'Here it is:\n\n```json\n{"name": "Ada", "age": 36}\n```'),
    ],
)
def test_on_request_a_reply_is_wrong_and_the_next_one_mends_it(wish: str, reply: str) -> None:
    schema = fields(name=TEXT, age=WHOLE)
    question = f"Ada is 36. {wish}"
    assert reply_to(schema, question) == reply
    reading = AnyWords().reading()
    reading.arrived(reply)
    assert reading.ended().problems
    again = f"{reading.again()}\n\n{AnyWords.in_words}"
    assert json.loads(reply_to(schema, question, reply, again)) == {"name": "Ada", "age": 36}


def test_a_reply_that_stayed_invalid_is_not_mended_by_the_next_question() -> None:
    schema = fields(name=TEXT, age=WHOLE)
    assert json.loads(reply_to(schema, "Bob is 7.", reply_to(schema, "Bob is 7."), "Ada is 36."))["name"] == "Ada"


def test_the_words_that_tell_the_schema_are_no_data() -> None:
    told = f"Tea.\n\n{AnyWords.in_words}"
    assert json.loads(reply_to(fields(drink=TEXT, more={"type": ["string", "null"]}), told)) == {
        "drink": "Tea.",
        "more": None,
    }


async def test_without_a_demand_it_talks_as_ever() -> None:
    asked = Request((Message("user", "My name is Ada"),))
    plain = [event async for event in DemoChat(Pace().sleep).stream(asked)]
    assert plain == [event async for event in DemoChat(Pace().sleep).stream(replace(asked, demand=None))]
    assert "Nice to meet you, Ada!" in "".join(event.text for event in plain if isinstance(event, TextDelta))
