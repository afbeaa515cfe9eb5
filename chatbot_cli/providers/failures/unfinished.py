"""The errors for replies that the model or the server ended before they were whole. Pure."""

from chatbot_cli.errors import EmptyReply, ProviderError, ReplyCut, ServerFailed
from chatbot_cli.hints import setting
from chatbot_cli.providers.route.endpoint import Endpoint
from chatbot_cli.secrets.striking import struck
from chatbot_cli.text.short import shorten_foreign

LONGEST_NAME = 64  # characters of a word or a name that a server sent


def called_a_tool(name: str, endpoint: Endpoint, *, begun: bool, request_id: str = "") -> ProviderError:
    """The error for a reply that ends with the call of a tool, whose name may be empty. `begun`: it has a text."""
    tool = f"the tool {_shown(name, endpoint)}" if name.strip() else "a tool"
    called = f"the model called {tool}, and this chat has none"
    if begun:
        return ReplyCut(called, request_id=request_id)
    hint = f"Ask again in other words, or set another model with {setting('model')}."
    return EmptyReply(f"{called[0].upper()}{called[1:]}.", hint, request_id=request_id)


def call_not_told(*, begun: bool, request_id: str = "") -> ProviderError:
    """The error for a reply that ends because the model calls a tool, and the server does not say which."""
    clause = "the model called a tool, and the server does not say which"
    if begun:
        return ReplyCut(clause, request_id=request_id)
    hint = f"Ask again, or set another model with {setting('model')}."
    return EmptyReply(f"{clause[0].upper()}{clause[1:]}.", hint, request_id=request_id)


def gave_up(reason: str, endpoint: Endpoint, *, begun: bool, request_id: str = "") -> ProviderError:
    """The error for a finish reason such as `network_error`. `begun`: the reply has a text."""
    word = _shown(reason, endpoint)
    if begun:
        return ReplyCut(f"the server gives the reason {word}", request_id=request_id)
    return ServerFailed(f"The server ended the reply before it began: {word}.", "Try again.", request_id=request_id)


def _shown(word: str, endpoint: Endpoint) -> str:
    return struck(shorten_foreign(word, LONGEST_NAME), *endpoint.secrets)
