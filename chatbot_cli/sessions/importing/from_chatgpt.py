"""Reads a conversation of ChatGPT's `conversations.json`: a tree of nodes, some of which hold a message.

Messages that both sides see are kept, and messages to tools with their results as rounds of calls. System messages,
hidden messages, thoughts, and calls without a result are left out; the messages after those follow the nearest message
that is kept. What had something to say is counted.
"""

from collections.abc import Iterator, Mapping
from typing import Any

from chatbot_cli.chat.messages import Ending
from chatbot_cli.sessions.importing.alternation import ForeignMessage, Unreadable, alternating, record_of
from chatbot_cli.sessions.importing.chatgpt_calls import ChatgptCalls
from chatbot_cli.sessions.importing.fields import ending_and_reason
from chatbot_cli.sessions.importing.left_out import LeftOut, kind_of_part
from chatbot_cli.sessions.records import ReplyRecord, SessionRecord
from chatbot_cli.sessions.setup_json import default_setup
from chatbot_cli.sessions.timestamps import seconds_of

INTERRUPTED = "interrupted"  # by the user; a server that says so is to blame itself


def from_chatgpt(exported: Mapping[str, Any], at: float, left_out: LeftOut) -> SessionRecord | None:
    """The conversation with all its branches; None if none of its messages is kept. Raises Unreadable.

    `at` replaces a time that is missing. The setup gets no model, because ChatGPT's model names are not those of an
    API. Each reply keeps the name of the model that wrote it.
    """
    mapping = exported.get("mapping")
    if not isinstance(mapping, dict):
        raise Unreadable("its messages are missing")
    created = seconds_of(exported.get("create_time"), at)
    nodes = {name: node for name, node in mapping.items() if isinstance(node, dict)}
    messages: list[ForeignMessage] = []
    calls = ChatgptCalls(left_out)
    indexes: dict[str, int | None] = {}  # node -> index of its message, or of the nearest kept message above it
    for name, above in _parents_first(nodes):
        parent = None if above is None else indexes[above]
        fields = _dict(nodes[name].get("message"))
        message = _message(fields, parent, created, left_out) or _result(fields, name, above, parent, created, calls)
        if message:
            messages.append(message)
        indexes[name] = len(messages) - 1 if message else parent
    calls.finish()
    if not messages:
        return None
    current = exported.get("current_node")
    end = indexes.get(current) if isinstance(current, str) else None
    tree = alternating(messages, len(messages) - 1 if end is None else end)
    title = exported.get("title")
    active = seconds_of(exported.get("update_time"), created)
    return record_of(tree, title if isinstance(title, str) else "", created, active, default_setup(""))


def _parents_first(nodes: Mapping[str, dict[str, Any]]) -> Iterator[tuple[str, str | None]]:
    """Each node with its parent, branch by branch.

    A node whose parent is missing, or is its own descendant, becomes a root.
    """
    listed: dict[str, str] = {}  # child -> the parent that lists it
    rank: dict[str, int] = {}  # child -> its position among its siblings
    for name, node in nodes.items():
        for position, child in enumerate(_list(node.get("children"))):
            if isinstance(child, str):
                listed[child], rank[child] = name, position
    children: dict[str | None, list[str]] = {}
    for name, node in nodes.items():
        parent = node.get("parent") or listed.get(name)
        children.setdefault(parent if isinstance(parent, str) and parent in nodes else None, []).append(name)
    for siblings in children.values():
        siblings.sort(key=lambda name: rank.get(name, len(nodes)))
    seen: set[str] = set()
    for root in (*children.get(None, ()), *nodes):  # in a circle, the first node becomes the root
        waiting: list[tuple[str, str | None]] = [(root, None)]
        while waiting:
            name, parent = waiting.pop()
            if name not in seen:
                seen.add(name)
                yield name, parent
                waiting += [(child, name) for child in reversed(children.get(name, ()))]


def _result(
    fields: Mapping[str, Any], node: str, above: str | None, parent: int | None, created: float, calls: ChatgptCalls
) -> ForeignMessage | None:
    """The call and the result that end with the message of a tool; a message to a tool is noted for that."""
    author, text = _dict(fields.get("author")), _text(_dict(fields.get("content")))
    if author.get("role") == "assistant" and _recipient(fields) != "all":
        calls.called(node, _recipient(fields), text)
    elif author.get("role") == "tool" and (reply := calls.answered(above, author, text)):
        return ForeignMessage("", parent, seconds_of(fields.get("create_time"), created), reply)
    return None


def _message(fields: Mapping[str, Any], parent: int | None, created: float, left_out: LeftOut) -> ForeignMessage | None:
    """The message of a node; None if neither side sees it."""
    role = _dict(fields.get("author")).get("role")
    metadata, content = _dict(fields.get("metadata")), _dict(fields.get("content"))
    _count_parts(content, metadata, left_out)
    if role not in ("user", "assistant") or _is_unseen(fields, metadata):
        _count_unseen(fields, role, metadata, content, left_out)
        return None
    text = _text(content)
    if not text.strip():
        left_out.add("passage of thought", int(content.get("content_type") == "thoughts"))
        return None
    reply = _reply(metadata) if role == "assistant" else None
    return ForeignMessage(text, parent, seconds_of(fields.get("create_time"), created), reply)


def _is_unseen(fields: Mapping[str, Any], metadata: Mapping[str, Any]) -> bool:
    """Whether a message is hidden from the user, or is for a tool."""
    return bool(metadata.get("is_visually_hidden_from_conversation")) or _recipient(fields) != "all"


def _recipient(fields: Mapping[str, Any]) -> str:
    recipient = fields.get("recipient")
    return recipient if isinstance(recipient, str) and recipient else "all"


def _count_unseen(
    fields: Mapping[str, Any], role: object, metadata: Mapping[str, Any], content: dict[str, Any], left_out: LeftOut
) -> None:
    """Count a message that is left out, unless it says nothing or is from a tool or to one."""
    if role == "tool" or (role == "assistant" and _recipient(fields) != "all"):
        return
    if _text(content).strip() or content.get("content_type") == "user_editable_context":
        hidden = role == "user" or metadata.get("is_user_system_message")
        left_out.add("custom instruction" if hidden else "hidden message")


def _count_parts(content: Mapping[str, Any], metadata: Mapping[str, Any], left_out: LeftOut) -> None:
    """Count images, recordings and files: their place in the text says what stood there, but they are not taken in."""
    for part in _list(content.get("parts")):
        if isinstance(part, dict) and part and not isinstance(part.get("text"), str):
            left_out.add(kind_of_part(str(part.get("content_type"))))
    attached = [str(_dict(one).get("mime_type")) for one in _list(metadata.get("attachments"))]
    left_out.add("file", sum(not mime.startswith("image/") for mime in attached))  # images are parts as well


def _reply(metadata: dict[str, Any]) -> ReplyRecord:
    model = metadata.get("model_slug")
    reason = _dict(metadata.get("finish_details")).get("type")
    ending, why = (Ending.STOPPED, "") if reason == INTERRUPTED else ending_and_reason(reason, Ending.COMPLETE)
    return ReplyRecord(ending, why, model if isinstance(model, str) else "")


def _text(content: dict[str, Any]) -> str:
    """The text of a message, with a word in brackets for an image or a file. Thoughts and instructions have no text."""
    text = content.get("text")
    parts = [_part(part) for part in _list(content.get("parts"))]
    return "\n".join(part for part in parts if part) or (text if isinstance(text, str) else "")


def _part(part: object) -> str:
    if isinstance(part, str):
        return part
    fields = _dict(part)
    text = fields.get("text")
    if isinstance(text, str):
        return text
    kind = fields.get("content_type")
    return "" if not fields else "[image]" if isinstance(kind, str) and "image" in kind else "[file]"


def _dict(value: object) -> dict[str, Any]:
    return value if isinstance(value, dict) else {}


def _list(value: object) -> list[Any]:
    return value if isinstance(value, list) else []
