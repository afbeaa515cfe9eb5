"""What is exported is JSON that any API takes, and text that any file holds."""

import json
from dataclasses import replace

import pytest

from chatbot_cli.chat.messages import Ending
from chatbot_cli.errors import SessionError
from chatbot_cli.sessions.exporting.formats import FORMATS, export, format_of
from chatbot_cli.sessions.records import MessageRecord, ReplyRecord, SessionRecord
from tests.sessions.records_to_export import NOON, SETUP, record_of


def test_json_has_messages_for_any_api_and_fields_of_ours() -> None:
    reply = ReplyRecord(Ending.STOPPED, "Ctrl-C", "demo", "pirate", 1.5, 10, 2, 0.25, 8, 1, 2, -0.5)
    messages = (
        MessageRecord(7, None, "hi", NOON),
        MessageRecord(9, 7, "first", NOON, ReplyRecord(Ending.COMPLETE)),
        MessageRecord(12, 7, "second", NOON, reply),
    )
    record = SessionRecord("T", NOON, NOON, SETUP, messages, head=12, draft="d", name="n")
    found = json.loads(export(record, "json"))
    assert found["messages"] == [
        {"role": "system", "content": "Speak like a pirate."},
        {"role": "user", "content": "hi", "id": 1, "parent": None, "created": "2026-11-21T12:00:00.250000Z"},
        {
            **{"role": "assistant", "content": "second", "id": 3, "parent": 1},
            "created": "2026-11-21T12:00:00.250000Z",
            **{"ending": "stopped", "reason": "Ctrl-C", "model": "demo", "persona": "pirate", "seconds": 1.5},
            **{"tokens_sent": 10, "tokens_received": 2, "cost": 0.25},
            **{"tokens_cached": 8, "tokens_written": 1, "tokens_reasoning": 2, "saved": -0.5},
        },
    ]
    assert [message["content"] for message in found["other_branches"]] == ["first"]
    assert (found["format"], found["version"], found["head"]) == ("chatbot-cli conversation", 1, 3)
    assert (found["persona"], found["model"], found["draft"], found["name"]) == ("pirate", "demo", "d", "n")


def test_jsonl_is_a_message_a_line() -> None:
    lines = export(record_of("a\nb\u2028c", "d"), "jsonl").splitlines()
    assert [json.loads(line)["content"] for line in lines] == ["Speak like a pirate.", "a\nb\u2028c", "d"]


@pytest.mark.parametrize("form", FORMATS)
def test_any_text_can_be_written_to_a_file(form: str) -> None:
    hostile = "".join(map(chr, range(0x180))) + "\ud83d \udfff \u2028\u202e\ufffe👩\u200d👧" * 10_000
    for record in (
        record_of(hostile, hostile, title=hostile, ending=None),
        record_of(title=""),
        replace(record_of(), created=-1e300),
    ):
        written = export(record, form).encode("utf-8")
        said = sum(message.content.count("👩") for message in record.thread)
        assert written.count("👩".encode()) + written.count(rb"\ud83d\udc69") >= said


def test_another_format_is_refused() -> None:
    with pytest.raises(SessionError, match="no export format pdf"):
        export(record_of(), "pdf")


def test_the_format_is_known_by_the_ending() -> None:
    names = ["a.md", "b.MARKDOWN", "/c/d.json", "e.jsonl", "f.html", "g.htm", "h.txt", "json", ""]
    assert [format_of(name) for name in names] == ["md", "md", "json", "jsonl", "html", "html", None, None, None]
