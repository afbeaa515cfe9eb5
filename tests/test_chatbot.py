"""The class Chatbot against a real server: its requests, its memory, and the cost of importing it."""

import asyncio
import subprocess
import sys
from contextlib import aclosing
from pathlib import Path
from typing import Any

import pytest

import chatbot_cli
from chatbot_cli import Chatbot, Exchange
from chatbot_cli.chat.messages import Ending
from chatbot_cli.chat.passages import Place
from chatbot_cli.chat.thoughts import MadeBy
from chatbot_cli.errors import (
    AttachmentRefused,
    MissingKey,
    NoSuchCollection,
    PersonaError,
    SettingsError,
    Unauthorized,
)
from chatbot_cli.retrieval.collection import FileRecord, Piece
from chatbot_cli.retrieval.sqlite.shelf import FileShelf
from chatbot_cli.settings.table import variables
from tests.entries import KEYS
from tests.images import png
from tests.streaming_server import DONE, SILENCE, StreamingServer, answer, chunk, page, stream, text

SYSTEM = {"role": "system", "content": "Be brief."}
LEAVING = 10.0  # seconds; a bound for a broken test, not a measure


@pytest.fixture(autouse=True)
def _no_settings_of_the_developer(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    for variable in (*variables(KEYS), "XDG_CONFIG_HOME", "XDG_STATE_HOME"):
        monkeypatch.delenv(variable, raising=False)
    monkeypatch.setenv("HOME", str(tmp_path))
    monkeypatch.chdir(tmp_path)


def bot_at(server: StreamingServer, **settings: Any) -> Chatbot:
    return Chatbot("Be brief.", model="local", base_url=server.base_url, **settings)


THINKS = stream(chunk(reasoning_content="It is "), chunk(reasoning_content="noon."), text("Noon."), chunk("stop"), DONE)


async def test_a_program_has_what_a_model_thought_and_never_in_its_answer() -> None:
    with StreamingServer(THINKS, answer("Yes.")) as server:
        bot = bot_at(server)
        assert await bot.say("What is the time?") == "Noon."
        thoughts = bot.history[-1].thoughts
        assert thoughts
        assert (thoughts.text, thoughts.by) == ("It is noon.", MadeBy("local", server.base_url))
        await bot.say("Sure?")
        assert "It is noon." not in str(server.requests[-1].body)


async def test_a_server_of_ones_own_is_sent_thoughts_back_if_its_entry_says_so(tmp_path: Path) -> None:
    with StreamingServer(THINKS, answer("Yes.")) as server:
        config = tmp_path / ".config/chatbot-cli/config.toml"
        config.parent.mkdir(parents=True)
        entry = f'url = "{server.base_url}"\nreasoning = {{ field = "thinks", back = "always" }}\n'
        config.write_text(f"[providers.mine]\n{entry}")
        bot = Chatbot("Be brief.", model="mine/local")
        for question in ("What is the time?", "Sure?"):
            await bot.say(question)
        assert server.requests[-1].body["messages"][2] == {**assistant("Noon."), "thinks": "It is noon."}


def user(content: str) -> dict[str, str]:
    return {"role": "user", "content": content}


def assistant(content: str) -> dict[str, str]:
    return {"role": "assistant", "content": content}


async def test_a_program_answers_from_a_collection_and_has_its_sources(tmp_path: Path) -> None:
    notes = FileShelf(tmp_path / ".local/share/chatbot-cli/docs").make("notes")
    notes.put(FileRecord("/notes/a.md", "notes/a.md", 1, 1, "d"), (Piece("The bus leaves at nine.", Place(3, 3)),))
    notes.close()
    bot = Chatbot(model="demo", documents=["notes"])
    assert "“The bus leaves at nine.” [1]" in await bot.say("When does the bus leave?")
    assert [one.at for one in bot.history[0].sources] == ["notes/a.md:3"]
    with pytest.raises(NoSuchCollection, match="“note”"):
        Chatbot(model="demo", documents=["note"])
    with pytest.raises(SettingsError, match="documents is no list"):
        Chatbot(model="demo", documents="notes")
    (tmp_path / "clerk.yaml").write_text("name: Clerk\nsystem_prompt: Be brief.\ndocuments: [gone]\n")
    assert Chatbot(model="demo", persona="./clerk.yaml", documents=[])


@pytest.mark.parametrize("options", [None, {"top_p": 0.5}])
def test_options_of_another_kind_are_named(options: Any) -> None:
    with pytest.raises(SettingsError, match=r"^options is .+, which makes no sense\.$"):
        Chatbot(model="demo", options=options)


async def test_a_reply_is_returned_whole_and_the_exchange_is_remembered() -> None:
    with StreamingServer(answer("Hello, ", "Ada.")) as server:
        bot = bot_at(server)
        assert not bot.history
        assert await bot.say("I am Ada.") == "Hello, Ada."
    assert bot.history == (Exchange("I am Ada.", "Hello, Ada."),)


async def test_a_streamed_reply_comes_in_pieces_and_is_remembered_whole() -> None:
    with StreamingServer(answer("Hello, ", "Ada.")) as server:
        bot = bot_at(server)
        assert [piece async for piece in bot.stream("I am Ada.")] == ["Hello, ", "Ada."]
    assert bot.history == (Exchange("I am Ada.", "Hello, Ada."),)


async def test_each_request_holds_the_system_message_first_then_all_that_was_said() -> None:
    with StreamingServer(answer("Hello, Ada."), answer("Ada.")) as server:
        bot = bot_at(server)
        await bot.say("I am Ada.")
        await bot.say("Who am I?")
    first, second = (request.body["messages"] for request in server.requests)
    assert first == [SYSTEM, user("I am Ada.")]
    assert second == [SYSTEM, user("I am Ada."), assistant("Hello, Ada."), user("Who am I?")]


async def test_two_bots_share_nothing_even_when_they_talk_at_the_same_time() -> None:
    with StreamingServer() as server:
        ada, bob = bot_at(server), bot_at(server)
        await asyncio.gather(ada.say("I am Ada."), bob.say("I am Bob."))
        await asyncio.gather(ada.say("Who am I?"), bob.say("And I?"))
    sent = {request.body["messages"][-1]["content"]: request.body["messages"] for request in server.requests}
    assert sent["Who am I?"] == [SYSTEM, user("I am Ada."), assistant("Hello!"), user("Who am I?")]
    assert sent["And I?"] == [SYSTEM, user("I am Bob."), assistant("Hello!"), user("And I?")]
    assert [exchange.user for exchange in bob.history] == ["I am Bob.", "And I?"]


async def test_what_slides_out_of_the_window_is_not_sent_but_kept_in_the_history() -> None:
    with StreamingServer() as server:
        bot = bot_at(server, max_turns=1)
        for message in ("One", "Two", "Three"):
            await bot.say(message)
    assert server.requests[-1].body["messages"] == [SYSTEM, user("Two"), assistant("Hello!"), user("Three")]
    assert [exchange.user for exchange in bot.history] == ["One", "Two", "Three"]


def test_one_bot_lives_on_in_a_second_event_loop() -> None:
    with StreamingServer(answer("Hello, Ada."), answer("Ada.")) as server:
        bot = bot_at(server)
        assert asyncio.run(bot.say("I am Ada.")) == "Hello, Ada."
        assert asyncio.run(bot.say("Who am I?")) == "Ada."
    assert [exchange.assistant for exchange in bot.history] == ["Hello, Ada.", "Ada."]
    assert len(server.requests[1].body["messages"]) == 4


async def test_a_reply_that_is_left_early_is_stopped_at_the_server_and_remembered_so_far() -> None:
    with StreamingServer(stream(text("One, "), SILENCE), answer("Two.")) as server:
        bot = bot_at(server)
        async with aclosing(bot.stream("Count.")) as pieces:
            assert await anext(pieces) == "One, "
        assert await asyncio.to_thread(server.requests[0].left.wait, LEAVING)
        assert bot.history == (Exchange("Count.", "One, ", Ending.STOPPED),)
        assert await bot.say("Go on.") == "Two."
    assert server.requests[1].body["messages"] == [SYSTEM, user("Count."), assistant("One, "), user("Go on.")]


async def test_files_go_along_with_a_message_and_a_refused_one_sends_nothing(tmp_path: Path) -> None:
    (tmp_path / "notes.txt").write_text("Buy milk.\n")
    (tmp_path / "plan.png").write_bytes(png())
    with StreamingServer(answer("Milk."), otherwise=answer("Yes.")) as server:
        bot = bot_at(server)
        await bot.say("What?", attach=["notes.txt", tmp_path / "plan.png"])
        with pytest.raises(AttachmentRefused, match=r"nothing\.txt cannot be read"):
            await bot.say("And?", attach=["nothing.txt"])
        await bot.say("And?")
    first, second = ([*request.body["messages"]] for request in server.requests)
    assert first[1]["content"][0]["text"] == "notes.txt:\n```\nBuy milk.\n```\n\nWhat?"
    assert second[1:] == [first[1], assistant("Milk."), user("And?")]
    assert [one.name for one in bot.history[0].attached] == ["notes.txt", "plan.png"]
    with pytest.raises(SettingsError, match="attach is no list"):
        await bot.say("What?", attach="notes.txt")
    with pytest.raises(SettingsError, match=r"attach\[1\] is no path: its type is int"):
        await bot.say("What?", attach=["notes.txt", 3])  # type: ignore[list-item]  # that is what is tried


async def test_a_failure_is_raised_and_leaves_the_memory_as_it_was() -> None:
    refusal = page({"error": {"message": "Incorrect API key provided."}}, 401)
    with StreamingServer(refusal, answer("Hello!")) as server:
        bot = bot_at(server)
        with pytest.raises(Unauthorized):
            await bot.say("Hi")
        assert bot.history == ()
        assert await bot.say("Hi again") == "Hello!"
    assert server.requests[1].body["messages"] == [SYSTEM, user("Hi again")]


async def test_another_model_answers_if_the_first_cannot_and_a_warning_says_so(
    caplog: pytest.LogCaptureFixture,
) -> None:
    with StreamingServer(otherwise=page({"error": {"message": "No money."}}, 402)) as server:
        bot = bot_at(server, fallback=["demo"])
        assert await bot.say("Hello") != ""
    (warning,) = [record.getMessage() for record in caplog.records if record.levelname == "WARNING"]
    assert warning == "local is out of reach (The account of the API key cannot pay: No money): demo answers."
    with pytest.raises(SettingsError, match="fallback is no list"):
        bot_at(server, fallback="demo")


async def test_a_persona_brings_its_prompt_and_its_examples() -> None:
    with StreamingServer() as server:
        await Chatbot(persona="tutor", model="local", base_url=server.base_url).say("Hi")
    messages = server.requests[0].body["messages"]
    assert [message["role"] for message in messages] == ["system", "user", "assistant", "user"]
    assert "Python tutor" in messages[0]["content"]
    assert messages[-1] == user("Hi")


async def test_a_system_prompt_replaces_the_personas() -> None:
    with StreamingServer() as server:
        await bot_at(server, persona="planner").say("Hi")
    assert server.requests[0].body["messages"] == [SYSTEM, user("Hi")]


async def test_the_settings_reach_the_request() -> None:
    with StreamingServer() as server:
        await bot_at(server, temperature=0.5, max_reply_tokens=50).say("Hi")
        await bot_at(server).say("Hi")
    settings, unset = (request.body for request in server.requests)
    assert (settings["model"], settings["temperature"], settings["max_tokens"]) == ("local", 0.5, 50)
    assert {"temperature", "max_tokens"}.isdisjoint(unset)


def test_without_a_key_there_is_an_error_and_no_demo_answer_in_its_place() -> None:
    with pytest.raises(MissingKey, match="OPENAI_API_KEY") as caught:
        Chatbot("Be brief.")
    assert caught.value.hint == "Set it in the environment or in .env, or try model='demo'."


@pytest.mark.parametrize(("keyword", "value"), [("max_turns", -1), ("temperature", 9.5), ("system_prompt", "\ud800")])
def test_a_value_that_cannot_be_is_told_with_the_keyword_argument(keyword: str, value: Any) -> None:
    with pytest.raises(SettingsError, match=rf'^{keyword} is ".+", not '):
        Chatbot(model="demo", **{keyword: value})


def test_a_persona_that_does_not_exist_is_an_error() -> None:
    with pytest.raises(PersonaError, match="tuter"):
        Chatbot(persona="tuter", model="demo")


@pytest.mark.parametrize("statement", ["import chatbot_cli", "from chatbot_cli import Chatbot; Chatbot(model='demo')"])
def test_importing_the_library_loads_neither_the_sdk_nor_a_screen(statement: str, tmp_path: Path) -> None:
    heavy = {"openai", "tiktoken", "rich", "typer", "prompt_toolkit", "pydantic", "jsonschema", "jiter", "genai_prices"}
    script = f"{statement}; import sys; print(*sorted({heavy!r} & set(sys.modules)))"
    loaded = subprocess.run(
        [sys.executable, "-c", script],
        env={"HOME": str(tmp_path)},
        cwd=tmp_path,
        check=True,
        capture_output=True,
        text=True,
    )
    assert loaded.stdout == "\n"


def test_every_public_name_is_there_and_no_other() -> None:
    for name in chatbot_cli.__all__:
        assert getattr(chatbot_cli, name) is not None
    with pytest.raises(AttributeError, match="Chatbox"):
        getattr(chatbot_cli, "Chatbox")  # noqa: B009 - mypy would rightly refuse the plain attribute


async def test_several_models_answer_at_once_and_the_first_is_remembered() -> None:
    bot = Chatbot(model="demo")
    first, second = await bot.compare("My name is Ada.", ["demo", "demo"])
    assert (first.name, first.error) == ("demo", None)
    assert first.exchange
    assert second.exchange
    assert bot.history == (first.exchange,)
    with pytest.raises(SettingsError):
        await bot.compare("Hi", ["demo", "nobody/x"])
    assert len(bot.history) == 1
