"""Answers as data: the document is what is saved, whatever came before it."""

from contextlib import closing
from dataclasses import replace
from pathlib import Path

import pytest

from chatbot_cli.chat.messages import Ending
from chatbot_cli.errors import InvalidReply
from tests.fakes import AnyWords, ScriptedModel
from tests.sessions.resumable_conversation import ResumableConversation
from tests.sessions.test_long_replies import pieces

LONG = "word " * 60_000  # more than the database writes at once


def answering(folder: Path, *replies: str, many: bool = False) -> ResumableConversation:
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
    assert pieces(tmp_path) == (1 if kept is LONG else 0)


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
