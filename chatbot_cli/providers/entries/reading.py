"""Reads the entry of a provider: a table of TOML -> Provider. Pure. What makes no sense is said in a sentence."""

import re
from collections.abc import Callable, Mapping
from types import MappingProxyType
from typing import Any
from urllib.parse import urlsplit

from chatbot_cli.chat.shape import Level
from chatbot_cli.errors import SettingsError
from chatbot_cli.frozen import frozen
from chatbot_cli.providers.entries.provider import (
    ALWAYS,
    BEARER,
    CHAT,
    MESSAGES,
    NEVER,
    NO_KEY,
    OBJECT,
    PLAIN_WORDS,
    WEIGHTS,
    WITH_TOOLS,
    Provider,
)
from chatbot_cli.text.short import as_written

NAME = re.compile(r"[a-z0-9][a-z0-9_.-]{0,39}")
_VARIABLE = re.compile(r"[A-Za-z_][A-Za-z0-9_]*")
_FIELD = re.compile(r"[A-Za-z_][A-Za-z0-9_.-]*")
_HEADER = re.compile(r"header:[A-Za-z][A-Za-z0-9-]*")
_PROBE = re.compile(r"/[\w/.-]*( \w+)?")
PLACEHOLDER = re.compile(r"\{(\w+)\}")
LEVELS: Mapping[str, Level] = MappingProxyType({"schema": Level.SCHEMA, "object": Level.OBJECT, "prompt": Level.WORDS})
EXTENDS = "extends"
# The fields of Dialect that hold whatever protocol is spoken with a server.
OF_THE_SERVER = frozenset(
    ("reply_limit_field", "seed_field", "never", "auth", "passes_on", "lists_models", "own_names", "list_prefix")
)


@frozen
class Key:
    """A key of an entry: what its value is, in words, whether one is sound, and where it goes.

    `field` is the field of Provider, or of Dialect after a `dialect.`; `read` makes its value.
    """

    field: str
    expected: str
    is_sound: Callable[[object], bool]
    read: Callable[[object], object] = lambda value: value


def _is_text(value: object) -> bool:
    return isinstance(value, str) and bool(value.strip()) and value.isprintable()


def _is_address(value: object) -> bool:
    if not _is_text(value):
        return False
    try:
        parts = urlsplit(PLACEHOLDER.sub("x", str(value)))
        return parts.scheme in ("http", "https") and bool(parts.hostname) and parts.port != 0 and " " not in str(value)
    except ValueError:
        return False


def _is_list(fits: Callable[[object], bool]) -> Callable[[object], bool]:
    return lambda value: isinstance(value, list) and bool(value) and all(map(fits, value))


def _matches(pattern: re.Pattern[str]) -> Callable[[object], bool]:
    return lambda value: isinstance(value, str) and pattern.fullmatch(value) is not None


def _one_of(*words: str) -> Callable[[object], bool]:
    return lambda value: value in words


def _is_switch(value: object) -> bool:
    return isinstance(value, bool)


def _is_reasoning(value: object) -> bool:
    return (
        isinstance(value, dict)
        and set(value) <= {"field", "back"}
        and _matches(_FIELD)(value.get("field"))
        and value.get("back", NEVER) in (NEVER, WITH_TOOLS, ALWAYS)
    )


def _is_effort(value: object) -> bool:
    return (
        isinstance(value, dict)
        and set(value) <= {"field", "words"}
        and _matches(_FIELD)(value.get("field", "reasoning_effort"))
        and ("words" not in value or _is_list(_is_text)(value["words"]))
    )


def _is_auth(value: object) -> bool:
    return value in (BEARER, NO_KEY) or _matches(_HEADER)(value)


def _texts(value: object) -> tuple[str, ...]:
    return tuple(map(str, value)) if isinstance(value, list) else (str(value),)


_TEXT, _SWITCH = (("a text", _is_text), ("true or false", _is_switch))
_NAMES = ('a list of names, such as ["NAME"]', _is_list(_matches(_FIELD)))
_TEXTS = ('a list of texts, such as ["ONE", "TWO"]', _is_list(_is_text))

KEYS: Mapping[str, Key] = MappingProxyType(
    {
        "label": Key("label", *_TEXT),
        "url": Key("base_url", "an address such as http://localhost:8080/v1", _is_address),
        "url_variable": Key("url_variable", "the name of a variable", _matches(_VARIABLE)),
        "key_env": Key(
            "key_variables", 'a list of variables, such as ["MY_KEY"]', _is_list(_matches(_VARIABLE)), _texts
        ),
        "key_cmd": Key(
            "key_command", 'a list of words, such as ["pass", "show", "my-key"]', _is_list(_is_text), _texts
        ),
        "key_begins": Key("key_beginning", *_TEXT),
        "auth": Key("dialect.auth", '"bearer", "none" or "header:NAME"', _is_auth),
        "speaks": Key("dialect.speaks", f'"{CHAT}" or "{MESSAGES}"', _one_of(CHAT, MESSAGES)),
        "limit": Key("dialect.reply_limit_field", "the name of a field", _matches(_FIELD)),
        "seed": Key("dialect.seed_field", "the name of a field", _matches(_FIELD)),
        "never": Key("dialect.never", *_NAMES, lambda value: frozenset(_texts(value))),
        "reasoning": Key("dialect", '{ field = "…", back = "never", "with-tools" or "always" }', _is_reasoning),
        "effort": Key("dialect", '{ field = "…", words = ["low", "high"] }', _is_effort),
        "schema": Key(
            "dialect.shape_level", '"schema", "object" or "prompt"', _one_of(*LEVELS), lambda v: LEVELS[str(v)]
        ),
        "subset": Key("dialect.schema_subset", '"strict" or "claude"', _one_of("strict", "claude")),
        "tools": Key("dialect.tool_schemas", f'"{OBJECT}" or "{PLAIN_WORDS}"', _one_of(OBJECT, PLAIN_WORDS)),
        "cache": Key("dialect.cache", '"auto", "mark" or "none"', _one_of("auto", "mark", "none")),
        "window": Key("window", *_NAMES, _texts),
        "probe": Key("probe", 'a list of paths, such as ["/props"]', _is_list(_matches(_PROBE)), _texts),
        "window_setting": Key("window_setting", *_TEXT),
        "prices": Key("price_list", *_TEXT),
        "known_by": Key("known_by", *_TEXTS, _texts),
        "local": Key("local", *_SWITCH),
        "starts": Key("starts", f'"{WEIGHTS}"', _one_of(WEIGHTS)),
        "fetch": Key("fetch_command", *_TEXT),
        "lists_models": Key("dialect.lists_models", *_SWITCH),
        "passes_on": Key("dialect.passes_on", *_SWITCH),
        "own_names": Key("dialect.own_names", *_SWITCH),
        "list_prefix": Key("dialect.list_prefix", *_TEXT),
        "any_name_owner": Key("dialect.any_name_owner", *_TEXT),
        "sdk_headers": Key("dialect.takes_sdk_headers", *_SWITCH),
        "cache_key": Key("dialect.takes_cache_key", *_SWITCH),
        "instead": Key("dialect", "a table with keys of an entry", lambda value: isinstance(value, dict)),
        "default": Key("is_default", *_SWITCH),
        "shares_key": Key("shares_key", *_SWITCH),
        "models": Key("models", *_TEXTS, _texts),
    }
)


def read_entry(name: str, table: Mapping[str, object], start: Provider) -> Provider:
    """The provider that `start` becomes with what a table says. Raises SettingsError."""
    of_provider: dict[str, Any] = {}  # each value is as its Key says
    of_dialect: dict[str, Any] = {}
    for word, value in table.items():
        if word == EXTENDS:
            continue
        if (key := KEYS.get(word)) is None:
            raise _unknown(name, word)
        if not key.is_sound(value):
            raise SettingsError(f"config.toml: {word} of {_table(name)} is not {key.expected}.", "Correct it there.")
        room, _, field = key.field.rpartition(".")
        if key.field == "dialect":
            of_dialect |= _in_parts(name, word, value)
        elif room:
            of_dialect[field] = key.read(value)
        else:
            of_provider[field] = key.read(value)
    if isinstance(models := of_provider.get("models"), tuple) and not of_provider.get("is_default"):
        of_provider["models"] = tuple(f"{name}/{model}" for model in models)
    dialect = start.dialect._replace(**of_dialect)
    if dialect.instead and "instead" not in table:
        too = {field: value for field, value in of_dialect.items() if field in OF_THE_SERVER}
        dialect = dialect._replace(instead=dialect.instead._replace(**too))
    return start._replace(**of_provider, dialect=dialect)


def _in_parts(name: str, word: str, value: object) -> dict[str, object]:
    """The fields of a dialect that a table in an entry fills. Raises SettingsError."""
    parts = dict(value) if isinstance(value, dict) else {}
    if word == "instead":
        return {"instead": read_entry(name, parts, Provider(name, None)).dialect}
    if word == "reasoning":
        return {"reasoning_field": parts["field"], "reasoning_back": parts.get("back", NEVER)}
    fields = {"field": "effort_field", "words": "efforts"}
    return {fields[key]: tuple(part) if isinstance(part, list) else part for key, part in parts.items()}


def unusable_name(name: str) -> SettingsError:
    """The error for a provider whose name cannot stand before a slash."""
    return SettingsError(
        f'config.toml: a provider cannot be called "{as_written(name)}".',
        "Its name has small letters, digits and - alone, such as [providers.my-server].",
    )


def _table(name: str) -> str:
    return f"providers.{name}"


def _unknown(name: str, word: str) -> SettingsError:
    if word.lower() in ("key", "api_key", "apikey", "token"):
        return SettingsError(
            f"config.toml: no key stands in {_table(name)}.",
            'Name a variable that holds it, key_env = ["MY_KEY"], or a command that prints it, key_cmd = ["pass", …].',
        )
    from difflib import get_close_matches  # here because only this error needs it

    words = [EXTENDS, *KEYS]
    close = get_close_matches(word.lower().replace("-", "_"), words, n=1)
    hint = f"Did you mean {close[0]}?" if close else f"There are {', '.join(words)}."
    return SettingsError(f'config.toml: {_table(name)} has no "{as_written(word)}".', hint)
