"""The body of a request: a request -> JSON. Pure, and cheap to import: it does without the SDK.

Its fields always come in the order in which the SDK writes them, and nothing in it changes from turn to turn but the
messages: a provider's cache looks for the beginning of a request among those that it has seen.
"""

import json
from collections.abc import Mapping, Sequence
from typing import Any

from chatbot_cli.chat.messages import Request
from chatbot_cli.chat.shape import Demand, Level
from chatbot_cli.chat.tools import ToolDefinition
from chatbot_cli.providers.chat_completions.wire_messages import wire_messages
from chatbot_cli.providers.entries.provider import Dialect
from chatbot_cli.providers.wire.mending import mended

KNOWN_TO_SDK = frozenset(
    (
        *("model", "stream", "messages", "max_tokens", "max_completion_tokens", "prompt_cache_key"),
        *("reasoning_effort", "response_format", "seed", "stop", "stream_options", "temperature", "tools", "top_p"),
    )
)
NAME_OF_SCHEMA = "reply"
PLAIN = Dialect()  # what every server takes


def payload_of(request: Request, model: str, dialect: Dialect = PLAIN, *, address: str = "") -> dict[str, Any]:
    """The request as JSON, without the options that are not set, for the server at an address."""
    options = request.options.given()
    others = {
        dialect.reply_limit_field: options.get("max_reply_tokens"),
        "prompt_cache_key": (request.cache_key or None) if dialect.takes_cache_key else None,
        **_effort(dialect.effort_field, options.get("effort")),
        "response_format": _response_format(request.demand, dialect.schema_subset),
        dialect.seed_field: options.get("seed"),
        "stop": [*request.options.stop] or None,
        "stream_options": {"include_usage": True},
        "temperature": options.get("temperature"),
        "tools": _tools(request.tools, dialect.tool_schemas) or None,
        "top_p": options.get("top_p"),
    }
    messages = wire_messages(request.messages, address=address, reasoning_field=dialect.reasoning_for_calls)
    payload = {"model": model, "stream": True, "messages": messages}
    known = payload | {name: value for name, value in others.items() if value is not None}
    return known | {key: json.loads(value) for key, value in request.options.extra}


def _effort(field: str, effort: object) -> dict[str, Any]:
    """How much the model is to think, in its field, which may be in another one: `reasoning.effort`."""
    outer, _, inner = field.partition(".")
    return {outer: {inner: effort} if inner and effort is not None else effort}


def for_sdk(payload: Mapping[str, Any]) -> dict[str, Any]:
    """The arguments of the SDK for a payload: the fields that it does not know go along as they are."""
    known = {name: value for name, value in payload.items() if name in KNOWN_TO_SDK}
    extra = {name: value for name, value in payload.items() if name not in KNOWN_TO_SDK}
    return known | ({"extra_body": extra} if extra else {})


def _tools(tools: Sequence[ToolDefinition], schemas: str) -> list[dict[str, Any]]:
    """The tools as JSON. Nothing else is said of them: `strict` and `tool_choice` are not taken everywhere."""
    if not tools:
        return []
    # Imported here: most requests tell of no tools.
    from chatbot_cli.providers.wire.tool_schemas import parameters_for

    return [
        {
            "type": "function",
            "function": {
                "name": one.name,
                "description": mended(one.description),
                "parameters": parameters_for(json.loads(one.parameters), schemas),
            },
        }
        for one in tools
    ]


def _response_format(demand: Demand | None, subset: str) -> dict[str, Any] | None:
    """What tells a server the shape of its reply; None if nothing does, or only words in the messages."""
    match demand:
        case Demand(shape, Level.SCHEMA):
            sent = shape.for_server(subset)
            named = {"name": NAME_OF_SCHEMA, "schema": sent.schema}
            return {"type": "json_schema", "json_schema": named | ({"strict": True} if sent.is_strict else {})}
        case Demand(level=Level.OBJECT):
            return {"type": "json_object"}
    return None
