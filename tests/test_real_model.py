"""Against a real model at any server: `CHAT_REAL_BASE_URL=http://localhost:8080/v1 CHAT_REAL_MODEL=M pytest -m real`.

CHAT_REAL_KEY is the server's key, if it wants one. A small model is enough: what is asked stands in the question.
"""

import json
import os
from dataclasses import replace
from pathlib import Path

import jsonschema
import pytest

from chatbot_cli.app.shapes import shape_named
from chatbot_cli.chat.conversation import Conversation
from chatbot_cli.chat.events import ReplyEnded, RowsArrived, TextDelta, TokensUsed
from chatbot_cli.chat.options import Options
from chatbot_cli.chat.setup import Setup
from chatbot_cli.providers.catalog import open_model
from chatbot_cli.providers.route.endpoint import Access
from tests.chat.turns import take_turn

BASE_URL, MODEL = os.environ.get("CHAT_REAL_BASE_URL", ""), os.environ.get("CHAT_REAL_MODEL", "")
PEOPLE = "Ada is 36 years old and feels good today. Bob is 41 years old and feels bad today."

pytestmark = [
    pytest.mark.real,
    pytest.mark.skipif(not (BASE_URL and MODEL), reason="CHAT_REAL_BASE_URL and CHAT_REAL_MODEL name no model"),
]


def conversation() -> Conversation:
    model = open_model(MODEL, Access({"OPENAI_API_KEY": os.environ.get("CHAT_REAL_KEY", "none")}, BASE_URL))
    return Conversation(Setup("assistant", "", model, options=Options(temperature=0.0, max_reply_tokens=400)))


async def test_a_reply_streams() -> None:
    events = await take_turn(conversation(), "Count from 1 to 10, separated by commas.")
    assert len([event for event in events if isinstance(event, TextDelta)]) > 1
    assert isinstance(events[-1], ReplyEnded)
    (used,) = [event for event in events if isinstance(event, TokensUsed)]
    assert used.reply > 1


@pytest.mark.parametrize("many", [False, True])
async def test_an_answer_as_data_is_valid(many: bool) -> None:
    shape = shape_named("name, age int, mood good|bad, nickname str?", Path("."), many=many)
    talk = conversation()
    talk.change_setup("shape", replace(talk.setup, shape=shape))
    events = await take_turn(talk, f"{PEOPLE} {'Who are they?' if many else 'Who is Ada?'}")
    document = json.loads(talk.exchanges[-1].assistant)
    rows = document if many else [document]
    assert rows
    for row in rows:
        jsonschema.validate(row, json.loads(shape.source))
    assert any(isinstance(event, RowsArrived) for event in events) is many
