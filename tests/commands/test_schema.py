"""/schema asks for answers as data; personas may, too; and what is data can be saved as CSV."""

from dataclasses import replace

import pytest

from chatbot_cli.app.slash_commands import slash_commands
from chatbot_cli.chat.messages import Ending, Exchange
from chatbot_cli.commands.outcomes import Copy, Save
from chatbot_cli.commands.schema_fields import fields_of
from chatbot_cli.errors import SchemaError, UsageError
from chatbot_cli.structured.shape import JsonShape
from tests.commands.test_commands import Talk
from tests.fakes import AnyWords, FakeSetups

PERSON = JsonShape(
    '{"type": "object", "properties": {"name": {"type": "string"}, "age": {"type": "integer"}}}', "person"
)
ADA = '{\n  "name": "Ada, =1",\n  "age": 36\n}'


def with_last(talk: Talk, reply: str) -> Talk:
    state = talk.conversation.state
    talk.conversation.change("", replace(state, exchanges=state.exchanges.followed_by(Exchange("?", reply))))
    return talk


def with_shape(talk: Talk) -> Talk:
    talk.conversation.change_setup("", replace(talk.conversation.setup, shape=PERSON))
    return talk


def test_replies_are_data_until_off_and_undo_takes_that_back() -> None:
    talk = Talk()
    assert talk.read("/schema") == "Replies are texts. /schema name, age int asks for data."
    assert talk.read("/schema words").startswith("Each reply is data: words\nHow it is asked for: ")
    assert talk.conversation.setup.shape == AnyWords()
    assert "shape" in talk.conversation.setup.chosen
    assert talk.read("/schema OFF").startswith("Replies are texts.")
    talk.type("/undo")
    assert talk.conversation.setup.shape == AnyWords()
    talk.type("/undo")
    assert talk.conversation.setup.shape is None


@pytest.mark.parametrize("line", ["/schema --many words", "/schema words --many"])
def test_a_list_is_asked_for_with_a_flag(line: str) -> None:
    talk = Talk()
    assert talk.read(line).startswith("Each reply is data: a list of words\n")
    assert talk.conversation.setup.shape == AnyWords(many=True)


def test_a_bad_schema_changes_nothing() -> None:
    talk = Talk()
    with pytest.raises(SchemaError, match="“nonsense” is no schema"):
        talk.type("/schema nonsense")
    with pytest.raises(UsageError, match="/schema --many wants what the list is of"):
        talk.type("/schema --many")
    assert talk.conversation.setup.shape is None


def test_the_fields_are_listed_as_they_might_be_typed_and_how_they_are_asked_for() -> None:
    talk = with_shape(Talk())
    talk.conversation.change_setup("", replace(talk.conversation.setup, shape=replace(PERSON, label="a\x1b[1mb")))
    level = talk.conversation.setup.model.shape_level.value
    assert talk.read("/schema") == (
        f"Each reply is data: a␛[1mb\n  name  str?\n  age   int?\nHow it is asked for: {level}."
    )
    source = (
        '{"type": "array", "items": {"required": ["a", "b"], "properties": {"a": {"enum": ["x", 1, null]}, '
        '"b": {"type": "array", "items": {"type": "number"}}, "c": {"$ref": "#/$defs/Order", "description": "why"}, '
        '"d": {"type": ["string", "null"]}, "e": true, "f": {"anyOf": [{"type": "object"}, {}]}, '
        '"g": {"const": true}}}}'
    )
    assert [kind for _, kind in fields_of(source)] == [
        "x|1|null",
        "[float]",
        "Order?: why",
        "str|null?",
        "any?",
        "{…}|any?",
        "true?",
    ]
    assert (fields_of("true"), fields_of("{"), len(fields_of(_many_fields()))) == ([], [], 31)


def _many_fields() -> str:
    return '{"properties": {' + ", ".join(f'"f{number}": true' for number in range(90)) + "}}"


def test_another_persona_keeps_the_shape_unless_it_or_the_old_one_brings_its_own() -> None:
    talk = Talk()
    setup, other = talk.conversation.setup, AnyWords(label="others")
    setups = {
        "plain": replace(setup, persona="plain"),
        "own": replace(setup, persona="own", shape=other),
        setup.persona: setup,
    }
    talk.commands = slash_commands(FakeSetups(setups))
    talk.conversation.change_setup("--schema", replace(setup, shape=AnyWords()))  # as the command line sets it
    talk.type("/persona plain")
    assert talk.conversation.setup.shape == AnyWords()
    assert "Replies are data: others." in talk.read("/persona own")
    assert "Replies are texts again." in talk.read("/persona plain")
    talk.type("/schema words")
    talk.type("/persona own")
    assert talk.conversation.setup.shape == AnyWords()
    talk.type("/schema off")
    talk.type("/persona own")
    assert talk.conversation.setup.shape is None


def test_data_is_copied_as_json_and_saved_as_csv() -> None:
    talk = with_shape(with_last(Talk(), ADA))
    assert talk.type("/copy") == Copy(ADA, None)
    assert talk.type("/save people.json") == Save(ADA, None, "people.json")
    assert talk.type("/save People.CSV") == Save('name,age\r\n"Ada, =1",36\r\n', None, "People.CSV")


@pytest.mark.parametrize(
    ("reply", "has_shape", "sentence"),
    [
        (ADA, False, "The last reply is JSON, but no data by a schema: none is in force."),
        ("[1]", True, "The last reply is JSON, but no data by the schema in force."),
        ("Hello.", True, "The last reply is a text, no data that CSV could hold."),
    ],
)
def test_what_is_no_table_is_not_saved_as_csv(reply: str, has_shape: bool, sentence: str) -> None:
    talk = with_last(Talk(), reply)
    with pytest.raises(UsageError) as failure:
        (with_shape(talk) if has_shape else talk).type("/save people.csv")
    assert str(failure.value) == sentence


def test_a_text_and_a_code_block_are_saved_to_any_file_as_ever() -> None:
    talk = with_last(Talk(), "a,b\n```\n1,2\n```")
    assert talk.type("/save x.csv") == Save("a,b\n```\n1,2\n```", None, "x.csv")
    assert with_shape(talk).type("/save 1 x.csv") == Save("a,b\n```\n1,2\n```", 1, "x.csv")


def test_there_is_no_rest_of_what_is_not_valid() -> None:
    talk = Talk()
    state = talk.conversation.state
    bad = Exchange("?", "{", Ending.INVALID)
    talk.conversation.change("", replace(state, exchanges=state.exchanges.followed_by(bad)))
    with pytest.raises(UsageError, match="The last reply is not the data that was asked for"):
        talk.type("/continue")
