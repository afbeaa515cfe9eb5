"""/thoughts: what was thought before a reply, and how that is shown."""

import pytest

from chatbot_cli.app.slash_commands import slash_commands
from chatbot_cli.chat.conversation import Conversation
from chatbot_cli.chat.events import CallsArrived, Finished, ReasoningDelta, TextDelta
from chatbot_cli.chat.messages import Ending
from chatbot_cli.chat.rounds import ToolCall
from chatbot_cli.chat.thoughts import HOW_TO_SHOW
from chatbot_cli.commands.outcomes import Outcome, Say, ShowThoughts
from chatbot_cli.errors import UsageError
from tests.chat.turns import conversation_with, say
from tests.fakes import FakeSetups, Script

SCRIPT: Script = [ReasoningDelta("Is it snow?\nIt is."), TextDelta("Snow."), Finished(Ending.COMPLETE)]
WITH_CALLS: Script = [
    ReasoningDelta("Let me look."),
    CallsArrived((ToolCall("c", "weather"),)),
    Finished(Ending.COMPLETE),
]


def typed(line: str, conversation: Conversation) -> Outcome:
    return slash_commands(FakeSetups()).run(line, conversation)


async def test_the_thoughts_of_the_last_reply_or_of_another_one_are_shown() -> None:
    conversation, _ = conversation_with(SCRIPT, "Yes.")
    await say(conversation, "What is the weather?")
    shown = Say("fake thought for a moment:\nIs it snow?\nIt is.")
    assert typed("/thoughts", conversation) == shown
    await say(conversation, "Sure?")
    with pytest.raises(UsageError, match="Nothing was thought before the last reply") as error:
        typed("/thoughts", conversation)
    assert error.value.hint == "/thoughts 1 shows those of an earlier one."
    assert typed("/thoughts 1", conversation) == shown


async def test_thoughts_before_calls_are_shown_with_those_after_them() -> None:
    conversation, _ = conversation_with(WITH_CALLS, SCRIPT)
    await say(conversation, "What is the weather?")
    told = typed("/thoughts", conversation)
    assert isinstance(told, Say)
    assert told.text.split("\n\n") == [
        "fake thought for a moment:\nLet me look.",
        "fake thought for a moment:\nIs it snow?\nIt is.",
    ]


@pytest.mark.parametrize("how", HOW_TO_SHOW)
def test_how_they_are_shown_can_be_changed(how: str) -> None:
    outcome = typed(f"/thoughts {how}", conversation_with()[0])
    assert isinstance(outcome, ShowThoughts)
    assert outcome.how == how


@pytest.mark.parametrize(
    ("line", "says"), [("/thoughts", "no reply yet"), ("/thoughts 4", "no exchange 4"), ("/thoughts all", "all")]
)
async def test_what_makes_no_sense_is_said(line: str, says: str) -> None:
    conversation, _ = conversation_with("Yes.")
    if says != "no reply yet":
        await say(conversation, "Hello?")
    with pytest.raises(UsageError, match=says):
        typed(line, conversation)
