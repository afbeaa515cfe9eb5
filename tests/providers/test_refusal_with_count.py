"""A real server with a tokenizer of its own refuses a request: the second one fits, and the count is kept."""

from collections.abc import Mapping
from typing import Any

import pytest

from chatbot_cli.chat.conversation import Conversation
from chatbot_cli.chat.setup import Setup
from chatbot_cli.providers.catalog import open_model
from chatbot_cli.providers.route.endpoint import Access
from tests.chat.turns import say
from tests.streaming_server import Received, Reply, StreamingServer, answer, page

HOLDS = 3000  # tokens


def counted(body: Mapping[str, Any]) -> int:
    """The server's tokens: one for every three letters."""
    return sum(len(message["content"]) for message in body["messages"]) // 3


def serve(received: Received) -> Reply:
    if received.path.endswith("/models"):  # it does not tell what it holds
        return page({"error": "no such page"}, 404)
    tokens = counted(received.body)
    if tokens <= HOLDS:
        return answer("Yes.", usage=(tokens, 2))
    said = f"This model's maximum context length is {HOLDS} tokens. However, your messages resulted in {tokens} tokens."
    return page({"error": {"message": said, "code": "context_length_exceeded"}}, 400)


async def test_the_second_try_fits_whatever_the_tokenizer() -> None:
    with StreamingServer(otherwise=serve) as server:
        model = open_model("openai/own", Access({}, server.base_url))
        conversation = Conversation(Setup("assistant", "", model))
        for _ in range(10):
            await say(conversation, "hello there " * 100)

    sent = [counted(received.body) for received in server.requests if received.body]
    assert len([tokens for tokens in sent if tokens > HOLDS]) == 1  # refused once, and never again
    assert len(sent) == 11
    assert conversation.setup.count_factor == pytest.approx(400 / 204, rel=0.06)
    assert conversation.setup.learned_tokens == HOLDS
