"""Routers and servers say in their own words what is wrong: what a user reads of it, and what kind of error it is."""

from typing import Any

import pytest

from chatbot_cli.errors import (
    ContextTooLong,
    ModelNotFound,
    ProviderError,
    QuotaUsedUp,
    RateLimited,
    RequestRefused,
    ServerFailed,
    Unauthorized,
)
from chatbot_cli.providers.entries.registry import built_in
from chatbot_cli.providers.failures.refusals import refusal
from chatbot_cli.providers.failures.router_words import unwrapped
from chatbot_cli.providers.failures.server_message import message_of
from chatbot_cli.providers.failures.wire_errors import StatusError
from chatbot_cli.providers.route.endpoint import Access, Endpoint
from chatbot_cli.providers.route.spec import route_to

HERE = Endpoint("https://router.example/v1", "m", "sk-test-0123456789abcdef", "OPENAI_API_KEY")
NO_FALLBACK = "\n\nLiteLLM: model group 's' failed with the error above. No fallback was attempted."


def inner(message: str, **more: object) -> dict[str, object]:
    """What the SDK makes of {"error": {…}}."""
    return {"message": message, **more}


def from_openrouter(code: int, raw: object) -> dict[str, object]:
    return inner("Provider returned error", code=code, metadata={"raw": raw, "provider_name": "Google"})


UNKNOWN = "The server does not know the model m"
ROWS: dict[str, tuple[int, Any, type[ProviderError], str]] = {
    "LiteLLM, no deployment": (
        400,
        inner(
            "litellm.BadRequestError: You passed in model=m. There are no healthy deployments for this model. "
            "Received Model Group=m\nAvailable Model Group Fallbacks=None",
            type="None",
            code="400",
        ),
        ModelNotFound,
        f"{UNKNOWN}: You passed in model=m. There are no healthy deployments for this model.",
    ),
    "LiteLLM's proxy, unknown": (  # as 1.110 says it
        400,
        inner("/chat/completions: Invalid model name passed in model=m. Call `/v1/models` to view available models."),
        ModelNotFound,
        f"{UNKNOWN}: /chat/completions: Invalid model name passed in model=m. Call `/v1/models` to view available "
        "models.",
    ),
    "LiteLLM, after it Claude": (  # recorded from 1.108.7
        400,
        inner(
            'litellm.BadRequestError: AnthropicException - b\'{"type":"error","error":{"type":'
            '"invalid_request_error","message":"`temperature` is deprecated for this model."}}\''
            f"{NO_FALLBACK}",
            type="invalid_request_error",
            param=None,
            code="400",
        ),
        RequestRefused,
        "The server refused the request (400): `temperature` is deprecated for this model.",
    ),
    "LiteLLM's Messages, after it Claude": (  # recorded from 1.108.7
        404,
        inner('{"type":"error","error":{"type":"not_found_error","message":"model: claude-nope"}}'),
        ModelNotFound,
        f"{UNKNOWN}: model: claude-nope.",
    ),
    "LiteLLM, after it Claude, too long": (  # recorded from 1.108.7
        400,
        inner(
            "litellm.ContextWindowExceededError: litellm.BadRequestError: AnthropicError - "
            'b\'{"type":"error","error":{"type":"invalid_request_error",'
            '"message":"prompt is too long: 216000 tokens > 200000 maximum"}}\'\n'
            "model=m. context_window_fallbacks=None. fallbacks=None.\n\n"
            f"Set 'context_window_fallback' - https://docs.litellm.ai/docs/routing#fallbacks{NO_FALLBACK}",
            type="invalid_request_error",
            code="400",
        ),
        ContextTooLong,
        "The request is too long for the model: prompt is too long: 216000 tokens > 200000 maximum.",
    ),
    "LiteLLM, after it Claude, failing": (  # recorded from 1.108.7
        500,
        inner(
            'litellm.InternalServerError: AnthropicException - b\'{"type":"error","error":{"type":"api_error",'
            '"message":"Internal server error"}}\'. Handle with `litellm.InternalServerError`.'
            f"{NO_FALLBACK}",
            code="500",
        ),
        ServerFailed,
        "The server failed (500): Internal server error.",
    ),
    "LiteLLM, another key than its own, without a database": (  # recorded from 1.108.7
        400,
        inner("No connected db.", type="no_db_connection", param=None, code="400"),
        Unauthorized,
        "The server does not accept the API key: No connected db.",
    ),
    "LiteLLM, busy": (  # as 1.110 says it
        429,
        inner(f"litellm.RateLimitError: RateLimitError: OpenAIException - Slow down{NO_FALLBACK}", code="429"),
        RateLimited,
        "Too many requests: Slow down.",
    ),
    "LiteLLM, nobody answers": (  # as 1.110 says it
        500,
        inner(f"litellm.InternalServerError: InternalServerError: OpenAIException - Connection error.{NO_FALLBACK}"),
        ServerFailed,
        "The server failed (500): Connection error.",
    ),
    "LiteLLM, a bad request": (  # as 1.110 says it
        400,
        inner(f"litellm.BadRequestError: OpenAIException - Too hot{NO_FALLBACK}"),
        RequestRefused,
        "The server refused the request (400): Too hot.",
    ),
    "LiteLLM, a wrong key as 500": (
        500,
        inner("litellm.AuthenticationError: AuthenticationError: OpenAIException - no"),
        Unauthorized,
        "The server does not accept the API key: no.",
    ),
    "LiteLLM, none left": (
        429,
        inner("No deployments available for selected model, Try again in 5 seconds. Passed model=m."),
        RateLimited,
        "Too many requests: No deployments available for selected model, Try again in 5 seconds. Passed model=m.",
    ),
    "OpenRouter, in JSON": (
        429,
        from_openrouter(429, '{"error": {"code": 429, "message": "Resource exhausted."}}'),
        RateLimited,
        "Too many requests: Resource exhausted.",
    ),
    "OpenRouter, in words": (
        502,
        from_openrouter(502, "The backend is asleep"),
        ServerFailed,
        "The server failed (502): The backend is asleep.",
    ),
    "OpenRouter, nothing said": (
        502,
        from_openrouter(502, None),
        ServerFailed,
        "The server failed (502): Provider returned error.",
    ),
    "OpenRouter, JSON that is cut off": (
        502,
        from_openrouter(502, '{"error": {"mess'),
        ServerFailed,
        'The server failed (502): {"error": {"mess.',
    ),
    "OpenRouter, no endpoint": (
        404,
        inner("No endpoints found for vendor/m.", code=404),
        ModelNotFound,
        f"{UNKNOWN}: No endpoints found for vendor/m.",
    ),
    "OpenRouter, no model": (400, inner("vendor/m is not a valid model ID", code=400), ModelNotFound, UNKNOWN),
    "OpenRouter, nobody allowed": (
        404,
        inner("No allowed providers are available for the selected model.", code=404),
        RequestRefused,
        "The router has nobody who may run the model: No allowed providers are available for the selected model.",
    ),
    "OpenRouter, privacy": (
        404,
        inner("No endpoints found matching your data policy."),
        RequestRefused,
        "The router has nobody who may run the model: No endpoints found matching your data policy.",
    ),
    "vLLM": (
        404,
        {"object": "error", "message": "The model `m` does not exist.", "type": "NotFoundError", "code": 404},
        ModelNotFound,
        f"{UNKNOWN}: The model `m` does not exist.",
    ),
    "Ollama": (404, inner('model "m" not found, try pulling it first', type="api_error"), ModelNotFound, UNKNOWN),
    "Ollama, in short": (404, {"error": "model 'm' not found"}, ModelNotFound, f"{UNKNOWN}: model 'm' not found."),
    "LM Studio": (404, inner("No models loaded. Please load a model."), ModelNotFound, UNKNOWN),
    "llama.cpp, loading": (
        503,
        inner("Loading model", type="unavailable_error", code=503),
        ServerFailed,
        "The server failed (503): Loading model.",
    ),
    "Azure": (
        404,
        inner("The API deployment for this resource does not exist.", code="DeploymentNotFound"),
        ModelNotFound,
        f"{UNKNOWN}: The API deployment for this resource does not exist.",
    ),
    "Gemini, a list": (
        404,
        [{"error": {"code": 404, "message": "models/m is not found for API version v1beta", "status": "NOT_FOUND"}}],
        ModelNotFound,
        f"{UNKNOWN}: models/m is not found for API version v1beta.",
    ),
    "Gemini, a key": (
        400,
        [{"error": {"code": 400, "message": "API key not valid. Please pass a valid API key."}}],
        Unauthorized,
        "The server does not accept the API key: API key not valid. Please pass a valid API key.",
    ),
    "Bedrock": (400, {"message": "The provided model identifier is invalid."}, ModelNotFound, UNKNOWN),
    "Hugging Face": (
        400,
        inner("The requested model 'm' is not supported by any provider you have enabled.", code="model_not_supported"),
        ModelNotFound,
        UNKNOWN,
    ),
    "Groq": (
        400,
        inner("The model `m` has been decommissioned and is no longer supported.", code="model_decommissioned"),
        ModelNotFound,
        UNKNOWN,
    ),
    "Mistral": (400, {"object": "error", "message": "Invalid model: m", "code": "1500"}, ModelNotFound, UNKNOWN),
    "DeepSeek": (400, inner("Model Not Exist", type="invalid_request_error"), ModelNotFound, UNKNOWN),
    "Z.ai": (400, inner("Unknown Model, please check the model code.", code="1211"), ModelNotFound, UNKNOWN),
    "GitHub": (400, inner("Unknown model: m", code="unknown_model"), ModelNotFound, UNKNOWN),
    "no money": (402, inner("Insufficient Balance"), QuotaUsedUp, "The account of the API key cannot pay"),
    "no money, as Claude says it": (
        400,
        inner("Your credit balance is too low to access the API."),
        QuotaUsedUp,
        "The account of the API key cannot pay: Your credit balance is too low to access the API.",
    ),
}
OF_SOMETHING_ELSE = [
    "This model does not support tools.",
    "The model's maximum context is 4096 tokens, and max_tokens is too large.",
    "Invalid model parameter 'temperature'.",
    "Unsupported parameter: 'max_tokens' is not supported with this model.",
    "`temperature` is deprecated for this model.",
    "The tool 'm' was not found in the messages for the model.",
]


@pytest.mark.parametrize("row", ROWS)
def test_what_is_wrong_and_how_it_is_said(row: str) -> None:
    status, body, kind, says = ROWS[row]
    error = refusal(status, StatusError("", body, status, {}), HERE)
    assert type(error) is kind
    assert str(error).startswith(says.rstrip("."))
    assert "litellm." not in str(error)


@pytest.mark.parametrize("message", OF_SOMETHING_ELSE)
def test_other_refusals_are_not_taken_for_an_unknown_model(message: str) -> None:
    assert type(refusal(400, StatusError("", inner(message), 400, {}), HERE)) is RequestRefused


def test_what_a_router_quotes_in_its_own_notation_is_read() -> None:
    quoted = "litellm.BadRequestError: OpenAIException - Error code: 400 - {'error': {'message': 'Too hot.', 'x': 1}}"
    assert unwrapped(quoted) == "Too hot."


@pytest.mark.parametrize("message", ["ValueError: x", "litellm.BadRequestError:", "Plain words.", ""])
def test_what_no_router_has_wrapped_stays_as_it_is(message: str) -> None:
    assert unwrapped(message) == message


def test_a_deep_body_is_read_no_deeper_than_any_is() -> None:
    body: Any = "x"
    for _ in range(100):
        body = {"error": body}
    assert message_of(body) == ""


@pytest.mark.parametrize(
    ("command", "shown"),
    [
        ("ollama pull {model}", "ollama pull llama9"),
        ("docker exec {{.Name}} get '{model}' {x} {", "docker exec {{.Name}} get 'llama9' {x} {"),  # braces of its own
    ],
)
def test_a_missing_model_is_fetched_with_the_command_of_its_entry(command: str, shown: str) -> None:
    route = route_to("ollama/llama9", Access({}, providers=built_in().with_own({"ollama": {"fetch": command}})))
    assert route is not None
    error = refusal(404, StatusError("", inner('model "llama9" not found'), 404, {}), route.endpoint)
    assert error.hint.startswith(f"{shown} fetches it.")
