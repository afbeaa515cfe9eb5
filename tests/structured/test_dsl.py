"""Schemas in one line: what each of them means, and the sentence for each that means nothing."""

import json
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from chatbot_cli.errors import SchemaError
from chatbot_cli.structured.schemas.soundness import check
from chatbot_cli.structured.sources.dsl import parse

TEXT, WHOLE, NUMBER, TRUTH = {"type": "string"}, {"type": "integer"}, {"type": "number"}, {"type": "boolean"}


def choice(*words: str) -> dict[str, Any]:
    return {"type": "string", "enum": list(words)}


def listed(items: dict[str, Any]) -> dict[str, Any]:
    return {"type": "array", "items": items}


def fields(optional: tuple[str, ...] = (), **named: dict[str, Any]) -> dict[str, Any]:
    required = [name for name in named if name not in optional]
    return {"type": "object", "properties": named, "required": required, "additionalProperties": False}


MEANINGS = [
    (
        "name, age int, tags [str], mood good|bad, note str?: why",
        fields(
            ("note",),
            name=TEXT,
            age=WHOLE,
            tags=listed(TEXT),
            mood=choice("good", "bad"),
            note={**TEXT, "description": "why"},
        ),
    ),
    ("name", fields(name=TEXT)),
    ("  z str,a float,  m bool ", fields(z=TEXT, a=NUMBER, m=TRUTH)),
    ("name?, age int?", fields(("name", "age"), name=TEXT, age=WHOLE)),
    ("age int: in years, name", fields(age={**WHOLE, "description": "in years"}, name=TEXT)),
    ("level 1|2|3", fields(level=choice("1", "2", "3"))),
    ("mood good | so-so?", fields(("mood",), mood=choice("good", "so-so"))),
    ("moods [good|bad]", fields(moods=listed(choice("good", "bad")))),
    ("grid [[int]]", fields(grid=listed(listed(WHOLE)))),
    ("shop {name, zip int?}, at", fields(shop=fields(("zip",), name=TEXT, zip=WHOLE), at=TEXT)),
    (
        "lines [{what: a thing, n int}]?",
        fields(("lines",), lines=listed(fields(what={**TEXT, "description": "a thing"}, n=WHOLE))),
    ),
    ("größe float, 名前", fields(größe=NUMBER, 名前=TEXT)),
    ("unit: one of [m, cm], n int", fields(unit={**TEXT, "description": "one of [m, cm]"}, n=WHOLE)),
    ("name: first, then last\nage int", fields(name={**TEXT, "description": "first, then last"}, age=WHOLE)),
    ("name, age int,\nnote: why, when", fields(name=TEXT, age=WHOLE, note={**TEXT, "description": "why"}, when=TEXT)),
    (
        "shop {\n  name: in full, please\n  zip\n}\n",
        fields(shop=fields(name={**TEXT, "description": "in full, please"}, zip=TEXT)),
    ),
    ("price float: EUR (net, no tax), n int", fields(price={**NUMBER, "description": "EUR (net, no tax)"}, n=WHOLE)),
    ('to: "here, there", n int', fields(to={**TEXT, "description": '"here, there"'}, n=WHOLE)),
    (
        'size: 5" wide, high: 6" and :( more, x',
        fields(size={**TEXT, "description": '5" wide'}, high={**TEXT, "description": '6" and :( more'}, x=TEXT),
    ),
    ("shop {name: in full}, n int", fields(shop=fields(name={**TEXT, "description": "in full"}), n=WHOLE)),
    ("a: one, two,\nb int,", fields(a={**TEXT, "description": "one, two"}, b=WHOLE)),
    ("a: one, b\nc int, d", fields(a={**TEXT, "description": "one"}, b=TEXT, c=WHOLE, d=TEXT)),
    (", ".join(f"a{n} [int]" for n in range(40)), fields((), **{f"a{n}": listed(WHOLE) for n in range(40)})),
    ("born: date of birth", fields(born={**TEXT, "description": "date of birth"})),
    ("name,\nage int,\n", fields(name=TEXT, age=WHOLE)),
]
FAULTS = [
    ("", "character 1: it has no fields", "name, age int"),
    ("shop {}", "character 7: it has no fields", "name, age int"),
    (
        "age integer",
        'character 5: "integer", the type of "age", is unknown',
        'Did you mean "int"? The types are str, int, float, bool, [type]',
    ),
    ("a string", 'character 3: "string", the type of "a", is unknown', 'Did you mean "str"?'),
    ("a boolean", 'character 3: "boolean"', 'Did you mean "bool"?'),
    ("a number", 'character 3: "number"', 'Did you mean "float"?'),
    ("name, tags list[str]", 'character 12: "list"', 'Did you mean "[str]"?'),
    ("name,\nage foo", 'line 2, character 5: "foo", the type of "age", is unknown.', "The types are str,"),
    ("a, b int, a", 'character 11: the field "a" is there twice', "its own name"),
    ("shop {a, a}", 'character 10: the field "a" is there twice', "its own name"),
    ("mood good|", 'character 6: a choice of "mood" is empty', "good|bad"),
    ("mood |good", 'character 6: a choice of "mood" is empty', "good|bad"),
    ("mood good|good", 'character 6: "good" is a choice of "mood" twice', "Take one"),
    ("id str|int", 'character 4: "id" has 2 types, and may have one', "JSON Schema"),
    ("a,,b", 'character 3: a field has no name after "a"', "age int"),
    (": why", "character 1: a field has no name", "age int"),
    ("tags [str", 'character 6: the "[" of "tags" is not closed', 'Close it with "]"'),
    ("shop {name", 'character 6: the "{" of "shop" is not closed', 'Close it with "}"'),
    ("tags [str}", 'character 6: the "[" of "tags" ends with "}"', 'Close it with "]"'),
    ("name]", 'character 5: a "]" closes nothing', "opened"),
    ("a: see [1, b", 'character 8: a "[" is not closed', "description"),
    ("tags []", 'character 7: the list of "tags" has no type', "[str]"),
    ("tags [str, int]", 'character 10: the list of "tags" has more than a type', "[{name, age int}]"),
    ("tags [str?]", 'character 10: an item of "tags" cannot be missing', "[str]?"),
    ("age int years", 'character 9: after the type of "age" comes "years"', "age int: in years"),
    ("age? int", 'character 1: the question mark of "age" comes before the type', '"age int?"'),
    ("name: str, age: int", 'character 1: "str", after the colon, would be a description of "name"', '"name str"'),
    ("tags: [String]?", 'character 1: "[String]?", after the colon', '"tags [str]?"'),
    ("name, mood: good|bad?", 'character 7: "good|bad?", after the colon', '"mood good|bad?"'),
    ('"name", "age"', "character 1: a name has no quotes around it", "Write: name"),
    ("name;age int", 'character 1: "name;age" is no name of a field', "comma"),
    ("a\u200bint", 'character 1: "a int" is no name of a field', "blank"),
    ("good|bad", 'character 1: "good" is the name of a field', "mood good|bad"),
    ("[name, age int]", "character 1: it begins with a bracket", "name, age int"),
    ("mood (good|bad)", 'character 6: "(good", a choice of "mood", has a sign around it', "nothing around"),
    ("mood 'very good'|bad", 'character 6: "\'very", the type of "mood", is unknown', "without quotes"),
    ("open true|false", 'character 6: the choices of "open" are true and false', '"open bool"'),
    ("price float: EUR, with tax", 'character 24: "tax", the type of "with", is unknown', "A comma ends a description"),
    ("first name", 'character 7: "name", the type of "first", is unknown', "one word"),
    ("born date", 'character 6: "date", the type of "born", is unknown', 'Did you mean "str"?'),
    ("a " + "[" * 2000, "more than 30 brackets are open", ""),
]


@pytest.mark.parametrize(("text", "schema"), MEANINGS)
def test_a_line_of_fields_is_a_json_schema_with_its_keys_in_order(text: str, schema: dict[str, Any]) -> None:
    assert json.dumps(parse(text)["properties"]) == json.dumps(schema["properties"])
    assert parse(text) == schema


@pytest.mark.parametrize(("text", "sentence", "hint"), FAULTS)
def test_a_line_that_makes_no_sense_is_a_sentence_with_its_place(text: str, sentence: str, hint: str) -> None:
    with pytest.raises(SchemaError) as caught:
        parse(text)
    assert str(caught.value).startswith("The schema makes no sense at ")
    assert sentence in str(caught.value)
    assert hint in caught.value.hint


@settings(max_examples=150, deadline=None)
@given(st.lists(st.sampled_from([*"ab,:?|[]{} \n", "int", "str"]), max_size=12).map("".join))
def test_any_text_is_a_sound_schema_or_a_sentence(text: str) -> None:
    try:
        schema = parse(text)
    except SchemaError:
        return
    check(schema, text)
