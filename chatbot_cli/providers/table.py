"""Every provider we know, one row each: its peculiarities are in its row and nowhere else."""

from collections.abc import Mapping
from types import MappingProxyType
from typing import NamedTuple
from urllib.parse import urlsplit

from chatbot_cli.chat.shape import Level

OBJECT = "object"  # an object at the root, and no choice between several
PLAIN_WORDS = "plain"  # the same, and few words: no references, and no word of other specifications
REASONING_FIELD = "reasoning_content"  # as most servers call it


class Dialect(NamedTuple):
    """How a server differs from others. Every server accepts the defaults.

    `reply_limit_field` is its name for the limit of a reply. Only a server that `takes_sdk_headers` is sent the headers
    that the SDK makes from OPENAI_ORG_ID and the like. One that `takes_cache_key` is sent `prompt_cache_key`, by which
    it finds what it has of a conversation; others may refuse a field that they do not know. `lists_models` is false if
    its list needs another key than a chat. In its list, each name begins with `list_prefix`. An `owned_by` of
    `any_name_owner` there means that the server answers to any name with the model it has loaded. `shape_level` is the
    surest way in which it answers with data. `schema_subset` is what it takes of JSON Schema: "strict" is the subset
    that OpenAI promises to keep to, and is empty for all. `tool_schemas` is the same of the parameters of tools: OBJECT
    or PLAIN_WORDS, and empty for all. `reasoning_field` is where it wants back what the model thought before it called
    tools; empty if it does not.
    """

    reply_limit_field: str = "max_tokens"
    takes_sdk_headers: bool = False
    takes_cache_key: bool = False
    lists_models: bool = True
    list_prefix: str = ""
    any_name_owner: str = ""
    shape_level: Level = Level.SCHEMA
    schema_subset: str = ""
    tool_schemas: str = ""
    reasoning_field: str = ""


class Provider(NamedTuple):
    """A company or program that runs models. `NAME/MODEL` is the spec of one of them.

    `base_url` is its server's for Chat Completions, on localhost if the user runs it; None if the model runs in this
    process. `key_variable` holds the key, which begins with `key_beginning`; None if no key is needed. `models` are
    specs to offer; every other model of the provider can be opened too. `context_tokens` maps the beginning of a
    model's name to the tokens it holds: rather too few than too many. `window_setting` names what sets the size of the
    window of a server that leaves out in silence what is longer. `price_list` is the provider's name in
    genai-prices; None if its prices are unknown. `fetch_command` downloads a missing model, whose name is {model}.
    OPENAI_BASE_URL moves only a provider that `takes_openai_base_url`.
    """

    name: str
    base_url: str | None
    key_variable: str | None = None
    key_explanation: str = ""
    key_beginning: str = ""
    models: tuple[str, ...] = ()
    context_tokens: Mapping[str, int] = MappingProxyType({})
    window_setting: str = ""
    price_list: str | None = None
    fetch_command: str = ""
    dialect: Dialect = Dialect()
    takes_openai_base_url: bool = False


OPENAI = Provider(
    "openai",
    "https://api.openai.com/v1",
    "OPENAI_API_KEY",
    "The key for OpenAI, or for the server at OPENAI_BASE_URL.",
    "sk-",
    models=(
        *("gpt-6-luna", "gpt-6-sol", "gpt-6.1-terra", "gpt-6.1-sol"),
        *("gpt-5.6-luna", "gpt-5.6-terra", "gpt-5.6-sol", "gpt-5.4-mini"),
    ),
    context_tokens={
        **{"gpt-6": 1_050_000, "gpt-5.6": 1_050_000, "gpt-5.5": 1_000_000, "gpt-5.4": 400_000, "gpt-5.3": 128_000},
        **{"gpt-5": 400_000, "gpt-4.1": 1_000_000, "gpt-4o": 128_000, "gpt-4-turbo": 128_000, "gpt-4": 8_192},
        "gpt-3.5": 16_385,
    },
    price_list="openai",
    # Its reasoning models refuse the old name of the field; only this server is sure to know the new one.
    dialect=Dialect("max_completion_tokens", takes_sdk_headers=True, takes_cache_key=True, schema_subset="strict"),
    takes_openai_base_url=True,
)
DEMO = Provider("demo", None, models=("demo",))
PROVIDERS = (
    OPENAI,
    Provider(
        "anthropic",
        "https://api.anthropic.com/v1",
        "ANTHROPIC_API_KEY",
        "The key for Claude.",
        "sk-ant-",
        models=("anthropic/claude-haiku-5-5", "anthropic/claude-sonnet-5-5", "anthropic/claude-opus-5-5"),
        context_tokens={"claude-": 200_000},
        price_list="anthropic",
        # Its list needs another header than its chats. What is demanded of a reply it ignores, and does not say so.
        dialect=Dialect(lists_models=False, shape_level=Level.WORDS, tool_schemas=OBJECT),
    ),
    Provider(
        "gemini",
        "https://generativelanguage.googleapis.com/v1beta/openai",
        "GEMINI_API_KEY",
        "The key for Gemini.",
        "AIza",
        models=("gemini/gemini-3.8-flash",),
        context_tokens={"gemini-": 128_000, "gemini-2.5-": 1_000_000, "gemini-3": 1_000_000},
        price_list="google",
        dialect=Dialect(list_prefix="models/", tool_schemas=PLAIN_WORDS),
    ),
    Provider(
        "ollama",
        "http://localhost:11434/v1",
        window_setting="OLLAMA_CONTEXT_LENGTH of `ollama serve`, or num_ctx in a Modelfile,",
        fetch_command="ollama pull {model}",
    ),
    Provider("lmstudio", "http://localhost:1234/v1", window_setting="The context length that the model is loaded with"),
    Provider("llamacpp", "http://localhost:8080/v1", dialect=Dialect(any_name_owner="llamacpp")),
    Provider("vllm", "http://localhost:8000/v1"),
    DEMO,
)

DIALECTS: Mapping[str, Dialect] = MappingProxyType(
    {
        # Without their own reasoning they refuse a history with calls.
        "api.deepseek.com": Dialect(reasoning_field=REASONING_FIELD),
        "openrouter.ai": Dialect(reasoning_field="reasoning"),
    }
)
"""How servers differ that have no row, by their host."""

KEYS: Mapping[str, str] = {row.key_variable: row.key_explanation for row in PROVIDERS if row.key_variable}
"""The variables that hold keys, each with its explanation."""

KEY_BEGINNINGS = (
    *(row.key_beginning for row in PROVIDERS if row.key_beginning),
    *("gsk_", "xai-"),  # of providers without a row
)


def provider_called(name: str) -> Provider | None:
    """The provider with this name; None if there is none."""
    return next((row for row in PROVIDERS if row.name == name), None)


def provider_at(address: str) -> Provider | None:
    """The provider whose own host, in any region, an address names; None if it is nobody's, or no address."""
    host, port = _host_and_port(address)
    for row in PROVIDERS:
        own = urlsplit(row.base_url or "")
        if own.hostname and own.port in (None, port) and f".{host}".endswith(f".{own.hostname}"):
            return row
    return None


def _host_and_port(address: str) -> tuple[str, int | None]:
    """The host that an address names, and its port; an empty one if it is no address."""
    try:
        return urlsplit(address).hostname or "", urlsplit(address).port
    except ValueError:
        return "", None


def dialect_at(address: str) -> Dialect:
    """The dialect of the server at an address."""
    if provider := provider_at(address):
        return provider.dialect
    host = _host_and_port(address)[0]
    return next((one for name, one in DIALECTS.items() if f".{host}".endswith(f".{name}")), Dialect())


def context_tokens_of(model: str) -> int | None:
    """The tokens that a model holds, whoever serves it; None if unknown. The longest matching beginning counts.

    The name may begin with a vendor's, as routers call models: `openai/gpt-4o`.
    """
    name = model.lower().rpartition("/")[2]
    sizes = [
        (len(beginning), tokens)
        for row in PROVIDERS
        for beginning, tokens in row.context_tokens.items()
        if name.startswith(beginning)
    ]
    return max(sizes, default=(0, None))[1]
