"""Which model is meant by one word, over a list such as providers have, and over that of this version."""

import pytest

from chatbot_cli.providers.entries.registry import built_in
from chatbot_cli.providers.known_models import all_known, providers_known
from chatbot_cli.providers.model_names import Standing, parts_of, words_of
from chatbot_cli.providers.naming import (
    Chosen,
    Lists,
    Meaning,
    Several,
    Unknown,
    WithoutKey,
    first_to_offer,
    meaning_of,
)
from chatbot_cli.providers.newest import ListedModel, newest, newest_first

NAMES = {
    "openai": "gpt-6-luna gpt-6-luna-2026-10-01 gpt-6.1-sol gpt-6.1-terra gpt-5.4-mini gpt-5-nano gpt-audio-2"
    " gpt-realtime-2 gpt-4o-2024-08-06 gpt-4o gpt-5.3-codex o3 o4-mini chat-latest text-embedding-3-large",
    "anthropic": "claude-sonnet-4-5-20250929 claude-sonnet-5 claude-sonnet-5-5 claude-opus-5-5 claude-haiku-5-5"
    " claude-mythos-6-preview",
    "gemini": "gemini-3.8-flash gemini-3.5-flash-lite gemini-flash-latest gemini-omni-1.2-flash gemini-2.5-pro"
    " gemini-3.1-pro-preview",
    "groq": "openai/gpt-oss-120b qwen/qwen3-32b qwen/qwen3.8-27b llama-3.3-70b-versatile"
    " meta-llama/llama-prompt-guard-2-86m",
    "deepseek": "deepseek-chat deepseek-v3.2 deepseek-v4-flash deepseek-v4-pro",
    "xai": "grok-4.20 grok-4.3 grok-4.7 grok-code-fast-1 grok-4.20-multi-agent",
    "mistral": "mistral-large-4 mistral-medium-3-5 mistral-medium-2604 codestral-2508 codestral-latest",
}
PRICES = {"claude-haiku-5-5": 1.0, "claude-sonnet-5-5": 12.0, "claude-opus-5-5": 24.0, "gpt-6.1-terra": 5.0}
PRICES |= {"gpt-6.1-sol": 12.0}
LISTED = [
    ListedModel(provider, name, price=PRICES.get(name, 3.0))
    for provider, names in NAMES.items()
    for name in names.split()
]
PROVIDERS = frozenset(row.name for row in built_in())


def meant(word: str, *keys: str, prefer: tuple[str, ...] = (), after: tuple[str, ...] = ()) -> Meaning:
    reachable = [model for model in LISTED if model.provider in keys]
    others = [model for model in LISTED if model.provider not in keys]
    return meaning_of(
        word, Lists(reachable, others, asked=keys, prefer=prefer, providers=PROVIDERS, after_others=frozenset(after))
    )


ALL = tuple(NAMES)


@pytest.mark.parametrize(
    ("word", "spec"),
    [
        ("sonnet", "anthropic/claude-sonnet-5-5"),
        ("Haiku", "anthropic/claude-haiku-5-5"),
        ("claude", "anthropic/claude-sonnet-5-5"),
        ("sonnet-5", "anthropic/claude-sonnet-5"),
        ("sonnet 5.5", "anthropic/claude-sonnet-5-5"),
        ("sonnet-4", "anthropic/claude-sonnet-4-5-20250929"),
        ("mythos", "anthropic/claude-mythos-6-preview"),
        ("gpt", "openai/gpt-6.1-terra"),
        ("gpt-6", "openai/gpt-6-luna"),
        ("luna", "openai/gpt-6-luna"),
        ("mini", "openai/gpt-5.4-mini"),
        ("nano", "openai/gpt-5-nano"),
        ("codex", "openai/gpt-5.3-codex"),
        ("audio", "openai/gpt-audio-2"),
        ("flash-lite", "gemini/gemini-3.5-flash-lite"),
        ("gemini", "gemini/gemini-3.8-flash"),
        ("qwen", "groq/qwen/qwen3.8-27b"),
        ("llama", "groq/llama-3.3-70b-versatile"),
        ("deepseek", "deepseek/deepseek-v4-flash"),
        ("grok", "xai/grok-4.7"),
        ("mistral", "mistral/mistral-large-4"),
        ("codestral", "mistral/codestral-latest"),
        ("openai", "openai/gpt-6.1-terra"),
        ("anthropic", "anthropic/claude-sonnet-5-5"),
        ("claude-sonnet-5-5", "anthropic/claude-sonnet-5-5"),
        ("claude-sonnet-4-5-20250929", "anthropic/claude-sonnet-4-5-20250929"),
    ],
)
def test_a_word_means_the_newest_that_people_mean_by_it(word: str, spec: str) -> None:
    assert meant(word, *ALL) == Chosen(spec, found=True)


@pytest.mark.parametrize("spec", ["gpt-4o", "o3", "gpt-6-luna-2026-10-01", "openai/gpt-6-luna", "ollama/any thing"])
def test_what_opens_as_it_is_stays_as_it_is(spec: str) -> None:
    assert meant(spec, *ALL) == Chosen(spec)


def test_a_word_of_several_providers_is_asked_about_unless_one_is_preferred() -> None:
    both = ("gemini/gemini-3.8-flash", "deepseek/deepseek-v4-flash")
    assert meant("flash", "gemini", "deepseek") == Several("flash", both)
    assert meant("flash", "gemini") == Chosen(both[0], found=True)
    assert meant("flash", "gemini", "deepseek", prefer=("xai", "deepseek")) == Chosen(both[1], found=True)
    # A key that many have for something else counts after those for models.
    assert meant("flash", "gemini", "deepseek", after=("gemini",)) == Chosen(both[1], found=True)
    assert meant("flash", "gemini", after=("gemini",)) == Chosen(both[0], found=True)


def test_without_the_key_a_word_says_whose_model_it_is() -> None:
    assert meant("sonnet", "openai") == WithoutKey("anthropic", "claude-sonnet-5-5")
    assert meant("claude-opus-5-5", "openai") == WithoutKey("anthropic", "claude-opus-5-5")
    assert meant("xai", "openai") == WithoutKey("xai", "grok-4.7")
    assert meant("gpt-4o") == Chosen("gpt-4o")  # the default provider's own: opening it misses the key


def test_an_unknown_word_has_the_nearest_names() -> None:
    assert meant("sonet", *ALL) == Unknown("sonet", ("anthropic/claude-sonnet-5-5",))
    assert meant("gpt-6-lnua", *ALL).nearest[0] == "openai/gpt-6-luna"  # type: ignore[union-attr]  # it is Unknown, or the test fails
    assert meant("zzzzzz", *ALL) == Unknown("zzzzzz")
    assert meant("/", *ALL) == Unknown("/")


def test_for_an_unknown_word_local_names_come_first_and_none_without_a_key_beside_them() -> None:
    lists, here = Lists([], asked=("openai",)), Unknown("lama3", ("ollama/llama3.3",))
    elsewhere = Unknown("lama3", ("github/llama-4", "openai/llama-o"))
    assert first_to_offer(here, elsewhere, lists).nearest == ("ollama/llama3.3", "openai/llama-o")  # type: ignore[union-attr]
    assert first_to_offer(Unknown("lama3"), elsewhere, lists) == elsewhere
    without_key = WithoutKey("anthropic", "claude-sonnet-5-5")
    assert first_to_offer(here, without_key, lists) == without_key
    assert first_to_offer(Chosen("ollama/x"), without_key, lists) == Chosen("ollama/x")


def test_local_models_are_chosen_by_version_and_then_by_their_order() -> None:
    local = [ListedModel("ollama", name) for name in ("nomic-embed-text", "llama3.2", "qwen3:8b", "qwen3:4b")]
    assert newest("qwen", local) == local[2]
    assert newest("", local) == local[1]
    assert newest("nomic", local) is None  # nobody can chat with it
    assert newest("embed", local) == local[0]


def test_models_to_show_are_the_newest_first_and_none_twice() -> None:
    shown = [model.name for model in newest_first(model for model in LISTED if model.provider == "openai")]
    assert shown[:3] == ["gpt-6.1-sol", "gpt-6.1-terra", "gpt-6-luna"]
    assert not {"gpt-6-luna-2026-10-01", "gpt-audio-2", "text-embedding-3-large"} & set(shown)
    assert newest_first([ListedModel("x", "old-1", deprecated=True)]) == []


@pytest.mark.parametrize(
    ("name", "version", "standing"),
    [
        ("claude-3-5-sonnet-20241022", (3, 0.5), Standing.PLAIN),
        ("gpt-4-1106-preview", (4, 0.0), Standing.PREVIEW),
        ("meta-llama/llama-3.3-70b", (3, 0.3), Standing.PLAIN),
        ("mixtral-8x7b", (), Standing.PLAIN),
        ("gemini-2.5-computer-use-preview-10-2025", (2, 0.5), Standing.PREVIEW),
        ("deepseek-v4-pro", (4, 0.0), Standing.SIZED),
        ("accounts/fireworks/models/glm-5p3", (5, 0.3), Standing.PLAIN),
        ("whisper-1", (1, 0.0), Standing.NO_CHAT),
        ("", (), Standing.PLAIN),
    ],
)
def test_a_name_is_taken_apart(name: str, version: tuple[object, ...], standing: Standing) -> None:
    assert (parts_of(name).version, parts_of(name).standing()) == (version, standing)


def test_versions_are_written_in_two_ways() -> None:
    assert words_of("Claude-Sonnet-5-5") == words_of("claude sonnet 5.5") == ("claude", "sonnet", "5.5")


@pytest.mark.parametrize("word", ["sonnet", "haiku", "opus", "claude", "gpt", "flash", "grok", "deepseek", "mistral"])
def test_every_maker_s_word_means_a_plain_model_of_the_list_of_this_version(word: str) -> None:
    makers = ("openai", "anthropic", "gemini", "xai", "deepseek", "mistral")
    assert set(makers) <= set(providers_known())
    listed = [ListedModel(maker, one.name) for maker in makers for one in all_known(maker)]
    asked = ("gemini",) if word == "flash" else makers
    found = meaning_of(word, Lists([one for one in listed if one.provider in asked], asked=asked, providers=PROVIDERS))
    assert isinstance(found, Chosen)
    assert word in found.spec
    assert parts_of(found.spec).standing(frozenset({word})) <= Standing.SIZED
