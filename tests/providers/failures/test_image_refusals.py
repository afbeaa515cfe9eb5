"""A server that refuses images, in its own words: the sentence names the model, and nothing else is taken for that."""

from dataclasses import replace

import pytest

from chatbot_cli.chat.attachments import Attachment
from chatbot_cli.chat.messages import Message, Request
from chatbot_cli.errors import ContextTooLong, ImagesRefused, ModelNotFound, RateLimited, RequestRefused, Unauthorized
from tests.images import picture
from tests.providers.asking import HELLO, Answer, ask, chat_at
from tests.providers.failures.test_shape_refusals import told
from tests.streaming_server import Reply, StreamingServer, page

SHOWING = Request((Message("user", "What is this?", (picture(),)),))
TAKES_NONE = {
    "OpenAI": told("Invalid content type. image_url is only supported by certain models."),
    "Ollama": told("this model is missing data required for image input"),
    "llama.cpp": told("image input is not supported - hint: you may need to provide the mmproj", 500),
    "vLLM": told("At most 0 image(s) may be provided in one prompt."),
    "vLLM, a text model": told("m is not a multimodal model"),
    "OpenRouter": told("No endpoints found that support image input", 404),
    "Groq": told(
        "'messages.1' : for 'role:user' the following must be satisfied[('messages.1.content' : must be a string)]"
    ),
    "DeepSeek": told("Failed to deserialize: messages[1]: unknown variant `image_url`, expected `text`", 422),
    "Mistral": told("Image input is not enabled for this model"),
    "Bedrock": told("This model doesn't support the image content block."),
    "pydantic": page(
        {"detail": [{"loc": ["body", "messages", 0, "content"], "msg": "Input should be a valid string"}]}, 422
    ),
}
REFUSES_ONE = {
    "OpenAI": told("You uploaded an unsupported image. Please make sure your image is valid.", code="invalid_image"),
    "Claude": told("messages.0.content.1.image.source.base64: image exceeds 5 MB maximum"),
    "Gemini": told("Unable to process input image. Please retry or report"),
}


async def asked(reply: Reply, request: Request = SHOWING) -> Answer:
    with StreamingServer(reply) as server:
        return await ask(chat_at(server.base_url), request)


@pytest.mark.parametrize("reply", TAKES_NONE.values(), ids=TAKES_NONE)
async def test_a_model_takes_no_images(reply: Reply) -> None:
    answer = await asked(reply)
    assert type(answer.error) is ImagesRefused
    assert str(answer.error).startswith("gpt-6-luna takes no images (")


@pytest.mark.parametrize("reply", REFUSES_ONE.values(), ids=REFUSES_ONE)
async def test_a_model_refuses_an_image(reply: Reply) -> None:
    answer = await asked(reply)
    assert type(answer.error) is ImagesRefused
    assert "gpt-6-luna" in str(answer.error)


@pytest.mark.parametrize("reply", [*TAKES_NONE.values(), *REFUSES_ONE.values()])
async def test_a_request_without_images_is_never_refused_over_them(reply: Reply) -> None:
    assert type((await asked(reply, HELLO)).error) is not ImagesRefused


async def test_too_large_a_request_with_an_image_names_the_images() -> None:
    error = (await asked(told("Request Entity Too Large", 413))).error
    assert type(error) is ImagesRefused
    assert error.marked_hint == "Send fewer images or files, or smaller ones."


@pytest.mark.parametrize(
    ("reply", "kind"),
    [
        (
            told("This model's maximum context length is 8192 tokens, with the image", code="context_length_exceeded"),
            ContextTooLong,
        ),
        (told("The model `gpt-4-vision` does not exist", 404, code="model_not_found"), ModelNotFound),
        (told("Rate limit reached for images", 429), RateLimited),
        (told("Incorrect API key provided", 401), Unauthorized),
        (told("temperature is too high"), RequestRefused),
    ],
)
async def test_another_error_stays_what_it_is(reply: Reply, kind: type[Exception]) -> None:
    assert type((await asked(reply)).error) is kind


async def test_a_refused_file_is_called_a_file() -> None:
    file = Attachment("a.zip", "application/zip", b"PK")
    answer = await asked(told("Invalid file data"), replace(SHOWING, messages=(Message("user", "Hi", (file,)),)))
    assert str(answer.error).startswith("gpt-6-luna refuses the files (400)")
