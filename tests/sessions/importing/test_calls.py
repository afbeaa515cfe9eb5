"""Tool calls of other programs, and of files that have been changed: what is taken in is what every server takes."""

import json
from typing import Any

import pytest

from chatbot_cli.chat.messages import Ending
from chatbot_cli.chat.rounds import UNANSWERED, CallOutcome, Round, ToolCall, ToolResult
from chatbot_cli.chat.tools import ANY_ARGUMENTS
from chatbot_cli.sessions.exporting.formats import export
from chatbot_cli.sessions.importing.left_out import LeftOut
from chatbot_cli.sessions.importing.reading import read_conversations
from chatbot_cli.sessions.importing.used_tools import NOT_THERE
from chatbot_cli.sessions.records import ReplyRecord, SessionRecord
from tests.sessions.importing.importing_values import AT, only, ours

HI, HO = {"role": "user", "content": "hi"}, {"role": "assistant", "content": "ho"}


def call(call_id: Any, name: str, arguments: Any = "{}") -> dict[str, Any]:
    return {"id": call_id, "type": "function", "function": {"name": name, "arguments": arguments}}


def calls(*made: dict[str, Any], content: str | None = None, **more: Any) -> dict[str, Any]:
    return {"role": "assistant", "content": content, "tool_calls": list(made), **more}


def result(call_id: object, text: str) -> dict[str, Any]:
    return {"role": "tool", "tool_call_id": call_id, "content": text}


def last_reply(record: SessionRecord) -> ReplyRecord:
    reply = record.thread[-1].reply
    assert reply
    return reply


def rounds_in(*messages: dict[str, Any]) -> tuple[Round, ...]:
    return last_reply(only([HI, *messages])).rounds


def test_calls_and_results_become_rounds_of_the_reply_that_follows() -> None:
    record = only(
        [HI, calls(call("a", "stock"), call("b", "order"), content="Wait."), result("b", "2"), result("a", "1"), HO]
    )
    made = (ToolCall("a", "stock"), ToolCall("b", "order"))
    assert last_reply(record).rounds == (Round(made, (ToolResult("1"), ToolResult("2")), "Wait."),)
    assert record.thread[-1].content == "ho"


def test_a_call_without_a_result_may_have_run_and_a_result_without_a_call_is_left_out_and_counted() -> None:
    left_out = LeftOut()
    messages = [HI, result("x", "lost"), calls(call("a", "stock")), calls(call("b", "stock")), result("b", "1"), HO]
    (record,) = read_conversations(json.dumps([*messages, result("z", "lost")]).encode(), at=AT, left_out=left_out)
    assert [one.results for one in last_reply(record).rounds] == [(UNANSWERED,), (ToolResult("1"),)]
    assert left_out.in_words() == "2 results of tools"
    assert "may have run" in UNANSWERED.text


def test_the_result_of_an_earlier_round_finds_its_call() -> None:
    first, second = rounds_in(calls(call("a", "stock")), calls(call("b", "stock")), result("a", "1"), result("b", "2"))
    assert (first.results, second.results) == ((ToolResult("1"),), (ToolResult("2"),))


@pytest.mark.parametrize(
    ("given", "taken"),
    [
        ('{"item": "tea"}', '{"item": "tea"}'),
        ({"item": "tea"}, '{"item": "tea"}'),
        ("", "{}"),
        (None, "{}"),
        ('{"item": ', "{}"),
        ("[1]", "{}"),
        ("[" * 100_000, "{}"),
    ],
)
def test_arguments_are_a_json_object_whatever_the_file_has(given: Any, taken: str) -> None:
    (one,) = rounds_in(calls(call("a", "stock", given)), result("a", "1"), HO)
    assert one.calls == (ToolCall("a", "stock", taken),)


def test_names_are_such_as_servers_take_and_each_id_stands_once() -> None:
    made = [call(None, "files.read"), call("call_0", "x" * 80), call("call_0", "é"), call("", "")]
    (one,) = rounds_in(calls(*made), *(result("call_0", str(number)) for number in range(4)), HO)
    assert [made.name for made in one.calls] == ["files_read", "x" * 64, "_", "unknown"]
    assert len({made.id for made in one.calls}) == 4
    assert sorted(result.text for result in one.results) == ["0", "1", "2", "3"]


def test_the_first_format_of_calls_is_understood_too() -> None:
    called = {"role": "assistant", "content": None, "function_call": {"name": "stock", "arguments": "{}"}}
    (one,) = rounds_in(called, {"role": "function", "name": "stock", "content": "3"}, HO)
    assert ([made.name for made in one.calls], one.results) == (["stock"], (ToolResult("3"),))


@pytest.mark.parametrize(
    ("last", "ending"),
    [
        ({"role": "assistant", "content": ""}, Ending.STOPPED),
        ({"role": "assistant", "content": "", "ending": None}, None),
        ({"role": "assistant", "content": "", "ending": "limit", "model": "m"}, Ending.LIMIT),
        ({"role": "user", "content": "And?"}, Ending.STOPPED),
    ],
)
def test_a_turn_that_ended_after_its_calls_is_kept_without_words(last: dict[str, Any], ending: Ending | None) -> None:
    record = only([HI, calls(call("a", "stock")), result("a", "1"), last])
    assert (record.thread[-1].content, last_reply(record).ending) == ("", ending)
    assert len(last_reply(record).rounds) == 1
    assert last_reply(record).model == last.get("model", "")


def test_the_tools_that_were_called_are_known_and_take_any_arguments() -> None:
    record = only([HI, calls(call("a", "stock"), call("b", "order")), calls(call("c", "stock")), HO])
    assert record.setup["used_tools"] == [
        {"name": name, "description": NOT_THERE, "parameters": ANY_ARGUMENTS} for name in ("stock", "order")
    ]
    assert "used_tools" not in only([HI, HO]).setup


def test_what_our_file_says_of_tools_is_kept_if_a_server_would_take_it_and_it_offers_none() -> None:
    sound = {"name": "stock", "description": "What is there.", "parameters": '{"type": "object"}'}
    senseless = {"name": "a b", "description": "", "parameters": "{}"}
    broken = {"name": "order", "description": "", "parameters": "{"}
    exported = ours()
    exported["setup"] |= {"used_tools": [sound, senseless, broken], "tools": ["files.*"]}
    exported["messages"][-1]["rounds"] = [{"calls": [{"id": "a", "name": "time", "result": "9", "outcome": "done"}]}]
    setup = only(exported).setup
    assert "tools" not in setup
    assert setup["used_tools"] == [
        sound,
        {**broken, "parameters": ANY_ARGUMENTS},
        {"name": "time", "description": NOT_THERE, "parameters": ANY_ARGUMENTS},
    ]
    assert only(json.loads(export(only(exported), "json"))).setup == setup


def test_a_changed_file_of_ours_is_mended_like_any_other() -> None:
    exported = ours()
    made = [{"name": "stock", "arguments": "no"}, {"id": "", "outcome": "nonsense", "seconds": -1}, "no call"]
    exported["messages"][-1]["rounds"] = [{"calls": made}, {"calls": []}, "no round"]
    (one,) = last_reply(only(exported)).rounds
    assert one.calls == (ToolCall("call_0", "stock"), ToolCall("call_1", "unknown"))
    assert [made.outcome for made in one.results] == [CallOutcome.UNKNOWN] * 2
