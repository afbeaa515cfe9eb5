"""The summary of what left the window is made after a reply, while nobody waits for it."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import replace
from pathlib import Path

import pytest

from chatbot_cli.chat.conversation import Conversation
from chatbot_cli.chat.events import TextDelta, TokensUsed
from chatbot_cli.chat.folding import Folded
from chatbot_cli.chat.marks import Marks, Summary
from chatbot_cli.chat.summaries import FIRST_LINE, INSTRUCTION
from chatbot_cli.errors import ServerFailed
from chatbot_cli.terminal.folding_away import what_was_folded
from tests.fakes import Script, ScriptedModel, saying, setup_with
from tests.terminal.at_keyboard import LEAVE, ChatAtKeyboard, Gate, chat_at_keyboard

SUMMARY: Script = [*saying("Ada likes tea."), TokensUsed(90, 4, 0.0004)]
FAILURE: Script = [ServerFailed("The server is on fire!")]


@asynccontextmanager
async def chat_that_folds(history: Path, *scripts: Script | str) -> AsyncIterator[ChatAtKeyboard]:
    """A chat whose window holds one exchange; two are said already, so that a summary is begun."""
    async with chat_at_keyboard(history, "One.", "Two.", *scripts) as chat:
        await chat.draft()
        await chat.say("/window 1 exchange")
        await chat.say("/window overflow summarize")
        await chat.say("1")
        await chat.say("2")
        yield chat


async def settled(chat: ChatAtKeyboard, requests: int) -> None:
    """Let the background work until it has sent so many requests, and all of them are answered."""
    async with asyncio.timeout(10):
        while len(chat.model.requests) < requests or chat.model.open:  # noqa: ASYNC110  the model has no event for it
            await asyncio.sleep(0)
    for _ in range(5):
        await asyncio.sleep(0)


async def test_it_is_made_while_the_prompt_waits_and_told_with_its_cost(history: Path) -> None:
    async with chat_that_folds(history, SUMMARY, "Three.", "New.") as chat:
        await settled(chat, 3)
        assert chat.conversation.state.marks.summary == Summary("Ada likes tea.", 1)
        assert "was folded" not in chat.out.getvalue()  # it does not write into what the user types
        await chat.say("3")
        told = "1 exchange was folded into a summary: 14 tokens, $0.0004. /summary shows it."
        assert chat.out.getvalue().index(told) < chat.out.getvalue().index("Three.")
        assert chat.model.requests[3].messages[1].content == f"{FIRST_LINE}\nAda likes tea."


async def test_a_turn_does_not_wait_for_it_and_it_is_begun_anew_after_the_reply(history: Path) -> None:
    gate = Gate()
    async with chat_that_folds(history, [gate], "Three.", SUMMARY) as chat:
        await gate.reached.wait()
        await chat.say("3")
        await settled(chat, 5)
        assert [request.messages[0].content == INSTRUCTION for request in chat.model.requests[2:]] == [
            True,
            False,
            True,
        ]
        assert chat.conversation.state.marks.summary == Summary("Ada likes tea.", 2)
        assert "could not be made" not in chat.out.getvalue()


async def test_a_failure_is_told_once_and_not_tried_again_for_the_same_exchanges(history: Path) -> None:
    async with chat_that_folds(history, FAILURE, [ServerFailed("No.")], "Three.", SUMMARY) as chat:
        await settled(chat, 3)
        told = "The summary could not be made: The server is on fire; the oldest exchange is left out."
        assert await chat.say("3") == "3"  # this turn fails, so no more is left out than before
        assert chat.out.getvalue().count(told) == 1
        await settled(chat, 4)
        assert await chat.say("") == ""
        await settled(chat, 6)
        assert chat.conversation.state.marks.summary == Summary("Ada likes tea.", 2)
        assert chat.out.getvalue().count("could not be made") == 1


async def test_leaving_does_not_wait_for_it(history: Path) -> None:
    gate = Gate()
    async with chat_that_folds(history, [gate]) as chat:
        await gate.reached.wait()
        chat.type(LEAVE)
        await chat.ended()
        await settled(chat, 3)
        assert not chat.conversation.state.marks


async def test_after_a_reset_it_is_stopped(history: Path) -> None:
    gate = Gate()
    async with chat_that_folds(history, [TextDelta("Ada"), gate]) as chat:
        await gate.reached.wait()
        await chat.say("/reset")
        await settled(chat, 3)
        assert "was folded" not in chat.out.getvalue()
        assert not chat.conversation.state.marks


async def test_after_undo_of_its_last_exchange_nothing_of_it_is_left(history: Path) -> None:
    async with chat_that_folds(history, SUMMARY) as chat:
        await settled(chat, 3)
        await chat.say("/undo")
        assert not chat.conversation.state.marks


async def test_with_drop_nothing_is_asked(history: Path) -> None:
    async with chat_at_keyboard(history, "One.", "Two.", "Three.") as chat:
        chat.conversation.change_setup("narrow", replace(chat.conversation.setup, max_turns=1))
        await chat.draft()
        for text in "123":
            await chat.say(text)
        assert len(chat.model.requests) == 3


@pytest.mark.parametrize(
    ("exchanges", "unread", "told"),
    [
        (1, 0, "1 exchange was folded into a summary: 12 tokens. /summary"),
        (1, 1, "1 exchange was folded into a summary: 12 tokens. It did not fit whole. /summary"),
        (3, 1, "3 exchanges were folded into a summary: 12 tokens. The oldest of them did not fit whole. /summary"),
        (3, 2, "3 exchanges were folded into a summary: 12 tokens. The oldest 2 did not fit whole. /summary"),
    ],
)
def test_what_did_not_fit_into_the_request_for_a_summary_is_told(exchanges: int, unread: int, told: str) -> None:
    conversation = Conversation(setup_with(ScriptedModel()))
    conversation.note(Marks(summary=Summary("Tea.", exchanges)))
    assert what_was_folded(Folded(exchanges, unread, None), conversation).startswith(told)
