"""A conversation's requests, byte by byte, as a provider's cache sees them: each begins like the one before."""

import json
from itertools import pairwise

from chatbot_cli.chat.conversation import Conversation
from chatbot_cli.chat.messages import Exchange
from chatbot_cli.chat.options import Options
from chatbot_cli.chat.prices import UnknownPrices
from chatbot_cli.chat.setup import Setup
from chatbot_cli.providers.chat_completions.openai_chat import OpenAIChat
from chatbot_cli.providers.entries.provider import Dialect
from chatbot_cli.providers.route.endpoint import Endpoint
from tests.chat.turns import say
from tests.fakes import model_with
from tests.streaming_server import StreamingServer, answer

TURNS, MOST, SLIDE = 60, 40, 20  # the window's own defaults
CACHE_KEY = "4b1d0c"


def around_messages(body: bytes) -> tuple[bytes, bytes, bytes]:
    """A body in three parts: before its messages, the messages without the bracket at their end, and the rest."""
    begin = body.index(b"[")
    _, length = json.JSONDecoder().raw_decode(body[begin:].decode())
    end = begin + len(body[begin:].decode()[:length].encode())
    return body[:begin], body[begin : end - 1], body[end:]


async def test_sixty_requests_begin_like_the_one_before_but_for_one() -> None:
    with StreamingServer(otherwise=answer("Grüße.", usage=None)) as server:
        endpoint = Endpoint(server.base_url, "m", "k")
        chat = OpenAIChat(endpoint, dialect=Dialect("max_tokens", takes_cache_key=True), prices=UnknownPrices())
        example, options = Exchange("Tea?", "Yes."), Options(0.5, 0.9, 100)
        setup = Setup("a", "Be kind — 你好.", model_with(chat), (example,), options, cache_key=CACHE_KEY)
        conversation = Conversation(setup)
        for turn in range(TURNS):
            await say(conversation, f"Question {turn}?")
    parts = [around_messages(request.raw) for request in server.requests]
    assert len({(before, after) for before, _, after in parts}) == 1
    assert f'"prompt_cache_key":"{CACHE_KEY}"'.encode() in parts[0][0] + parts[0][2]
    breaks = [turn for turn, (one, other) in enumerate(pairwise(parts), 1) if not other[1].startswith(one[1])]
    assert breaks == [MOST + 1]
    assert len(server.requests[MOST + 1].body["messages"]) == 1 + 2 + 2 * (MOST + 1 - SLIDE) + 1
