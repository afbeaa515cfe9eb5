"""A server that refuses tools, in its own words: the model is asked without them, and only then; or one is named."""

from dataclasses import replace

import pytest

from chatbot_cli.chat.messages import Request
from chatbot_cli.chat.tools import ToolDefinition
from chatbot_cli.errors import ContextTooLong, ProviderError, RateLimited, RequestRefused, ServerFailed, ToolsRefused
from tests.providers.asking import HELLO, KEY, Answer, ask, chat_at
from tests.providers.failures.test_shape_refusals import told
from tests.streaming_server import Reply, StreamingServer, event, page, stream

FORBIDDEN_FIELD = {"type": "extra_forbidden", "loc": ["body", "tools"], "msg": "Extra inputs are not permitted"}

TAKES_NO_TOOLS = {
    "Ollama": told("registry.ollama.ai/library/gemma3:4b does not support tools", type="api_error"),
    "OpenRouter": told("No endpoints found that support tool use. To learn more about provider routing, visit: …", 404),
    "vLLM": page(
        {
            "object": "error",
            "message": '"auto" tool choice requires --enable-auto-tool-choice and --tool-call-parser to be set',
            "code": 400,
        },
        400,
    ),
    "llama.cpp": told("tools param requires --jinja flag", 500, type="server_error"),
    "llama.cpp, before": told("Unsupported param: tools", 500, type="server_error"),
    "OpenAI": told("Unsupported parameter: 'tools' is not supported with this model.", param="tools"),
    "OpenAI, before": told("Unrecognized request argument supplied: tools"),
    "Azure": told("Unknown parameter: 'tools'.", param="tools"),
    "Groq": told("`tool calling` is not supported with this model"),
    "Mistral": told("Function calling is not enabled for this model"),
    "Mistral, the field": page({"object": "error", "message": {"detail": [FORBIDDEN_FIELD]}}, 422),
    "FastAPI": page({"detail": [FORBIDDEN_FIELD]}, 422),
    "DeepSeek": told("deepseek-reasoner does not support Function Calling"),
    "Gemini": page(
        [{"error": {"code": 400, "message": "Function calling is not enabled for models/gemma-3-27b"}}], 400
    ),
    "Bedrock": told("This model doesn't support tool use."),
    "Bedrock, in a stream": told("This model doesn't support tool use in streaming mode."),
    "LiteLLM": told(
        "litellm.UnsupportedParamsError: gemma does not support parameters: ['tools'], for model=gemma", 400
    ),
    "SGLang": told("Please launch the server with --tool-call-parser"),
    "an error in the stream": stream(event({"error": {"message": "m does not support tools", "code": 400}})),
}


async def asked(reply: Reply, request: Request = HELLO) -> Answer:
    tools = tuple(map(ToolDefinition, ("time", "files__read_file")))
    with StreamingServer(reply) as server:
        return await ask(chat_at(server.base_url), replace(request, tools=tools))


@pytest.mark.parametrize("reply", TAKES_NO_TOOLS.values(), ids=TAKES_NO_TOOLS)
async def test_a_server_says_that_it_takes_no_tools(reply: Reply) -> None:
    answer = await asked(reply)
    assert type(answer.error) is ToolsRefused
    assert str(answer.error).startswith("The server takes no tools")


OTHERS: dict[str, tuple[Reply, type[ProviderError]]] = {
    "too long": (told("This model's maximum context length is 4096 tokens; tools are not supported."), ContextTooLong),
    "a field of a tool": (told("Unsupported parameter: 'tools[0].strict'.", param="tools[0].strict"), RequestRefused),
    "a failure": (told("The tool server failed", 502), ServerFailed),
    "too many requests": (told("Rate limit for tool calling: it is not supported any more", 429), RateLimited),
    "a temperature": (told("temperature does not support 0 with this model"), RequestRefused),
}


@pytest.mark.parametrize(("reply", "kind"), OTHERS.values(), ids=OTHERS)
async def test_other_refusals_are_none_of_tools(reply: Reply, kind: type[ProviderError]) -> None:
    assert type((await asked(reply)).error) is kind


async def test_without_tools_the_same_words_are_an_ordinary_refusal() -> None:
    with StreamingServer(TAKES_NO_TOOLS["Ollama"]) as server:
        assert type((await ask(chat_at(server.base_url))).error) is RequestRefused


REFUSES_ONE = {
    "OpenAI": told(
        "Invalid schema for function 'files__read_file': In context=(), 'x' is not permitted.",
        param="tools[1].function.parameters",
    ),
    "OpenAI, a name": told("Invalid 'tools[1].function.name': string does not match the pattern."),
    "Claude": told("tools.1.custom.input_schema: JSON schema is invalid. It must match JSON Schema draft 2020-12."),
    "Gemini": told(
        "* GenerateContentRequest.tools[0].function_declarations[1].parameters.properties[x].enum: only for STRING"
    ),
}


@pytest.mark.parametrize("reply", REFUSES_ONE.values(), ids=REFUSES_ONE)
async def test_a_tool_that_a_server_refuses_is_named(reply: Reply) -> None:
    error = (await asked(reply)).error
    assert type(error) is RequestRefused
    assert str(error).startswith("The server refuses the tool files__read_file (400): ")


async def test_a_key_in_the_servers_words_is_not_shown() -> None:
    error = (await asked(told(f"{KEY} does not support tools"))).error
    assert KEY not in str(error)
