"""Tries a request again if the server is busy or out of reach; each wait can be seen and stopped."""

import asyncio
import logging
import random
from collections.abc import AsyncGenerator, Awaitable, Callable
from contextlib import aclosing

from chatbot_cli.chat.events import ModelEvent, Retrying
from chatbot_cli.chat.mend_events import SentWithout
from chatbot_cli.chat.messages import Request
from chatbot_cli.chat.model import ChatModel
from chatbot_cli.errors import ProviderError
from chatbot_cli.providers.failures.retry_after import LONGEST_OBEYED

_log = logging.getLogger(__name__)

FIRST_WAIT = 0.5  # seconds; each further one is twice as long
LONGEST_WAIT = 8.0
JITTER = 0.25  # a wait is shorter by up to this share, so that many clients do not return at once


class RetryingChat:
    """A ChatModel that tries a request up to `tries` times, as long as no part of the reply has arrived.

    `wait` takes seconds, `chance` returns a number from 0 to 1.
    """

    def __init__(
        self,
        chat: ChatModel,
        tries: int,
        wait: Callable[[float], Awaitable[object]] = asyncio.sleep,
        chance: Callable[[], float] = random.random,
    ) -> None:
        self._chat = chat
        self._tries = tries
        self._wait = wait
        self._chance = chance

    async def stream(self, request: Request) -> AsyncGenerator[ModelEvent, None]:
        """Yield the model's events, and `Retrying` before each wait. Raises the failure of the last try."""
        for attempt in range(1, self._tries + 1):
            begun = False
            try:
                async with aclosing(self._chat.stream(request)) as events:
                    async for event in events:
                        begun = begun or not isinstance(event, SentWithout)
                        yield event
                return
            except ProviderError as error:
                if begun or attempt == self._tries or not is_worth_retrying(error):
                    raise
                failure = error
            seconds = wait_before(failure, attempt, self._chance)
            _log.debug("try %d of %d failed, the next one comes in %.2f s: %s", attempt, self._tries, seconds, failure)
            yield Retrying(failure, seconds, attempt + 1, self._tries)
            await self._wait(seconds)


def wait_before(error: ProviderError, attempt: int, chance: Callable[[], float] = random.random) -> float:
    """Seconds to wait after the failure of a try; `attempt` counts from 1."""
    if error.retry_after is not None:
        return error.retry_after
    return min(LONGEST_WAIT, FIRST_WAIT * 2.0 ** (attempt - 1)) * (1 - JITTER * chance())


def is_worth_retrying(error: ProviderError) -> bool:
    """Whether the same request may be answered soon."""
    return error.retryable and (error.retry_after is None or error.retry_after <= LONGEST_OBEYED)
