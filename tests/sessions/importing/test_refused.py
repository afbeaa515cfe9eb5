"""What is no conversation is refused in a sentence, whatever it is."""

import json

import pytest
from hypothesis import given
from hypothesis import strategies as st

from chatbot_cli.errors import SessionError
from chatbot_cli.sessions.exporting.formats import FORMATS, export
from chatbot_cli.sessions.importing.reading import read_conversations
from tests.sessions.importing.importing_values import AT, alternates, ours, read

HI, HO = {"role": "user", "content": "hi"}, {"role": "assistant", "content": "ho"}


@pytest.mark.parametrize(
    ("text", "why"),
    [
        (b"", "it is empty"),
        (b" \n", "it is empty"),
        (b"\xff\xfa\xfb", "it is not text in UTF-8"),
        (b"# You", "line 1, column 1 is not JSON"),
        (b'{"a": 1,\n "b" 2}', "line 2, column 6 is not JSON"),
        (b'{"role": "user", "content": "x"}\n{"role"', "line 2 is not JSON"),
        (b"1" * 5000, "a number in it is too long"),
        (b"[" * 200_000, "it is nested too deeply"),
        (b'{"a":' * 200_000, "it is nested too deeply"),
        (b"42", "there is no conversation in it"),
        (b"[" + b"1," * 1_000_000, "there is no conversation in it"),
        (b'[{"role": "user", "content": "x"}, ' + b"{}," * 2000, "message 2 has no role"),
        (b"[]", "there is no conversation in it"),
        (b"{}", "there is no conversation in it"),
        (b'["text", null]', "there is no conversation in it"),
        (b'{"messages": []}', "there is no conversation in it"),
        (b'{"messages": 1}', "its messages are no list"),
        (b'{"mapping": []}', "its messages are missing"),
    ],
)
def test_what_is_no_conversation_is_refused(text: bytes, why: str) -> None:
    assert refusal(text) == f"The file cannot be imported: {why}."


def refusal(text: bytes) -> str:
    with pytest.raises(SessionError) as caught:
        read_conversations(text, at=AT)
    assert caught.value.hint
    return str(caught.value)


@pytest.mark.parametrize(
    ("value", "why"),
    [
        ([HI, HO, {"role": "user"}], "message 3 has no content"),
        ([HI, {"content": "x"}], "message 2 has no role"),
        ([HI, 5], "message 2 has no role"),
        ([HI, {"role": "cat", "content": "x"}], "message 2 has an unknown role, 'cat'"),
        ([{"messages": [HI]}, {"messages": [HI, {"role": "user"}]}], "in conversation 2, message 2 has no content"),
        ([{"messages": [HI]}, 5], "in conversation 2, there are no messages"),
        (ours(version=2), "it was made by a newer version of chat"),
        (ours(version="1"), "its version is missing or unknown"),
        (ours(head=9), "it does not say where it stands"),
        (ours(head="1"), "it does not say where it stands"),
        (ours(messages=5), "its messages are no list"),
        (ours(setup=[]), "its setup makes no sense"),
        (ours(setup={"examples": [1]}), "'examples' in its setup makes no sense"),
        (ours(setup={"temperature": 2.5}), "'temperature' in its setup makes no sense"),
        (ours(setup={"top_p": 7}), "'top_p' in its setup makes no sense"),
        (ours(setup={"temperature": float("nan")}), "'temperature' in its setup makes no sense"),
        (ours(other_branches=[{"role": "user"}]), "message 1 of the other branches has no content"),
        (ours(other_branches=[HI]), "message 1 of the other branches has no id"),
        (ours(other_branches=[HI | {"id": 1}]), "two of its messages have the same id"),
        (
            ours(other_branches=[HI | {"id": 5, "parent": 8}]),
            "message 1 of the other branches follows a message that is not there",
        ),
        (
            ours(other_branches=[HI | {"id": 5, "parent": 5}]),
            "message 1 of the other branches follows a message that is not there",
        ),
        (
            ours(other_branches=[HI | {"id": 5, "parent": 1}]),
            "message 1 of the other branches is a question that follows a question",
        ),
        (
            ours(other_branches=[HO | {"id": 5, "parent": 2}]),
            "message 1 of the other branches is a reply to no question",
        ),
        (ours(other_branches=[HO | {"id": 5}]), "message 1 of the other branches is a reply to no question"),
    ],
)
def test_what_makes_no_sense_is_named(value: object, why: str) -> None:
    assert refusal(json.dumps(value).encode()) == f"The file cannot be imported: {why}."


def test_a_newer_version_says_what_to_do() -> None:
    with pytest.raises(SessionError) as caught:
        read(ours(version=2))
    assert caught.value.hint == "Update chat, then import it again."


JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.sampled_from(["user", "assistant", "a", "b", "text"]),
    lambda inner: (
        st.lists(inner, max_size=4)
        | st.dictionaries(
            st.sampled_from(
                [
                    "mapping",
                    "messages",
                    "message",
                    "role",
                    "content",
                    "author",
                    "parts",
                    "metadata",
                    "children",
                    "parent",
                    "a",
                    "b",
                ]
            ),
            inner,
            max_size=6,
        )
    ),
    max_leaves=25,
)


@given(JSON, st.sampled_from(sorted(ours())))
def test_nothing_crashes_on_any_json(value: object, changed: str) -> None:
    for found in (value, ours(**{changed: value}), {"mapping": value}, {"messages": value}, {"mapping": {"a": value}}):
        try:
            records = read(found)
        except SessionError:
            continue
        for record in records:
            assert alternates(record)
            for form in FORMATS:
                export(record, form).encode()


@given(st.binary(max_size=60))
def test_nothing_crashes_on_any_bytes(data: bytes) -> None:
    assert refusal(data).startswith("The file cannot be imported: ")
