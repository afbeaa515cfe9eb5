"""Each kind of server says in its own words that a request is too long."""

import pytest

from chatbot_cli.providers.failures.context_limit import is_too_long, limit_in

OPENAI = "This model's maximum context length is 128000 tokens. However, your messages resulted in 130421 tokens."
CLAUDE = "prompt is too long: 210331 tokens > 200000 maximum"
GEMINI = "The input token count (1200000) exceeds the maximum number of tokens allowed (1048576)."
LLAMA = "the request exceeds the available context size, try increasing it"
LLAMA_PYTHON = "Requested tokens (2300) exceed context window of 2048"
VLLM = "This model's maximum context length is 4,096 tokens. However, you requested 5000 tokens"


@pytest.mark.parametrize(
    ("status", "code", "kind", "said", "body", "limit"),
    [
        (400, "context_length_exceeded", "invalid_request_error", OPENAI, {}, 128_000),
        (400, "400", None, f"litellm.ContextWindowExceededError: {OPENAI}", {}, 128_000),
        (400, None, "exceed_context_size_error", LLAMA, {"n_ctx": 4096, "n_prompt_tokens": 5000}, 4096),
        (400, None, None, CLAUDE, {}, 200_000),
        (400, None, None, GEMINI, {}, 1_048_576),
        (500, None, None, LLAMA_PYTHON, {}, 2048),
        (422, None, None, VLLM, "text", 4096),
        (413, None, None, "The prompt is too long.", None, None),
    ],
)
def test_it_is_understood(
    status: int, code: str | None, kind: str | None, said: str, body: object, limit: int | None
) -> None:
    assert is_too_long(status, code, kind, said)
    assert limit_in(body, said) == limit


@pytest.mark.parametrize(
    ("status", "said"),
    [
        (400, "Invalid value for temperature"),
        (401, "maximum context length"),
        (429, "Rate limit reached: 10000 tokens per min, context window fine"),
        (500, "Internal error"),
        (400, ""),
    ],
)
def test_other_refusals_are_others(status: int, said: str) -> None:
    assert not is_too_long(status, None, None, said)
    assert limit_in(None, "no number") is None
