"""The correction of our counts is saved with the reply that taught it, and belongs to one model at one server."""

from collections.abc import AsyncGenerator
from dataclasses import replace
from pathlib import Path

import pytest

from chatbot_cli.chat.events import Finished, ModelEvent, TextDelta, TokensUsed
from chatbot_cli.chat.messages import Ending, Request
from chatbot_cli.sessions.setup_json import with_overrides
from tests.fakes import model_with
from tests.sessions.resumable_conversation import ResumableConversation


class CountsMore:
    """A server that counts a third more tokens than we do."""

    async def stream(self, request: Request) -> AsyncGenerator[ModelEvent, None]:
        yield TextDelta("Yes.")
        yield Finished(Ending.COMPLETE)
        words = 3 + sum(len(message.content.split()) for message in request.messages)
        yield TokensUsed(words * 4 // 3, 1)


async def test_it_is_there_when_the_conversation_is_resumed_after_its_last_reply(tmp_path: Path) -> None:
    conversation = ResumableConversation(tmp_path)
    chat = conversation.chat
    chat.change_setup("model", replace(chat.setup, model=model_with(CountsMore())))
    await conversation.say("word " * 600)
    conversation.come_back()

    assert conversation.chat.setup.count_factor == pytest.approx(1.333, abs=0.002)
    conversation.run("/undo")
    assert conversation.chat.setup.count_factor == 1


@pytest.mark.parametrize(
    ("override", "factor", "tokens"),
    [
        ({"model": "b"}, 1.0, None),
        ({"base_url": "http://b"}, 1.0, None),
        ({"max_context_tokens": 5}, 1.3, None),
        ({"model": "a", "temperature": 1.0}, 1.3, 7000),
    ],
)
def test_a_flag_that_names_another_model_forgets_it(
    override: dict[str, object], factor: float, tokens: int | None
) -> None:
    saved = {"model": "a", "base_url": "", "count_factor": 1.3, "learned_tokens": 7000}
    changed = with_overrides(saved, override)
    assert (changed["count_factor"], changed["learned_tokens"]) == (factor, tokens)
