"""The rest of a reply that was cut, joined to what came of it."""

import pytest

from chatbot_cli.chat.conversation import Conversation
from chatbot_cli.chat.events import Finished, TextDelta
from chatbot_cli.chat.messages import Ending, Exchange
from chatbot_cli.chat.turn import GO_ON
from chatbot_cli.commands.outcomes import Continue
from chatbot_cli.commands.registry import Commands
from chatbot_cli.commands.replies import reply_commands
from chatbot_cli.errors import ReplyCut, UsageError
from tests.chat.turns import conversation_with, say, sent
from tests.fakes import Script

HALF: Script = [TextDelta("One, two"), Finished(Ending.LENGTH)]


async def go_on(chat: Conversation) -> None:
    async for _ in chat.continue_reply():
        pass


def run(chat: Conversation, line: str) -> object:
    commands = Commands()
    commands.include(reply_commands)
    return commands.run(line, chat)


async def test_the_rest_is_joined_and_the_next_request_holds_one_reply() -> None:
    chat, model = conversation_with(HALF, ", three.", "Four.")
    await say(chat, "count")
    assert run(chat, "/continue") == Continue()
    await go_on(chat)
    assert chat.exchanges == (Exchange("count", "One, two, three."),)
    assert sent(model.requests[1])[1:] == [("user", "count"), ("assistant", "One, two"), ("user", GO_ON)]
    await say(chat, "on")
    assert sent(model.requests[2])[1:] == [("user", "count"), ("assistant", "One, two, three."), ("user", "on")]


async def test_undo_takes_the_rest_away_and_alt_flips() -> None:
    chat, _ = conversation_with(HALF, ", three.")
    await say(chat, "count")
    await go_on(chat)
    assert [answer.assistant for answer in chat.journal.answers(chat.exchanges[-1])] == ["One, two", "One, two, three."]
    assert chat.undo() == "the rest of the answer to “count”"
    assert chat.exchanges == (Exchange("count", "One, two", Ending.LENGTH),)


async def test_a_rest_that_is_cut_again_can_be_continued() -> None:
    chat, _ = conversation_with(HALF, [TextDelta(", three"), ReplyCut("Cut.")], ", four.")
    await say(chat, "count")
    with pytest.raises(ReplyCut):
        await go_on(chat)
    assert chat.exchanges == (Exchange("count", "One, two, three", Ending.LOST),)
    await go_on(chat)
    assert chat.exchanges == (Exchange("count", "One, two, three, four."),)


async def test_a_rest_that_never_came_changes_nothing() -> None:
    chat, _ = conversation_with(HALF, [ReplyCut("Cut.")])
    await say(chat, "count")
    before = chat.state
    with pytest.raises(ReplyCut):
        await go_on(chat)
    assert chat.state is before


async def test_a_refusal_has_no_rest() -> None:
    chat, _ = conversation_with([TextDelta("I will not."), Finished(Ending.REFUSED)])
    await say(chat, "count")
    with pytest.raises(UsageError, match="The last reply is a refusal"):
        run(chat, "/continue")


async def test_what_is_whole_is_not_continued() -> None:
    chat, _ = conversation_with("One.")
    with pytest.raises(UsageError):
        run(chat, "/continue")
    await say(chat, "count")
    with pytest.raises(UsageError, match="whole"):
        run(chat, "/continue")


async def test_the_core_itself_refuses_what_has_no_rest() -> None:
    chat, model = conversation_with("One.")
    with pytest.raises(UsageError, match="no reply yet"):
        await go_on(chat)
    await say(chat, "count")
    with pytest.raises(UsageError, match="whole"):
        await go_on(chat)
    assert len(model.requests) == 1


async def test_a_question_whose_reply_was_cut_asked_again_takes_its_place() -> None:
    chat, model = conversation_with([TextDelta("One, t"), ReplyCut("Cut.")], "One, two.", "Three.")
    with pytest.raises(ReplyCut):
        await say(chat, "count")
    assert chat.asks_again("count")
    assert not chat.asks_again("count on")
    await say(chat, "count")
    assert chat.exchanges == (Exchange("count", "One, two."),)
    assert sent(model.requests[1])[1:] == [("user", "count")]
    await say(chat, "count")  # a whole reply stays, whatever is asked after it
    assert len(chat.exchanges) == 2
