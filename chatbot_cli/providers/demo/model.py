"""The offline model. It runs in this process, needs no key, and answers only from the messages it was sent."""

import asyncio
import re
from bisect import bisect_right
from collections.abc import AsyncGenerator, Awaitable, Callable, Sequence
from itertools import takewhile

from chatbot_cli.chat.events import CallsArrived, Finished, ModelEvent, ReasoningDelta, TextDelta, TokensUsed
from chatbot_cli.chat.limits import REPLY_FRAMING_TOKENS
from chatbot_cli.chat.messages import Ending, Message, Request
from chatbot_cli.chat.rounds import ToolCall
from chatbot_cli.chat.shape import Level
from chatbot_cli.chat.turn import GO_ON_WITH_TOOLS
from chatbot_cli.providers.demo.answers import answer
from chatbot_cli.providers.demo.thinking import thoughts_on
from chatbot_cli.providers.tokens.counting import counter_for

THINKING_SECONDS = 0.3
WORDS_PER_SECOND = 40
DATA_SECONDS = 4  # at most; nobody reads it while it arrives

_WORD = re.compile(r"\s*\S+|\s+\Z")  # a word with the space before it, as models stream; joined they are the text


class DemoChat:
    """A ChatModel for the first run without a key, for tests and for recordings. The same request gets the same reply.

    It streams at a human pace. `sleep` takes seconds. What a request has in common with the beginning of the one
    before counts as cached, as with a provider that caches; it costs nothing.
    """

    def __init__(self, sleep: Callable[[float], Awaitable[None]] = asyncio.sleep) -> None:
        self._sleep = sleep
        self._counter = counter_for("demo")
        self._before: tuple[Message, ...] = ()  # the messages of the request before

    async def stream(self, request: Request) -> AsyncGenerator[ModelEvent, None]:
        """Yield thoughts, if they are asked for, and the reply, word by word, then `TokensUsed` and `Finished`.

        Raises no errors.
        """
        calls = _calls_for(request)
        words, ending = [] if calls else _WORD.findall(_reply(request)), Ending.COMPLETE
        if (limit := request.options.max_reply_tokens) is not None:
            fitting = _fitting(words, limit, self._counter.count_text)
            words, ending = fitting, ending if fitting == words else Ending.LENGTH
        alike = self._begins_alike(request.messages)
        await self._sleep(THINKING_SECONDS)
        thoughts = thoughts_on(request)
        for word in _WORD.findall(thoughts):
            yield ReasoningDelta(word)
            await self._sleep(1 / WORDS_PER_SECOND)
        at_once = 1 + len(words) // (DATA_SECONDS * WORDS_PER_SECOND) if request.demand else 1
        for begin in range(0, len(words), at_once):
            yield TextDelta("".join(words[begin : begin + at_once]))
            await self._sleep(1 / WORDS_PER_SECOND)
        if calls:
            yield CallsArrived(calls)
        sizes = [self._counter.count(message) for message in request.messages]
        sent, cached = REPLY_FRAMING_TOKENS + sum(sizes) + self._beside(request), sum(sizes[:alike])
        said = "".join((*words, *(f"{call.name} {call.arguments}" for call in calls)))
        thought = self._counter.count_text(thoughts) if thoughts else 0
        yield TokensUsed(sent, self._counter.count_text(said) + thought, 0.0, cached, reasoning=thought)
        yield Finished(ending)

    def _beside(self, request: Request) -> int:
        """The tokens of a schema and of tools, which are sent beside the messages."""
        texts = [tool.text for tool in request.tools]
        if request.demand and request.demand.level is Level.SCHEMA:
            texts.append(request.demand.shape.source)
        return sum(self._counter.count(Message("system", text)) for text in texts)

    def _begins_alike(self, messages: Sequence[Message]) -> int:
        """How many messages a request begins with as the one before did: a provider has them in its cache."""
        before, self._before = self._before, tuple(messages)
        alike = takewhile(lambda pair: pair[0] == pair[1], zip(before, messages, strict=False))
        return sum(1 for _ in alike)


def _calls_for(request: Request) -> tuple[ToolCall, ...]:
    if not request.tools:
        return ()
    # Here, because most chats have no tools, and it brings json.
    from chatbot_cli.providers.demo.calls import calls_for

    return calls_for(request)


def _reply(request: Request) -> str:
    last = request.messages[-1:]
    if request.demand is None and any(one.role == "tool" or one.content == GO_ON_WITH_TOOLS for one in last):
        # Here, for the same reason.
        from chatbot_cli.providers.demo.calls import after_calls

        return after_calls(request.messages)
    if request.demand is None:
        return answer(request.messages)
    # Here, because most chats demand no data.
    from chatbot_cli.providers.demo.data_replies import data_reply

    return data_reply(request.messages, request.demand.shape)


def _fitting(words: Sequence[str], limit: int, count: Callable[[str], int]) -> list[str]:
    """The longest beginning of a reply that has at most `limit` tokens."""
    kept = bisect_right(range(1, len(words) + 1), limit, key=lambda length: count("".join(words[:length])))
    return list(words[:kept])
