"""What a saved conversation has cost so far."""

from collections.abc import AsyncGenerator
from dataclasses import replace
from pathlib import Path

import pytest

from chatbot_cli.chat.events import Finished, ModelEvent, TextDelta, TokensUsed
from chatbot_cli.chat.messages import Ending, Request
from tests.fakes import model_with
from tests.sessions.resumable_conversation import ResumableConversation


class Priced:
    """Answers for a quarter of a dollar."""

    async def stream(self, request: Request) -> AsyncGenerator[ModelEvent, None]:
        yield TextDelta("answer")
        yield Finished(Ending.COMPLETE)
        yield TokensUsed(100, 20, 0.25, cached=80, written=15, reasoning=7, saved=0.75)


@pytest.fixture
def resumable(tmp_path: Path) -> ResumableConversation:
    conversation = ResumableConversation(tmp_path)
    use_priced(conversation)
    return conversation


def use_priced(conversation: ResumableConversation) -> None:
    chat = conversation.chat
    chat.change_setup("model", replace(chat.setup, model=model_with(Priced())))


async def test_a_resumed_conversation_knows_what_all_its_replies_have_cost(resumable: ResumableConversation) -> None:
    await resumable.say("One")
    await resumable.retry()
    assert resumable.chat.journal.spent == 0.5

    resumable.run("/undo 2")
    resumable.come_back()

    assert resumable.chat.journal.spent == 0.5
    use_priced(resumable)
    await resumable.say("Two")
    assert resumable.chat.journal.spent == 0.75


async def test_replies_of_other_conversations_do_not_count(resumable: ResumableConversation) -> None:
    await resumable.say("One")
    first = resumable.session
    resumable.chat.go_to(resumable.archive.fork(resumable.chat.state, resumable.chat.journal))
    assert resumable.chat.journal.spent is None

    await resumable.say("Two")

    assert resumable.chat.journal.spent == 0.25
    resumable.come_back(first)
    assert resumable.chat.journal.spent == 0.25


async def test_what_was_paid_is_known_though_nothing_can_be_saved(tmp_path: Path) -> None:
    (tmp_path / "folder").write_text("a file where a folder should be")
    resumable = ResumableConversation(tmp_path / "folder")
    use_priced(resumable)
    assert resumable.chat.journal.spent is None

    await resumable.say("One")

    assert resumable.chat.journal.spent == 0.25
