"""A model behind any server that speaks Chat Completions: requests out, events in."""

import asyncio
import codecs
import json
import logging
import time
from collections.abc import AsyncGenerator, Awaitable, Callable, Iterator
from functools import partial
from typing import Any, TypeGuard, TypeVar

from openai import APIConnectionError, APIStatusError, APITimeoutError, AsyncStream
from openai.types.chat import ChatCompletionChunk

from chatbot_cli.chat.events import Finished, ModelEvent, ReasoningDelta, TextDelta, TokensUsed
from chatbot_cli.chat.messages import Ending, Request
from chatbot_cli.errors import ProviderError
from chatbot_cli.providers.endpoint import Endpoint
from chatbot_cli.providers.failures import WIRE_ERRORS, before_the_reply, explain, first_token_late, reply_stalled
from chatbot_cli.providers.not_a_reply import called_a_tool, no_chunks
from chatbot_cli.providers.observed_body import BEGINNING
from chatbot_cli.providers.retry_after import retry_after
from chatbot_cli.providers.sdk_client import ClientPerLoop, Line, build_client

Cost = Callable[[int, int], float | None]
T = TypeVar("T")

MOST_TOKENS = 1 << 40  # of a request; more are no count
LONGEST_NAME = 64  # characters of a tool's name
LINGER = 5.0  # seconds to wait for the usage once the reply has ended

_log = logging.getLogger(__name__)

_CUT = {"length": Ending.LENGTH, "content_filter": Ending.FILTERED}
_END = object()


class OpenAIChat:
    """One model on one server, as a `ChatModel`.

    `reply_limit_field` is what the server calls the limit of a reply: `max_completion_tokens` or `max_tokens`.
    `cost` turns the tokens sent and replied into US dollars; it may block. Raises SettingsError when no client can
    be built.
    """

    def __init__(self, endpoint: Endpoint, *, reply_limit_field: str, cost: Cost) -> None:
        self._endpoint = endpoint
        self._reply_limit_field = reply_limit_field
        self._cost = cost
        self._clients = ClientPerLoop(partial(build_client, endpoint))

    async def stream(self, request: Request) -> AsyncGenerator[ModelEvent, None]:
        """Yield the reply as it comes, then what it cost. Raises ProviderError."""
        reply = ReplyReader()
        first_token = asyncio.get_running_loop().time() + self._endpoint.timeouts.first_token
        try:
            async with await self._in_time(self._send(request), reply, first_token) as chunks:
                while (chunk := await self._in_time(anext(chunks, _END), reply, first_token)) is not _END:
                    for event in reply.read(chunk):
                        yield event
                if not reply.chunks:
                    response = chunks.response
                    raise no_chunks(self._endpoint, response.headers, bytes(response.extensions[BEGINNING]))
        except (TimeoutError, *WIRE_ERRORS) as error:
            if not reply.finished:  # after its end there is nothing to lose but the usage
                raise self._explained(error, reply) from error
        for event in reply.rest():
            yield event
        if not (reply.begun or reply.finished):
            raise before_the_reply(self._endpoint)
        if reply.tool and not reply.begun:
            raise called_a_tool(reply.tool)
        if reply.usage is not None:
            yield TokensUsed(*reply.usage, await asyncio.to_thread(self._cost, *reply.usage))

    async def _send(self, request: Request) -> AsyncStream[ChatCompletionChunk]:
        payload = payload_of(request, self._endpoint.model, self._reply_limit_field)
        if _log.isEnabledFor(logging.DEBUG):
            _log.debug("sends to %s: %s", self._endpoint.address, json.dumps(payload, ensure_ascii=False))
        line = await self._clients.line()
        try:
            chunks = await _create(line, payload)
        except APITimeoutError:
            raise
        except APIConnectionError:
            if not line.answered:
                raise
            # The server may have closed the kept connection just as it was used again: a new one will do.
            chunks = await _create(line, payload)
        line.answered = True
        return chunks

    async def _in_time(self, coming: Awaitable[T], reply: "ReplyReader", first_token: float) -> T:
        idle = min(self._endpoint.timeouts.idle, LINGER) if reply.finished else self._endpoint.timeouts.idle
        deadline = asyncio.get_running_loop().time() + idle if reply.started else first_token
        async with asyncio.timeout_at(deadline):
            return await coming

    def _explained(self, error: Exception, reply: "ReplyReader") -> ProviderError:
        _log.debug("the request failed", exc_info=error)
        if isinstance(error, TimeoutError):
            return (reply_stalled if reply.started else first_token_late)(self._endpoint)
        explained = explain(error, self._endpoint, begun=reply.begun)
        if isinstance(error, APIStatusError):
            explained.retry_after = retry_after(error.response.headers, time.time())
        return explained


async def _create(line: Line, payload: dict[str, Any]) -> AsyncStream[ChatCompletionChunk]:
    chunks: AsyncStream[ChatCompletionChunk] = await line.client.chat.completions.create(**payload)
    return chunks


def payload_of(request: Request, model: str, reply_limit_field: str) -> dict[str, Any]:
    """The request as JSON for the server; settings that were not set are left to the server."""
    payload: dict[str, Any] = {
        "model": model,
        "messages": [{"role": m.role, "content": Mender().mend(m.content, last=True)} for m in request.messages],
        "stream": True,
        "stream_options": {"include_usage": True},
    }
    if request.temperature is not None:
        payload["temperature"] = request.temperature
    if request.max_reply_tokens is not None:
        payload[reply_limit_field] = request.max_reply_tokens
    return payload


class ReplyReader:
    """Chunks -> events, and what is known of the reply so far.

    The SDK checks no chunk, and servers differ: every field may be missing, null or of another type.
    """

    def __init__(self) -> None:
        self.chunks = 0
        self.started = False  # something has come to be shown, if only reasoning
        self.begun = False  # text of the reply itself has come
        self.refused = False  # that text is a refusal
        self.tool = ""  # the name of one that the model calls, though it was offered none
        self.finished = False
        self.usage: tuple[int, int] | None = None
        self._text = Mender()
        self._reasoning = Mender()

    def read(self, chunk: object) -> Iterator[ModelEvent]:
        """The events in one chunk; a `Finished` comes once."""
        self.chunks += 1
        self._note_usage(getattr(chunk, "usage", None))
        choices = getattr(chunk, "choices", None)
        choice = choices[0] if isinstance(choices, list) and choices else None
        delta = getattr(choice, "delta", None)
        extra = getattr(delta, "model_extra", None) or {}
        yield from self._reasoned(extra.get("reasoning_content") or extra.get("reasoning"))
        for said in _texts_of(getattr(delta, "content", None)):
            yield from self._said(said)
        if refusal := getattr(delta, "refusal", None):
            self.refused = True
            yield from self._said(refusal)
        self._note_tools(getattr(delta, "tool_calls", None))
        reason = getattr(choice, "finish_reason", None)
        if reason and isinstance(reason, str) and not self.finished:
            yield from self.rest()
            self.finished = True
            yield Finished(_CUT.get(reason, Ending.REFUSED if self.refused else Ending.COMPLETE))

    def rest(self) -> Iterator[ModelEvent]:
        """What was held back in case a surrogate's other half should follow."""
        yield from self._said("", last=True)

    def _said(self, text: object, *, last: bool = False) -> Iterator[TextDelta]:
        if isinstance(text, str) and (mended := self._text.mend(text, last=last)):
            self.started = self.begun = True
            yield TextDelta(mended)

    def _reasoned(self, text: object) -> Iterator[ReasoningDelta]:
        if isinstance(text, str) and (mended := self._reasoning.mend(text)):
            self.started = True
            yield ReasoningDelta(mended)

    def _note_tools(self, calls: object) -> None:
        if isinstance(calls, list) and calls and not self.tool:
            name = getattr(getattr(calls[0], "function", None), "name", None)
            self.tool = name[:LONGEST_NAME] if isinstance(name, str) and name else "of no name"

    def _note_usage(self, usage: object) -> None:
        sent, reply = getattr(usage, "prompt_tokens", None), getattr(usage, "completion_tokens", None)
        if _is_count(sent) and _is_count(reply):
            self.usage = sent, reply


def _texts_of(content: object) -> Iterator[object]:
    """The texts in a delta's content: itself, or those of its parts, as some servers send them."""
    if isinstance(content, list):
        yield from (part.get("text") for part in content if isinstance(part, dict))
    else:
        yield content


def _is_count(number: object) -> TypeGuard[int]:
    return type(number) is int and 0 <= number < MOST_TOKENS


class Mender:
    """Makes text encodable: a pair of surrogates becomes its character, even over two pieces; a lone one U+FFFD."""

    def __init__(self) -> None:
        self._decoder = codecs.getincrementaldecoder("utf-16-le")("replace")

    def mend(self, text: str, *, last: bool = False) -> str:
        """The text that can be given out by now; `last` says that nothing follows."""
        return self._decoder.decode(text.encode("utf-16-le", "surrogatepass"), last)
