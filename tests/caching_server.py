"""A real server on 127.0.0.1 with the cache of a provider: its usage says how much of a request it has read before.

A cache holds the beginning of the request before. What a new request has in common with it are the first messages that
are the same byte for byte; the tokens of these are `cached`, all others are `written`. Tokens are counted with the
vocabulary in our package.
"""

import json
import sys
from collections.abc import Callable, Iterable, Mapping, Sequence
from itertools import takewhile
from pathlib import Path
from typing import Any, NamedTuple

from chatbot_cli.app.assembly import open_chat
from chatbot_cli.chat.conversation import Conversation
from chatbot_cli.chat.limits import REPLY_FRAMING_TOKENS
from chatbot_cli.chat.messages import Message
from chatbot_cli.providers.tokens.counting import O200K_BASE, VocabularyCounter
from chatbot_cli.system.surroundings import Surroundings
from tests.streaming_server import DONE, Received, Reply, StreamingServer, chunk, event, page, stream, text

COUNTER = VocabularyCounter(O200K_BASE, known=True)


class Read(NamedTuple):
    """The tokens of a request, of these the ones that came from the cache, and the tokens of its reply."""

    sent: int
    cached: int
    reply: int


class CachingServer(StreamingServer):
    """Answers the request of this number, from 0, with the text that `reply` gives. It keeps what it has `read`."""

    def __init__(self, reply: Callable[[int], str]) -> None:
        super().__init__(otherwise=self._answer)
        self.read: list[Read] = []
        self._reply = reply
        self._before: Sequence[bytes] = ()
        COUNTER.load()

    def _answer(self, received: Received) -> Reply:
        if received.body is None:  # a question about the window of its models
            return page({}, 404)
        said = self._reply(len(self.read))
        messages = [json.dumps(message).encode() for message in received.body["messages"]]
        tokens = [COUNTER.count(Message(one["role"], one["content"])) for one in received.body["messages"]]
        cached = sum(tokens[: in_common(self._before, messages)])
        self._before = messages
        self.read.append(Read(REPLY_FRAMING_TOKENS + sum(tokens), cached, COUNTER.count_text(said)))
        return stream(text(said) + chunk("stop") + event(_usage_chunk(self.read[-1])) + DONE)


def conversation_at(server: CachingServer, home: Path, flags: Mapping[str, object]) -> Conversation:
    """A conversation with the server, by the whole way from the settings to the SDK."""
    environ = {"OPENAI_API_KEY": "none", "OPENAI_BASE_URL": server.base_url}
    return open_chat(flags, Surroundings(environ, home, home, None, sys.stdout, sys.stderr)).conversation


def in_common(before: Sequence[object], after: Sequence[object]) -> int:
    """How many messages from the first on are the same in two requests."""
    return sum(1 for _ in takewhile(lambda pair: pair[0] == pair[1], zip(before, after, strict=False)))


def share_cached(requests: Iterable[Read]) -> float:
    """The share of all tokens sent that came from the cache, from 0 to 1."""
    sent, cached, _ = map(sum, zip(*requests, strict=True))
    return cached / sent


def _usage_chunk(read: Read) -> dict[str, Any]:
    """The last chunk of a reply, as OpenAI's servers send it."""
    details = {"cached_tokens": read.cached, "cache_write_tokens": read.sent - read.cached}
    usage = {"prompt_tokens": read.sent, "completion_tokens": read.reply, "total_tokens": read.sent + read.reply}
    head = {"object": "chat.completion.chunk", "id": "chatcmpl-1", "created": 0, "model": "served"}
    return {**head, "choices": [], "usage": {**usage, "prompt_tokens_details": details}}
