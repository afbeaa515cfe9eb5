"""Which text that is typed and not sent is kept."""

import asyncio
from dataclasses import dataclass, field

import pytest
from prompt_toolkit.buffer import Buffer

from chatbot_cli.chat.conversation import Conversation
from chatbot_cli.chat.setup import Setup
from chatbot_cli.chat.unsaved import Unsaved
from chatbot_cli.terminal.input.draft_keeper import SAVE_DELAY, DraftKeeper
from tests.fakes import ScriptedModel, setup_with

TOKEN = "ghp_a8Kd93kLmQx2Vb7Ty5Rw1Np6Zc4Hs0Jf9uk3"  # nobody's


@dataclass
class Drafts(Unsaved):
    """A journal that keeps drafts alone."""

    kept: list[str] = field(default_factory=list)
    more: asyncio.Event = field(default_factory=asyncio.Event)

    def draft(self, text: str, setup: Setup) -> None:
        self.kept.append(text)
        self.more.set()

    async def next(self) -> str:
        async with asyncio.timeout(SAVE_DELAY * 20):
            await self.more.wait()
        self.more.clear()
        return self.kept[-1]


def keeper_of(drafts: Drafts, buffer: Buffer) -> DraftKeeper:
    return DraftKeeper(Conversation(setup_with(ScriptedModel()), journal=drafts), buffer)


async def test_typed_text_is_kept_after_a_pause() -> None:
    drafts, buffer = Drafts(), Buffer()
    with keeper_of(drafts, buffer).while_reading("before"):
        assert await drafts.next() == "before"
        buffer.text = "what is typed"
        assert await drafts.next() == "what is typed"


async def test_text_typed_while_a_reply_streams_is_kept_too() -> None:
    drafts, typed = Drafts(), [""]
    with keeper_of(drafts, Buffer()).while_streaming(lambda: typed[0]):
        typed[0] = "ahead"
        assert await drafts.next() == "ahead"
        typed[0] = "ahead of all"
    assert drafts.kept == ["ahead", "ahead of all"]


async def test_a_text_with_a_secret_is_not_kept_and_the_draft_before_it_stays() -> None:
    drafts, buffer = Drafts(), Buffer()
    keeper = keeper_of(drafts, buffer)
    with keeper.while_reading("a long text"):
        buffer.text = f"a long text with {TOKEN}"
        await asyncio.sleep(0)
    with pytest.raises(asyncio.CancelledError), keeper.while_reading(f"a long text with {TOKEN}"):  # the chat is ended
        raise asyncio.CancelledError
    assert drafts.kept == ["a long text"]


async def test_a_text_is_kept_again_when_the_secret_is_taken_out() -> None:
    drafts, buffer = Drafts(), Buffer()
    with keeper_of(drafts, buffer).while_reading(f"What is {TOKEN}?"):
        buffer.text = "What is it?"
        assert await drafts.next() == "What is it?"
    assert drafts.kept == ["What is it?"]
