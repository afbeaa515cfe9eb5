"""The events of Anthropic's Messages, as its servers send them: for the server of tests/streaming_server.py."""

import json
from collections.abc import Mapping, Sequence
from typing import Any

from tests.streaming_server import Reply, Step, page, stream

SIGNED = "EqoBCkgIBxABGAIiQL8tLm2kX4vJ0h=="  # a signature that only the server can read
NO_COUNT: Mapping[str, Any] = {}


def told(kind: str, **fields: Any) -> bytes:
    """One event with its name."""
    return f"event: {kind}\ndata: {json.dumps({'type': kind, **fields})}\n\n".encode()


PING = told("ping")
STOP = told("message_stop")


def begins(usage: Mapping[str, Any] = NO_COUNT) -> bytes:
    """The first event: the message without its content, and what was sent."""
    message: dict[str, Any] = {
        "id": "msg_01XFDUDYJgAACzvnptvVoYEL",
        "type": "message",
        "role": "assistant",
        "model": "served",
    }
    message |= {"content": [], "stop_reason": None, "stop_sequence": None}
    return told("message_start", message=message | ({"usage": {**usage, "output_tokens": 1}} if usage else {}))


def block(index: int, first: Mapping[str, Any], *deltas: Mapping[str, Any]) -> bytes:
    """A block of content: how it begins, and what is added to it."""
    pieces = (told("content_block_delta", index=index, delta=delta) for delta in deltas)
    begun = told("content_block_start", index=index, content_block=first)
    return b"".join((begun, *pieces, told("content_block_stop", index=index)))


def text(*pieces: str, index: int = 0) -> bytes:
    """A block of text in these pieces."""
    return block(index, {"type": "text", "text": ""}, *({"type": "text_delta", "text": piece} for piece in pieces))


def open_text(piece: str) -> bytes:
    """A block of text that does not end."""
    delta = told("content_block_delta", index=0, delta={"type": "text_delta", "text": piece})
    return told("content_block_start", index=0, content_block={"type": "text", "text": ""}) + delta


def thinking(*pieces: str, index: int = 0, signature: str = SIGNED) -> bytes:
    """A block of thoughts with its signature."""
    thoughts = ({"type": "thinking_delta", "thinking": piece} for piece in pieces)
    signed = {"type": "signature_delta", "signature": signature}
    return block(index, {"type": "thinking", "thinking": "", "signature": ""}, *thoughts, signed)


def hidden_thinking(data: str, index: int = 0) -> bytes:
    """A block of thoughts that nobody can read."""
    return block(index, {"type": "redacted_thinking", "data": data})


def tool_use(own_id: str, name: str, *pieces: str, index: int = 0) -> bytes:
    """A block with a call, its arguments in pieces."""
    deltas = ({"type": "input_json_delta", "partial_json": piece} for piece in ("", *pieces))
    return block(index, {"type": "tool_use", "id": own_id, "name": name, "input": {}}, *deltas)


def ends(reason: str | None = "end_turn", usage: Mapping[str, Any] = NO_COUNT, **details: Any) -> bytes:
    """The last event but one: why the reply ends, and what it took."""
    delta = {"stop_reason": reason, "stop_sequence": None, **details}
    return told("message_delta", delta=delta, **({"usage": dict(usage)} if usage else {}))


def answer(*pieces: str, sent: Mapping[str, Any] | None = None, reply: int = 3) -> Reply:
    """A reply as it should be, in these pieces."""
    usage = (
        {"input_tokens": 12, "cache_creation_input_tokens": 0, "cache_read_input_tokens": 0} if sent is None else sent
    )
    return stream(begins(usage), PING, text(*pieces), ends(usage={"output_tokens": reply}) + STOP)


def whole(*steps: Step, reason: str = "end_turn") -> Reply:
    """A reply of these steps that ends for a reason."""
    return stream(begins(), *steps, ends(reason) + STOP)


def error(kind: str, message: str) -> dict[str, Any]:
    """The body of a refusal."""
    return {"type": "error", "error": {"type": kind, "message": message}, "request_id": "req_011CSHoEeqs5C35K2UUqR7Fy"}


def refusal(status: int, kind: str, message: str, **headers: str) -> Reply:
    """A refusal as Anthropic's servers send it."""
    return page(error(kind, message), status, **headers)


def error_event(kind: str, message: str) -> bytes:
    """An error within the stream."""
    return (
        f"event: error\ndata: {json.dumps({'type': 'error', 'error': {'type': kind, 'message': message}})}\n\n".encode()
    )


def wire_text(messages: Sequence[Mapping[str, Any]]) -> str:
    """All that is said in the messages of a request."""
    return json.dumps(messages, ensure_ascii=False)
