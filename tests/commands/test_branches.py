"""Another question, or another answer: what was there before is set aside, never lost."""

import pytest

from chatbot_cli.chat.conversation import Conversation
from chatbot_cli.commands.branches import branch_commands
from chatbot_cli.commands.memory import memory_commands
from chatbot_cli.commands.outcomes import Draft, Outcome, Recall, Say
from chatbot_cli.commands.registry import Commands
from chatbot_cli.errors import UsageError
from tests.chat.turns import conversation_with, say


def run(chat: Conversation, line: str) -> Outcome:
    commands = Commands()
    commands.include(memory_commands)
    commands.include(branch_commands)
    return commands.run(line, chat)


def questions(chat: Conversation) -> list[str]:
    return [exchange.user for exchange in chat.exchanges]


async def edited(chat: Conversation, line: str, text: str) -> None:
    """Run an /edit, and send the text in the place of the message."""
    outcome = run(chat, line)
    assert isinstance(outcome, Draft)
    async for _ in chat.take_turn(text, outcome.after_exchange):
        pass


async def test_the_last_message_comes_back_into_the_prompt_and_nothing_changes_yet() -> None:
    chat, _ = conversation_with("One.", "Two.")
    await say(chat, "1")
    await say(chat, "2")
    before = chat.state
    outcome = run(chat, "/edit")
    assert isinstance(outcome, Draft)
    assert (outcome.text, outcome.after_exchange) == ("2", 1)
    assert outcome.message.startswith("Sent, it takes the place of exchange 2; its reply is set aside.")
    assert chat.state is before


async def test_an_earlier_message_sent_anew_is_a_branch_and_one_undo_brings_the_old_one_back() -> None:
    chat, model = conversation_with("One.", "Two.", "Three.", "New.")
    for text in ("1", "2", "3"):
        await say(chat, text)
    outcome = run(chat, "/edit 2")
    assert isinstance(outcome, Draft)
    assert "its reply and 1 exchange after it are set aside" in outcome.message
    await edited(chat, "/edit 2", "another 2")
    assert [message.content for message in model.requests[-1].messages][1:] == ["1", "One.", "another 2"]
    assert questions(chat) == ["1", "another 2"]
    run(chat, "/undo")
    assert questions(chat) == ["1", "2", "3"]


async def test_what_was_trimmed_stays_trimmed_as_far_as_it_is_there() -> None:
    chat, _ = conversation_with("One.", "Two.", "Three.", "New.")
    for text in ("1", "2", "3"):
        await say(chat, text)
    run(chat, "/trim 1")
    await edited(chat, "/edit 2", "another 2")
    assert chat.state.trimmed == 1
    assert chat.window().exchanges == 1


@pytest.mark.parametrize("line", ["/edit 2", "/edit 0", "/edit x"])
async def test_there_is_no_such_message(line: str) -> None:
    chat, _ = conversation_with("One.")
    await say(chat, "1")
    before = chat.state
    with pytest.raises(UsageError):
        run(chat, line)
    assert chat.state is before


def test_before_the_first_message_there_is_nothing_to_change() -> None:
    chat, _ = conversation_with()
    for line in ("/edit", "/alt"):
        with pytest.raises(UsageError):
            run(chat, line)


async def test_the_answers_to_one_question_are_flipped_through() -> None:
    chat, model = conversation_with("One.", "Uno.", "Eins.", "Then.")
    await say(chat, "1")
    for _ in range(2):
        async for _ in chat.retry():
            pass
    seen = []
    for _ in range(4):
        outcome = run(chat, "/alt")
        assert isinstance(outcome, Recall)
        seen.append((outcome.exchanges[0].exchange.assistant, outcome.message))
    assert seen == [
        ("One.", "Answer 1 of 3."),
        ("Uno.", "Answer 2 of 3."),
        ("Eins.", "Answer 3 of 3."),
        ("One.", "Answer 1 of 3."),
    ]
    await say(chat, "2")
    assert [message.content for message in model.requests[-1].messages][1:] == ["1", "One.", "2"]


async def test_a_flip_can_be_undone() -> None:
    chat, _ = conversation_with("One.", "Uno.")
    await say(chat, "1")
    async for _ in chat.retry():
        pass
    run(chat, "/alt")
    assert chat.exchanges[-1].assistant == "One."
    run(chat, "/undo")
    assert chat.exchanges[-1].assistant == "Uno."


async def test_a_question_asked_twice_by_hand_has_answers_of_its_own() -> None:
    chat, _ = conversation_with("One.", "Uno.")
    await say(chat, "1")
    await say(chat, "1")
    outcome = run(chat, "/alt")
    assert outcome == Say("There is only this answer. /retry asks for another one.")
