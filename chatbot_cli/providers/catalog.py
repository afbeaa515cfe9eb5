"""The providers we know, and how a model spec such as `ollama/llama3.3` is opened. Cheap to import."""

from collections.abc import Callable, Mapping
from functools import partial

from chatbot_cli.chat.ports import ChatModel
from chatbot_cli.chat.setup import Model
from chatbot_cli.errors import MissingKey, SettingsError
from chatbot_cli.frozen import frozen
from chatbot_cli.providers.deferred import DeferredChat, WarmUp
from chatbot_cli.providers.prices import cost_of
from chatbot_cli.providers.retrying import RetryingChat
from chatbot_cli.providers.route.endpoint import Access, Endpoint
from chatbot_cli.providers.tokens.counting import counter_for

DEMO = "demo"
KEY_BEGINNINGS = ("sk-", "AIza", "gsk_", "xai-")
PLACEHOLDER_KEY = "no-key"  # a server that needs none still gets one: the SDK will not send a request without


@frozen
class Provider:
    """A server that speaks Chat Completions. `key_variable` is None where no key is needed.

    `models` are specs worth offering; every other model of the provider can be opened as well.
    """

    name: str
    base_url: str
    key_variable: str | None = None
    models: tuple[str, ...] = ()


OPENAI = Provider(
    "openai",
    "https://api.openai.com/v1",
    "OPENAI_API_KEY",
    (
        *("gpt-6-luna", "gpt-6-sol", "gpt-6.1-terra", "gpt-6.1-sol"),
        *("gpt-5.6-luna", "gpt-5.6-terra", "gpt-5.6-sol", "gpt-5.4-mini"),
    ),
)
PROVIDERS = (
    OPENAI,
    Provider(
        "anthropic",
        "https://api.anthropic.com/v1",
        "ANTHROPIC_API_KEY",
        ("anthropic/claude-haiku-5-5", "anthropic/claude-sonnet-5-5", "anthropic/claude-opus-5-5"),
    ),
    Provider(
        "gemini",
        "https://generativelanguage.googleapis.com/v1beta/openai",
        "GEMINI_API_KEY",
        ("gemini/gemini-3.8-flash",),
    ),
    Provider("ollama", "http://localhost:11434/v1"),
    Provider("lmstudio", "http://localhost:1234/v1"),
    Provider("llamacpp", "http://localhost:8080/v1"),
    Provider("vllm", "http://localhost:8000/v1"),
    Provider(DEMO, "", models=(DEMO,)),
)

# Tokens a model holds, by the beginning of its name; the longest that fits counts. Rather too few than too many.
CONTEXT_TOKENS = {
    "gpt-6": 1_050_000,
    "gpt-5.6": 1_050_000,
    "gpt-5.5": 1_000_000,
    "gpt-5.4": 400_000,
    "gpt-5.3": 128_000,
    "gpt-5": 400_000,
    "gpt-4.1": 1_000_000,
    "gpt-4o": 128_000,
    "gpt-4-turbo": 128_000,
    "gpt-4": 8_192,
    "gpt-3.5": 16_385,
    "claude-": 200_000,
    "gemini-": 128_000,
    "gemini-2.5-": 1_000_000,
    "gemini-3": 1_000_000,
}
UNKNOWN_CLOUD_MODEL = 128_000
UNKNOWN_LOCAL_MODEL = 8_192  # local servers cut what is too long for their window without a word


def open_model(spec: str, access: Access, *, tries: int = 1) -> Model:
    """Open `NAME` (of OpenAI), `PROVIDER/NAME` or `demo`. Nothing is sent, and nothing slow is loaded yet.

    A request is sent up to `tries` times. Raises SettingsError, and MissingKey when the provider wants a key that is
    not among those of `access`.
    """
    place = endpoint_of(spec, access)
    if place is None:
        return _demo()
    provider, endpoint = place
    own = provider.base_url != endpoint.base_url
    cost = _unknown_cost if own else partial(cost_of, provider.name, endpoint.model)
    chat = DeferredChat(partial(_connect, endpoint, cost, tries))
    counter = counter_for(endpoint.model)
    warm_up = WarmUp(chat.load, counter.load, partial(cost, 0, 0))
    tokens = _context_tokens(endpoint)
    return Model(spec.strip(), endpoint.model, chat, counter, tokens, warm_up, _without_password(access.base_url or ""))


def endpoint_of(spec: str, access: Access) -> tuple[Provider, Endpoint] | None:
    """The provider of a model and where it is reached; None for the demo model, which is reached nowhere.

    Where the address is the user's own, a prefix that is no provider belongs to the name. Raises as `open_model`.
    """
    provider, name = _split(spec.strip(), own_server=bool(access.base_url or access.openai_base_url))
    if provider.name == DEMO:
        return None
    address = (access.base_url or (access.openai_base_url if provider is OPENAI else None) or "").strip()
    key = _key(provider, name, access.keys, needed=not address)
    timeouts, environ = access.timeouts, access.environ
    return provider, Endpoint(address or provider.base_url, name, key, provider.key_variable, timeouts, environ)


def _without_password(address: str) -> str:
    """An address that may be stored; one that may hold a password may not."""
    return "" if "@" in address or "?" in address else address


def _split(spec: str, *, own_server: bool) -> tuple[Provider, str]:
    """The provider a spec names, and the model's name there."""
    if spec == DEMO:
        return _provider(DEMO), DEMO
    if spec.startswith(KEY_BEGINNINGS):
        # No sentence and no status line may show it, as they would show a name.
        raise SettingsError("The model's name looks like an API key.", "A key stands in a variable: OPENAI_API_KEY.")
    prefix, slash, name = spec.partition("/")
    if not slash:
        provider, name = OPENAI, spec
    elif any(prefix == known.name for known in PROVIDERS):
        provider = _provider(prefix)
    elif own_server:
        provider, name = OPENAI, spec
    else:
        raise _no_such_provider(prefix)
    if not name:
        raise SettingsError(
            "The model has no name.", "Give --model NAME or PROVIDER/NAME, for example ollama/llama3.3."
        )
    return provider, name


def _provider(name: str) -> Provider:
    return next(provider for provider in PROVIDERS if provider.name == name)


def _no_such_provider(name: str) -> SettingsError:
    # Here, because only a mistake needs it.
    from difflib import get_close_matches

    names = [provider.name for provider in PROVIDERS if provider.name != DEMO]
    close = get_close_matches(name.lower(), names, n=1)
    guess = f"Did you mean {close[0]}? " if close else ""
    return SettingsError(f'No provider is called "{name}".', f"{guess}There are {', '.join(names)}.")


def _key(provider: Provider, model: str, keys: Mapping[str, str], *, needed: bool) -> str:
    variable = provider.key_variable
    key = keys.get(variable, "").strip() if variable else ""
    if not key and variable and needed:
        raise MissingKey(variable, model)
    return key or PLACEHOLDER_KEY


def _context_tokens(endpoint: Endpoint) -> int:
    name = endpoint.model.lower()
    known = max((prefix for prefix in CONTEXT_TOKENS if name.startswith(prefix)), key=len, default=None)
    if known is not None:
        return CONTEXT_TOKENS[known]
    return UNKNOWN_LOCAL_MODEL if endpoint.is_local else UNKNOWN_CLOUD_MODEL


def _connect(endpoint: Endpoint, cost: Callable[[int, int], float | None], tries: int) -> ChatModel:
    # Here, because importing the SDK takes 0.3 s, and the prompt should not wait for it.
    from chatbot_cli.providers.chat_completions.openai_chat import OpenAIChat

    # Only OpenAI's own server is sure to know the new name of the field; its reasoning models refuse the old one.
    own = endpoint.host.endswith("api.openai.com")
    chat = OpenAIChat(endpoint, reply_limit_field="max_completion_tokens" if own else "max_tokens", cost=cost)
    return RetryingChat(chat, tries)


def _unknown_cost(sent: int, reply: int) -> float | None:
    """What a server of the user's own takes for its tokens."""
    return None


def _demo() -> Model:
    # Here, because its patterns take longer to compile than all else in this file, and most starts do not need it.
    from chatbot_cli.providers.demo.model import DemoChat

    counter = counter_for(DEMO)
    return Model(DEMO, DEMO, DemoChat(), counter, UNKNOWN_LOCAL_MODEL, WarmUp(counter.load))
