"""What a person reads of a schema: what is sent, and the reason for each difference."""

from chatbot_cli.structured.explained import checked, shown, shown_of_all
from chatbot_cli.structured.sources.dsl import parse
from chatbot_cli.structured.sources.named import NamedSchema


def named(text: str) -> NamedSchema:
    return NamedSchema(parse(text), text)


def test_each_change_is_a_line_with_its_reason() -> None:
    lines = shown(named("name, note?"), "strict", who="openai")
    assert lines[0] == "The schema, by which every reply is checked:"
    assert "openai is sent:" in lines
    assert lines[-1].startswith("$.properties.note is required, and may be null: a strict server wants every field")


def test_a_schema_that_is_sent_as_it_is_is_shown_once() -> None:
    assert shown(named("name"), "strict", who="openai")[-1] == "openai is sent the schema as it is."
    assert shown(named("name?"), "", who="ollama")[-1] == "ollama is sent the schema as it is."


def test_what_all_servers_are_sent_alike_is_shown_once() -> None:
    lines = shown_of_all(named("name"), many=True)
    assert lines[-1] == "Any other that takes one is sent the same."
    assert sum(line.endswith("is sent:") for line in lines) == 1
    assert shown_of_all(named("name"))[-1] == "Any other that takes one is sent the schema as it is."
    assert sum(line.endswith("is sent:") for line in shown_of_all(named("note?"), many=True)) == 2


def test_a_sound_schema_says_what_it_asks_for_and_how_it_can_be_sent() -> None:
    assert checked(named("name, age int"), many=True) == [
        "name, age int is sound: a list, each an object with 2 fields: name, age.",
        "A server in strict mode is sent it with 1 change.",
    ]
    free = NamedSchema({"type": "object", "additionalProperties": {"type": "string"}}, "free.json")
    assert checked(free) == [
        "free.json is sound: an object.",
        "It cannot be sent in strict mode: at $, it has free keys, and a strict server wants to know each key. "
        "Replies are checked all the same.",
    ]


def test_a_text_that_could_act_on_a_terminal_is_shown_as_symbols() -> None:
    hostile = NamedSchema({"type": "object", "properties": {"\x1b[2J": {}}}, "x.json")
    assert "\x1b" not in "\n".join((*shown(hostile, "strict", who="openai"), *checked(hostile)))
