"""A server that refuses a schema or JSON mode, in its own words: it is asked in a plainer way, and only then."""

import json
from dataclasses import replace

import pytest

from chatbot_cli.chat.shape import Demand, Level
from chatbot_cli.errors import ContextTooLong, RateLimited, RequestRefused, ServerFailed, ShapeRefused, Unauthorized
from tests.fakes import AnyWords
from tests.providers.asking import HELLO, KEY, Answer, ask, chat_at
from tests.streaming_server import Reply, StreamingServer, event, page, stream, text

GUIDE = "Learn more at https://platform.openai.com/docs/guides/structured-outputs"
FORBIDDEN_FIELD = {
    "type": "extra_forbidden",
    "loc": ["body", "response_format"],
    "msg": "Extra inputs are not permitted",
}
PASSED_ON = {
    "message": "Provider returned error",
    "code": 400,
    "metadata": {"raw": json.dumps({"error": {"message": "Invalid schema for response_format 'reply': no."}})},
}


def told(message: str, status: int = 400, **more: object) -> Reply:
    return page({"error": {"message": message, **more}}, status)


REFUSES_SCHEMA = {
    "OpenAI, an older model": told(
        f"Invalid parameter: 'response_format' of type 'json_schema' is not supported with this model. {GUIDE}",
        type="invalid_request_error",
    ),
    "OpenAI, the schema": told(
        "Invalid schema for response_format 'reply': In context=(), 'additionalProperties' is required to be supplied "
        "and to be false.",
        param="response_format",
    ),
    "Azure, an older version": told("response_format value as json_schema is enabled only for api versions 2024-08-01"),
    "DeepSeek": told("This response_format type is unavailable now", code="invalid_request_error"),
    "DeepSeek, before": told(
        "Failed to deserialize the JSON body into the target type: response_format: response_format.type `json_schema`"
        " is unavailable now at line 1 column 1193",
        422,
    ),
    "Groq": told("This model does not support response format `json_schema`. See supported models."),
    "Groq, streaming": told("response_format` does not support streaming", type="invalid_request_error"),
    "Groq, the schema": told(
        "invalid schema for response format: response_format/json_schema/next_step: minItems is not supported"
    ),
    "Volcengine": told(
        "The parameter `response_format.type` specified in the request are not valid: invalid value: `json_schema`, "
        "supported values are: `json_object` and `text`.",
        param="response_format.type",
    ),
    "Mistral": page({"object": "error", "message": {"detail": [FORBIDDEN_FIELD]}, "code": None}, 422),
    "Claude": told("response_format: Extra inputs are not permitted", type="invalid_request_error"),
    "Claude, the schema": told("The compiled grammar is too large, which would cause performance issues."),
    "Gemini, the schema": page(
        [{"error": {"code": 400, "message": "The specified schema produces a constraint that has too many states."}}],
        400,
    ),
    "Gemini, a keyword": told(
        "Invalid JSON payload received. Unknown name \"$ref\" at 'generation_config.response_schema': no such field."
    ),
    "Gemini, without a word": told("Request contains an invalid argument.", status=400),
    "vLLM": page(
        {"object": "error", "message": "The provided JSON schema contains features not supported by xgrammar."}, 400
    ),
    "vLLM, a format": told("Grammar error: Unknown format: uri"),
    "llama.cpp": told("Failed to parse grammar", code=400),
    "llama.cpp, the schema": told(
        "Unable to generate parser for this template. Automatic parser generation failed: JSON schema error at #: "
        "unrecognized type strange"
    ),
    "llama.cpp, before": told(
        'response_format type must be one of "text" or "json_object", but got: json_schema', 500, type="server_error"
    ),
    "Ollama": told("invalid JSON schema in format", 500),
    "Ollama, another": told('invalid format: expected "json" or a JSON schema', 500),
    "LM Studio": page({"error": "'response_format.type' must be 'text'"}, 400),
    "LiteLLM": told(
        "litellm.UnsupportedParamsError: groq does not support parameters: ['response_format'], for model=llama3-8b.",
        500,
    ),
    "xAI": page({"code": "Client specified an invalid argument", "error": "The response_format is unsupported."}, 400),
    "OpenRouter": told("No endpoints found that can handle the requested parameters.", 404),
    "OpenRouter, passed on": page({"error": PASSED_ON}, 400),
    "in the stream": stream(event({"error": {"message": "json_schema is not supported", "code": 400}})),
}
REFUSES_OBJECT = {
    "Groq, streaming": REFUSES_SCHEMA["Groq, streaming"],
    "LM Studio": page({"error": "'response_format.type' must be 'json_schema' or 'text'"}, 400),
    "OpenAI, an older model": told("Invalid parameter: 'response_format' of type 'json_object' is not supported."),
    "OpenAI, the word": told(
        "'messages' must contain the word 'json' in some form, to use 'response_format' of type 'json_object'.",
        param="messages",
    ),
    "DeepSeek": told("deepseek-reasoner does not support Json Output."),
}
OTHERS = {
    "another option": (told("Unsupported value: 'temperature'."), RequestRefused),
    "the key": (told("Incorrect API key provided, for json_schema too.", 401), Unauthorized),
    "too many": (told("Slow down with response_format.", 429), RateLimited),
    "too long": (told("maximum context length is 10 tokens, json_schema included"), ContextTooLong),
    "a failure": (told("Oops", 500), ServerFailed),
    "what the server repeats of the request": (
        page({"detail": [{"loc": ["body", "n"], "msg": "no", "input": {"x": "response_format json_schema"}}]}, 422),
        RequestRefused,
    ),
}


async def asked(reply: Reply, level: Level | None) -> Answer:
    with StreamingServer(reply) as server:
        return await ask(chat_at(server.base_url), replace(HELLO, demand=Demand(AnyWords(), level) if level else None))


@pytest.mark.parametrize(
    ("level", "server"),
    [(Level.SCHEMA, server) for server in REFUSES_SCHEMA] + [(Level.OBJECT, server) for server in REFUSES_OBJECT],
)
async def test_a_server_that_refuses_a_shape_is_recognized(level: Level, server: str) -> None:
    reply = (REFUSES_SCHEMA if level is Level.SCHEMA else REFUSES_OBJECT)[server]
    told = await asked(reply, level)
    assert type(told.error) is ShapeRefused
    refused = "the schema" if level is Level.SCHEMA else "JSON mode"
    assert str(told.error).startswith(f"The server refuses {refused}")
    assert ": " in str(told.error)  # and then its words


async def test_words_that_a_router_passes_on_are_told() -> None:
    told = await asked(REFUSES_SCHEMA["OpenRouter, passed on"], Level.SCHEMA)
    assert "Invalid schema for response_format 'reply': no." in str(told.error)


async def test_a_key_in_the_words_is_struck_out() -> None:
    told = await asked(
        page({"error": {"message": "No.", "metadata": f"json_schema with {KEY} is off"}}, 400), Level.SCHEMA
    )
    assert str(told.error) == "The server refuses the schema (400): json_schema with [key] is off."


async def test_the_name_of_a_parameter_does_not_take_the_place_of_what_is_said() -> None:
    told = await asked(
        page({"error": {"message": "It has no such value.", "param": "response_format"}}, 400), Level.SCHEMA
    )
    assert str(told.error) == "The server refuses the schema (400): It has no such value."


@pytest.mark.parametrize("case", OTHERS)
async def test_another_refusal_is_what_it_was(case: str) -> None:
    reply, kind = OTHERS[case]
    assert type((await asked(reply, Level.SCHEMA)).error) is kind


@pytest.mark.parametrize("level", [None, Level.WORDS])
async def test_without_a_demand_nothing_of_it_is_refused(level: Level | None) -> None:
    told = await asked(REFUSES_SCHEMA["OpenAI, an older model"], level)
    assert type(told.error) is RequestRefused


async def test_a_vague_refusal_of_json_mode_is_what_it_was() -> None:
    told = await asked(REFUSES_SCHEMA["Gemini, without a word"], Level.OBJECT)
    assert type(told.error) is RequestRefused


async def test_a_reply_that_has_begun_breaks_off() -> None:
    told = await asked(stream(text("Half"), event({"error": {"message": "grammar"}})), Level.SCHEMA)
    assert told.error is not None
    assert type(told.error) is not ShapeRefused
