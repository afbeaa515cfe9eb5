"""What is known of the models of providers: a list that was made for this release, read at the first question."""

import re
import zlib
from collections.abc import Iterator, Mapping, Sequence
from functools import cache, lru_cache
from pathlib import Path
from typing import Any, NamedTuple

_FILE = Path(__file__).with_name("models.json.gz")
_GZIP = 16 + zlib.MAX_WBITS  # gzip itself takes longer to import than the list to read
_MAKERS = ("openai", "anthropic", "gemini", "xai", "deepseek", "mistral", "moonshot", "zai", "qwen")
_EFFORTS = {"n": "none", "i": "minimal", "l": "low", "m": "medium", "h": "high", "x": "xhigh", "M": "max"}
_REGION = re.compile(
    r"^(?:[a-z]{2,6}(?:-gov)?\.)?(?:[a-z0-9-]+\.)(?=[a-z])"
)  # us.anthropic.claude-…, as Bedrock says it
_VERSION = re.compile(r"(?:-v\d+)?(?::[a-z0-9]+)+$|-v\d+$|@[a-z0-9-]+$")  # -v1:0, :free, @20260501
_DAY = re.compile(r"-(?:20\d\d-\d\d-\d\d|20\d{6}|latest)$")


class KnownModel(NamedTuple):
    """A model of a provider, as the list has it. Numbers that are unknown are None.

    `context_tokens` is its window, `input_tokens` the most of it that may be sent, `output_tokens` the most that comes
    back. Prices are US dollars for a million tokens. It `takes_sampling` unless a temperature is known to be refused;
    `efforts` are words of reasoning_effort that it takes, none if that is unknown. `thinks_always` tells that this
    cannot be switched off, `thinks_adaptively` that it decides by itself how long. `released` and `deprecated` are days
    as YYYY-MM-DD, empty if unknown. A beginning of fewer than `cache_from` tokens is not cached.
    """

    provider: str
    name: str
    context_tokens: int
    input_tokens: int
    output_tokens: int | None
    price_in: float | None
    price_out: float | None
    price_cached: float | None
    price_written: float | None
    vision: bool
    tools: bool
    schema: bool
    thinks: bool
    thinks_always: bool
    thinks_adaptively: bool
    takes_sampling: bool
    efforts: tuple[str, ...]
    released: str
    deprecated: str
    cache_from: int | None


def known(provider: str, name: str) -> KnownModel | None:
    """The model that a provider serves by this name; None if the list does not have it.

    The provider may be one without a list, or "". The name may be a router's (`vendor/model`), may end with a day or
    another version's mark, and may be written as Bedrock does.
    """
    own = _own(provider, name)
    if own or provider in _MAKERS:
        return own
    return next(filter(None, (_own(maker, name) for maker in _MAKERS)), None)


def known_anywhere(name: str) -> KnownModel | None:
    """The model with this name of a provider that publishes no weights: so it is the same at every server."""
    owners = (one for one in _MAKERS if _table_of(one).get("owns"))
    return next(filter(None, (_own(owner, name) for owner in owners)), None)


def all_known(provider: str) -> Sequence[KnownModel]:
    """All models of a provider in the list, by name."""
    table = _table(provider)
    return [_model(provider, table, index) for index in range(len(table["names"]))] if table else []


def providers_known() -> Sequence[str]:
    """The names of the providers of which there is a list."""
    return list(_document()[1])


def tokens_of_its_kind(name: str, words: int = 2, *, owned: bool = False) -> int | None:
    """A guess at the window of a model that is not in the list: the least of those whose names begin most alike.

    That is, by whole words, and at least by so many. None if there are none. With `owned`, only models of providers
    that publish no weights are looked at.
    """
    parts = _plain(name.rpartition("/")[2]).split("-")
    least = _least_by_beginning(owned)
    beginnings = ("-".join(parts[:count]) for count in range(len(parts), words - 1, -1))
    return next((least[one] for one in beginnings if one in least), None)


def list_date() -> str:
    """The day of the list, as YYYY-MM-DD."""
    return _document()[0]


def _own(provider: str, name: str) -> KnownModel | None:
    table = _table(provider)
    if table is None:
        return None
    index = _index(provider)
    found = next((index[one] for one in _ways_to_write(name) if one in index), None)
    return None if found is None else _model(provider, table, found)


@lru_cache(maxsize=64)
def _ways_to_write(name: str) -> Sequence[str]:
    """The names by which a model may stand in the list: as it is first, then with less and less around it.

    They are kept for a while, since one name is looked for at several makers: a local server may have a thousand.
    """
    return tuple(dict.fromkeys(_all_ways_to_write(name)))


def _all_ways_to_write(name: str) -> Iterator[str]:
    for bare in dict.fromkeys((name.strip(), name.strip().rpartition("/")[2])):
        plain = _REGION.sub("", bare.lower()) if "anthropic." in bare.lower() else bare
        for one in (bare, plain):
            unmarked = _VERSION.sub("", one.lower())
            yield from (_plain(one), _plain(unmarked), _plain(_DAY.sub("", unmarked)))


def _plain(name: str) -> str:
    """A name to look for: routers write 4.5 where the makers write 4-5."""
    return name.lower().replace(".", "-")


def _model(provider: str, table: Mapping[str, Any], index: int) -> KnownModel:
    row = {field: column[index] for field, column in table.items() if isinstance(column, list)}
    can = row["can"]
    return KnownModel(
        provider,
        row["names"],
        row["context"],
        row["input"] or row["context"],
        row["output"] or None,
        row["price_in"],
        row["price_out"],
        row["price_cached"],
        row["price_written"],
        vision="v" in can,
        tools="t" in can,
        schema="s" in can,
        thinks="r" in can,
        thinks_always="A" in can,
        thinks_adaptively="a" in can,
        takes_sampling=bool(row["sampling"]),
        efforts=tuple(_EFFORTS[letter] for letter in row["efforts"]),
        released=row["released"],
        deprecated=row["deprecated"],
        cache_from=row["cache_from"] or None,
    )


@cache
def _index(provider: str) -> Mapping[str, int]:
    """The place of each name in a provider's columns."""
    table = _table(provider)
    return {_plain(name): place for place, name in enumerate(table["names"])} if table else {}


@cache
def _least_by_beginning(owned: bool) -> Mapping[str, int]:
    """The least window of the models whose names begin with these whole words."""
    least: dict[str, int] = {}
    for maker in _MAKERS:
        if not owned or _table_of(maker).get("owns"):
            for listed, place in _index(maker).items():
                tokens, parts = int(_table_of(maker)["context"][place]), listed.split("-")
                for beginning in ("-".join(parts[:count]) for count in range(1, len(parts) + 1)):
                    least[beginning] = min(tokens, least.get(beginning, tokens))
    return least


def _table_of(maker: str) -> Mapping[str, Any]:
    return _table(maker) or {}


@cache
def _table(provider: str) -> Mapping[str, Any] | None:
    """The columns of a provider's models; None if there is no list of it."""
    # Here, because --help and --version import this room, and open no model.
    import json

    columns = _document()[1].get(provider)
    return None if columns is None else json.loads(columns)


@cache
def _document() -> tuple[str, Mapping[str, str]]:
    """The day of the list, and the columns of each provider as JSON."""
    text = zlib.decompress(_FILE.read_bytes(), _GZIP).decode()
    day, *lines = text.split("\n")
    return day, dict(line.split(" ", 1) for line in lines)
