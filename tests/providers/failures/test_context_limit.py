"""Each kind of server says in its own words that a request is too long."""

import pytest

from chatbot_cli.providers.failures.context_limit import counted_in, is_too_long, limit_in

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


@pytest.mark.parametrize(
    ("said", "counted", "limit"),
    [
        (OPENAI, 130_421, 128_000),
        (f"litellm.ContextWindowExceededError: {OPENAI}", 130_421, 128_000),
        (CLAUDE, 210_331, 200_000),
        (GEMINI, 1_200_000, 1_048_576),
        (LLAMA_PYTHON, 2300, 2048),
        ("request (5000 tokens) exceeds the available context size (4096 tokens), try increasing it", 5000, 4096),
        (f"{VLLM} (4,500 in the messages, 500 in the completion).", 4500, 4096),
        ("This model's maximum context length is 4096 tokens. However, your request has 5000 input tokens", 5000, 4096),
        (
            "This endpoint's maximum context length is 32768 tokens. However, you requested about 40000 tokens "
            "(36000 of text input, 4000 in the output).",
            36_000,
            32_768,
        ),
        (
            "Prompt contains 40000 tokens and 0 draft tokens, too large for model with 32768 maximum context length",
            40_000,
            32_768,
        ),
        ("This model's maximum prompt length is 131072 but the request contains 140000 tokens.", 140_000, 131_072),
        (
            "The decoder prompt (length 6100) is longer than the maximum model length of 6000. Make sure that",
            6100,
            6000,
        ),
        ("The input (5000 tokens) is longer than the model's context length (4096 tokens).", 5000, 4096),
        ("Input length (5000) exceeds model's maximum context length (4096).", 5000, 4096),
        ("Input length 5000 exceeds the maximum allowed input length of 4096 tokens.", 5000, 4096),
        (
            "Requested token count exceeds the model's maximum context length of 4096 tokens. You requested a total of "
            "5500 tokens: 4500 tokens from the input messages and 1000 tokens for the completion.",
            4500,
            4096,
        ),
        (
            "Input validation error: `inputs` tokens + `max_new_tokens` must be <= 2048. Given: 1218 `inputs` tokens "
            "and 1500 `max_new_tokens`",
            1218,
            2048,
        ),
        (
            "You passed 3197 input tokens and requested 900 output tokens. However, the model's context length is only "
            "4096 tokens, resulting in a maximum input length of 3196 tokens.",  # it stops counting there
            None,
            4096,
        ),
        (VLLM, None, 4096),  # with those for the reply, perhaps
        ("However, you requested 900 output tokens and your prompt contains at least 3197 input tokens", None, None),
        (LLAMA, None, None),
    ],
)
def test_what_was_counted_is_read_too(said: str, counted: int | None, limit: int | None) -> None:
    assert counted_in(None, said) == counted
    assert limit_in(None, said) == limit
    if limit:
        assert is_too_long(400, None, None, said)


def test_llama_cpp_counts_in_a_field() -> None:
    assert counted_in({"n_ctx": 4096, "n_prompt_tokens": 5000}, LLAMA) == 5000


@pytest.mark.parametrize("number", [-1, 0, True, 10**400, 1.5, "5000", None])
def test_a_number_without_sense_is_none(number: object) -> None:
    assert limit_in({"n_ctx": number}, "") is counted_in({"n_prompt_tokens": number}, "") is None
    assert limit_in(None, f"maximum context length is {'9' * 5000} tokens") is None
    assert counted_in(None, f"messages resulted in {'9' * 5000} tokens") is None
