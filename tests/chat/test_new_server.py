"""A conversation goes to no server unasked where it has not been."""

from dataclasses import replace

import pytest

from chatbot_cli.chat.conversation import Conversation
from chatbot_cli.chat.model import Model
from chatbot_cli.chat.setup import Setup
from chatbot_cli.errors import NewServer
from tests.fakes import ScriptedModel, model_with, setup_with

HOME, ELSEWHERE = "https://home.example/v1", "https://elsewhere.example/v1"


def model_at(address: str, *scripts: str) -> Model:
    return replace(model_with(ScriptedModel(*scripts)), address=address)


def setup_at(address: str, *scripts: str) -> Setup:
    return replace(setup_with(ScriptedModel()), model=model_at(address, *scripts))


async def say(conversation: Conversation, text: str) -> None:
    async for _ in conversation.take_turn(text):
        pass


async def test_the_first_question_goes_anywhere_and_the_conversation_has_been_there() -> None:
    conversation = Conversation(setup_at(HOME, "One.", "Two."))
    await say(conversation, "1")
    assert conversation.setup.been_at == {HOME}
    await say(conversation, "2")


async def test_what_was_said_goes_to_no_other_server_until_the_user_lets_it() -> None:
    conversation = Conversation(setup_at(HOME, "One."))
    await say(conversation, "1")
    conversation.change_setup("elsewhere", replace(conversation.setup, model=model_at(ELSEWHERE, "Two.", "Three.")))
    for events in (conversation.take_turn("2"), conversation.take_turn("2", 0), conversation.retry()):
        with pytest.raises(NewServer) as refused:
            await anext(events)
        assert str(refused.value) == (
            f"This conversation would go to {ELSEWHERE}, where it has not been; until now it was at {HOME}."
        )
        assert refused.value.hint == f"If it may go there, say so: base_url='{ELSEWHERE}'"
        assert refused.value.exit_code == 2
    assert len(conversation.exchanges) == 1
    assert conversation.setup.been_at == {HOME}
    conversation.allow_its_server()
    await say(conversation, "2")
    conversation.undo()
    await say(conversation, "3")
    assert conversation.setup.been_at == {HOME, ELSEWHERE}


async def test_a_model_in_this_process_is_no_server() -> None:
    conversation = Conversation(setup_at(HOME, "One."))
    await say(conversation, "1")
    conversation.change_setup("demo", replace(conversation.setup, model=model_at("", "Two.")))
    await say(conversation, "2")
    assert conversation.setup.been_at == {HOME}
