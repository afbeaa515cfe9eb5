"""How a chat is put together from flags, personas and settings, and on which screen it is shown."""

import io
from collections.abc import Mapping
from dataclasses import replace
from pathlib import Path
from typing import TextIO

import pytest

from chatbot_cli.app.assembly import open_chat, persona_shelf
from chatbot_cli.app.one_answer import answer_once
from chatbot_cli.app.screens import open_screen
from chatbot_cli.app.setups import AvailableSetups
from chatbot_cli.app.slash_commands import slash_commands
from chatbot_cli.app.spelling import in_a_script
from chatbot_cli.chat.conversation import Conversation
from chatbot_cli.commands.outcomes import Say
from chatbot_cli.errors import MissingKey, PersonaError, SecretRefused, SettingsError
from chatbot_cli.providers.demo.model import DemoChat
from chatbot_cli.system.surroundings import Surroundings
from chatbot_cli.terminal.plain_screen import PlainScreen
from chatbot_cli.terminal.rich_screen import RichScreen
from tests.entries import KEYS
from tests.fakes import ScriptedModel, setup_with
from tests.settings.home import SECRET, Home

KEY = {"OPENAI_API_KEY": SECRET}
PASTED = "ghp_a8Kd93kLmQx2Vb7Ty5Rw1Np6Zc4Hs0Jf9uk3"  # nobody's
FRUGAL = """
system_prompt: Be frugal.
model: gpt-4o
max_turns: 3
temperature: 0.5
greeting: What do you want to save?
examples:
  - {user: Tea?, assistant: Water.}
"""


class Terminal(io.StringIO):
    def isatty(self) -> bool:
        return True


@pytest.fixture
def home(tmp_path: Path) -> Home:
    home = Home(tmp_path)
    home.folders.personas.mkdir()
    (home.folders.personas / "frugal.yaml").write_text(FRUGAL)
    return home


def surroundings(home: Home, environ: Mapping[str, str], stdout: io.StringIO | None = None) -> Surroundings:
    return Surroundings(environ, home.cwd, home.cwd.parent, io.StringIO(), stdout or io.StringIO(), io.StringIO())


def setups(
    home: Home, flags: Mapping[str, object] | None = None, *, environ: Mapping[str, str] = KEY, demo: bool = False
) -> AvailableSetups:
    settled = home.sources(environ).settle(flags or {})
    return AvailableSetups(settled, persona_shelf(home.folders), demo_without_key=demo)


# Who is in it


def test_a_chat_begins_with_the_assistant_and_the_default_model(home: Home) -> None:
    setup, _ = setups(home).first()
    assert (setup.persona, setup.speaker) == ("assistant", "Assistant · gpt-6-luna")
    assert "assistant" in setup.system_prompt
    assert (setup.max_turns, setup.options.temperature) == (40, None)


def test_a_persona_brings_its_prompt_examples_and_limits(home: Home) -> None:
    setup, _ = setups(home, {"persona": "frugal"}).first()
    assert (setup.system_prompt, setup.model.spec) == ("Be frugal.", "gpt-4o")
    assert (setup.max_turns, setup.options.temperature, setup.greeting) == (3, 0.5, "What do you want to save?")
    assert [(example.user, example.assistant) for example in setup.examples] == [("Tea?", "Water.")]


def test_flags_win_over_the_persona_now_and_after_a_switch(home: Home) -> None:
    flags = {"persona": "frugal", "model": "demo", "max_turns": "7", "temperature": "0", "max_reply_tokens": "50"}
    here = setups(home, flags)
    for setup in (here.first()[0], here.persona("tutor"), here.persona("frugal")):
        assert (setup.model.spec, setup.max_turns) == ("demo", 7)
        assert (setup.options.temperature, setup.options.max_reply_tokens) == (0.0, 50)


def test_a_value_that_the_persona_outdoes_harms_nobody(home: Home) -> None:
    environ = {**KEY, "CHAT_TEMPERATURE": "hot", "CHAT_MAX_TURNS": "many"}
    chat = open_chat({"persona": "frugal"}, surroundings(home, environ))
    assert (chat.settings.options.temperature, chat.settings.max_turns) == (0.5, 3)
    for persona in ("tutor", "nobody"):  # a mistake in a setting is told before one in a persona
        with pytest.raises(SettingsError, match="CHAT_MAX_TURNS in the environment"):
            open_chat({"persona": persona}, surroundings(home, environ))


def test_a_system_prompt_from_the_command_line_is_for_the_first_persona_only(home: Home) -> None:
    here = setups(home, {"system": "Rhyme."})
    assert here.first()[0].system_prompt == "Rhyme."
    assert here.persona("frugal").system_prompt == "Be frugal."


def test_an_empty_system_prompt_sends_none(home: Home) -> None:
    assert open_chat({"system": ""}, surroundings(home, KEY)).conversation.setup.head == ()


def test_the_persona_can_come_from_the_environment_or_a_path(home: Home) -> None:
    path = home.folders.personas / "frugal.yaml"
    assert setups(home, environ={**KEY, "CHAT_PERSONA": "frugal"}).first()[0].system_prompt == "Be frugal."
    by_path, _ = setups(home, {"persona": str(path)}).first()
    assert (by_path.system_prompt, by_path.persona, by_path.display_name) == ("Be frugal.", str(path), "frugal")


def test_ones_own_personas_are_offered_among_those_that_come_with_the_program(home: Home) -> None:
    assert [summary.name for summary in setups(home).personas()] == [
        *("assistant", "chef", "frugal", "planner", "reviewer", "tutor")
    ]


def test_a_model_is_opened_once(home: Home) -> None:
    here = setups(home)
    first, again = here.first()[0].model, here.persona("tutor").model
    assert first is again
    assert here.model("gpt-6-luna") is first
    assert here.model("gpt-4o") is not first


def test_models_worth_trying_can_be_opened_and_demo_is_one(home: Home) -> None:
    here = setups(home, environ=dict.fromkeys(KEYS, SECRET))
    assert "demo" in here.models()
    assert [here.model(spec).spec for spec in here.models()] == list(here.models())


def test_a_resumed_conversation_goes_on_at_its_server_and_so_does_model(home: Home) -> None:
    home.write_dotenv(
        "OPENAI_BASE_URL=https://elsewhere.example/v1\n"
    )  # which costs the user's key its use, but not there
    here = setups(home)
    before = here.persona("frugal").model
    assert (before.spec, before.base_url) == ("gpt-4o", "")
    resumed = here.revived({"model": "gpt-4o", "base_url": "http://localhost:9/v1"}).model
    assert resumed.base_url == here.model("other").base_url == "http://localhost:9/v1"
    assert here.persona("frugal").model is resumed
    own = here.revived({"model": "gpt-4o"}).model
    assert own is before
    assert here.model("other").base_url == ""


def test_a_server_named_on_the_command_line_outdoes_that_of_a_resumed_conversation(home: Home) -> None:
    here = setups(home, {"base_url": "http://localhost:1/v1"})
    assert (
        here.revived({"model": "local", "base_url": "http://localhost:9/v1"}).model.base_url == "http://localhost:1/v1"
    )


def test_a_conversation_that_cannot_be_resumed_leaves_the_server_as_it_is(home: Home) -> None:
    here = setups(home)
    with pytest.raises(SettingsError, match="no web address"):
        here.revived({"model": "local", "base_url": "nonsense"})
    assert here.model("gpt-4o").base_url == ""


def test_of_a_resumed_conversation_the_command_line_alone_changes_the_setup(home: Home) -> None:
    environ = {**KEY, "CHAT_MODEL": "gpt-4o", "CHAT_PERSONA": "frugal", "CHAT_TEMPERATURE": "1"}
    assert setups(home, {"model": "", "max_turns": None}, environ=environ).given_by_flags() == {}
    given = setups(home, {"max_turns": "7", "system": ""}, environ=environ).given_by_flags()
    assert given == {"max_turns": 7, "system_prompt": ""}
    persona = setups(home, {"persona": "frugal", "temperature": "0"}, environ=environ).given_by_flags()
    assert (persona["persona"], persona["model"], persona["temperature"]) == ("frugal", "gpt-4o", 0.0)


def test_who_is_not_there_is_named(home: Home) -> None:
    with pytest.raises(PersonaError, match="nobody"):
        setups(home).persona("nobody")
    with pytest.raises(SettingsError, match="nowhere"):
        setups(home).model("nowhere/model")


# Without a key


def test_without_a_key_a_script_gets_an_error_that_names_the_demo(home: Home) -> None:
    with pytest.raises(MissingKey) as missing:
        open_chat({}, surroundings(home, {}))
    assert str(missing.value) == "There is no OPENAI_API_KEY for gpt-6-luna."
    assert "--model demo" in missing.value.hint_for(in_a_script)


@pytest.mark.parametrize(
    ("flags", "config"),
    [({}, ""), ({"persona": "nobody"}, ""), ({"max_turns": "many"}, ""), ({}, "max_turn = 3")],
    ids=["no key", "no persona", "a bad setting", "a bad config.toml"],
)
def test_whatever_ends_a_start_carries_the_notices(home: Home, flags: Mapping[str, object], config: str) -> None:
    home.write_dotenv(f"OPENAI_API_KEY: {SECRET}\n")
    home.write_config(config)
    with pytest.raises((SettingsError, PersonaError)) as failed:
        open_chat(flags, surroundings(home, {}))
    (notice,) = failed.value.notices
    assert notice.startswith("Line 1 of .env, with OPENAI_API_KEY, has a colon where “=” belongs")


def test_a_folder_called_env_is_passed_over_in_silence(home: Home) -> None:
    (home.cwd / ".env").mkdir()
    with pytest.raises(MissingKey) as missing:
        open_chat({}, surroundings(home, {}))
    assert missing.value.notices == ()


def test_without_a_key_a_conversation_begins_with_the_demo_and_says_so_in_one_line(home: Home) -> None:
    ready = open_chat({}, surroundings(home, {}), demo_without_key=True)
    assert isinstance(ready.conversation.setup.model.chat_model, DemoChat)
    assert ready.notices == ("The demo model answers: set OPENAI_API_KEY (shell or .env) for gpt-6-luna.",)


@pytest.mark.parametrize(
    ("flags", "environ"), [({}, KEY), ({"model": "demo"}, {}), ({"base_url": "http://localhost:8080/v1"}, {})]
)
def test_nothing_is_said_when_no_key_is_missing(
    home: Home, flags: Mapping[str, object], environ: Mapping[str, str]
) -> None:
    assert open_chat(flags, surroundings(home, environ), demo_without_key=True).notices == ()


def test_a_model_without_its_key_cannot_be_switched_to(home: Home) -> None:
    ready = open_chat({}, surroundings(home, KEY), demo_without_key=True)
    with pytest.raises(MissingKey, match="ANTHROPIC_API_KEY"):
        slash_commands(ready.setups).run("/model anthropic/claude-haiku-5-5", ready.conversation)


def test_a_key_that_was_withheld_is_a_notice(home: Home) -> None:
    home.write_dotenv("OPENAI_BASE_URL=https://elsewhere.example/v1\n")
    where, notice = open_chat({}, surroundings(home, KEY)).notices
    assert where == (
        "The address of OpenAI's models is https://elsewhere.example/v1,"
        " as OPENAI_BASE_URL in .env of this folder says."
    )
    assert "not sent there" in notice


# Its commands and its screen


def test_every_command_has_a_line_of_help_and_an_example(home: Home) -> None:
    ready = open_chat({}, surroundings(home, KEY))
    outcome = slash_commands(ready.setups).run("/help", ready.conversation)
    assert isinstance(outcome, Say)
    listed = [line.split()[0] for line in outcome.text.splitlines()]
    assert listed == [
        *("/help", "/reset", "/trim", "/history", "/undo", "/retry", "/window", "/context"),
        *("/pin", "/unpin", "/drop", "/keep", "/summary", "/budget"),
        *("/edit", "/alt", "/pick", "/continue", "/copy", "/save"),
        *("/sessions", "/resume", "/find", "/title", "/fork", "/export", "/stats"),
        *("/persona", "/model", "/compare", "/system", "/set", "/schema"),
        *("/docs", "/sources", "/thoughts"),
        *("/tools", "/tool", "/allow", "/deny", "/exit"),
    ]
    for command in slash_commands(ready.setups):
        assert command.summary
        assert command.example.startswith(f"/{command.name}")


@pytest.mark.parametrize(
    ("stdout", "term", "plain", "screen"),
    [
        (Terminal(), "xterm-256color", False, RichScreen),
        (Terminal(), "xterm-256color", True, PlainScreen),
        (Terminal(), "dumb", False, PlainScreen),
        (io.StringIO(), "xterm-256color", False, PlainScreen),
    ],
    ids=["a terminal", "--plain", "a dumb terminal", "a pipe"],
)
def test_the_screen_suits_stdout(home: Home, stdout: io.StringIO, term: str, plain: bool, screen: type) -> None:
    around = surroundings(home, {"TERM": term}, stdout)
    assert isinstance(open_screen(around, plain=plain, interactive=False), screen)


async def test_one_answer_is_all_that_stdout_gets(home: Home) -> None:
    home.write_dotenv("OPENAI_BASE_URL=https://elsewhere.example/v1\n")
    out, err = io.StringIO(), io.StringIO()
    around = replace(surroundings(home, KEY), stdout=out, stderr=err)
    ready = replace(open_chat({}, around), conversation=Conversation(setup_with(ScriptedModel("Hello Ada."))))
    await answer_once(ready, "I am Ada.", around)
    assert out.getvalue() == "Hello Ada.\n"
    assert err.getvalue().splitlines() == list(ready.notices)
    assert len(ready.notices) == 2


# Secrets in a question


@pytest.mark.parametrize("policy", ["ask", "warn"])
async def test_a_script_is_warned_of_each_secret_once_and_the_question_is_sent(home: Home, policy: str) -> None:
    model = ScriptedModel("Noted.")
    around = surroundings(home, {**KEY, "CHAT_SECRETS": policy})
    ready = replace(open_chat({}, around), conversation=Conversation(setup_with(model)))
    await answer_once(ready, f"Is {PASTED} the same as {PASTED}?", around)
    assert written(around.stdout) == "Noted.\n"
    assert written(around.stderr) == (
        "This message holds what looks like a GitHub token (ghp_…k3). It is sent; CHAT_SECRETS=refuse prevents that.\n"
    )
    assert PASTED in model.requests[0].messages[-1].content


async def test_a_script_may_be_kept_from_sending_secrets(home: Home) -> None:
    model = ScriptedModel("Noted.")
    around = surroundings(home, {**KEY, "CHAT_SECRETS": "refuse"})
    ready = replace(open_chat({}, around), conversation=Conversation(setup_with(model)))
    with pytest.raises(SecretRefused) as refused:
        await answer_once(ready, f"What is {PASTED}?", around)
    assert str(refused.value) == "This message holds what looks like a GitHub token (ghp_…k3). It was not sent."
    assert (refused.value.exit_code, written(around.stdout), model.requests) == (2, "", [])


def written(stream: TextIO) -> str:
    assert isinstance(stream, io.StringIO)
    return stream.getvalue()
