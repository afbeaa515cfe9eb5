"""A model that makes vectors, on any server with /embeddings. What one text breaks costs that text alone."""

import asyncio
import logging
import time
from collections.abc import AsyncGenerator, Awaitable, Callable, Iterable, Sequence
from functools import partial

from chatbot_cli.chat.embedding import Embedded
from chatbot_cli.errors import (
    ConnectionFailed,
    ModelNotFound,
    ProviderError,
    RateLimited,
    RequestRefused,
    ServerFailed,
    TimedOut,
)
from chatbot_cli.hints import setting
from chatbot_cli.providers.chat_completions.sdk_client import build_client, wire_errors
from chatbot_cli.providers.embeddings.batches import LOCAL, REMOTE, Text, batched, halved
from chatbot_cli.providers.embeddings.reply import NoVectors, vectors_in
from chatbot_cli.providers.embeddings.ways import Way, way_of
from chatbot_cli.providers.failures.explain import explain
from chatbot_cli.providers.failures.retry_after import retry_after
from chatbot_cli.providers.failures.wire_errors import WIRE_ERRORS, StatusError
from chatbot_cli.providers.retrying import is_worth_retrying, wait_before
from chatbot_cli.providers.route.endpoint import Endpoint
from chatbot_cli.providers.wire.lines import ClientPerLoop
from chatbot_cli.text.counts import counted

FEW = 2
TRIES = 8  # of a batch; who embeds a folder would rather wait than begin again
MOST_BYTES = 64_000_000  # of a reply
PROBE = "Does this model make vectors?"  # sent when a server has refused a text, and taken none yet
_JUST_NOW = 60.0  # seconds for which a server that has taken a text is known to work

_log = logging.getLogger(__name__)


class ServerEmbedder:
    """A model at an endpoint. Raises SettingsError if no client can be built."""

    def __init__(
        self,
        endpoint: Endpoint,
        *,
        tries: int = TRIES,
        wait: Callable[[float], Awaitable[object]] = asyncio.sleep,
        mend: str = "",
    ) -> None:
        self._endpoint, self._tries, self._wait, self._mend = endpoint, tries, wait, mend
        self._way: Way = way_of(endpoint.model)
        self._sizes = LOCAL if endpoint.is_local else REMOTE
        self._worked_at = -_JUST_NOW
        self._numbers = 0  # of each vector, since the first
        self._clients = ClientPerLoop(partial(build_client, endpoint, for_chats=False))

    async def of_question(self, text: str) -> Sequence[float]:
        """The vector of a question. Raises ProviderError, after one try: nobody should wait for a second."""
        (vector,) = await self._asked([self._way.question + text])
        return vector

    async def of_texts(self, texts: Iterable[Text]) -> AsyncGenerator[Embedded, None]:
        """The vectors of texts as they come. Raises ProviderError if it is not one text that the server fails at."""
        for batch in batched(texts, self._sizes):
            waiting = [batch]
            while waiting:
                now = waiting.pop()
                try:
                    vectors = await self._tried([self._way.document + text for _, text in now])
                except ProviderError as error:
                    if not isinstance(error, RequestRefused | ServerFailed | TimedOut):
                        raise
                    if len(now) > 1:
                        waiting += reversed(halved(now))
                        continue
                    await self._check_it_works()
                    yield Embedded({}, {now[0][0]: str(error)})
                else:
                    self._worked_at = time.monotonic()
                    yield Embedded({digest: vector for (digest, _), vector in zip(now, vectors, strict=True)}, {})

    async def _check_it_works(self) -> None:
        """Raise ProviderError if the server refuses any text, not just one. A server that works is not asked again."""
        if time.monotonic() - self._worked_at > _JUST_NOW:
            await self._asked([self._way.document + PROBE])
            self._worked_at = time.monotonic()

    async def _tried(self, texts: list[str]) -> Sequence[Sequence[float]]:
        """The vectors of a batch, after so many tries as it takes."""
        for attempt in range(1, self._tries + 1):
            try:
                return await self._asked(texts)
            except ProviderError as error:
                if attempt == self._tries_after(error) or not is_worth_retrying(error):
                    raise
                seconds = wait_before(error, attempt)
                _log.debug("embedding failed, the next try comes in %.2f s: %s", seconds, error)
            await self._wait(seconds)
        raise AssertionError("the last try returns or raises")

    def _tries_after(self, error: ProviderError) -> int:
        """How often a batch is tried that fails so. A busy server is waited for, and one that is away for a while."""
        match error:
            case RateLimited():
                return self._tries
            case ConnectionFailed():
                return self._tries if self._numbers else 1
        return min(FEW, self._tries)

    async def _asked(self, texts: list[str]) -> Sequence[Sequence[float]]:
        patience = self._endpoint.timeouts.idle
        try:
            async with asyncio.timeout(patience):
                vectors = vectors_in(await self._body(texts), len(texts), self._numbers)
        except TimeoutError:
            raise TimedOut(f"{self._endpoint.model} made no vectors within {counted(patience, 'second')}.") from None
        except NoVectors as error:
            wrong = f"{self._endpoint.address} makes no vectors: {error}."
            raise ServerFailed(wrong, f"Set another one with {setting('embedding_model')}.", retryable=False) from None
        except WIRE_ERRORS as error:
            raise self._explained(error) from error
        self._numbers = len(vectors[0])
        return vectors

    async def _body(self, texts: list[str]) -> bytes:
        # A lone surrogate is no text to any server.
        sendable = [text.encode("utf-8", "replace").decode() for text in texts]
        size = {"dimensions": self._way.dimensions} if self._way.dimensions else {}
        line = await self._clients.line()
        asked = line.client.embeddings.with_streaming_response.create(
            model=self._endpoint.model, input=sendable, encoding_format="float", extra_body=size
        )
        with wire_errors():
            async with asked as response:
                body = bytearray()
                async for piece in response.iter_bytes():
                    body += piece
                    if len(body) > MOST_BYTES:
                        raise NoVectors("its reply is too large")
                return bytes(body)

    def _explained(self, error: Exception) -> ProviderError:
        wait = None
        if isinstance(error, StatusError):
            wait = retry_after(error.headers, time.time())
        explained = explain(error, self._endpoint, begun=False, retry_after=wait)
        if isinstance(explained, ModelNotFound):
            return ModelNotFound(str(explained), self._mend or f"Set another one with {setting('embedding_model')}.")
        return explained
