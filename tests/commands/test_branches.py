"""Another question, or another answer: the former one is set aside, never lost."""

import pytest

from chatbot_cli.chat.conversation import Conversation
from chatbot_cli.commands.branches import branch_commands
from chatbot_cli.commands.memory import memory_commands
from chatbot_cli.commands.outcomes import Draft, Outcome, Recall, Say
from chatbot_cli.commands.registry import Commands
from chatbot_cli.errors import UsageError
from tests.chat.turns import conversation_with, say


def run(conversation: Conversation, line: str) -> Outcome:
    commands = Commands()
    commands.include(memory_commands)
    commands.include(branch_commands)
    return commands.run(line, conversation)


def questions(conversation: Conversation) -> list[str]:
    return [exchange.user for exchange in conversation.exchanges]


async def edited(conversation: Conversation, line: str, text: str) -> None:
    """Run an /edit, and send the text instead of the message."""
    outcome = run(conversation, line)
    assert isinstance(outcome, Draft)
    async for _ in conversation.take_turn(text, outcome.after_exchange):
        pass


async def test_the_last_message_comes_back_into_the_prompt_and_nothing_changes_yet() -> None:
    conversation, _ = conversation_with("One.", "Two.")
    await say(conversation, "1")
    await say(conversation, "2")
    before = conversation.state
    outcome = run(conversation, "/edit")
    assert isinstance(outcome, Draft)
    assert (outcome.line, outcome.after_exchange) == ("2", 1)
    assert outcome.message.startswith("Sent, it takes the place of exchange 2; its reply is set aside.")
    assert conversation.state is before


async def test_an_earlier_message_sent_anew_is_a_branch_and_one_undo_brings_the_old_one_back() -> None:
    conversation, model = conversation_with("One.", "Two.", "Three.", "New.")
    for text in ("1", "2", "3"):
        await say(conversation, text)
    outcome = run(conversation, "/edit 2")
    assert isinstance(outcome, Draft)
    assert "its reply and 1 exchange after it are set aside" in outcome.message
    await edited(conversation, "/edit 2", "another 2")
    assert [message.content for message in model.requests[-1].messages][1:] == ["1", "One.", "another 2"]
    assert questions(conversation) == ["1", "another 2"]
    run(conversation, "/undo")
    assert questions(conversation) == ["1", "2", "3"]


async def test_what_was_trimmed_stays_trimmed_as_far_as_it_is_there() -> None:
    conversation, _ = conversation_with("One.", "Two.", "Three.", "New.")
    for text in ("1", "2", "3"):
        await say(conversation, text)
    run(conversation, "/trim 1")
    await edited(conversation, "/edit 2", "another 2")
    assert conversation.state.trimmed == 1
    assert conversation.window().exchanges == 1


@pytest.mark.parametrize("line", ["/edit 2", "/edit 0", "/edit x"])
async def test_there_is_no_such_message(line: str) -> None:
    conversation, _ = conversation_with("One.")
    await say(conversation, "1")
    before = conversation.state
    with pytest.raises(UsageError):
        run(conversation, line)
    assert conversation.state is before


def test_before_the_first_message_there_is_nothing_to_change() -> None:
    conversation, _ = conversation_with()
    for line in ("/edit", "/alt"):
        with pytest.raises(UsageError):
            run(conversation, line)


async def test_the_answers_to_one_question_are_flipped_through() -> None:
    conversation, model = conversation_with("One.", "Uno.", "Eins.", "Then.")
    await say(conversation, "1")
    for _ in range(2):
        async for _ in conversation.retry():
            pass
    seen = []
    for _ in range(4):
        outcome = run(conversation, "/alt")
        assert isinstance(outcome, Recall)
        seen.append((outcome.exchanges[0].exchange.assistant, outcome.message))
    assert seen == [
        ("One.", "Answer 1 of 3."),
        ("Uno.", "Answer 2 of 3."),
        ("Eins.", "Answer 3 of 3."),
        ("One.", "Answer 1 of 3."),
    ]
    await say(conversation, "2")
    assert [message.content for message in model.requests[-1].messages][1:] == ["1", "One.", "2"]


async def test_what_is_undone_is_called_as_it_was_typed() -> None:
    conversation, _ = conversation_with("One.", "Uno.")
    await say(conversation, "1")
    async for _ in conversation.retry():
        pass
    run(conversation, "/alt")
    assert memory_commands.run("/undo", conversation) == Say("Undone: /alt.")


async def test_a_flip_can_be_undone() -> None:
    conversation, _ = conversation_with("One.", "Uno.")
    await say(conversation, "1")
    async for _ in conversation.retry():
        pass
    run(conversation, "/alt")
    assert conversation.exchanges[-1].assistant == "One."
    run(conversation, "/undo")
    assert conversation.exchanges[-1].assistant == "Uno."


async def test_a_question_asked_twice_by_hand_has_answers_of_its_own() -> None:
    conversation, _ = conversation_with("One.", "Uno.")
    await say(conversation, "1")
    await say(conversation, "1")
    outcome = run(conversation, "/alt")
    assert outcome == Say("There is only this answer. /retry asks for another one.")
