"""Tools of the class Chatbot, with the demo model: functions run unasked, the rest is up to the program."""

from pathlib import Path
from typing import Any

import pytest

from chatbot_cli import Answer, CallOutcome, CallToDecide, Chatbot, SettingsError, ToolsError, tool
from chatbot_cli.providers.demo import model as demo_model
from chatbot_cli.settings.table import variables
from tests.entries import KEYS

READ = 'call list_folder with {"path": "."}'


@pytest.fixture(autouse=True)
def _a_home_of_its_own(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    for variable in (*variables(KEYS), "XDG_CONFIG_HOME", "XDG_STATE_HOME"):
        monkeypatch.delenv(variable, raising=False)
    monkeypatch.setenv("HOME", str(tmp_path))
    monkeypatch.chdir(tmp_path)
    monkeypatch.setattr(demo_model, "WORDS_PER_SECOND", 10_000)
    monkeypatch.setattr(demo_model, "THINKING_SECONDS", 0)


async def stock(item: str) -> int:
    """How many tins of a tea there are."""
    return {"assam": 12}[item]


@tool(ask=True)
def order(item: str) -> str:
    """Order a tea."""
    return f"ordered {item}"


def outcomes(bot: Chatbot) -> list[CallOutcome]:
    return [result.outcome for one in bot.history for round_ in one.rounds for result in round_.results]


async def test_a_function_is_called_and_the_history_shows_it() -> None:
    async with Chatbot(tools=[stock], model="demo") as bot:
        assert "12" in await bot.say('call stock with {"item": "assam"}')
    ((call,),) = [round_.calls for round_ in bot.history[0].rounds]
    assert (call.name, call.arguments) == ("stock", '{"item": "assam"}')
    assert bot.history[0].rounds[0].results[0].text == "12"


async def test_a_function_that_raises_is_a_result_and_the_turn_goes_on() -> None:
    bot = Chatbot(tools=[stock], model="demo")
    assert "KeyError" in await bot.say('call stock with {"item": "sencha"}')
    assert outcomes(bot) == [CallOutcome.FAILED]


KEY = "sk-proj-" + "Ab3dEf6hIj9lMn2pQr5t" * 2


def the_key() -> str:
    """A tool that tells a key."""
    return f"it is {KEY}."


@pytest.mark.parametrize("policy", ["ask", "refuse"])
async def test_a_user_who_refuses_to_send_secrets_refuses_those_in_results_too(
    policy: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("CHAT_SECRETS", policy)
    bot = Chatbot(tools=[the_key], model="demo")
    said = await bot.say("call the_key")
    assert (KEY in said, ", not shown]." in said) == ((False, True) if policy == "refuse" else (True, False))


def _yes(call: CallToDecide) -> bool:
    return call.tool.name == "list_folder"


async def _later(call: CallToDecide) -> str:
    return "not today"


def _changed(call: CallToDecide) -> Answer:
    return Answer(True, arguments='{"path": "nowhere"}')


def _truthy(call: CallToDecide) -> Any:
    return 1


@pytest.mark.parametrize(
    ("approve", "outcome"),
    [
        ("allow", CallOutcome.DONE),
        (_yes, CallOutcome.DONE),
        (_later, CallOutcome.DENIED),
        (_changed, CallOutcome.FAILED),
        (_truthy, CallOutcome.DENIED),
    ],
)
async def test_what_is_not_its_own_is_up_to_the_program(approve: Any, outcome: CallOutcome) -> None:
    bot = Chatbot(tools=["folder"], approve=approve, model="demo")
    await bot.say(READ)
    assert outcomes(bot) == [outcome]
    assert approve is not _later or "not today" in bot.history[0].rounds[0].results[0].text


async def test_by_default_what_would_be_asked_about_is_not_offered(caplog: pytest.LogCaptureFixture) -> None:
    bot = Chatbot(tools=["folder", "time", order], model="demo")
    await bot.say(READ)
    await bot.say('call order with {"item": "assam"}')
    await bot.say("What time is it?")
    assert outcomes(bot) == [CallOutcome.DONE]
    (warning,) = (record.getMessage() for record in caplog.records if "Not offered" in record.getMessage())
    assert "order, folder.list, folder.read, folder.search" in warning


async def test_tools_that_are_given_replace_those_of_the_settings(tmp_path: Path) -> None:
    config = tmp_path / ".config" / "chatbot-cli"
    config.mkdir(parents=True)
    (config / "config.toml").write_text('[tools]\nuse = ["time"]\n')
    for given, called in (({}, 1), ({"tools": []}, 0), ({"tools": [stock]}, 0)):
        bot = Chatbot(model="demo", **given)
        await bot.say("What time is it?")
        assert len(outcomes(bot)) == called, given


@pytest.mark.parametrize(
    ("given", "error", "sentence"),
    [
        ({"tools": [lambda: 1]}, ToolsError, r"^test_chatbot_tools\.py:\d+: <lambda> has a name that servers refuse"),
        ({"tools": [stock, stock]}, ToolsError, r"^Two tools have the name stock\."),
        ({"tools": ["nonsense"]}, ToolsError, r"^There is no tool 'nonsense'\."),
        ({"tools": [3]}, SettingsError, r"^tools has 3, which is no tool\."),
        ({"approve": "maybe"}, SettingsError, r"^approve is 'maybe', which makes no sense\."),
    ],
)
def test_what_makes_no_sense_is_told_at_once(given: Any, error: type[Exception], sentence: str) -> None:
    with pytest.raises(error, match=sentence):
        Chatbot(model="demo", **given)
