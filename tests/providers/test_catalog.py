"""From a spec to a model: providers, addresses, keys, and what opening one does not do."""

import asyncio
import subprocess
import sys
from threading import Event, get_ident

import pytest

from chatbot_cli.app.spelling import in_a_script
from chatbot_cli.chat.events import Finished, TextDelta
from chatbot_cli.chat.messages import Message, Request
from chatbot_cli.chat.model import ChatModel, Model
from chatbot_cli.chat.options import Options
from chatbot_cli.errors import MissingKey, SettingsError
from chatbot_cli.providers.catalog import open_model
from chatbot_cli.providers.deferred import DeferredChat, WarmUp
from chatbot_cli.providers.demo.model import DemoChat
from chatbot_cli.providers.route.endpoint import Access, Endpoint
from tests.entries import KEYS as KEY_VARIABLES
from tests.entries import PROVIDERS, built_in
from tests.providers.asking import ask
from tests.streaming_server import StreamingServer, answer

KEYS = dict.fromkeys(KEY_VARIABLES, "some-key") | {"OPENAI_API_KEY": "sk-openai", "ANTHROPIC_API_KEY": "sk-claude"}


def opened(
    spec: str, keys: dict[str, str] | None = None, base_url: str | None = None, openai_base_url: str | None = None
) -> Model:
    keys = KEYS if keys is None else keys
    return open_model(spec, Access(keys, base_url, openai_base_url))


@pytest.mark.parametrize(
    ("spec", "name", "context_tokens"),
    [
        ("gpt-6-luna", "gpt-6-luna", 1_050_000),
        (" openai/gpt-6-luna ", "gpt-6-luna", 1_050_000),
        ("gpt-4", "gpt-4", 8_192),
        ("gpt-4o-mini", "gpt-4o-mini", 128_000),
        ("anthropic/claude-sonnet-5-5", "claude-sonnet-5-5", 1_000_000),
        ("gemini/gemini-3.8-flash", "gemini-3.8-flash", 1_048_576),
        ("openai/something-new", "something-new", 128_000),
        ("ollama/llama3.3", "llama3.3", 8_192),
        ("vllm/meta-llama/Llama-3.1-8B", "meta-llama/Llama-3.1-8B", 8_192),
        ("demo", "demo", 8_192),
    ],
)
def test_a_spec_names_a_model_of_a_provider(spec: str, name: str, context_tokens: int) -> None:
    model = opened(spec)
    assert (model.spec, model.name, model.context_tokens) == (spec.strip(), name, context_tokens)


def test_of_some_windows_only_a_part_may_be_sent() -> None:
    most = {spec: opened(spec).input_tokens for spec in ("gpt-5", "gpt-4o", "ollama/llama3.3")}
    assert most == {"gpt-5": 272_000, "gpt-4o": None, "ollama/llama3.3": None}


def test_a_server_of_ones_own_at_another_address_holds_as_little_as_one_here_until_it_tells() -> None:
    gpu = {"extends": "vllm", "url": "http://gpu.example:8000/v1", "local": True}
    assert open_model("gpu/qwen9", Access({}, providers=built_in().with_own({"gpu": gpu}))).context_tokens == 8_192


def test_every_offered_spec_can_be_opened() -> None:
    for provider in PROVIDERS:
        for spec in provider.models:
            assert opened(spec).spec == spec


def test_a_key_given_as_a_model_is_not_told() -> None:
    with pytest.raises(SettingsError, match=r"The model's name looks like an API key\.$"):
        opened(" sk-proj-abcdef", {})


@pytest.mark.parametrize("spec", ["Qx7-4411-zzPP", " Qx7-4411-zzPP ", "ollama/Qx7-4411-zzPP", "openai/Qx7-4411-zzPP"])
def test_a_key_of_any_form_given_as_a_model_is_not_told(spec: str) -> None:
    with pytest.raises(SettingsError, match=r"The model's name looks like an API key\.$"):
        opened(spec, {"OPENAI_API_KEY": "Qx7-4411-zzPP"})


@pytest.mark.parametrize("key", ["lmstudio", "no-key", "gpt"])
def test_a_key_that_stands_for_none_may_be_in_a_name(key: str) -> None:
    assert opened("lmstudio/gpt", {"OPENAI_API_KEY": key}).name == "gpt"


@pytest.mark.parametrize("spec", ["", "  ", "openai/", "ollama/"])
def test_a_spec_without_a_name_is_refused(spec: str) -> None:
    for base_url in (None, "http://localhost:8000/v1"):
        with pytest.raises(SettingsError, match="The model has no name"):
            opened(spec, base_url=base_url)


def test_a_long_name_that_cannot_be_opened_is_not_repeated_in_whole() -> None:
    with pytest.raises(SettingsError, match=f'No provider is called "{"x" * 39}…"'):
        opened(f"{'x' * 6_000}/m")
    with pytest.raises(MissingKey, match=f"for {'x' * 79}…"):
        opened("x" * 6_000, keys={})


def test_an_unknown_provider_is_refused_with_a_guess() -> None:
    with pytest.raises(SettingsError, match='No provider is called "opnai"') as refused:
        opened("opnai/gpt-6-luna")
    assert refused.value.hint.startswith("Did you mean openai? There are openai, anthropic, ")
    with pytest.raises(SettingsError) as refused:
        opened("http://localhost:8080/v1")
    assert refused.value.hint.startswith("An address goes into base_url=URL. ")


def test_with_a_server_of_ones_own_a_slash_may_belong_to_the_name() -> None:
    model = opened("meta-llama/Llama-3.1-8B", base_url="http://localhost:8000/v1")
    assert (model.name, model.context_tokens) == ("meta-llama/Llama-3.1-8B", 8_192)
    assert opened("meta-llama/Llama-3.1-8B", openai_base_url="http://gpu.lan/v1").context_tokens == 128_000


@pytest.mark.parametrize("keys", [{}, {"OPENAI_API_KEY": " \n"}])
def test_a_missing_key_is_told_before_anything_is_sent(keys: dict[str, str]) -> None:
    with pytest.raises(MissingKey) as missing:
        opened("gpt-6-luna", keys=keys)
    assert str(missing.value) == "There is no OPENAI_API_KEY for gpt-6-luna."
    assert missing.value.hint_for(in_a_script) == "Set it in the environment or in .env, or try --model demo."


def test_openais_address_in_the_environment_gives_no_key_to_others() -> None:
    with pytest.raises(MissingKey, match="There is no ANTHROPIC_API_KEY") as missing:
        opened("anthropic/claude-sonnet-5-5", keys={}, openai_base_url="http://localhost:8000/v1")
    assert missing.value.hint_for(in_a_script).endswith("or in .env, or name your server with --base-url URL.")


@pytest.mark.parametrize("key", ["sk-schlüssel", "sk-two words", "sk-two\nlines"])
def test_a_key_that_cannot_be_one_is_refused_without_showing_it(key: str) -> None:
    with pytest.raises(SettingsError) as refused:
        opened("gpt-6-luna", keys={"OPENAI_API_KEY": key})
    assert "OPENAI_API_KEY" in str(refused.value)
    assert "sk-" not in f"{refused.value} {refused.value.hint}"


@pytest.mark.parametrize(
    "url", ["localhost:8000", "ftp://x/v1", "http://", "http://a b/v1", "http://[::1/v1", "http://x:y"]
)
def test_a_base_url_must_be_a_web_address(url: str) -> None:
    for spec in ("gpt-6-luna", "openai/gpt-6-luna", "ollama/llama3.3"):
        with pytest.raises(SettingsError, match="is no web address"):
            opened(spec, base_url=url)


def test_an_address_is_shown_without_what_is_secret_in_it() -> None:
    endpoint = Endpoint("https://ada:secret@example.org:8443/v1/?token=secret", "m", "sk-secret-key")
    assert endpoint.address == "https://example.org:8443/v1"
    assert "sk-secret" not in repr(endpoint)


@pytest.mark.parametrize(
    ("spec", "keys", "sent_key"),
    [
        ("gpt-6-luna", {"OPENAI_API_KEY": " sk-openai\n"}, "sk-openai"),
        ("anthropic/claude-sonnet-5-5", KEYS, "sk-openai"),  # a router's model, at the server of the user's own
        ("openai/gpt-6-luna", KEYS, "sk-openai"),
        ("anthropic/claude-sonnet-5-5", {"ANTHROPIC_API_KEY": "sk-claude"}, "no-key"),
        ("gpt-6-luna", {}, "no-key"),
        ("ollama/llama3.3", {"OPENAI_API_KEY": "sk-openai"}, "no-key"),
        ("ollama/llama3.3", {"OLLAMA_API_KEY": "of-its-cloud"}, "of-its-cloud"),
    ],
)
async def test_each_server_gets_its_own_key_only(spec: str, keys: dict[str, str], sent_key: str) -> None:
    with StreamingServer() as server:
        reply = await ask(opened(spec, keys=keys, base_url=server.base_url).chat_model)
    assert reply.text == "Hello!"
    assert server.requests[0].headers["authorization"] == f"Bearer {sent_key}"


@pytest.mark.parametrize(
    ("spec", "sent"),
    [
        ("anthropic/claude-x", "anthropic/claude-x"),
        ("openai/gpt-4o", "openai/gpt-4o"),
        (" gemini/gemini-3.8-flash ", "gemini/gemini-3.8-flash"),
        ("google/gemini-3.8-flash:free", "google/gemini-3.8-flash:free"),
        ("openrouter/openai/gpt-4o", "openrouter/openai/gpt-4o"),
        ("openai/ollama/llama3", "openai/ollama/llama3"),
        ("OpenAI/gpt-4o", "OpenAI/gpt-4o"),
        ("gpt-4o", "gpt-4o"),
        ("ollama/llama3", "llama3"),
        ("lmstudio/qwen/qwen3-8b", "qwen/qwen3-8b"),
        ("llamacpp/any", "any"),
        ("vllm/meta-llama/Llama-3.1-8B", "meta-llama/Llama-3.1-8B"),
    ],
)
async def test_a_server_of_ones_own_gets_a_vendors_name_whole_and_a_local_one_bare(spec: str, sent: str) -> None:
    with StreamingServer() as server:
        model = opened(spec, base_url=server.base_url)
        assert (await ask(model.chat_model)).text == "Hello!"
    assert server.requests[0].body["model"] == model.name == sent
    assert model.spec == spec.strip()  # so it is opened again the same way


@pytest.mark.parametrize(
    ("spec", "base_url", "name"),
    [
        ("openai/gpt-4o", "https://api.openai.com/v1", "gpt-4o"),
        ("openai/gpt-4o", "https://eu.api.openai.com/v1/", "gpt-4o"),
        ("openai/gpt-4o", "https://api.openai.com.example/v1", "openai/gpt-4o"),
        ("anthropic/claude-x", "https://api.anthropic.com/v1", "claude-x"),
        ("gemini/gemini-3.8-flash", "https://generativelanguage.googleapis.com/v1beta/openai", "gemini-3.8-flash"),
        ("anthropic/claude-x", "https://api.openai.com/v1", "anthropic/claude-x"),
    ],
)
def test_a_providers_own_host_gets_its_names_bare(spec: str, base_url: str, name: str) -> None:
    assert opened(spec, base_url=base_url).name == name
    assert opened(spec, base_url=base_url, openai_base_url="http://gpu.lan/v1").name == name


@pytest.mark.parametrize(
    ("spec", "base_url", "cuts"),
    [
        ("ollama/m", None, True),
        ("ollama/m", "https://ollama.example/v1", True),
        ("gpt-6-luna", "http://127.0.0.1:9/v1", True),
        ("gpt-6-luna", None, False),
    ],
)
def test_ollama_and_every_server_on_this_machine_may_cut_in_silence(
    spec: str, base_url: str | None, *, cuts: bool
) -> None:
    assert opened(spec, base_url=base_url).cuts_in_silence == cuts


def test_openais_address_in_the_environment_moves_openais_models_only() -> None:
    router = "https://router.example/v1"
    assert opened("openai/gpt-4o", openai_base_url=router).name == "openai/gpt-4o"
    assert opened("openai/gpt-4o", openai_base_url="https://api.openai.com/v1").name == "gpt-4o"
    assert opened("anthropic/claude-x", openai_base_url=router).name == "claude-x"
    assert opened("ollama/llama3", openai_base_url=router).name == "llama3"


@pytest.mark.parametrize(
    ("spec", "context_tokens"),
    [("openai/gpt-4o", 128_000), ("anthropic/claude-x", 200_000), ("google/gemini-3-pro", 1_048_576), ("x/new", 8_192)],
)
async def test_a_name_with_its_vendor_is_known_by_its_end(spec: str, context_tokens: int) -> None:
    model = opened(spec, base_url="http://localhost:4000/v1")
    assert model.context_tokens == context_tokens
    await model.counter.ready()
    assert model.counter.exact is (spec == "openai/gpt-4o")


async def test_other_servers_get_the_reply_limit_under_its_old_name() -> None:
    with StreamingServer() as server:
        model = opened("gpt-6-luna", openai_base_url=server.base_url)
        await ask(model.chat_model, Request((Message("user", "Hi"),), Options(max_reply_tokens=9)))
    assert server.requests[0].body["max_tokens"] == 9
    assert "max_completion_tokens" not in server.requests[0].body


async def test_the_flag_goes_before_the_variable() -> None:
    with StreamingServer(answer("From the flag.")) as server:
        model = opened("gpt-6-luna", base_url=server.base_url, openai_base_url="http://nowhere.invalid/v1")
        assert (await ask(model.chat_model)).text == "From the flag."


def test_a_model_opened_once_serves_several_event_loops() -> None:
    with StreamingServer() as server:
        model = opened("gpt-6-luna", base_url=server.base_url)
        model.warm_up()
        assert [asyncio.run(ask(model.chat_model)).text for _ in range(2)] == ["Hello!"] * 2


async def test_a_deferred_model_is_made_once_and_in_another_thread() -> None:
    made: list[int] = []

    def make() -> ChatModel:
        made.append(get_ident())
        return DemoChat(sleep=no_sleep)

    chat = DeferredChat(make)
    replies = await asyncio.gather(ask(chat), ask(chat))
    assert all(isinstance(reply.events[0], TextDelta) for reply in replies)
    assert any(isinstance(event, Finished) for event in replies[0].events)
    assert len(made) == 1
    assert made[0] != get_ident()


async def no_sleep(seconds: float) -> None:
    """For a demo that need not wait."""


async def test_a_failed_warm_up_is_quiet_and_the_first_use_tells() -> None:
    done = Event()

    def fail() -> ChatModel:
        raise SettingsError("The proxy is wrong.")

    chat = DeferredChat(fail)
    warm_up = WarmUp(chat.load, done.set)
    warm_up()
    assert await asyncio.to_thread(done.wait, 10)
    assert str((await ask(chat)).error) == "The proxy is wrong."


def test_a_warm_up_runs_once() -> None:
    runs: list[int] = []
    done = Event()
    warm_up = WarmUp(lambda: runs.append(1), done.set)
    warm_up()
    warm_up()
    assert done.wait(10)
    assert runs == [1]


def test_opening_a_model_loads_nothing_slow() -> None:
    program = """
import sys
from chatbot_cli.providers.catalog import open_model
from chatbot_cli.providers.route.endpoint import Access
open_model("gpt-6-luna", Access({"OPENAI_API_KEY": "k"}))
open_model("demo", Access({}))
print(*{"openai", "httpx2", "tiktoken", "genai_prices", "difflib"} & set(sys.modules))
"""
    run = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, check=True)
    assert run.stdout.split() == []
