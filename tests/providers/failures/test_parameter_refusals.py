"""Refused parameters are recognized in the words of many servers, and nothing else is taken for one."""

from typing import Any

import pytest

from chatbot_cli.errors import ParameterRefused
from chatbot_cli.providers.failures.parameter_refusals import parameter_refused
from chatbot_cli.providers.failures.wire_errors import StatusError
from chatbot_cli.providers.route.endpoint import Endpoint

SENT: dict[str, Any] = {
    "model": "gpt-9",
    "messages": [],
    "stream": True,
    "stream_options": {"include_usage": True},
    "temperature": 0.2,
    "top_p": 0.9,
    "max_tokens": 100,
    "seed": 7,
    "stop": ["END"],
    "reasoning_effort": "none",
    "response_format": {"type": "json_object"},
    "top_k": 40,
    "frequency_penalty": 0.5,
    "output_config": {"effort": "low"},
}


def refused(body: object, status: int = 400, said: tuple[str, ...] = (), **sent: Any) -> ParameterRefused | None:
    inner = body["error"] if isinstance(body, dict) and isinstance(body.get("error"), dict) else body  # as SDKs do
    error = StatusError("refused", inner, status, {})
    error.sent = SENT | sent
    endpoint = Endpoint("https://api.example.com/v1", "gpt-9", "the-key", "KEY")
    return parameter_refused(error, endpoint, said_by_user=said)


def openai(message: str, param: object = None, code: str | None = None) -> dict[str, Any]:
    return {"error": {"message": message, "type": "invalid_request_error", "param": param, "code": code}}


def pydantic(*loc: object, msg: str = "Extra inputs are not permitted", kind: str = "extra_forbidden") -> object:
    return {"detail": [{"type": kind, "loc": ["body", *loc], "msg": msg, "input": 1}]}


WORDINGS: list[tuple[object, str]] = [
    # OpenAI, Azure
    (
        openai(
            "Unsupported parameter: 'max_tokens' is not supported with this model. Use 'max_completion_tokens' "
            "instead.",
            "max_tokens",
            "unsupported_parameter",
        ),
        "max_tokens",
    ),
    (openai("Unsupported parameter: 'max_tokens' is not supported with this model."), "max_tokens"),
    (
        openai(
            "Unsupported value: 'temperature' does not support 0.2 with this model. Only the default (1) value is "
            "supported.",
            "temperature",
            "unsupported_value",
        ),
        "temperature",
    ),
    (openai("Unrecognized request argument supplied: reasoning_effort"), "reasoning_effort"),
    (openai("Unknown parameter: 'top_k'.", "top_k", "unknown_parameter"), "top_k"),
    (openai("Unknown parameter: 'output_config.effort'.", "output_config.effort"), "output_config.effort"),
    # Anthropic, natively and over Chat Completions
    (openai("`temperature` is deprecated for this model."), "temperature"),
    (
        {
            "type": "error",
            "error": {"type": "invalid_request_error", "message": "top_p: Extra inputs are not permitted"},
        },
        "top_p",
    ),
    (
        openai("`temperature` and `top_p` cannot both be specified for this model. Please use only one."),
        "top_p",
    ),
    (openai("`temperature` may only be set to 1 when thinking is enabled."), "temperature"),
    (openai("output_config.effort: Extra inputs are not permitted"), "output_config.effort"),
    (
        openai("This model does not support the effort parameter: output_config.effort is not supported"),
        "output_config.effort",
    ),
    # Gemini: a list
    (
        [
            {
                "error": {
                    "code": 400,
                    "message": 'Invalid JSON payload received. Unknown name "seed": Cannot find field.',
                    "status": "INVALID_ARGUMENT",
                }
            }
        ],
        "seed",
    ),
    (
        {"error": {"code": 400, "message": "Unknown name \"stream_options\" at '': Cannot find field."}},
        "stream_options",
    ),
    ({"error": {"code": 400, "message": "Invalid value at 'generation_config.top_k' (TYPE_INT32), 40.5"}}, "top_k"),
    # Mistral
    (pydantic("stream_options"), "stream_options"),
    (pydantic("max_tokens"), "max_tokens"),
    (
        {"object": "error", "message": {"detail": [{"type": "extra_forbidden", "loc": ["body", "seed"], "msg": "x"}]}},
        "seed",
    ),
    (pydantic("stream_options", "include_usage"), "stream_options"),
    # vLLM, SGLang
    (
        {
            "object": "error",
            "message": "[{'type': 'extra_forbidden', 'loc': ('body', 'top_k'), "
            "'msg': 'Extra inputs are not permitted'}]",
        },
        "top_k",
    ),
    (openai("reasoning_effort is not supported by this model", "reasoning_effort"), "reasoning_effort"),
    # xAI
    ({"code": "Client specified an invalid argument", "error": "Argument not supported on this model: stop"}, "stop"),
    (
        {
            "code": "x",
            "error": "Model gpt-9 does not support parameter reasoningEffort. frequency_penalty is not allowed",
        },
        "frequency_penalty",
    ),
    ({"code": "x", "error": "This model does not support `reasoning_effort`"}, "reasoning_effort"),
    # Groq
    (openai("property 'seed' is unsupported, did you mean 'n'?"), "seed"),
    (openai("`reasoning_effort` is not supported with this model"), "reasoning_effort"),
    (
        openai("`reasoning_effort` must be one of `low`, `medium`, or `high`", "reasoning_effort"),
        "reasoning_effort",
    ),
    # Cerebras
    (
        {
            "message": "body.stream_options : property 'body.stream_options' is unsupported",
            "type": "invalid_request_error",
            "param": "validation_error",
            "code": "wrong_api_format",
        },
        "stream_options",
    ),
    # DeepSeek, Moonshot, llama.cpp, LiteLLM, Together
    ({"error": {"message": "Failed to deserialize the JSON body into the target type: stop: invalid type"}}, "stop"),
    (openai("invalid temperature: only 1 is allowed for this model"), "temperature"),
    ({"error": {"code": 400, "message": "Unsupported param: top_k", "type": "invalid_request_error"}}, "top_k"),
    (
        openai(
            "litellm.UnsupportedParamsError: gpt-9 models don't support temperature=0.2. "
            "Only temperature=1 is supported."
        ),
        "temperature",
    ),
    (
        openai(
            "litellm.UnsupportedParamsError: openai does not support parameters: ['reasoning_effort'], for model=gpt-9"
        ),
        "reasoning_effort",
    ),
    (openai("This model doesn't support the temperature parameter."), "temperature"),
    (openai("The parameter `top_p` is not supported for this model.", "top_p"), "top_p"),
    (openai("logprobs and top_k are fine, but the parameter 'frequency_penalty' is not allowed"), "frequency_penalty"),
]


@pytest.mark.parametrize(("body", "field"), WORDINGS, ids=[f"{n}-{field}" for n, (_, field) in enumerate(WORDINGS)])
def test_a_refused_parameter_is_found_in_the_words_of_the_server(body: object, field: str) -> None:
    error = refused(body)
    assert error
    assert error.field == field
    assert field in str(error)


USERS = "Is it true that `temperature` is deprecated for this model?"
TRAPS: list[tuple[object, int, tuple[str, ...]]] = [
    (openai("The model `temperature` does not exist", "model", "model_not_found"), 400, ()),
    (openai("model 'temperature' not found"), 400, ()),
    (openai("model 'temperature' is not supported"), 400, ()),
    (openai("Unknown model: temperature"), 400, ()),
    (openai("Unsupported parameter: 'tools'", "tools"), 400, ()),
    (openai("Invalid type for 'messages[0].content': temperature is not a text", "messages[0].content"), 400, ()),
    (pydantic("messages", 0, "temperature"), 422, ()),
    (openai(f"The prompt was refused: {USERS}"), 400, (f"Well. {USERS} I wonder.",)),
    (openai("Your prompt about the temperature of the sea was flagged as violating our policy."), 400, ()),
    (openai("This model's maximum context length is 10 tokens: 'max_tokens' is not supported"), 400, ()),
    (openai("Unsupported parameter: 'penalty'", "penalty"), 400, ()),  # which was not sent
    (openai("Invalid value: 'stop' is not supported in response_format", "response_format"), 400, ()),
    (openai("`temperature` is deprecated for this model."), 500, ()),
    (openai("`temperature` is deprecated for this model."), 404, ()),
    (openai("Stop. You cannot go on."), 400, ()),
    ("<html>temperature is not supported</html>" * 0, 400, ()),
    ({"detail": [{"loc": 7, "msg": None}, None, {"loc": []}]}, 422, ()),
    (None, 400, ()),
]


@pytest.mark.parametrize(("body", "status", "said"), TRAPS, ids=range(len(TRAPS)))
def test_nothing_else_is_taken_for_a_refused_parameter(body: object, status: int, said: tuple[str, ...]) -> None:
    assert refused(body, status, said) is None


def test_a_model_with_the_name_of_a_parameter_is_not_one() -> None:
    error = StatusError("no", {"message": "top_p is not supported"}, 400, {})
    endpoint = Endpoint("https://api.example.com/v1", "top_p", "k", None)
    error.sent = SENT
    assert parameter_refused(error, endpoint) is None


@pytest.mark.parametrize("model", ["x", "max", "depr"])
def test_a_model_whose_name_is_a_part_of_a_word_does_not_hide_the_parameter(model: str) -> None:
    endpoint = Endpoint("https://api.example.com/v1", model, "k", None)
    for field, said in (("max_tokens", "is not supported"), ("temperature", "is deprecated for this model.")):
        error = StatusError("no", {"message": f"`{field}` {said}"}, 400, {})
        error.sent = SENT
        found = parameter_refused(error, endpoint)
        assert found
        assert found.field == field


def test_the_words_that_are_taken_are_known() -> None:
    error = refused(
        openai(
            "Unsupported value: 'reasoning_effort' does not support 'none' with this model. Supported values are: "
            "'minimal', 'low', 'medium', and 'high'.",
            "reasoning_effort",
        )
    )
    assert error
    assert error.words == ("minimal", "low", "medium", "high")


@pytest.mark.parametrize(
    "message",
    [
        "temperature: Input should be less than or equal to 1",
        "'temperature' must be between 0 and 1",
        "temperature: range: 0..1",
    ],
)
def test_a_value_that_is_out_of_range_is_refused_by_itself(message: str) -> None:
    error = refused(openai(message, "temperature"))
    assert error
    assert error.only == "0.2"
    named_otherwise = refused(openai("max_tokens is too large: 100", "max_tokens"))
    assert named_otherwise
    assert (named_otherwise.other, named_otherwise.only) == ("", "100")
