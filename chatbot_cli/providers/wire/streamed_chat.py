"""A model on a server, over an SDK: requests go out, events come in. It keeps the time, and explains what fails.

What is sent, and how a reply is read, each protocol says.
"""

import asyncio
import json
import logging
from abc import ABC, abstractmethod
from collections.abc import AsyncGenerator, Awaitable, Callable, Iterator
from contextlib import AbstractContextManager, contextmanager
from dataclasses import replace
from types import TracebackType
from typing import Any, Generic, NamedTuple, Protocol, Self, TypeVar

import httpx2

from chatbot_cli.chat.events import CallsArrived, ModelEvent, TokensUsed
from chatbot_cli.chat.messages import Request
from chatbot_cli.chat.prices import Prices
from chatbot_cli.errors import ProviderError
from chatbot_cli.providers.failures.wire_errors import (
    NEEDED,
    WIRE_ERRORS,
    NotConnected,
    StatusError,
    Unreadable,
    WireError,
    request_id_in,
    shown_id,
)
from chatbot_cli.providers.mends import Changed, Mends
from chatbot_cli.providers.route.endpoint import Endpoint
from chatbot_cli.providers.wire.call_marks import stamped
from chatbot_cli.providers.wire.lines import C, ClientPerLoop
from chatbot_cli.providers.wire.reply_body import BEGINNING
from chatbot_cli.providers.wire.reply_reader import ReplyReader
from chatbot_cli.text.data_urls import shortened_data

T = TypeVar("T")

LINGER = 5.0  # seconds to wait for the usage after the end of the reply

GONE_STALE = (httpx2.ReadError, httpx2.WriteError, httpx2.RemoteProtocolError)  # raised if the server closed it

_log = logging.getLogger(__name__)

_END = object()


class Pieces(Protocol):
    """The pieces of a reply, as an SDK reads them. Whoever enters it closes the response at the end."""

    response: httpx2.Response

    async def __anext__(self) -> object:
        """The next piece."""
        ...

    def __aiter__(self) -> Any:
        """The pieces."""
        ...

    async def __aenter__(self) -> Self:
        """Itself."""
        ...

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, at: TracebackType | None
    ) -> None:
        """Close the response."""
        ...


class Sent(NamedTuple):
    """The pieces of the reply to a request, and what of the request was set otherwise than it was sent."""

    pieces: Pieces
    changed: tuple[Changed, ...]


class StreamedChat(ABC, Generic[C]):
    """One model on one server, as a `ChatModel`.

    `build` makes a client of the SDK. Raises SettingsError if none can be built.
    """

    sdk_errors: Callable[[], AbstractContextManager[None]]
    """Turns the errors of the SDK into a WireError."""

    needed = NEEDED
    """The fields that a request cannot do without."""

    def __init__(self, endpoint: Endpoint, prices: Prices, build: Callable[[], C]) -> None:
        self._endpoint, self._prices = endpoint, prices
        self.mends = Mends()
        self._clients = ClientPerLoop(build)

    @abstractmethod
    def _reader(self, request: Request) -> ReplyReader:
        """What reads the reply to a request."""

    @abstractmethod
    async def _send(self, request: Request) -> Sent:
        """Send a request, by `_sent`."""

    @abstractmethod
    async def _create(self, client: C, payload: dict[str, Any]) -> Pieces:
        """Let the SDK send a payload."""

    async def stream(self, request: Request) -> AsyncGenerator[ModelEvent, None]:
        """Yield the events of the reply as they arrive, then its tokens and cost. Raises ProviderError."""
        reply = self._reader(request)
        first_token = asyncio.get_running_loop().time() + self._endpoint.timeouts.first_token
        try:
            sent = await self._in_time(self._send(request), reply, first_token)
            async with sent.pieces as chunks:
                for changed in sent.changed:
                    yield changed.told_of(self._endpoint.model)
                reply.request_id = shown_id(request_id_in(chunks.response.headers), self._endpoint)
                while (chunk := await self._in_time(self._next(chunks), reply, first_token)) is not _END:
                    for event in reply.read(chunk):
                        yield event
                if not reply.chunks:
                    raise self._no_chunks(chunks.response, reply)
        except (TimeoutError, *WIRE_ERRORS) as error:
            if not reply.finished or (reply.gave_up and type(error) is WireError):  # else only the usage can be lost
                raise self._explained(error, reply, request) from error
        rest, calls = [*reply.rest()], [*reply.events_of_calls()]
        for event in (*rest, *map(self._stamped, calls)):
            yield event
        failure = None if calls else self._failure_of(reply, request)
        if reply.usage is not None and (reply.says_something or not failure):
            yield await asyncio.to_thread(_priced, reply.usage, self._prices)
        if failure:
            raise failure

    async def _sent(self, payload: dict[str, Any]) -> Sent:
        """The reply to a payload, as the mends change it. Raises WireError."""
        payload, changed = self.mends.applied(payload)
        try:
            return Sent(await self._sent_so(payload), changed)
        except StatusError as error:
            error.sent = payload
            raise

    async def _sent_so(self, payload: dict[str, Any]) -> Pieces:
        if _log.isEnabledFor(logging.DEBUG):
            body = shortened_data(json.dumps(payload, ensure_ascii=False))
            _log.debug("sends to %s: %s", self._endpoint.address, body)
        line = await self._clients.line()
        try:
            with self._no_raw_errors():
                pieces = await self._create(line.client, payload)
        except NotConnected as error:
            if not (line.answered and isinstance(error.__cause__, GONE_STALE)):
                raise
            # The server may have closed the kept connection just as it was used again: try a new one.
            with self._no_raw_errors():
                pieces = await self._create(line.client, payload)
        line.answered = True
        return pieces

    async def _next(self, pieces: Pieces) -> object:
        """The next piece, or _END."""
        with self._no_raw_errors():
            return await anext(pieces, _END)

    @contextmanager
    def _no_raw_errors(self) -> Iterator[None]:
        """Turn into Unreadable what an SDK does not wrap: bad encoding, bad JSON, endless digits, too many brackets."""
        try:
            with self.sdk_errors():
                yield
        except (ValueError, RecursionError) as error:
            raise Unreadable from error

    async def _in_time(self, arrival: Awaitable[T], reply: ReplyReader, first_token: float) -> T:
        now, idle = asyncio.get_running_loop().time(), self._endpoint.timeouts.idle
        if reply.finished and reply.linger_until is None:
            reply.linger_until = now + min(idle, LINGER)
        deadline = reply.linger_until or (now + idle if reply.started else first_token)
        async with asyncio.timeout_at(deadline):
            return await arrival

    def _stamped(self, event: ModelEvent) -> ModelEvent:
        """The event; calls have the mark of the server to which what came along with them may go back."""
        if not isinstance(event, CallsArrived):
            return event
        address = self._endpoint.address
        calls = tuple(call._replace(extra=stamped(call.extra, address)) for call in event.calls)
        return CallsArrived(calls, event.unreadable)

    def _failure_of(self, reply: ReplyReader, request: Request) -> ProviderError | None:
        """Why a reply is not whole that the server ended properly; None if it is, or is cut for a reason of its own."""
        if reply.is_whole(offers_tools=bool(request.tools)):
            return None
        from chatbot_cli.providers.wire.what_failed import failure_of  # here because most replies are whole

        return failure_of(reply, self._endpoint, offers_tools=bool(request.tools))

    def _no_chunks(self, response: httpx2.Response, reply: ReplyReader) -> ProviderError:
        from chatbot_cli.providers.failures.not_a_reply import no_chunks  # here for the same reason

        beginning = bytes(response.extensions[BEGINNING])
        return no_chunks(self._endpoint, response.headers, beginning, reply.request_id)

    def _explained(self, error: Exception, reply: ReplyReader, request: Request) -> ProviderError:
        from chatbot_cli.providers.wire.what_failed import explained  # here for the same reason

        _log.debug("the request failed", exc_info=error)
        return explained(error, reply, request, self._endpoint, self.needed)


def _priced(used: TokensUsed, prices: Prices) -> TokensUsed:
    """The tokens with what they cost, and with what the cache saved. What the server itself says it costs is true."""
    cost = prices.cost(used)
    if cost is None:
        return used
    return replace(used, cost=cost.dollars if used.cost is None else used.cost, saved=cost.saved)
