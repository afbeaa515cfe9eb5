"""What config.toml states of single models, every mistake in it, and what it is worth beside other sources."""

from dataclasses import replace
from pathlib import Path

import pytest

from chatbot_cli.app.given_options import given_by, stated_of
from chatbot_cli.chat.options import Options, StatedModel
from chatbot_cli.chat.setup import GENERAL, Setup
from chatbot_cli.errors import SettingsError
from tests.fakes import ScriptedModel, model_with
from tests.settings.home import Home


@pytest.fixture
def home(tmp_path: Path) -> Home:
    return Home(tmp_path)


def test_models_are_stated_by_name(home: Home) -> None:
    home.write_config(
        '[models."acme/large-2.1"]\nwindow = 32000\ntemperature = 0\ntop_p = 1\nmax_reply_tokens = 500\nseed = 7\n'
        'stop = ["END", "###"]\neffort = "Low"\nextra = { top_k = 40, who = { a = ["b"] } }\n'
        '[models.small]\nstop = "END"\n'
    )
    extra = (("top_k", "40"), ("who", '{"a": ["b"]}'))
    large = Options(
        temperature=0.0, top_p=1.0, max_reply_tokens=500, seed=7, stop=("END", "###"), effort="low", extra=extra
    )
    stated = home.settle().models.models
    assert stated == {
        "acme/large-2.1": StatedModel(32000, large),
        "small": StatedModel(None, Options(stop=("END",))),
    }
    assert type(stated["acme/large-2.1"].options.temperature) is float


def test_without_any_there_are_none_and_a_folder_cannot_state_one(home: Home) -> None:
    home.write_dotenv("CHAT_MODELS=1\nmodels=1\n")
    assert home.settle().models.models == {}


MISTAKES = [
    ("models = 1", "config.toml: models is no table."),
    ("[models]\nx = 1", 'config.toml: models."x" is no table.'),
    ('[models." "]\nseed = 1', "config.toml: a model in models has no name."),
    ("[models.gpt-4.1]\nseed = 1", 'config.toml: models."gpt-4" holds a table "1".'),
    ("[models.A]\nseed = 1\n[models.a]\nseed = 1", 'config.toml: models."A" and models."a" are the same model.'),
    ("[models.a]\ntemprature = 1", 'config.toml: models."a" has no field "temprature".'),
    ("[models.a]\ninput = 1", 'config.toml: models."a" has no field "input".'),
    ('[models.a]\ntemperature = "1"', 'config.toml: temperature of models."a" is not a number from 0 to 2'),
    ("[models.a]\ntemperature = nan", 'config.toml: temperature of models."a" is not a number from 0 to 2'),
    ("[models.a]\nseed = 1.5", 'config.toml: seed of models."a" is not a whole number from 0'),
    ("[models.a]\nseed = true", 'config.toml: seed of models."a" is not a whole number from 0'),
    ("[models.a]\nwindow = 0", 'config.toml: window of models."a" is not a whole number from 1'),
    ("[models.a]\nstop = [1]", 'config.toml: stop of models."a" is not a text, or a list'),
    ('[models.a]\neffort = "huge"', 'config.toml: effort of models."a" is not none, low, medium, high or max.'),
    ("[models.a]\nextra = 1", 'config.toml: extra of models."a" is not a table such as'),
    ("[models.a.extra]\nmessages = []", 'config.toml: extra of models."a": messages is a parameter that chat writes'),
    ("[models.a.extra]\nday = 2026-01-01", 'config.toml: extra of models."a" is not what JSON can hold.'),
    ("[models.a.extra]\nx = nan", 'config.toml: extra of models."a" is not what JSON can hold.'),
]


@pytest.mark.parametrize(("text", "sentence"), MISTAKES, ids=[sentence[13:40] for _, sentence in MISTAKES])
def test_a_mistake_is_a_sentence_with_a_hint(home: Home, text: str, sentence: str) -> None:
    home.write_config(f"{text}\n")
    with pytest.raises(SettingsError) as caught:
        home.settle()
    assert str(caught.value).startswith(sentence)
    assert caught.value.hint


# flag > persona > environment > .env > of this model > of all models


@pytest.mark.parametrize(
    ("flag", "environment", "general", "in_force"),
    [(None, None, None, 0.5), (None, None, "0.1", 0.5), (None, "0.2", "0.1", 0.2), ("0.3", "0.2", "0.1", 0.3)],
)
def test_what_is_stated_of_a_model_is_less_than_what_the_user_gives_and_more_than_what_holds_for_all(
    home: Home, flag: str | None, environment: str | None, general: str | None, in_force: float
) -> None:
    of_all = "" if general is None else f"temperature = {general}\n"
    home.write_config(f"{of_all}[models.fake]\ntemperature = 0.5\n")
    settings = home.settle({"CHAT_TEMPERATURE": environment} if environment else {}, {"temperature": flag})
    model = replace(model_with(ScriptedModel()), spec="fake", name="fake")
    model = replace(model, stated=stated_of(model, settings.models.models).options)
    setup = Setup("a", "", model, options=settings.options, given_by=tuple(given_by(settings).items()))
    assert setup.options_in_force.temperature == in_force
    other = replace(setup, model=replace(model, stated=Options()))  # as after /model
    assert other.options_in_force.temperature == settings.options.temperature


def test_the_name_with_its_provider_counts_more_and_capitals_do_not() -> None:
    model = replace(model_with(ScriptedModel()), spec="openrouter/Acme/Large", name="Acme/Large")
    models = {name: StatedModel(number) for number, name in enumerate(("large", "acme/large", "OpenRouter/acme/large"))}
    assert [stated_of(model, dict([*models.items()][:count])).window for count in range(4)] == [None, 0, 1, 2]


def test_other_parameters_are_taken_one_by_one() -> None:
    own = Options(extra=(("a", "1"), ("b", "2")), seed=1)
    stated = Options(extra=(("b", "3"), ("c", "4")), seed=2, top_p=0.5)
    assert own.over(stated) == Options(extra=(("b", "2"), ("c", "4"), ("a", "1")), seed=1, top_p=0.5)
    assert own.over(stated, {"b", "seed"}) == Options(extra=(("b", "3"), ("c", "4"), ("a", "1")), seed=2, top_p=0.5)
    assert GENERAL == "config.toml"
