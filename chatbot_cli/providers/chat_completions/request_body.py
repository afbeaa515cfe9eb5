"""The body of a request: a request -> JSON. Pure, and cheap to import: it does without the SDK.

Its fields always come in the same order, and nothing in it changes from turn to turn but the messages: a provider's
cache looks for the beginning of a request among those that it has seen.
"""

from typing import Any

from chatbot_cli.chat.messages import Request
from chatbot_cli.providers.chat_completions.wire_messages import wire_messages


def payload_of(
    request: Request, model: str, reply_limit_field: str, *, takes_cache_key: bool = False
) -> dict[str, Any]:
    """The request as JSON, without the options that are not set. The rest is as for `OpenAIChat`."""
    payload: dict[str, Any] = {
        "model": model,
        "messages": wire_messages(request.messages),
        "stream": True,
        "stream_options": {"include_usage": True},
    }
    field_of = {"max_reply_tokens": reply_limit_field, "temperature": "temperature", "top_p": "top_p"}
    payload |= {field_of[name]: value for name, value in request.options.given().items()}
    if takes_cache_key and request.cache_key:
        payload["prompt_cache_key"] = request.cache_key
    return payload
