"""Asking a model at a test server, and what came of it."""

from contextlib import aclosing
from dataclasses import dataclass, field

from chatbot_cli.chat.events import ModelEvent, TextDelta
from chatbot_cli.chat.messages import Message, Request
from chatbot_cli.chat.model import ChatModel
from chatbot_cli.chat.prices import Prices, UnknownPrices
from chatbot_cli.errors import ChatError
from chatbot_cli.providers.chat_completions.openai_chat import OpenAIChat
from chatbot_cli.providers.entries.provider import Dialect
from chatbot_cli.providers.entries.registry import built_in
from chatbot_cli.providers.messages_api.messages_chat import MessagesChat
from chatbot_cli.providers.route.endpoint import Endpoint, Timeouts

KEY = "sk-test-0123456789abcdef"
UNKNOWN = UnknownPrices()
HELLO = Request((Message("user", "Hello"),))


@dataclass
class Answer:
    """The events of a stream, and the error that ended it."""

    events: list[ModelEvent] = field(default_factory=list)
    error: ChatError | None = None

    @property
    def text(self) -> str:
        return "".join(event.text for event in self.events if isinstance(event, TextDelta))


def chat_at(base_url: str, timeouts: Timeouts | None = None, prices: Prices = UNKNOWN) -> OpenAIChat:
    endpoint = Endpoint(base_url, "gpt-6-luna", KEY, "OPENAI_API_KEY", timeouts or Timeouts())
    return OpenAIChat(endpoint, dialect=Dialect("max_completion_tokens"), prices=prices)


def claude_at(base_url: str, timeouts: Timeouts | None = None, model: str = "claude-sonnet-5-5") -> Endpoint:
    dialect = built_in().rows["anthropic"].dialect
    return Endpoint(base_url, model, KEY, "ANTHROPIC_API_KEY", timeouts or Timeouts(), dialect=dialect)


def messages_chat_at(
    base_url: str, timeouts: Timeouts | None = None, prices: Prices = UNKNOWN, model: str = "claude-sonnet-5-5"
) -> MessagesChat:
    endpoint = claude_at(base_url, timeouts, model)
    return MessagesChat(endpoint, dialect=endpoint.dialect, prices=prices)


async def ask(chat: ChatModel, request: Request = HELLO) -> Answer:
    """Read a reply to its end, whatever that is."""
    answer = Answer()
    try:
        async with aclosing(chat.stream(request)) as events:
            async for event in events:
                answer.events.append(event)
    except ChatError as error:
        answer.error = error
    return answer
