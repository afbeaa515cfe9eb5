"""A model on any server that speaks Chat Completions: requests go out, events come in."""

from functools import partial
from typing import Any
from uuid import uuid4

from openai import AsyncOpenAI, AsyncStream
from openai.types.chat import ChatCompletionChunk

from chatbot_cli.chat.messages import Request
from chatbot_cli.chat.prices import Prices
from chatbot_cli.chat.rounds import Reasoning, ToolCall
from chatbot_cli.providers.chat_completions.chunk_reader import ChunkReader
from chatbot_cli.providers.chat_completions.request_body import for_sdk, payload_of
from chatbot_cli.providers.chat_completions.sdk_client import build_client, wire_errors
from chatbot_cli.providers.entries.provider import NEVER, REASONING_FIELD, WITH_TOOLS, Dialect
from chatbot_cli.providers.failures.wire_errors import StatusError
from chatbot_cli.providers.route.endpoint import Endpoint
from chatbot_cli.providers.wire.streamed_chat import Pieces, Sent, StreamedChat


class OpenAIChat(StreamedChat[AsyncOpenAI]):
    """One model on one server, as a `ChatModel`. Its `dialect` is how the server differs from others.

    Raises SettingsError if no client can be built.
    """

    sdk_errors = staticmethod(wire_errors)

    def __init__(self, endpoint: Endpoint, *, dialect: Dialect, prices: Prices) -> None:
        super().__init__(endpoint, prices, partial(build_client, endpoint))
        self._dialect = dialect

    def _reader(self, request: Request) -> ChunkReader:
        return ChunkReader([tool.name for tool in request.tools], salt=uuid4().hex)

    async def _send(self, request: Request) -> Sent:
        """Send a request. If it is refused over the reasoning in its history, it is sent once more, now and later."""
        try:
            return await self._sent(self._payload(request))
        except StatusError as error:
            if not (error.status_code in (400, 422) and self._is_about_reasoning(error, request)):
                raise
            back = NEVER if self._dialect.reasoning_for_calls else WITH_TOOLS
            self._dialect = self._dialect._replace(reasoning_field=REASONING_FIELD, reasoning_back=back)
            return await self._sent(self._payload(request))

    def _is_about_reasoning(self, error: StatusError, request: Request) -> bool:
        from chatbot_cli.providers.failures.refusals import message_in  # here because most requests are not refused

        parts = (part for message in request.messages for part in message.parts)
        concerned = any(isinstance(part, ToolCall | Reasoning) for part in parts)
        field = self._dialect.reasoning_for_calls or REASONING_FIELD
        return concerned and field in message_in(error, self._endpoint)

    def _payload(self, request: Request) -> dict[str, Any]:
        return payload_of(request, self._endpoint.model, self._dialect, address=self._endpoint.address)

    async def _create(self, client: AsyncOpenAI, payload: dict[str, Any]) -> Pieces:
        chunks: AsyncStream[ChatCompletionChunk] = await client.chat.completions.create(**for_sdk(payload))
        return chunks
