"""Messages in OpenAI's format, as many programs write them -> a saved conversation."""

from collections.abc import Mapping, Sequence
from typing import Any

from chatbot_cli.chat.messages import Ending
from chatbot_cli.sessions.importing.alternation import BETWEEN, Said, Unreadable, record_of, turns_of
from chatbot_cli.sessions.importing.fields import reply_of
from chatbot_cli.sessions.records import SessionRecord
from chatbot_cli.sessions.setup_json import default_setup
from chatbot_cli.sessions.timestamps import seconds_of

_SYSTEM = ("system", "developer")
_LEFT_OUT = ("tool", "function")
_TEXTS = ("text", "refusal")  # the fields in which a part has its text


def from_openai(messages: Sequence[object], at: float, about: Mapping[str, Any] | None = None) -> SessionRecord | None:
    """The conversation; None if nobody said anything. `about` are the fields around the messages. Raises Unreadable.

    System messages become the system prompt, tools are left out, and so are messages without text.
    """
    about = about or {}
    system: list[str] = []
    said: list[Said] = []
    for number, message in enumerate(messages, 1):
        role, text = _read(message, number)
        if role in _SYSTEM:
            system.append(text)
        elif role not in _LEFT_OUT and text.strip():
            found = message if isinstance(message, dict) else {}
            reply = reply_of(found, Ending.COMPLETE) if role == "assistant" else None
            after = len(said) - 1 if said else None
            said.append(Said(text, after, seconds_of(found.get("created"), at), reply))
    if not said:
        return None
    title, model = about.get("title"), about.get("model")
    setup = default_setup(BETWEEN.join(system), model if isinstance(model, str) else "")
    created = seconds_of(about.get("created"), said[0].created)
    active = seconds_of(about.get("active"), max(message.created for message in said))
    return record_of(turns_of(said, len(said) - 1), title if isinstance(title, str) else "", created, active, setup)


def _read(message: object, number: int) -> tuple[str, str]:
    """The message's role and text. Raises Unreadable."""
    role = message.get("role") if isinstance(message, dict) else None
    if not isinstance(message, dict) or not isinstance(role, str):
        raise Unreadable(f"message {number} has no role")
    if role not in (*_SYSTEM, *_LEFT_OUT, "user", "assistant"):
        raise Unreadable(f"message {number} has an unknown role, {role[:40]!r}")
    content = message.get("content")
    if isinstance(content, str):
        return role, content
    if isinstance(content, list):
        return role, "\n".join(filter(None, map(_part, content)))
    refusal = message.get("refusal")
    if isinstance(refusal, str):
        return role, refusal
    if content is None and (role in _LEFT_OUT or message.get("tool_calls") or message.get("function_call")):
        return role, ""
    raise Unreadable(f"message {number} has no content")


def _part(part: object) -> str:
    if not isinstance(part, dict):
        return part if isinstance(part, str) else ""
    texts = (part.get(name) for name in _TEXTS)
    text = next((text for text in texts if isinstance(text, str)), None)
    if text is not None:
        return text
    return "[image]" if "image" in str(part.get("type")) else "[file]"
