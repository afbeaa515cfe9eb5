"""A server's list of models: what it is read from, and which names mean one that is in it."""

import json

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from chatbot_cli.providers.entries.provider import Dialect
from chatbot_cli.providers.reachability.model_list import ModelList, read_model_list


def listing(*names: str) -> bytes:
    return json.dumps({"data": [{"id": name} for name in names]}).encode()


@pytest.mark.parametrize(
    ("listed", "model"),
    [
        ("gpt-6-luna", "gpt-6-luna"),
        ("claude-opus-5-5-20260901", "claude-opus-5-5"),
        ("gpt-6-luna-2026-09-22", "gpt-6-luna"),
        ("llama3.3:latest", "llama3.3"),
        ("models/gemini-3.8-flash", "gemini-3.8-flash"),
        ("openai/*", "openai/gpt-6-luna"),
    ],
)
def test_a_model_is_there(listed: str, model: str) -> None:
    models = read_model_list(listing("other", listed))
    assert models is not None
    assert models.has(model)


@pytest.mark.parametrize("listed", ["gpt-6-luna-mini", "gpt-6", "llama3.3:70b", "x", ""])
def test_another_model_is_not_taken_for_it(listed: str) -> None:
    models = read_model_list(listing(listed))
    assert models is not None
    assert not models.has("gpt-6-luna")
    assert not models.has("llama3.3")


def test_an_entry_s_own_words_for_its_list_are_known() -> None:
    own = Dialect(list_prefix="deployments/", any_name_owner="us")
    body = json.dumps({"data": [{"id": "deployments/m", "owned_by": "us"}]}).encode()
    assert read_model_list(body, own) == ModelList(["m"], serves_any=True)
    assert read_model_list(body) == ModelList(["deployments/m"])


def test_a_bare_list_will_do_and_so_will_an_empty_one() -> None:
    assert read_model_list(b'[{"id": "m"}]') == ModelList(["m"])
    assert read_model_list(b'{"data": []}') == ModelList([])


@pytest.mark.parametrize("body", [b"", b"null", b"{}", b'{"data": {}}', b'{"data": ["m"]}', b'[{"id": 1}]', b"<html>"])
def test_what_is_no_list(body: bytes) -> None:
    assert read_model_list(body) is None


def test_names_are_near_whatever_their_case() -> None:
    models = ModelList(["Qwen3-Coder", "gemma", "x" * 1_000_000])
    assert models.nearest("qwen-3-coder") == ["Qwen3-Coder"]


def test_a_long_list_of_long_names_is_compared_quickly() -> None:
    models = ModelList([f"{number}{'ab' * 90}" for number in range(100_000)])
    assert len(models.nearest("ba" * 100_000)) <= 3


@settings(max_examples=50)
@given(
    st.recursive(st.none() | st.integers() | st.text(), lambda some: st.lists(some) | st.dictionaries(st.text(), some))
)
def test_no_json_is_too_strange(data: object) -> None:
    for body in (data, {"data": data}, {"data": [{"id": "m", "owned_by": data}]}):
        models = read_model_list(json.dumps(body).encode())
        assert models is None or not models.has("no such model")
