"""/compare names models, and /pick keeps one of their answers."""

import pytest

from chatbot_cli.chat.conversation import Conversation
from chatbot_cli.commands.branches import branch_commands
from chatbot_cli.commands.outcomes import Compare, Outcome, Recall, Say
from chatbot_cli.commands.registry import Commands
from chatbot_cli.commands.who_answers import add_who_answers_commands
from chatbot_cli.errors import SettingsError, UsageError
from tests.chat.test_comparing import NO_KEY, chat_with, compare, models
from tests.chat.turns import say
from tests.fakes import FakeSetups, ScriptedModel, model_with

MODELS = FakeSetups(opened={name: model_with(ScriptedModel(), spec=name) for name in ("luna", "haiku", "lily")})


def run(conversation: Conversation, line: str) -> Outcome:
    return commands().run(line, conversation)


def commands() -> Commands:
    made = Commands()
    made.include(branch_commands)
    add_who_answers_commands(made, MODELS)
    return made


@pytest.mark.parametrize(
    ("argument", "names"),
    [
        ("luna haiku", ["luna", "haiku"]),
        ("luna, haiku,lily", ["luna", "haiku", "lily"]),
        ("haiku", ["fake", "haiku"]),  # with the chat's own
        ("luna luna", ["luna", "luna"]),
    ],
)
def test_models_are_named_with_blanks_or_commas(argument: str, names: list[str]) -> None:
    outcome = run(chat_with(), f"/compare {argument}")
    assert isinstance(outcome, Compare)
    assert [rival.model.name for rival in outcome.rivals] == names


@pytest.mark.parametrize(
    ("line", "error"),
    [("/compare", UsageError), ("/compare a b c d e", UsageError), ("/compare luna x", SettingsError)],
)
def test_what_cannot_be_compared_is_said_before_anything_is_sent(line: str, error: type[Exception]) -> None:
    with pytest.raises(error):
        run(chat_with(), line)


def test_the_last_word_is_completed() -> None:
    found = [completion for completion, _ in commands().completions("/compare luna l", chat_with())]
    assert found == ["luna luna", "luna lily"]


async def test_another_answer_is_picked_as_they_are_shown_and_undone() -> None:
    chat = chat_with("Old.")
    await say(chat, "Hi")
    await compare(chat, None, models(a=[NO_KEY], b="B.", c="C."))
    assert run(chat, "/pick") == Say("  1  a: no answer\n• 2  b: B.\n  3  c: C.")
    assert run(chat, "/pick 3") == Say("The reply is answer 3 now, of c.")
    assert chat.exchanges[-1].assistant == "C."
    assert run(chat, "/pick 3") == Say("Answer 3 is the reply already.")
    with pytest.raises(UsageError, match="a gave no answer"):
        run(chat, "/pick 1")
    with pytest.raises(UsageError, match="from 1 to 3"):
        run(chat, "/pick 4")
    chat.undo()
    assert chat.exchanges[-1].assistant == "B."
    flipped = run(chat, "/alt")
    assert isinstance(flipped, Recall)
    assert flipped.message == "Answer 3 of 3."  # of the answers to the question: the old one is the first


async def test_without_a_comparison_all_answers_can_be_picked() -> None:
    chat = chat_with("One.", "Two.")
    with pytest.raises(UsageError, match="There is no answer yet"):
        run(chat, "/pick 1")
    await say(chat, "Hi")
    async for _ in chat.retry():
        pass
    assert run(chat, "/pick") == Say("  1  One.\n• 2  Two.")
    picked = run(chat, "/pick 1")
    assert isinstance(picked, Recall)
    assert chat.exchanges[-1].assistant == "One."
