"""The class Chatbot, asked for data: against a real server, with the SDK, and typed as mypy sees it."""

import json
import sys
import typing
from collections.abc import AsyncGenerator
from contextlib import aclosing
from dataclasses import dataclass
from pathlib import Path
from typing import Any, assert_type

import pytest
from pydantic import BaseModel, Field, field_validator, model_validator
from typing_extensions import TypedDict

from chatbot_cli import Chatbot, Ending, InvalidReply, SchemaError
from chatbot_cli.settings.table import variables
from tests.entries import KEYS
from tests.streaming_server import SILENCE, StreamingServer, answer, stream, text

ADA = '{"name": "Ada", "age": 36}'
BEFORE_3_12 = pytest.mark.skipif(sys.version_info >= (3, 12), reason="pydantic reads it there")
OBJECT = {"type": "object", "properties": {"name": {"type": "string"}, "age": {"type": "integer"}}}


class Person(BaseModel):
    name: str
    age: int


class Adult(Person):
    @field_validator("age")
    @classmethod
    def _of_age(cls, age: int) -> int:
        if age < 18:
            raise ValueError("must be at least 18")
        return age


@dataclass
class Point:
    x: float
    label: str | None = None


class Pair(TypedDict):
    left: int
    right: int


class OldPair(typing.TypedDict):
    left: int


class Span(BaseModel):
    begin: int
    end: int = Field(description="after the beginning")

    @model_validator(mode="after")
    def _in_order(self) -> "Span":
        assert self.begin < self.end, "the end is before the beginning"
        return self


@pytest.fixture(autouse=True)
def _no_settings_of_the_developer(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    for variable in (*variables(KEYS), "XDG_CONFIG_HOME", "XDG_STATE_HOME"):
        monkeypatch.delenv(variable, raising=False)
    monkeypatch.setenv("HOME", str(tmp_path))
    monkeypatch.chdir(tmp_path)


def bot_at(server: StreamingServer) -> Chatbot:
    return Chatbot("Be brief.", model="local", base_url=server.base_url)


async def test_a_model_a_dataclass_a_typed_dict_and_a_list_become_their_values() -> None:
    wrapped = json.dumps({"items": [{"name": "Ada", "age": 36}, {"name": "Bob", "age": 7}]})
    with StreamingServer(answer(ADA), answer('{"x": 1}'), answer('{"left": 1, "right": 2}'), answer(wrapped)) as server:
        bot = bot_at(server)
        person = assert_type(await bot.ask("Who?", into=Person), Person)
        point = assert_type(await bot.ask("Where?", into=Point), Point)
        pair = assert_type(await bot.ask("Which?", into=Pair), Pair)
        people = assert_type(await bot.ask("Who else?", into=list[Person]), list[Person])
    assert (person, point, pair) == (Person(name="Ada", age=36), Point(1.0), {"left": 1, "right": 2})
    assert people == [Person(name="Ada", age=36), Person(name="Bob", age=7)]
    assert json.loads(bot.history[3].assistant) == [{"name": "Ada", "age": 36}, {"name": "Bob", "age": 7}]


async def test_a_line_of_fields_gives_a_dict_and_a_schema_what_it_describes() -> None:
    with StreamingServer(answer(ADA), answer(ADA), answer('{"items": [1, 2]}'), answer("Hello!")) as server:
        bot = bot_at(server)
        by_fields = assert_type(await bot.ask("Who?", into="name, age int"), dict[str, Any])
        by_schema = assert_type(await bot.ask("Who?", into=OBJECT), Any)
        numbers = await bot.ask("Which?", into={"type": "array", "items": {"type": "integer"}})
        words = assert_type(await bot.ask("Hi"), str)
    assert by_fields == by_schema == {"name": "Ada", "age": 36}
    assert (numbers, words) == ([1, 2], "Hello!")


async def test_one_of_several_types_may_come() -> None:
    with StreamingServer(answer(json.dumps({"value": {"x": 1}})), answer(json.dumps({"value": None}))) as server:
        bot = bot_at(server)
        one = assert_type(await bot.ask("Who or where?", into=Person | Point), Any)
        none = assert_type(await bot.ask("Where?", into=Point | None), Any)
    assert (one, none) == (Point(1.0), None)


async def test_only_the_turn_that_asks_for_data_demands_it_and_the_next_one_knows_the_data() -> None:
    with StreamingServer(answer(ADA), answer("Hello!")) as server:
        bot = bot_at(server)
        await bot.ask("Who?", into=Person)
        await bot.say("Hi")
    asked, said = (request.body for request in server.requests)
    assert asked["response_format"]["type"] == "json_schema"
    assert "response_format" not in said
    assert [message["content"] for message in said["messages"]][1:] == [
        "Who?",
        json.dumps(json.loads(ADA), indent=2),
        "Hi",
    ]


async def test_what_the_type_refuses_is_mended_in_its_words_though_it_is_valid_by_the_schema() -> None:
    with StreamingServer(answer('{"name": "Bob", "age": 7}'), answer(ADA)) as server:
        bot = bot_at(server)
        assert await bot.ask("An adult?", into=Adult) == Adult(name="Ada", age=36)
    assert "- $.age: must be at least 18" in server.requests[1].body["messages"][-1]["content"]
    assert [exchange.user for exchange in bot.history] == ["An adult?"]


async def test_a_reply_that_stays_invalid_is_an_error_with_its_text_its_problems_and_its_tries() -> None:
    replies = answer('{"begin": 2, "end": "1"}'), answer('{"begin": 2, "end": 1}')
    with StreamingServer(*replies) as server, pytest.raises(InvalidReply) as caught:
        await bot_at(server).ask("When?", into=Span)
    assert caught.value.text == '{"begin": 2, "end": 1}'
    assert caught.value.problems == ("$: the end is before the beginning",)
    assert (caught.value.tries, caught.value.exit_code) == (2, 65)


async def values(partials: AsyncGenerator[Any, None]) -> list[Any]:
    return [value async for value in partials]


async def test_values_grow_while_the_reply_streams_and_the_last_one_is_whole() -> None:
    pieces = ('{"na', 'me": "A', 'da", "a', 'ge": 3', "6}")
    with StreamingServer(answer(*pieces), answer('{"items": [{"name": "Ada"', ', "age": 36}]}')) as server:
        bot = bot_at(server)
        person = assert_type(bot.stream_into("Who?", Person), AsyncGenerator[dict[str, Any], None])
        assert await values(person) == [{"name": "A"}, {"name": "Ada"}, {"name": "Ada", "age": 36}]
        people = assert_type(bot.stream_into("Who?", list[Person]), AsyncGenerator[list[Any], None])
        assert await values(people) == [[{"name": "Ada"}], [{"name": "Ada", "age": 36}]]
    assert len(bot.history) == 2


async def test_a_caller_may_change_a_value_and_the_next_ones_are_as_they_were() -> None:
    with StreamingServer(answer('{"name": "A', "da", '", "age": 36}')) as server:
        seen = []
        async for value in bot_at(server).stream_into("Who?", "name, age int"):
            seen.append(dict(value))
            value.clear()
    assert seen == [{"name": "A"}, {"name": "Ada"}, {"name": "Ada", "age": 36}]


async def test_a_second_reply_takes_nothing_back_until_it_is_whole() -> None:
    with StreamingServer(
        answer('{"name": "Bob",', ' "age": "old"}'), answer('{"name": "Ada",', ' "age": 36}')
    ) as server:
        seen = await values(bot_at(server).stream_into("Who?", Person))
    assert seen == [{"name": "Bob"}, {"name": "Bob", "age": "old"}, {"name": "Ada", "age": 36}]


async def test_what_is_left_early_is_remembered_as_it_came() -> None:
    with StreamingServer(stream(text('{"name": "Ada"'), SILENCE)) as server:
        bot = bot_at(server)
        async with aclosing(bot.stream_into("Who?", Person)) as partials:
            assert await anext(partials) == {"name": "Ada"}
    (exchange,) = bot.history
    assert (exchange.assistant, exchange.ending) == ('{"name": "Ada"', Ending.STOPPED)


@pytest.mark.parametrize(
    ("into", "said"),
    [
        (5, "`into` is 5, which is no type."),
        (Person(name="Ada", age=36), "`into` is Person(name='Ada', age=36), which is no type."),
        ([Person], "Write list[Person]."),
        (StreamingServer, "It must be a pydantic model, a dataclass or a TypedDict"),
        pytest.param(OldPair, "Make it a typing_extensions.TypedDict", marks=BEFORE_3_12),
        ("name, age integer", 'Did you mean "int"?'),
        ("person.json", "As `into`, a text is a list of fields, such as: name, age int."),
        ("shop.models:Order", "Give the type itself; read a JSON Schema, and give it as a dict."),
        ({"type": "objekt"}, "objekt"),
        ({"enum": {1, 2}}, "cannot be said as JSON"),
        ({"name": str}, 'For a few fields give a text: "name, age int".'),
        ({"$ref": "https://example.org/person.json"}, "example.org"),
    ],
)
async def test_an_into_that_makes_no_sense_is_a_sentence_and_nothing_is_sent(into: Any, said: str) -> None:
    with StreamingServer() as server:
        bot = bot_at(server)
        with pytest.raises(SchemaError) as caught:
            await bot.ask("Who?", into=into)
        with pytest.raises(SchemaError):
            await anext(bot.stream_into("Who?", into))
    assert said in f"{caught.value} {caught.value.hint}"
    assert not server.requests
    assert not bot.history
