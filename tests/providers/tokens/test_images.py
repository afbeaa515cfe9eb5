"""Images have tokens by their pixels, as each family of models counts them."""

import pytest

from chatbot_cli.chat.attachments import Attachment
from chatbot_cli.chat.messages import Message
from chatbot_cli.providers.tokens.counting import counter_for
from chatbot_cli.providers.tokens.images import image_tokens
from tests.images import png


@pytest.mark.parametrize(
    ("model", "width", "height", "tokens"),
    [
        ("gpt-4o", 1024, 1024, 85 + 4 * 170),  # the examples of OpenAI's page
        ("gpt-4o", 2048, 4096, 85 + 6 * 170),
        ("gpt-4.1", 512, 512, 85 + 170),
        ("gpt-4o-mini", 1024, 1024, 2_833 + 4 * 5_667),
        ("gpt-5", 1024, 1024, 70 + 4 * 140),
        ("o3", 1024, 1024, 75 + 4 * 150),
        ("gpt-4.1-mini", 1024, 1024, 1_659),
        ("gpt-5-nano", 1024, 1024, 2_520),
        ("o4-mini", 8000, 8000, 2_642),
        ("gpt-5.2", 4000, 4000, 1_844),
        ("gpt-6-luna", 320, 320, 120),
        ("claude-opus-4", 1092, 1092, 1_590),
        ("claude-opus-4", 8000, 8000, 1_600),
        ("claude-opus-4", 200, 200, 54),
        ("gemini-2.5-flash", 384, 384, 258),
        ("gemini-2.5-flash", 1000, 1000, 4 * 258),
        ("llama3.2-vision", 1024, 1024, 1_024),
        ("demo", 32, 33, 2),
    ],
)
def test_the_tokens_of_each_family(model: str, width: int, height: int, tokens: int) -> None:
    assert image_tokens(model, width, height) == tokens


@pytest.mark.parametrize("model", ["gpt-4o", "gpt-5.2", "claude-x", "gemini-x", "x"])
@pytest.mark.parametrize(("width", "height"), [(1, 1), (1, 8000), (8000, 1), (100_000, 100_000)])
def test_no_size_is_a_defect(model: str, width: int, height: int) -> None:
    assert image_tokens(model, width, height) > 0


def test_a_counter_counts_pixels_and_never_bytes() -> None:
    counter = counter_for("openai/gpt-4o")
    small, padded = (
        Message("user", "", (Attachment("a.png", "image/png", png(512, 512, pad)),)) for pad in (0, 99_999)
    )
    assert counter.count(small) == counter.count(padded)
    assert counter.count(small) - counter.count(Message("user", "")) == 255
