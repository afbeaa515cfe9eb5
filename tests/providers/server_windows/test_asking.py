"""A local server is asked how much it holds before that matters: with the real SDK, against real servers."""

from collections.abc import Callable
from dataclasses import replace

import pytest

from chatbot_cli.chat.conversation import Conversation
from chatbot_cli.chat.count_events import ServerHolds
from chatbot_cli.chat.events import RequestBuilt, TurnEvent
from chatbot_cli.chat.messages import Exchange
from chatbot_cli.chat.model import Model
from chatbot_cli.chat.options import Options
from chatbot_cli.chat.server_window import A_GUESS, THE_SERVER, YOUR_CONFIG
from chatbot_cli.chat.setup import Setup
from chatbot_cli.chat.transcript import Transcript
from chatbot_cli.commands.window_report import limits_in_words
from chatbot_cli.errors import MessageTooLong
from chatbot_cli.providers.catalog import open_model
from chatbot_cli.providers.entries.registry import built_in
from chatbot_cli.providers.route.endpoint import Access
from chatbot_cli.providers.server_windows import asking
from chatbot_cli.terminal.screen import notice_of
from tests.chat.turns import say, take_turn
from tests.streaming_server import SILENCE, Received, Reply, StreamingServer, answer, page, stream

LONG = "hello there " * 120  # about 240 tokens
NOTHING = page({"error": "no such page"}, 404)


def serving(**pages: object) -> Callable[[Received], Reply]:
    """A server with these answers at these paths, written with _ for each /, that answers chats as well."""

    def reply(received: Received) -> Reply:
        found = pages.get(received.path.strip("/").replace("/", "_"))
        if found is None:
            return answer("Yes.", usage=None) if received.path.endswith("/chat/completions") else NOTHING
        return found if isinstance(found, Reply) else page(found)

    return reply


def model_at(server: StreamingServer, provider: str = "", name: str = "qwen3") -> Model:
    """A model at a server: of the entry that is there, or of nobody's."""
    if not provider:
        return open_model(name, Access({"OPENAI_API_KEY": "none"}, server.base_url))
    providers = built_in().with_own({provider: {"url": server.base_url}})
    return open_model(f"{provider}/{name}", Access({}, providers=providers))


def talk(model: Model, exchanges: int = 12) -> Conversation:
    """A conversation that has begun: of about 250 tokens an exchange."""
    setup = Setup("assistant", "", model, options=Options(max_reply_tokens=200)).at_its_server()
    conversation, begun = Conversation(setup), Transcript((Exchange(LONG, "Yes."),) * exchanges)
    conversation.change("", replace(conversation.state, exchanges=begun))
    return conversation


def sent(events: list[TurnEvent]) -> int:
    """The tokens of the request."""
    return next(event.window.tokens for event in events if isinstance(event, RequestBuilt))


@pytest.fixture(autouse=True)
def patient(monkeypatch: pytest.MonkeyPatch) -> None:
    """A machine with much to do may take longer than a second."""
    monkeypatch.setattr(asking, "SECONDS", 30.0)


async def test_the_first_request_to_llama_cpp_is_already_cut_to_what_it_holds() -> None:
    with StreamingServer(otherwise=serving(props={"default_generation_settings": {"n_ctx": 2048}})) as server:
        conversation = talk(model_at(server, "llamacpp"))
        events = await take_turn(conversation, "And now?")

    assert [received.path for received in server.requests] == ["/props", "/v1/chat/completions"]
    assert sent(events) <= 2048 - 200
    assert [event for event in events if isinstance(event, ServerHolds)] == [ServerHolds(2048)]
    assert isinstance(events[0], ServerHolds)
    assert conversation.setup.window == (2048, THE_SERVER)
    assert "2,048 tokens (the server)" in limits_in_words(conversation)


async def test_a_server_of_nobody_s_is_asked_by_its_list() -> None:
    listed = {"data": [{"id": "some.gguf", "owned_by": "llamacpp", "meta": {"n_ctx": 2048}}]}
    with StreamingServer(otherwise=serving(v1_models=listed)) as server:
        assert sent(await take_turn(talk(model_at(server)), "And now?")) <= 2048 - 200


async def test_an_entry_s_own_path_leads_to_the_window_on_this_machine_too() -> None:
    listed = {"data": [{"id": "qwen3", "limits": {"context": 2048}}]}
    with StreamingServer(otherwise=serving(v1_models=listed)) as server:
        providers = built_in().with_own({"mine": {"url": server.base_url, "window": ["limits.context"]}})
        model = open_model("mine/qwen3", Access({}, providers=providers))
        assert sent(await take_turn(talk(model), "And now?")) <= 2048 - 200


async def test_what_ollama_would_cut_in_silence_is_said_before_with_what_cures_it() -> None:
    loaded = {"models": [{"name": "qwen3:latest", "context_length": 2048}]}
    with StreamingServer(otherwise=serving(api_ps=loaded)) as server:
        conversation = talk(model_at(server, "ollama"))
        events = [*await take_turn(conversation, "And now?"), *await take_turn(conversation, "And now?")]

    assert [notice_of(event) for event in events if isinstance(event, ServerHolds)] == [
        "The server holds 2,048 tokens; OLLAMA_CONTEXT_LENGTH of `ollama serve`, "
        "or num_ctx in a Modelfile, widens that."
    ]
    assert [received.path for received in server.requests].count("/api/ps") == 1


async def test_a_message_that_can_never_fit_is_refused_with_what_widens_the_server_s_window() -> None:
    loaded = {"models": [{"name": "qwen3:latest", "context_length": 2048}]}
    with StreamingServer(otherwise=serving(api_ps=loaded)) as server:
        with pytest.raises(MessageTooLong, match="the window holds 2,048") as refused:
            await say(talk(model_at(server, "ollama"), 0), LONG * 12)
        assert refused.value.hint.startswith("Send less of it. OLLAMA_CONTEXT_LENGTH of")
        assert [received.path for received in server.requests] == ["/api/ps"]


async def test_a_model_that_is_not_loaded_yet_is_asked_for_again() -> None:
    loaded: dict[str, object] = {"models": []}
    pages = {"api_show": {"parameters": "stop    <x>"}}
    with StreamingServer(otherwise=lambda received: serving(api_ps=loaded, **pages)(received)) as server:
        conversation = talk(model_at(server, "ollama"))
        assert sent(await take_turn(conversation, "And now?")) > 2048
        assert conversation.setup.window == (8_192, A_GUESS)
        loaded["models"] = [{"name": "qwen3:latest", "context_length": 2048}]
        assert sent(await take_turn(conversation, "And now?")) <= 2048 - 200

    asked = [received.body for received in server.requests if received.path == "/api/show"]
    assert asked == [{"model": "qwen3"}]
    assert not any("authorization" in received.headers for received in server.requests if "/api/" in received.path)


async def test_a_larger_window_than_was_guessed_is_used_and_nothing_is_said() -> None:
    with StreamingServer(otherwise=serving(v1_models={"data": [{"id": "m", "max_model_len": 40_000}]})) as server:
        conversation = talk(model_at(server, "vllm", "m"), 0)
        events = await take_turn(conversation, LONG * 50)  # more than the 8,192 of a guess

    assert sent(events) > 10_000
    assert not [event for event in events if isinstance(event, ServerHolds)]


async def test_a_short_request_asks_nobody_and_a_word_of_the_user_s_counts_for_more() -> None:
    with StreamingServer(otherwise=serving(props={"n_ctx": 2048})) as server:
        await say(talk(model_at(server, "llamacpp"), 1), "And now?")
        stated = model_at(server, "llamacpp").holding(100_000)
        conversation = talk(stated)
        assert sent(await take_turn(conversation, "And now?")) > 2048
        assert conversation.setup.window == (100_000, YOUR_CONFIG)
        assert [received.path for received in server.requests if received.path == "/props"] == []


HOSTILE = (
    stream(b'{"data": [', SILENCE),
    stream(*(b" " * 60_000 for _ in range(80))),
    Reply((b"garbage\r\n\r\n",), bare=True),
    page("<html>", 200),
    page({"data": [{"id": "m", "max_model_len": 10**30}]}),
    page({"error": "no"}, 500),
)


@pytest.mark.parametrize("reply", HOSTILE, ids=range(len(HOSTILE)))
async def test_whatever_a_server_says_the_question_is_asked(reply: Reply, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(asking, "SECONDS", 0.2)
    with StreamingServer(otherwise=serving(v1_models=reply)) as server:
        conversation = talk(model_at(server, "vllm", "m"))
        assert await say(conversation, "And now?") == "Yes."
    assert conversation.setup.window == (8_192, A_GUESS)


@pytest.mark.parametrize(("reply", "times"), [(stream(SILENCE), 1), (page({"error": "no"}, 500), 5)])
async def test_a_server_that_never_tells_is_left_alone(
    reply: Reply, times: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(asking, "SECONDS", 0.2)
    with StreamingServer(otherwise=serving(v1_models=reply)) as server:
        conversation = talk(model_at(server, "vllm", "m"))
        for _ in range(6):
            await say(conversation, "And now?")
        assert [received.path for received in server.requests].count("/v1/models") == times


async def test_what_a_cloud_has_told_before_counts_for_more_than_the_list_and_nothing_is_sent_for_it() -> None:
    asked: list[tuple[str, str, str]] = []

    def told(provider: str, address: str, model: str) -> int | None:
        asked.append((provider, address, model))
        return 16_000

    access = Access({"GROQ_API_KEY": "none"}, window_told=told)
    model = open_model("groq/openai/gpt-oss-120b", access)
    assert (model.window.value, asked) == (131_072, [])
    assert model.server_window.may_tell
    await model.server_window.ask()
    assert model.window == (16_000, THE_SERVER)
    assert asked == [("groq", "https://api.groq.com/openai/v1", "openai/gpt-oss-120b")]
    assert not model.server_window.may_tell
