"""The body of a request in Messages: a request -> JSON. Pure, and cheap to import: it does without the SDK.

Nothing in it changes from turn to turn but the messages. Two marks tell the cache what comes again: one at the end of
the system prompt, and one that the server sets at the end of the conversation, wherever that is.
"""

import json
from collections.abc import Sequence
from typing import Any

from chatbot_cli.chat.messages import Request
from chatbot_cli.chat.shape import Demand, Level
from chatbot_cli.chat.tools import ToolDefinition
from chatbot_cli.providers.entries.provider import MARK, Dialect
from chatbot_cli.providers.messages_api.options_not_sent import reply_limit, stops_sent
from chatbot_cli.providers.messages_api.talents import Talents, talents_of
from chatbot_cli.providers.messages_api.thinking import thinking
from chatbot_cli.providers.messages_api.wire_messages import system_of, wire_messages
from chatbot_cli.providers.wire.mending import mended

PLAIN = Dialect()
KEPT_FOR_MINUTES = {"type": "ephemeral"}  # a mark of the cache


def payload_of(
    request: Request, model: str, dialect: Dialect = PLAIN, talents: Talents | None = None
) -> dict[str, Any]:
    """The request as JSON, without the options that are not set. What the server never takes, its mends leave out."""
    options, talents = request.options, talents or talents_of(model)
    max_tokens = reply_limit(options, talents)
    thoughts = thinking(request, talents, max_tokens)
    mark = KEPT_FOR_MINUTES if dialect.cache == MARK and "cache_control" not in dialect.never else None
    others = {
        "cache_control": mark,
        "system": _system(system_of(request.messages), mark),
        "tools": _tools(request.tools, dialect.tool_schemas) or None,
        "output_config": _output_config(request.demand, thoughts.get("effort"), dialect.schema_subset) or None,
        "thinking": thoughts.get("thinking"),
        "temperature": options.temperature,
        "top_p": options.top_p,
        "stop_sequences": [*map(mended, stops_sent(options))] or None,
    }
    payload = {"model": model, "max_tokens": max_tokens, "stream": True}
    given = {name: value for name, value in others.items() if value is not None}
    known = payload | given | {"messages": wire_messages(request.messages)}
    return known | {key: json.loads(value) for key, value in options.extra}


def _system(prompt: str, mark: dict[str, Any] | None) -> str | list[dict[str, Any]] | None:
    if not prompt:
        return None
    return [{"type": "text", "text": prompt, "cache_control": mark}] if mark else prompt


def _tools(tools: Sequence[ToolDefinition], schemas: str) -> list[dict[str, Any]]:
    if not tools:
        return []
    # Imported here: most requests tell of no tools.
    from chatbot_cli.providers.wire.tool_schemas import parameters_for

    return [
        {
            "name": one.name,
            "description": mended(one.description),
            "input_schema": parameters_for(json.loads(one.parameters), schemas),
        }
        for one in tools
    ]


def _output_config(demand: Demand | None, effort: str | None, subset: str) -> dict[str, Any]:
    """What tells the model how hard to try, and the server the shape of its reply."""
    config: dict[str, Any] = {"effort": effort} if effort else {}
    if demand and demand.level is Level.SCHEMA:
        config["format"] = {"type": "json_schema", "schema": demand.shape.for_server(subset).schema}
    return config
