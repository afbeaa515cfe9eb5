"""A conversation of ChatGPT's `conversations.json`, a tree of nodes of which some hold a message -> a saved one.

Kept is what both sides see. Left out are system messages, tools with what they are told and what they answer, what
ChatGPT hides, and thoughts; what follows those follows the nearest message that is kept.
"""

from collections.abc import Iterator, Mapping
from typing import Any

from chatbot_cli.chat.messages import Ending
from chatbot_cli.sessions.importing.alternation import Said, Unreadable, record_of, turns_of
from chatbot_cli.sessions.records import ReplyRecord, SessionRecord
from chatbot_cli.sessions.setup_json import default_setup
from chatbot_cli.sessions.timestamps import seconds_of

_ENDINGS = {
    "max_tokens": Ending.LENGTH,
    "length": Ending.LENGTH,
    "interrupted": Ending.STOPPED,
    "content_filter": Ending.FILTERED,
}


def from_chatgpt(found: Mapping[str, Any], at: float) -> SessionRecord | None:
    """The conversation with all its branches; None if nobody said anything. Raises Unreadable.

    Its model is not taken over: ChatGPT's names are not those of any API. Each reply has the name that answered it.
    """
    mapping = found.get("mapping")
    if not isinstance(mapping, dict):
        raise Unreadable("its messages are missing")
    created = seconds_of(found.get("create_time"), at)
    nodes = {name: node for name, node in mapping.items() if isinstance(node, dict)}
    said: list[Said] = []
    places: dict[str, int | None] = {}  # of each node: its message, or the nearest kept one above
    for name, above in _parents_first(nodes):
        after = None if above is None else places[above]
        message = _said(nodes[name].get("message"), after, created)
        if message:
            said.append(message)
        places[name] = len(said) - 1 if message else after
    if not said:
        return None
    current = found.get("current_node")
    end = places.get(current) if isinstance(current, str) else None
    turns = turns_of(said, len(said) - 1 if end is None else end)
    title = found.get("title")
    active = seconds_of(found.get("update_time"), created)
    return record_of(turns, title if isinstance(title, str) else "", created, active, default_setup(""))


def _parents_first(nodes: Mapping[str, dict[str, Any]]) -> Iterator[tuple[str, str | None]]:
    """Each node once, with its parent, branch by branch. A parent that is not there, or comes round again, is none."""
    listed: dict[str, str] = {}
    rank: dict[str, int] = {}
    for name, node in nodes.items():
        for place, child in enumerate(_list(node.get("children"))):
            if isinstance(child, str):
                listed[child], rank[child] = name, place
    children: dict[str | None, list[str]] = {}
    for name, node in nodes.items():
        parent = node.get("parent") or listed.get(name)
        children.setdefault(parent if isinstance(parent, str) and parent in nodes else None, []).append(name)
    for siblings in children.values():
        siblings.sort(key=lambda name: rank.get(name, len(nodes)))
    seen: set[str] = set()
    for root in (*children.get(None, ()), *nodes):  # of a circle, the first node is the root
        waiting: list[tuple[str, str | None]] = [(root, None)]
        while waiting:
            name, parent = waiting.pop()
            if name not in seen:
                seen.add(name)
                yield name, parent
                waiting += [(child, name) for child in reversed(children.get(name, ()))]


def _said(message: object, after: int | None, created: float) -> Said | None:
    """The message of a node, None if it is one that is left out."""
    found = _dict(message)
    role = _dict(found.get("author")).get("role")
    metadata = _dict(found.get("metadata"))
    recipient = found.get("recipient") or "all"
    hidden = bool(metadata.get("is_visually_hidden_from_conversation")) or recipient != "all"
    text = "" if hidden or role not in ("user", "assistant") else _text(_dict(found.get("content")))
    if not text.strip():
        return None
    reply = _reply(metadata) if role == "assistant" else None
    return Said(text, after, seconds_of(found.get("create_time"), created), reply)


def _reply(metadata: dict[str, Any]) -> ReplyRecord:
    model = metadata.get("model_slug")
    how = _dict(metadata.get("finish_details")).get("type")
    ending = _ENDINGS.get(how, Ending.COMPLETE) if isinstance(how, str) else Ending.COMPLETE
    return ReplyRecord(ending, model=model if isinstance(model, str) else "")


def _text(content: dict[str, Any]) -> str:
    """All text of a message's content, with what is no text named; thoughts and instructions have neither."""
    text = content.get("text")
    parts = [_part(part) for part in _list(content.get("parts"))]
    return "\n".join(part for part in parts if part) or (text if isinstance(text, str) else "")


def _part(part: object) -> str:
    if isinstance(part, str):
        return part
    found = _dict(part)
    text = found.get("text")
    if isinstance(text, str):
        return text
    kind = found.get("content_type")
    return "" if not found else "[image]" if isinstance(kind, str) and "image" in kind else "[file]"


def _dict(value: object) -> dict[str, Any]:
    return value if isinstance(value, dict) else {}


def _list(value: object) -> list[Any]:
    return value if isinstance(value, list) else []
