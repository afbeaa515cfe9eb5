"""A model on any server that speaks Messages, such as Claude on Anthropic's: requests go out, events come in."""

from collections.abc import Mapping
from functools import partial
from typing import Any
from uuid import uuid4

from anthropic import AsyncAnthropic, AsyncStream

from chatbot_cli.chat.messages import Request
from chatbot_cli.chat.prices import Prices
from chatbot_cli.providers.entries.provider import Dialect
from chatbot_cli.providers.failures.wire_errors import NEEDED, StatusError
from chatbot_cli.providers.messages_api.event_reader import EventReader
from chatbot_cli.providers.messages_api.lessons import lesson_of
from chatbot_cli.providers.messages_api.options_not_sent import not_sent
from chatbot_cli.providers.messages_api.request_body import payload_of
from chatbot_cli.providers.messages_api.sdk_client import build_client, wire_errors
from chatbot_cli.providers.messages_api.talents import Talents, talents_of
from chatbot_cli.providers.route.endpoint import Endpoint
from chatbot_cli.providers.wire.streamed_chat import Pieces, Sent, StreamedChat

PATH = "/v1/messages"
MOST_LESSONS = 2  # of one request


class MessagesChat(StreamedChat[AsyncAnthropic]):
    """One model on one server, as a `ChatModel`. Its `dialect` is how the server differs from others.

    Raises SettingsError if no client can be built.
    """

    sdk_errors = staticmethod(wire_errors)
    needed = NEEDED | {"max_tokens"}

    def __init__(self, endpoint: Endpoint, *, dialect: Dialect, prices: Prices, talents: Talents | None = None) -> None:
        super().__init__(endpoint, prices, partial(build_client, endpoint))
        self._dialect, self._talents = dialect, talents or talents_of(endpoint.model)

    def _reader(self, request: Request) -> EventReader:
        return EventReader([tool.name for tool in request.tools], salt=uuid4().hex)

    async def _send(self, request: Request) -> Sent:
        """Send a request. If the model turns out to have other talents, it is sent once more, now and later."""
        talents = self._talents
        for _ in range(MOST_LESSONS):
            try:
                return await self._sent_to(talents, request)
            except StatusError as error:
                if (lesson := lesson_of(error, talents)) is None:
                    raise
                talents = lesson.talents
                self._talents = talents if lesson.lasts else self._talents
        return await self._sent_to(talents, request)

    async def _sent_to(self, talents: Talents, request: Request) -> Sent:
        sent = await self._sent(payload_of(request, self._endpoint.model, self._dialect, talents))
        return Sent(sent.pieces, (*not_sent(request, talents), *sent.changed))

    async def _create(self, client: AsyncAnthropic, payload: Mapping[str, Any]) -> Pieces:
        # Not by its method for messages: what is sent is the payload, byte for byte, and events come as they are.
        events: AsyncStream[object] = await client.post(
            PATH, cast_to=object, body=payload, stream=True, stream_cls=AsyncStream[object]
        )
        return events
