"""Answers as data: the document is what is saved, whatever came before it."""

from contextlib import closing
from dataclasses import replace
from pathlib import Path

import pytest

from chatbot_cli.chat.messages import Ending
from chatbot_cli.chat.shape import Level
from chatbot_cli.errors import InvalidReply, ReplyCut, ShapeRefused
from tests.fakes import AnyWords, Script, ScriptedModel
from tests.sessions.resumable_conversation import ResumableConversation
from tests.sessions.test_long_replies import pieces

REFUSED: Script = [ShapeRefused("The server takes no schema.")]
LONG = f"{'x' * 99_999} " * 6  # more than the database writes at once, in few deltas


def answering(folder: Path, *replies: Script | str, many: bool = False) -> ResumableConversation:
    conversation = ResumableConversation(folder)
    chat = conversation.chat
    model = replace(chat.setup.model, chat_model=ScriptedModel(*replies))
    chat.change_setup("data", replace(chat.setup, shape=AnyWords(many=many), model=model))
    return conversation


@pytest.mark.parametrize(
    ("replies", "kept"),
    [(("=tea",), "tea"), (("nonsense", "=tea"), "tea"), ((LONG, "=tea"), "tea"), (("nonsense", f"={LONG}"), LONG)],
    ids=["valid", "mended", "long, then short", "short, then long"],
)
async def test_the_document_is_saved_in_place_of_what_came(tmp_path: Path, replies: tuple[str, ...], kept: str) -> None:
    with closing(answering(tmp_path, *replies)) as conversation:
        await conversation.say("Say it")
        conversation.come_back()
        (exchange,) = conversation.chat.exchanges
        assert (exchange.assistant, exchange.ending) == (kept, Ending.COMPLETE)
        assert conversation.chat.setup.shape == AnyWords()
    assert bool(pieces(tmp_path)) is (kept is LONG)


async def test_both_tries_of_a_list_that_stays_wrong_are_saved(tmp_path: Path) -> None:
    with closing(answering(tmp_path, "=a\nb!\n", "nonsense", many=True)) as conversation:
        with pytest.raises(InvalidReply):
            await conversation.say("List them")
        conversation.come_back()
        assert [one.assistant for one in conversation.chat.exchanges] == ["=a\nb!\n\nnonsense"]


async def test_a_reply_that_is_not_valid_is_saved_as_it_came_with_the_reason(tmp_path: Path) -> None:
    with closing(answering(tmp_path, "nonsense", "more nonsense")) as conversation:
        with pytest.raises(InvalidReply):
            await conversation.say("Say it")
        conversation.come_back()
        (exchange,) = conversation.chat.exchanges
        assert (exchange.assistant, exchange.ending) == ("more nonsense", Ending.INVALID)
        assert exchange.reason == "there is no equals sign"


@pytest.mark.parametrize(
    ("replies", "learned"),
    [
        ((REFUSED, "=tea"), Level.OBJECT),
        ((REFUSED, REFUSED, "nonsense", "=tea"), Level.WORDS),
        (("nonsense", "=tea"), Level.SCHEMA),
        (("nonsense", REFUSED, "=tea"), Level.OBJECT),
        (("=tea",), None),
    ],
    ids=["refused", "refused twice", "not heeded", "neither", "heeded"],
)
async def test_how_a_server_takes_a_shape_is_saved_with_the_reply_that_taught_it(
    tmp_path: Path, replies: tuple[Script | str, ...], learned: Level | None
) -> None:
    with closing(answering(tmp_path, *replies, "=more")) as conversation:
        model = conversation.chat.setup.model
        await conversation.say("Say it")
        conversation.come_back()
        assert conversation.chat.setup.learned_level is learned

        conversation.chat.change_setup("its server", replace(conversation.chat.setup, model=model))
        await conversation.say("Once more")
        assert isinstance(model.chat_model, ScriptedModel)
        first, last = model.chat_model.requests[0], model.chat_model.requests[-1]
        assert len(model.chat_model.requests) == len(replies) + 1  # asked once
        assert first.demand
        assert last.demand
        assert (first.demand.level, last.demand.level) == (Level.SCHEMA, learned or Level.SCHEMA)
        assert ("Begin with an equals sign." in last.messages[-1].content) is (learned is not None)

        conversation.come_back()
        for _ in range(3):
            conversation.run("/undo")
        assert (len(conversation.chat.exchanges), conversation.chat.setup.learned_level) == (0, None)


async def test_how_a_server_takes_a_shape_is_saved_with_a_reply_that_fails(tmp_path: Path) -> None:
    with closing(answering(tmp_path, REFUSED, "nonsense", [ReplyCut("the connection was lost")])) as conversation:
        with pytest.raises(ReplyCut):
            await conversation.say("Say it")
        conversation.come_back()
        assert conversation.chat.setup.learned_level is Level.OBJECT
