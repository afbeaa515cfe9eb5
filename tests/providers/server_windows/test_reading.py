"""Windows in what servers say, in the shapes in which they say it and in those that they should not send."""

import json
from typing import Any

import pytest

from chatbot_cli.providers.entries.registry import built_in
from chatbot_cli.providers.server_windows.reading import window_in


def paths_of(name: str) -> tuple[str, ...]:
    entry = built_in().called(name)
    assert entry is not None
    return entry.window


OLLAMA = {
    "models": [{"name": "other:latest", "context_length": 8192}, {"name": "qwen3:latest", "context_length": 4096}]
}
LLAMA_LIST = {"models": [{}], "data": [{"id": "/a/b.gguf", "owned_by": "llamacpp", "meta": {"n_ctx": 2048}}]}


@pytest.mark.parametrize(
    ("entry", "model", "document", "tokens"),
    [
        ("ollama", "qwen3", OLLAMA, 4096),
        ("ollama", "QWEN3:latest", OLLAMA, 4096),
        ("ollama", "not-loaded", OLLAMA, None),
        ("ollama", "qwen3", {"models": []}, None),
        ("ollama", "m", {"parameters": "stop  <x>\nnum_ctx                        16384", "model_info": {}}, 16_384),
        ("ollama", "m", {"parameters": "num_ctx many"}, None),
        ("llamacpp", "any", {"default_generation_settings": {"n_ctx": 2048}, "total_slots": 1}, 2048),
        ("llamacpp", "any", LLAMA_LIST, 2048),
        ("vllm", "m", {"object": "list", "data": [{"id": "m", "max_model_len": 32_768}]}, 32_768),
        ("sglang", "m", {"data": [{"id": "other", "max_model_len": 32_768}]}, None),
        ("lmstudio", "m", {"data": [{"id": "m", "state": "loaded", "loaded_context_length": 4096}]}, 4096),
        ("lmstudio", "m", {"models": [{"key": "m", "loaded_instances": [{"config": {"context_length": 4096}}]}]}, 4096),
        ("lmstudio", "m", {"models": [{"key": "m", "loaded_instances": []}]}, None),
        ("litellm", "m", {"data": [{"model_name": "m", "model_info": {"max_input_tokens": 200_000}}]}, 200_000),
        ("litellm", "m", {"data": [{"model_name": "m", "model_info": {"max_input_tokens": None}}]}, None),
    ],
)
def test_it_is_read_as_each_server_says_it(entry: str, model: str, document: Any, tokens: int | None) -> None:
    body = json.dumps(document).encode()
    assert window_in(body, model, paths_of(entry), {"llamacpp"}) == tokens


@pytest.mark.parametrize("size", [0, -1, 1, 10**9, 10**400, 1e300, True, None, "4096x", [], {}, "9" * 5_000, "-4096"])
def test_a_number_that_cannot_be_is_none(size: Any) -> None:
    body = json.dumps({"data": [{"id": "m", "max_model_len": size}]}).encode()
    assert window_in(body, "m", ["max_model_len"]) is None


@pytest.mark.parametrize(
    "body",
    [
        None,
        b"",
        b"\xff\xfe",
        b"<html>",
        b"[" * 100_000,
        b"1" * 10_000,
        b"null",
        b"[]",
        b'"text"',
        b'{"data": {"id": "m"}}',
        b'{"data": [null, 1, "m", [], {"id": 7}]}',
        b'{"data": [{"id": "m", "max_model_len": {"max_model_len": 1}}]}',
    ],
)
def test_what_is_no_answer_says_nothing(body: bytes | None) -> None:
    assert window_in(body, "m", ["max_model_len", "a.0.b"]) is None
