"""What a reply costs."""

import pytest

from chatbot_cli.providers.prices import cost_of


@pytest.mark.parametrize(
    ("provider", "model"),
    [("openai", "gpt-6-luna"), ("anthropic", "claude-sonnet-4-5"), ("gemini", "gemini-2.5-flash")],
)
def test_models_of_every_paid_provider_have_a_price_for_both_directions(provider: str, model: str) -> None:
    sent, reply = cost_of(provider, model, 1000, 0), cost_of(provider, model, 0, 1000)

    assert sent is not None
    assert reply is not None
    assert 0 < sent < reply < 1


def test_the_default_model_costs_ten_cents_in_and_fifty_cents_out_per_million_tokens() -> None:
    assert cost_of("openai", "gpt-6-luna", 10_000, 1_000) == pytest.approx(0.001 + 0.0005)


def test_nothing_used_costs_nothing() -> None:
    assert cost_of("openai", "gpt-6-luna", 0, 0) == 0


@pytest.mark.parametrize("model", ["gpt-99", "", "my own model", "ft:gpt-4.1:acme::1", "🎉"])
def test_the_price_of_an_unknown_model_is_not_known(model: str) -> None:
    assert cost_of("openai", model, 1000, 1000) is None


@pytest.mark.parametrize("provider", ["demo", "ollama", "lmstudio", "llamacpp", "vllm", "unheard-of"])
def test_what_runs_on_the_user_s_machine_has_no_price(provider: str) -> None:
    assert cost_of(provider, "gpt-4o", 1000, 1000) is None
