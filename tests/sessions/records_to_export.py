"""Conversations to export."""

from dataclasses import replace

from chatbot_cli.chat.messages import Ending
from chatbot_cli.chat.rounds import Round
from chatbot_cli.sessions.records import MessageRecord, ReplyRecord, SessionRecord

SETUP = {"persona": "pirate", "system_prompt": "Speak like a pirate.", "model": "demo"}
NOON = 1_795_262_400.25  # 2026-11-21, 12:00 UTC


def record_of(
    *texts: str, ending: Ending | None = Ending.COMPLETE, title: str = "A talk", by: str = ""
) -> SessionRecord:
    """A conversation without branches: question, reply, question, …; the last reply has the ending.

    All replies are `by` a model.
    """
    endings = [Ending.COMPLETE] * (len(texts) - 1) + [ending]
    messages = tuple(
        MessageRecord(n, n - 1 or None, text, NOON, ReplyRecord(end, "the line broke", by) if n % 2 == 0 else None)
        for n, (text, end) in enumerate(zip(texts, endings, strict=False), 1)
    )
    return SessionRecord(title, NOON, NOON, SETUP, messages, len(texts) or None)


def with_rounds(record: SessionRecord, *rounds: Round) -> SessionRecord:
    """The conversation, its last reply with rounds of tool calls."""
    *others, last = record.messages
    assert last.reply
    return replace(record, messages=(*others, replace(last, reply=replace(last.reply, rounds=rounds))))
