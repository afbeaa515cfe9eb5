"""The rest of a reply that was cut, joined to its beginning."""

import pytest

from chatbot_cli.chat.conversation import Conversation
from chatbot_cli.chat.events import Finished, TextDelta
from chatbot_cli.chat.messages import Ending, Exchange
from chatbot_cli.chat.turn import GO_ON, asks_again
from chatbot_cli.commands.outcomes import Continue
from chatbot_cli.commands.registry import Commands
from chatbot_cli.commands.replies import reply_commands
from chatbot_cli.errors import ReplyCut, UsageError
from tests.chat.turns import conversation_with, say, sent
from tests.fakes import Script

HALF: Script = [TextDelta("One, two"), Finished(Ending.LENGTH)]


async def go_on(conversation: Conversation) -> None:
    async for _ in conversation.continue_reply():
        pass


def run(conversation: Conversation, line: str) -> object:
    commands = Commands()
    commands.include(reply_commands)
    return commands.run(line, conversation)


async def test_the_rest_is_joined_and_the_next_request_holds_one_reply() -> None:
    conversation, model = conversation_with(HALF, ", three.", "Four.")
    await say(conversation, "count")
    assert run(conversation, "/continue") == Continue()
    await go_on(conversation)
    assert conversation.exchanges == (Exchange("count", "One, two, three."),)
    assert sent(model.requests[1])[1:] == [("user", "count"), ("assistant", "One, two"), ("user", GO_ON)]
    await say(conversation, "on")
    assert sent(model.requests[2])[1:] == [("user", "count"), ("assistant", "One, two, three."), ("user", "on")]


async def test_undo_takes_the_rest_away_and_alt_flips() -> None:
    conversation, _ = conversation_with(HALF, ", three.")
    await say(conversation, "count")
    await go_on(conversation)
    assert [answer.assistant for answer in conversation.journal.answers(conversation.exchanges[-1])] == [
        "One, two",
        "One, two, three.",
    ]
    assert conversation.undo() == "the rest of the answer to “count”"
    assert conversation.exchanges == (Exchange("count", "One, two", Ending.LENGTH),)


async def test_a_rest_that_is_cut_again_can_be_continued() -> None:
    conversation, _ = conversation_with(HALF, [TextDelta(", three"), ReplyCut("Cut.")], ", four.")
    await say(conversation, "count")
    with pytest.raises(ReplyCut):
        await go_on(conversation)
    assert conversation.exchanges == (Exchange("count", "One, two, three", Ending.LOST),)
    await go_on(conversation)
    assert conversation.exchanges == (Exchange("count", "One, two, three, four."),)


async def test_a_rest_that_never_came_changes_nothing() -> None:
    conversation, _ = conversation_with(HALF, [ReplyCut("Cut.")])
    await say(conversation, "count")
    before = conversation.state
    with pytest.raises(ReplyCut):
        await go_on(conversation)
    assert conversation.state is before


async def test_a_refusal_has_no_rest() -> None:
    conversation, _ = conversation_with([TextDelta("I will not."), Finished(Ending.REFUSED)])
    await say(conversation, "count")
    with pytest.raises(UsageError, match="The last reply is a refusal"):
        run(conversation, "/continue")


async def test_what_is_whole_is_not_continued() -> None:
    conversation, _ = conversation_with("One.")
    with pytest.raises(UsageError):
        run(conversation, "/continue")
    await say(conversation, "count")
    with pytest.raises(UsageError, match="whole"):
        run(conversation, "/continue")


async def test_the_core_itself_refuses_what_has_no_rest() -> None:
    conversation, model = conversation_with("One.")
    with pytest.raises(UsageError, match="no reply yet"):
        await go_on(conversation)
    await say(conversation, "count")
    with pytest.raises(UsageError, match="whole"):
        await go_on(conversation)
    assert len(model.requests) == 1


async def test_a_question_whose_reply_was_cut_asked_again_takes_its_place() -> None:
    conversation, model = conversation_with([TextDelta("One, t"), ReplyCut("Cut.")], "One, two.", "Three.")
    with pytest.raises(ReplyCut):
        await say(conversation, "count")
    assert asks_again(conversation.state, "count")
    assert not asks_again(conversation.state, "count on")
    await say(conversation, "count")
    assert conversation.exchanges == (Exchange("count", "One, two."),)
    assert sent(model.requests[1])[1:] == [("user", "count")]
    await say(conversation, "count")  # a whole reply stays, whatever is asked after it
    assert len(conversation.exchanges) == 2
