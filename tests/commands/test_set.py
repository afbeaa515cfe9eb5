"""/set: every parameter is set, shown with where it comes from, taken back, and kept under another persona."""

from dataclasses import replace

import pytest

from chatbot_cli.app.slash_commands import slash_commands
from chatbot_cli.chat.conversation import Conversation
from chatbot_cli.chat.options import Options
from chatbot_cli.commands.outcomes import Say
from chatbot_cli.errors import UsageError
from tests.fakes import FakeSetups, ScriptedModel, setup_with


class Talk:
    def __init__(self, options: Options = Options(), stated: Options = Options(), **given_by: str) -> None:
        setup = setup_with(ScriptedModel())
        setup = replace(setup, model=replace(setup.model, stated=stated), options=options)
        self.conversation = Conversation(replace(setup, given_by=tuple(given_by.items())))
        tutor = replace(setup, persona="tutor", options=Options(temperature=0.9, seed=1, extra=(("top_k", "1"),)))
        self.commands = slash_commands(FakeSetups({"tutor": tutor}))

    def type(self, line: str) -> str:
        outcome = self.commands.run(line, self.conversation)
        assert isinstance(outcome, Say)
        return outcome.text

    @property
    def options(self) -> Options:
        return self.conversation.setup.options


SET = [
    ("temperature 0.2", Options(temperature=0.2), "temperature is 0.2."),
    ("top-p 1", Options(top_p=1.0), "top_p is 1.0."),
    ("seed 7", Options(seed=7), "seed is 7."),
    ("max_reply_tokens 5000", Options(max_reply_tokens=5000), "max_reply_tokens is 5,000."),
    ("effort LOW", Options(effort="low"), "effort is low."),
    ("stop END of it", Options(stop=("END of it",)), 'stop is ["END of it"].'),
    ('stop ["a", "b"]', Options(stop=("a", "b")), 'stop is ["a", "b"].'),
    ("top_k 40", Options(extra=(("top_k", "40"),)), "top_k is 40."),
    ("who some text", Options(extra=(("who", '"some text"'),)), 'who is "some text".'),
]


@pytest.mark.parametrize(("line", "options", "said"), SET, ids=[line.split()[0] for line, _, _ in SET])
def test_a_parameter_is_set_and_taken_back(line: str, options: Options, said: str) -> None:
    talk = Talk()
    assert talk.type(f"/set {line}") == f"{said} /undo takes it back."
    assert talk.options == options
    key = line.split()[0]
    assert talk.type(f"/set {key}") == said
    assert "by hand" in talk.type("/set")
    assert talk.type(f"/set {key} default").startswith(f"{key.replace('-', '_')} is not set: the server decides.")
    assert talk.options == Options()
    talk.type("/undo 2")
    assert (talk.options, talk.conversation.setup.given_by) == (Options(), ())


def test_each_stands_with_where_it_comes_from() -> None:
    options = Options(temperature=0.2, seed=7, extra=(("top_k", "40"),))
    talk = Talk(
        options, Options(seed=9, top_p=0.5, max_reply_tokens=2000), temperature="--temperature", seed="config.toml"
    )
    lines = [line.split(maxsplit=2) for line in talk.type("/set").splitlines()]
    assert lines[:8] == [
        ["temperature", "0.2", "--temperature"],
        ["top_p", "0.5", "config.toml, for this model"],
        ["max_reply_tokens", "2,000", "config.toml, for this model"],
        ["seed", "9", "config.toml, for this model"],
        ["stop", "–", "the server decides"],
        ["effort", "–", "the server decides"],
        ["top_k", "40", "this conversation"],
        ["/set", "KEY", "VALUE sets one, /set KEY default leaves it to the server."],
    ]


REFUSED = [
    ("temperature 3", "temperature is a number from 0 to 2, not “3”."),
    ("seed 1_000", "seed is a whole number from 0 to 2,147,483,647, not “1_000”."),
    ("effort huge", "effort is none, low, medium, high or max, not “huge”."),
    ("stop []x\ud800", "stop is a text, or a list"),
    ("temprature 1", "There is no parameter “temprature”."),
    ("messages []", "messages is a parameter that chat writes itself."),
    ("max_tokens 5", "max_tokens is a parameter that chat writes itself."),
    ("max_turns 5", "/set sets parameters of a request, and max_turns is none."),
    ("a/b 1", "“a/b” is no name of a parameter."),
]


@pytest.mark.parametrize(("line", "sentence"), REFUSED, ids=[line.split()[0] for line, _ in REFUSED])
def test_what_makes_no_sense_changes_nothing(line: str, sentence: str) -> None:
    talk = Talk()
    with pytest.raises(UsageError) as caught:
        talk.type(f"/set {line}")
    assert str(caught.value).startswith(sentence)
    assert talk.options == Options()


def test_what_was_set_by_hand_stays_under_another_persona() -> None:
    talk = Talk(Options(top_p=0.5), top_p="--top-p")
    talk.type("/set temperature 0.1")
    talk.type("/set top_k 5")
    talk.type("/persona tutor")
    assert talk.options == Options(temperature=0.1, seed=1, extra=(("top_k", "5"),))


def test_names_and_words_are_completed() -> None:
    talk = Talk(Options(extra=(("top_k", "40"),)))
    offered = [text for text, _ in talk.commands.completions("/set ", talk.conversation)]
    assert {"temperature", "effort high", "top_k default"} <= {*offered}
    assert [text for text, _ in talk.commands.completions("/set effort m", talk.conversation)] == [
        "effort medium",
        "effort max",
    ]
