"""Reads a list of messages in OpenAI's format, which many programs write."""

from collections.abc import Mapping, Sequence
from dataclasses import replace
from typing import Any

from chatbot_cli.chat.attachments import Attachment
from chatbot_cli.chat.messages import Ending
from chatbot_cli.chat.rounds import ToolResult
from chatbot_cli.sessions.importing.alternation import BETWEEN, ForeignMessage, Unreadable, alternating, record_of
from chatbot_cli.sessions.importing.attached_files import ONLY_IMAGES, is_taken, question_of
from chatbot_cli.sessions.importing.fields import reply_of
from chatbot_cli.sessions.importing.left_out import LeftOut, kind_of_part
from chatbot_cli.sessions.importing.rounds import OpenRound, openai_calls, openai_result
from chatbot_cli.sessions.importing.thoughts import thoughts_of
from chatbot_cli.sessions.records import ReplyRecord, SessionRecord
from chatbot_cli.sessions.setup_json import default_setup
from chatbot_cli.sessions.timestamps import seconds_of

_SYSTEM = ("system", "developer")
_TOOL = ("tool", "function")
_TEXTS = ("text", "refusal")  # the fields of a part that may hold its text


def from_openai(
    values: Sequence[object], at: float, left_out: LeftOut, about: Mapping[str, Any] | None = None
) -> SessionRecord | None:
    """The conversation of the messages in `values`; None if none of them is kept. Raises Unreadable.

    `about` are the fields of the object that holds the messages. `at` replaces a time that is missing. System messages
    become the system prompt; tool calls and their results become rounds of the reply that follows them. Messages with
    neither text nor calls are left out.
    """
    about = about or {}
    collector = _Collector(at, left_out)
    for number, value in enumerate(values, 1):
        collector.add(value if isinstance(value, dict) else {}, *_read(value, number, left_out))
    messages = collector.finish()
    if not messages:
        return None
    title, model = about.get("title"), about.get("model")
    setup = default_setup(BETWEEN.join(collector.system), model if isinstance(model, str) else "")
    created = seconds_of(about.get("created"), messages[0].created)
    active = seconds_of(about.get("active"), max(message.created for message in messages))
    tree = alternating(messages, len(messages) - 1)
    return record_of(tree, title if isinstance(title, str) else "", created, active, setup)


class _Collector:
    """Collects questions and replies, message by message. `at` replaces a time that is missing."""

    def __init__(self, at: float, left_out: LeftOut) -> None:
        self._at = at
        self._left_out = left_out
        self.system: list[str] = []
        self._messages: list[ForeignMessage] = []
        self._rounds: list[OpenRound] = []  # of the reply that follows

    def add(self, message: Mapping[str, Any], role: str, text: str) -> None:
        """Add the next message, whose role and text have been read."""
        if role in _SYSTEM:
            self.system.append(text)
        elif role in _TOOL:
            self._answer(message.get("tool_call_id"), openai_result(message, text))
        elif role == "assistant" and (calls := openai_calls(message)):
            self._rounds.append(OpenRound(calls, text, thoughts_of(message)))
        elif role == "assistant" and (text.strip() or self._rounds):
            is_ours = "ending" in message  # without a name, the reply was cut off
            self._reply(text, message, None if is_ours else Ending.COMPLETE if text.strip() else Ending.STOPPED)
        elif role == "user":
            self._question(message, text)

    def _question(self, message: Mapping[str, Any], text: str) -> None:
        typed, attached = question_of(message, text)
        if typed.strip() or attached:
            self._close_rounds()
            self._append(typed if typed.strip() else ONLY_IMAGES, message, attached=attached)

    def finish(self) -> list[ForeignMessage]:
        """All messages. Calls that no reply follows become a reply without text."""
        self._close_rounds()
        return self._messages

    def _close_rounds(self) -> None:
        if self._rounds:
            self._reply("", {}, Ending.STOPPED)

    def _answer(self, call_id: object, result: ToolResult) -> None:
        """Give a result to the call that waits for it: the latest with this id, else one of the latest round."""
        waiting = (one for one in reversed(self._rounds) if one.waits_for(call_id))
        latest = next(waiting, self._rounds[-1] if self._rounds else None)
        if latest is None or not latest.answer(call_id, result):
            self._left_out.add("result of a tool")

    def _reply(self, text: str, message: Mapping[str, Any], missing: Ending | None) -> None:
        rounds, self._rounds = tuple(waiting.closed() for waiting in self._rounds), []
        self._append(text, message, replace(reply_of(message, missing), rounds=rounds))

    def _append(
        self,
        text: str,
        message: Mapping[str, Any],
        reply: ReplyRecord | None = None,
        attached: tuple[Attachment, ...] = (),
    ) -> None:
        parent = len(self._messages) - 1 if self._messages else None
        created = seconds_of(message.get("created"), self._at)
        self._messages.append(ForeignMessage(text, parent, created, reply, attached))


def _read(message: object, number: int, left_out: LeftOut) -> tuple[str, str]:
    """The message's role and text. Raises Unreadable."""
    role = message.get("role") if isinstance(message, dict) else None
    if not isinstance(message, dict) or not isinstance(role, str):
        raise Unreadable(f"message {number} has no role")
    if role not in (*_SYSTEM, *_TOOL, "user", "assistant"):
        raise Unreadable(f"message {number} has an unknown role, {role[:40]!r}")
    content = message.get("content")
    if isinstance(content, str):
        return role, content
    if isinstance(content, list):
        is_question = role == "user"
        if not (is_question and isinstance(message.get("typed"), str)):
            for part in content:
                if isinstance(part, dict) and _text_of(part) is None and not (is_question and is_taken(part)):
                    left_out.add(kind_of_part(str(part.get("type"))))
        return role, "\n".join(filter(None, (_part(part, is_question) for part in content)))
    refusal = message.get("refusal")
    if isinstance(refusal, str):
        return role, refusal
    if content is None and (role in _TOOL or message.get("tool_calls") or message.get("function_call")):
        return role, ""
    raise Unreadable(f"message {number} has no content")


def _part(part: object, is_question: bool) -> str:
    """The text of one part of a message; for an image or a file that is not taken in a word in brackets."""
    if not isinstance(part, dict):
        return part if isinstance(part, str) else ""
    text = _text_of(part)
    if text is not None:
        return text
    if is_question and is_taken(part):
        return ""
    return ONLY_IMAGES if "image" in str(part.get("type")) else "[file]"


def _text_of(part: Mapping[str, Any]) -> str | None:
    texts = (part.get(name) for name in _TEXTS)
    return next((text for text in texts if isinstance(text, str)), None)
