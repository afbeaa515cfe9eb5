"""Hints: each door spells what they name in its own way, and the marks are never shown."""

import inspect
import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from chatbot_cli import Chatbot
from chatbot_cli.app.spelling import in_a_conversation, in_a_script
from chatbot_cli.errors import ChatError, MissingKey
from chatbot_cli.hints import ACTIONS, KEYWORDS, MARKS, action, as_keyword, setting, spelled, unmarked

DOORS = (as_keyword, in_a_script, in_a_conversation)


def test_each_door_spells_a_hint_in_its_own_way() -> None:
    error = ChatError(
        "No.", f"Raise {setting('max_reply_tokens')}, or {action('continue')} or {setting('model', 'demo')}."
    )
    assert error.hint == "Raise max_reply_tokens, or a message such as “go on” or model='demo'."
    assert error.hint_for(in_a_script) == "Raise --max-reply-tokens, or chat -c /continue or --model demo."
    assert error.hint_for(in_a_conversation) == "Raise /set max_reply_tokens, or /continue or /model demo."


def test_a_hint_that_repeats_another_one_is_spelled_as_well() -> None:
    missing = MissingKey("OPENAI_API_KEY", "gpt-6-luna")
    again = ChatError(f"thesis: {missing}", missing.marked_hint)
    assert again.hint_for(in_a_script) == "Set it in the environment or in .env, or try --model demo."


@pytest.mark.parametrize(
    ("name", "value", "told"),
    [
        ("max_context_tokens", "N", "max_context_tokens=N"),
        ("max_context_tokens", "600", "max_context_tokens=600"),
        ("model", "NAME", "model=NAME"),
        ("base_url", "http://h/v1", "base_url='http://h/v1'"),
        ("model", "", "model"),
    ],
)
def test_a_program_is_told_the_keyword_argument(name: str, value: str, told: str) -> None:
    assert spelled(setting(name, value), as_keyword) == told


@pytest.mark.parametrize("name", ACTIONS)
def test_a_program_is_told_of_no_flag_and_no_command(name: str) -> None:
    assert not re.search(r"--|/", as_keyword(name))


@given(st.text(st.sampled_from(f"{MARKS}ab model=")))
def test_no_mark_is_ever_shown_even_if_it_is_broken(text: str) -> None:
    for told in (spelled(text, door) for door in DOORS):
        assert not set(told) & set(MARKS)


@given(st.text(st.sampled_from(f"{MARKS}ab")))
def test_a_value_can_mark_nothing(value: str) -> None:
    assert spelled(setting("model", value), lambda name, given: f"<{name} {given}>") == f"<model {unmarked(value)}>"


def test_the_keyword_arguments_exist() -> None:
    keywords = set(inspect.signature(Chatbot).parameters)
    assert set(KEYWORDS.values()) <= keywords
    assert {"model", "base_url", "max_context_tokens", "max_reply_tokens"} <= keywords
