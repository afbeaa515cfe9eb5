"""Messages in OpenAI's format, as many programs write them -> a saved conversation."""

from collections.abc import Mapping, Sequence
from dataclasses import replace
from typing import Any

from chatbot_cli.chat.messages import Ending
from chatbot_cli.chat.rounds import Attachment
from chatbot_cli.sessions.importing.alternation import BETWEEN, Said, Unreadable, record_of, turns_of
from chatbot_cli.sessions.importing.fields import reply_of
from chatbot_cli.sessions.importing.rounds import OpenRound, attachments_of, openai_calls, openai_result
from chatbot_cli.sessions.records import ReplyRecord, SessionRecord
from chatbot_cli.sessions.setup_json import default_setup
from chatbot_cli.sessions.timestamps import seconds_of

_SYSTEM = ("system", "developer")
_TOOL = ("tool", "function")
_TEXTS = ("text", "refusal")  # the fields in which a part has its text


def from_openai(messages: Sequence[object], at: float, about: Mapping[str, Any] | None = None) -> SessionRecord | None:
    """The conversation; None if nobody said anything. `about` are the fields around the messages. Raises Unreadable.

    System messages become the system prompt, tool calls and their results the rounds of the reply that follows them.
    Messages with neither text nor calls are left out.
    """
    about = about or {}
    talk = _Talk(at)
    for number, message in enumerate(messages, 1):
        talk.add(message if isinstance(message, dict) else {}, *_read(message, number))
    said = talk.whole()
    if not said:
        return None
    title, model = about.get("title"), about.get("model")
    setup = default_setup(BETWEEN.join(talk.system), model if isinstance(model, str) else "")
    created = seconds_of(about.get("created"), said[0].created)
    active = seconds_of(about.get("active"), max(message.created for message in said))
    return record_of(turns_of(said, len(said) - 1), title if isinstance(title, str) else "", created, active, setup)


class _Talk:
    """Collects what was said, message by message. `at` stands in for a time that is missing."""

    def __init__(self, at: float) -> None:
        self._at = at
        self.system: list[str] = []
        self._said: list[Said] = []
        self._rounds: list[OpenRound] = []  # of the reply that is still to come

    def add(self, message: Mapping[str, Any], role: str, text: str) -> None:
        """Take in the next message, whose role and text have been read."""
        if role in _SYSTEM:
            self.system.append(text)
        elif role in _TOOL:
            if self._rounds:
                self._rounds[-1].answer(message.get("tool_call_id"), openai_result(message, text))
        elif role == "assistant" and (calls := openai_calls(message)):
            self._rounds.append(OpenRound(calls, text, message.get("reasoning")))
        elif role == "assistant" and text.strip():
            self._reply(text, message, Ending.COMPLETE)
        elif role == "user" and text.strip():
            self._close_rounds()
            self._append(text, message, attached=attachments_of(message.get("attachments")))

    def whole(self) -> list[Said]:
        """All that was said; calls that led to no reply are a reply without words."""
        self._close_rounds()
        return self._said

    def _close_rounds(self) -> None:
        if self._rounds:
            self._reply("", {}, Ending.STOPPED)

    def _reply(self, text: str, message: Mapping[str, Any], missing: Ending) -> None:
        rounds = tuple(one for one in (waiting.closed() for waiting in self._rounds) if one)
        self._rounds = []
        if text or rounds:
            self._append(text, message, replace(reply_of(message, missing), rounds=rounds))

    def _append(
        self,
        text: str,
        message: Mapping[str, Any],
        reply: ReplyRecord | None = None,
        attached: tuple[Attachment, ...] = (),
    ) -> None:
        after = len(self._said) - 1 if self._said else None
        self._said.append(Said(text, after, seconds_of(message.get("created"), self._at), reply, attached))


def _read(message: object, number: int) -> tuple[str, str]:
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
        return role, "\n".join(filter(None, map(_part, content)))
    refusal = message.get("refusal")
    if isinstance(refusal, str):
        return role, refusal
    if content is None and (role in _TOOL or message.get("tool_calls") or message.get("function_call")):
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
