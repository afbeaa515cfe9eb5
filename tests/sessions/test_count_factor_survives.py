"""What a reply has taught of its server is saved with it, and belongs to one model at that server."""

from collections.abc import AsyncGenerator, Mapping
from dataclasses import replace
from pathlib import Path

import pytest

from chatbot_cli.chat.events import Finished, ModelEvent, TextDelta, TokensUsed
from chatbot_cli.chat.messages import Ending, Request
from chatbot_cli.chat.setup import Setup
from chatbot_cli.chat.shape import Level
from chatbot_cli.sessions.setup_json import setup_as_json, setup_from_json, with_overrides
from tests.fakes import AnyWords, model_with, setup_with
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


def test_a_flag_that_names_a_model_that_the_conversation_had_before_finds_it_again() -> None:
    def revive(saved: Mapping[str, object]) -> Setup:
        return setup_from_json(saved, lambda spec, _: model_with(CountsMore(), spec=spec), AnyWords)

    first = replace(setup_with(CountsMore()), count_factor=1.3, learned_tokens=7000, learned_level=Level.WORDS)
    other = revive(with_overrides(setup_as_json(first), {"model": "other"}))
    assert (other.count_factor, other.learned_tokens, other.learned_level) == (1.0, None, None)

    again = revive(with_overrides(setup_as_json(other), {"model": "fake"}))
    assert (again.count_factor, again.learned_tokens, again.learned_level) == (1.3, 7000, Level.WORDS)
    assert again.learned == ()
    wider = revive(with_overrides(setup_as_json(other), {"model": "fake", "max_context_tokens": 9000}))
    assert (wider.count_factor, wider.learned_tokens) == (1.3, None)


@pytest.mark.parametrize(
    ("override", "factor", "tokens", "level"),
    [
        ({"model": "b"}, 1.0, None, None),
        ({"base_url": "http://b"}, 1.0, None, None),
        ({"max_context_tokens": 5}, 1.3, None, "object"),
        ({"model": "a", "temperature": 1.0}, 1.3, 7000, "object"),
    ],
)
def test_a_flag_that_names_another_model_forgets_it(
    override: dict[str, object], factor: float, tokens: int | None, level: str | None
) -> None:
    saved = {"model": "a", "base_url": "", "count_factor": 1.3, "learned_tokens": 7000, "learned_level": "object"}
    changed = with_overrides(saved, override)
    assert (changed["count_factor"], changed["learned_tokens"], changed["learned_level"]) == (factor, tokens, level)
