"""ChatGPT's trees become conversations with the same branches."""

import json
import sys
from collections.abc import Callable
from types import FrameType
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from chatbot_cli.chat.messages import Ending
from chatbot_cli.chat.rounds import Round, ToolCall, ToolResult
from chatbot_cli.sessions.importing.left_out import LeftOut
from chatbot_cli.sessions.importing.reading import read_conversations
from chatbot_cli.sessions.records import ReplyRecord
from tests.sessions.importing.importing_values import AT, alternates, branches, only, path, read


def node(name: str, parent: str | None, role: str = "", *parts: object, **more: Any) -> dict[str, Any]:
    """A node of ChatGPT's tree; without a role it has no message."""
    kind = "text" if all(isinstance(part, str) for part in parts) else "multimodal_text"
    content = {"content_type": kind, "parts": list(parts)}
    message = {"author": {"role": role}, "content": content, "create_time": AT, "recipient": "all", "metadata": {}}
    return {"id": name, "parent": parent, "children": [], "message": message | more if role else None}


def tree(*nodes: dict[str, Any], current: str | None = None, **more: Any) -> dict[str, Any]:
    mapping = {entry["id"]: entry for entry in nodes}
    for entry in nodes:
        if entry["parent"] in mapping:
            mapping[entry["parent"]]["children"].append(entry["id"])
    found = {"title": "Cats", "create_time": AT, "update_time": AT + 9, "mapping": mapping}
    return found | {"current_node": current or nodes[-1]["id"]} | more


def chatgpt() -> list[dict[str, Any]]:
    """As ChatGPT writes it: hidden instructions, a picture, a tool, an edited question and an answer given again."""
    model = {"model_slug": "gpt-4o", "finish_details": {"type": "stop"}}
    picture = {"content_type": "image_asset_pointer", "asset_pointer": "file-service://x"}
    spoken = {"content_type": "audio_transcription", "text": "Meow?"}
    thoughts = {"content_type": "thoughts", "thoughts": [{"content": "Hm."}]}
    return [
        tree(
            node("root", None),
            node("system", "root", "system", ""),
            node("about me", "system", "user", "I like cats.", metadata={"is_visually_hidden_from_conversation": True}),
            node("q1", "about me", "user", picture, "What is this?"),
            node("think", "q1", "assistant", content=thoughts),
            node("look", "think", "assistant", "Let me look.", metadata=model),
            node("call", "look", "assistant", "search(cat)", recipient="browser"),
            node("result", "call", "tool", "A page"),
            node("a1", "result", "assistant", "A cat.", metadata=model),
            node("a1 again", "q1", "assistant", "A dog.", metadata={"finish_details": {"type": "max_tokens"}}),
            node("q2 first", "a1", "user", "Whose?"),
            node("a2 first", "q2 first", "assistant", "Mine."),
            node("q2", "a1", "user", spoken, {"content_type": "audio_asset_pointer"}),
            node("a2", "q2", "assistant", "Meow.", metadata={"finish_details": {"type": "interrupted"}}),
        )
    ]


def test_a_conversation_of_chatgpt() -> None:
    record = only(chatgpt())
    first = "Let me look.\n\nA cat."
    assert path(record) == ["[image]\nWhat is this?", first, "Meow?\n[file]", "Meow."]
    assert branches(record) == {
        "": ["[image]\nWhat is this?"],
        "[image]\nWhat is this?": [first, "A dog."],
        first: ["Whose?", "Meow?\n[file]"],
        "Whose?": ["Mine."],
        "Meow?\n[file]": ["Meow."],
    }
    endings = {message.content: message.reply for message in record.messages}
    looked_up = Round((ToolCall("call_0", "browser", '{"input": "search(cat)"}'),), (ToolResult("A page"),))
    assert endings[first] == ReplyRecord(Ending.COMPLETE, model="gpt-4o", rounds=(looked_up,))
    assert endings["A dog."] == ReplyRecord(Ending.LENGTH)
    assert endings["Meow."] == ReplyRecord(Ending.STOPPED)
    assert (record.title, record.created, record.active, record.draft) == ("Cats", AT, AT + 9, "")
    assert (record.setup["system_prompt"], record.setup["model"]) == ("", "")


@pytest.mark.parametrize(
    ("word", "reply"),
    [
        ("stop", ReplyRecord(Ending.COMPLETE)),
        ("no such word", ReplyRecord(Ending.COMPLETE)),
        ("MAX_TOKENS", ReplyRecord(Ending.LENGTH)),
        ("content_filter", ReplyRecord(Ending.FILTERED)),
        ("interrupted", ReplyRecord(Ending.STOPPED)),
        ("network_error", ReplyRecord(Ending.LOST, "network_error")),
        (7, ReplyRecord(Ending.COMPLETE)),
    ],
)
def test_how_a_reply_ended_is_understood_as_in_a_chat(word: object, reply: ReplyRecord) -> None:
    answer = node("a", "q", "assistant", "A cat.", metadata={"finish_details": {"type": word}})
    record = only([tree(node("q", None, "user", "What?"), answer)])
    assert record.messages[-1].reply == reply


def test_the_path_of_chatgpt_leads_to_its_current_node() -> None:
    (found,) = chatgpt()
    assert path(only(found | {"current_node": "a2 first"}))[2:] == ["Whose?", "Mine."]
    assert path(only(found | {"current_node": "result"})) == ["[image]\nWhat is this?", "Let me look."]
    assert path(only(found | {"current_node": "nowhere"}))[-1] in ("Mine.", "Meow.", "A dog.")
    record = only(found | {"current_node": "q2"})
    assert (path(record)[-1], record.draft) == ("Let me look.\n\nA cat.", "Meow?\n[file]")


def test_conversations_without_words_are_left_out() -> None:
    empty = tree(node("root", None), node("s", "root", "system", "Be kind."))
    assert [record.title for record in read([empty, *chatgpt(), empty])] == ["Cats"]


def left_out_of(*conversations: dict[str, Any]) -> str:
    left_out = LeftOut()
    read_conversations(json.dumps(conversations).encode(), at=AT, left_out=left_out)
    return left_out.in_words()


def code(text: str) -> dict[str, Any]:
    return {"content_type": "code", "text": text}


def tool(name: str, **more: Any) -> dict[str, Any]:
    return {"author": {"role": "tool", "name": name}} | more


def test_what_is_left_out_is_counted_by_kind() -> None:
    assert left_out_of(*chatgpt()) == ("1 custom instruction, 1 image, 1 passage of thought, 1 audio recording")
    image = {"content_type": "image_asset_pointer", "asset_pointer": "file-service://x"}
    quote = {"content_type": "tether_quote", "text": "A page"}
    create, update = "canmore.create_textdoc", "canmore.update_textdoc"
    files = {"attachments": [{"name": "a.pdf", "mime_type": "application/pdf"}, {"mime_type": "image/png"}]}
    conversation = tree(
        node("q", None, "user", image, "Write me a poem", metadata=files),
        node("c1", "q", "assistant", content=code('{"content": "Roses"}'), recipient=create),
        node("r1", "c1", "tool", "Successfully created", **tool(create)),
        node("c2", "r1", "assistant", content=code('{"updates": []}'), recipient=update),
        node("r2", "c2", "tool", "Successfully updated", **tool(update)),
        node("c3", "r2", "assistant", content=code("{}"), recipient=create),
        node("r3", "c3", "tool", "Successfully created", **tool(create)),
        node("c4", "r3", "assistant", content=code("print(1)"), recipient="python"),
        node("r4", "c4", "tool", content={"content_type": "execution_output", "text": "1"}, **tool("python")),
        node("r5", "r4", "tool", content=quote, **tool("browser")),
        node("r6", "r5", "tool", image, **tool("dalle.text2im")),
        node("c7", "r6", "assistant", "x", recipient="api_tool.call"),
        node("a", "c7", "assistant", "There it is."),
    )
    assert left_out_of(conversation) == ("2 images, 1 file, 1 tool call, 1 web lookup, 1 image request")
    assert left_out_of(tree(node("q", None, "user", "Hi"), node("a", "q", "assistant", "Ho"))) == ""
    silent = tree(node("root", None), node("s", "root", "system", ""))
    assert left_out_of(silent, *chatgpt(), silent).startswith("2 empty conversations, 1 custom instruction, ")


def test_what_a_tool_was_told_and_said_is_a_round_of_the_reply_on_each_branch() -> None:
    record = only(
        [
            tree(
                node("q", None, "user", "Write me a poem"),
                node("c", "q", "assistant", content=code('{"content": "Roses"}'), recipient="canmore.create_textdoc"),
                node("r", "c", "tool", "Created", **tool("canmore.create_textdoc")),
                node("again", "c", "tool", "Failed"),
                node("a", "r", "assistant", "There it is."),
            )
        ]
    )
    call = ToolCall("call_0", "canmore_create_textdoc", '{"content": "Roses"}')
    replies = {message.content: message.reply for message in record.messages if message.reply}
    assert {text: reply.rounds for text, reply in replies.items()} == {
        "There it is.": (Round((call,), (ToolResult("Created"),)),),
        "": (Round((call,), (ToolResult("Failed"),)),),
    }
    assert [one["name"] for one in record.setup["used_tools"]] == ["canmore_create_textdoc"]  # type: ignore[attr-defined]  # a list


def test_a_canvas_of_which_only_the_tools_words_are_there_counts_too() -> None:
    made = [node(f"r{n}", "q", "tool", "Successfully created", **tool("canmore.create_textdoc")) for n in range(3)]
    assert left_out_of(tree(node("q", None, "user", "Hi"), *made, current="q")) == "3 canvas documents"


ROLES = st.sampled_from(["user", "user", "assistant", "assistant", "tool", ""])


@given(st.lists(st.tuples(st.integers(0, 12), ROLES), min_size=1, max_size=12), st.integers(0, 11))
def test_any_tree_or_circle_becomes_a_conversation(shape: list[tuple[int, str]], current: int) -> None:
    nodes = [node(f"n{n}", f"n{parent}", role, f"<{n}>") for n, (parent, role) in enumerate(shape)]
    found = tree(*nodes, current=f"n{current}")
    words = [f"<{n}>" for n, (_, role) in enumerate(shape) if role in ("user", "assistant")]
    if not words:
        return
    record = only(found)
    assert alternates(record)
    assert record.head is None or record.thread[-1].reply
    everything = "".join(message.content for message in record.messages) + record.draft
    assert all(word in everything for word in words)


def long_chain(count: int) -> dict[str, Any]:
    """Replies in a row, each with a question after it as well: joined, they would be copied into each other."""
    nodes = [node("r0", None, "user", "hi")]
    for n in range(1, count):
        nodes += [node(f"r{n}", f"r{n - 1}", "assistant", "x" * 50), node(f"q{n}", f"r{n}", "user", "y")]
    return tree(*nodes)


def lines_run(work: Callable[[], object]) -> int:
    """How many lines of Python the work takes: the same on every computer."""
    count, before = 0, sys.gettrace()

    def trace(frame: FrameType, event: str, value: object) -> Callable[..., Any]:
        nonlocal count
        count += event == "line"
        return trace

    sys.settrace(trace)
    try:
        work()
    finally:
        sys.settrace(before)
    return count


def test_a_large_export_takes_work_in_proportion() -> None:
    small, large = (json.dumps(long_chain(count)).encode() for count in (250, 2_000))
    unit = lines_run(lambda: read_conversations(small, at=AT))
    assert lines_run(lambda: read_conversations(large, at=AT)) < 8 * 1.2 * unit
    (record,) = read_conversations(large, at=AT)
    assert sum(len(message.content) for message in record.messages) < 10 * len(large)
