"""What a name of a model means with the user's settings, keys and servers."""

import time
from collections.abc import Mapping
from pathlib import Path

import pytest

from chatbot_cli.app.asked_lists import wants_asking
from chatbot_cli.app.assembly import open_chat
from chatbot_cli.app.model_rows import described
from chatbot_cli.app.models_in_use import ModelsInUse
from chatbot_cli.app.setups import AvailableSetups
from chatbot_cli.app.slash_commands import slash_commands
from chatbot_cli.commands.outcomes import FindOne, Say
from chatbot_cli.errors import MissingKey, ModelAmbiguous, SettingsError
from chatbot_cli.providers.discovery import finding
from chatbot_cli.providers.discovery.served import ServedModel
from chatbot_cli.providers.model_lists import ModelLists
from tests.app.test_assembly import setups, surroundings
from tests.settings.home import SECRET, Home
from tests.streaming_server import StreamingServer, page

OPENAI, CLAUDE, GEMINI = ({name: SECRET} for name in ("OPENAI_API_KEY", "ANTHROPIC_API_KEY", "GEMINI_API_KEY"))
DEEPSEEK = {"DEEPSEEK_API_KEY": SECRET}
LLAMA = page({"data": [{"id": "llama3.3:latest", "owned_by": "library"}, {"id": "qwen3:8b", "owned_by": "library"}]})


@pytest.fixture
def home(tmp_path: Path) -> Home:
    return Home(tmp_path)


def in_use(home: Home, environ: Mapping[str, str], *, looks: bool = True) -> ModelsInUse:
    return ModelsInUse(home.settle(environ), environ, home.folders.cache, looks=looks)


def opened(home: Home, flags: Mapping[str, object], environ: Mapping[str, str]) -> AvailableSetups:
    found = setups(home, flags, environ=environ)
    found.first()
    return found


def test_a_word_opens_the_newest_model_and_says_which(home: Home) -> None:
    ready = open_chat({"model": "sonnet"}, surroundings(home, CLAUDE))
    assert ready.conversation.setup.model.spec == "anthropic/claude-sonnet-5-5"
    assert ready.notices[0] == "sonnet is anthropic/claude-sonnet-5-5."


@pytest.mark.parametrize("model", ["gpt-6-luna", "anthropic/claude-haiku-5-5", "ollama/qwen3:8b", "demo"])
def test_what_opens_as_it_is_is_opened_without_a_list(home: Home, model: str) -> None:
    models = in_use(home, OPENAI | CLAUDE)
    assert models.spec_of(model) == model
    assert "lists" not in vars(models)
    assert models.chosen == []


def test_only_a_list_of_what_can_be_asked_is_asked_for(home: Home) -> None:
    keys = dict.fromkeys(("AZURE_OPENAI_API_KEY", "AZURE_RESOURCE_NAME", "GITHUB_TOKEN", "MISTRAL_API_KEY"), SECRET)
    wanted = wants_asking(in_use(home, keys), again=True)
    assert [row.name for row, _ in wanted] == ["mistral"]


def test_aliases_come_first_and_may_be_words(home: Home) -> None:
    chained = 'quick = "FAST"\nping = "pong"\npong = "ping"\n'
    home.write_config(f'[aliases]\nFast = "openai/gpt-6-luna"\nbest = "opus"\ngpt-6-sol = "demo"\n{chained}')
    models = in_use(home, OPENAI | CLAUDE)
    assert models.spec_of("fast") == "openai/gpt-6-luna"
    assert models.spec_of("BEST") == "anthropic/claude-opus-5-5"
    assert models.spec_of("gpt-6-sol") == "demo"
    assert models.chosen[1] == "BEST is anthropic/claude-opus-5-5."
    assert models.spec_of("quick") == "openai/gpt-6-luna"
    assert models.spec_of("ping") == "ping"  # they mean each other, and end nowhere


def test_a_provider_may_be_written_large(home: Home) -> None:
    models = in_use(home, CLAUDE)
    names = ("DEMO", "Anthropic/claude-opus-5-5", "Ollama/Llama3")
    assert [models.spec_of(name) for name in names] == ["demo", "anthropic/claude-opus-5-5", "ollama/Llama3"]
    assert models.chosen[0] == "DEMO is demo."


@pytest.mark.parametrize(
    ("text", "sentence"),
    [
        ('aliases = "x"', "config.toml: aliases is no table."),
        ("[aliases]\nfast = 7", 'config.toml: the alias "fast" means no model.'),
        ('[aliases]\nfast = ""', 'config.toml: the alias "fast" means no model.'),
        ('[aliases]\n"a/b" = "x"', 'config.toml: the alias "a/b" is no word.'),
        ('[aliases]\na = "x"\nA = "y"', 'config.toml: the alias "A" is there twice.'),
        ('prefer = "anthropic"', "config.toml: prefer is no list of providers."),
        ("prefer = [7]", "config.toml: prefer is no list of providers."),
    ],
)
def test_aliases_that_make_no_sense_are_said(home: Home, text: str, sentence: str) -> None:
    home.write_config(text)
    with pytest.raises(SettingsError) as caught:
        home.sources()
    assert str(caught.value) == sentence


def test_a_word_of_two_providers_is_refused_with_a_list_unless_one_is_preferred(home: Home) -> None:
    with pytest.raises(ModelAmbiguous) as caught:
        in_use(home, GEMINI | DEEPSEEK).spec_of("flash")
    assert caught.value.exit_code == 2
    assert caught.value.notices == ("  gemini/gemini-3.8-flash", "  deepseek/deepseek-v4-flash")
    home.write_config('prefer = ["deepseek"]')
    assert in_use(home, GEMINI | DEEPSEEK).spec_of("flash") == "deepseek/deepseek-v4-flash"


def test_a_saved_conversation_goes_on_with_the_provider_it_had(home: Home) -> None:
    found = opened(home, {}, OPENAI | CLAUDE)
    for spec in ("anthropic/claude-sonnet-5", "my-own-tune"):  # the second was sent to OpenAI
        assert found.revived({"model": spec, "base_url": ""}).model.spec == spec


def test_a_resumed_conversation_given_a_word_gets_what_it_means(home: Home) -> None:
    given = setups(home, {"model": "haiku"}, environ=CLAUDE).given_by_flags()
    assert given["model"] == "anthropic/claude-haiku-5-5"


def test_without_its_key_a_word_says_which_key_is_missing(home: Home) -> None:
    with pytest.raises(MissingKey, match=r"^There is no ANTHROPIC_API_KEY for claude-sonnet-5-5\.$"):
        opened(home, {"model": "sonnet"}, OPENAI)


def test_an_unknown_name_goes_to_openai_and_without_its_key_the_nearest_are_named(home: Home) -> None:
    assert in_use(home, OPENAI).spec_of("gpt-9-nova") == "gpt-9-nova"
    with pytest.raises(SettingsError, match=r"^No model is called “sonet”\.$") as caught:
        in_use(home, CLAUDE).spec_of("sonet")
    assert "anthropic/claude-sonnet-5-5" in caught.value.hint
    with pytest.raises(SettingsError, match=r"^No model is called “zzzz”\.$") as caught:
        in_use(home, CLAUDE, looks=False).spec_of("zzzz")
    assert caught.value.hint == "chat models lists those there are. With OPENAI_API_KEY, OpenAI would be asked."
    assert in_use(home, {}, looks=False).spec_of("zzzz") == "zzzz"  # no key at all: the demo answers, and says why


def test_at_a_server_of_the_user_s_own_names_go_out_as_they_are_and_aliases_count(home: Home) -> None:
    home.write_config('[aliases]\nfast = "team/fast-1"\n')
    models = in_use(home, OPENAI | CLAUDE | {"OPENAI_BASE_URL": "http://router.example/v1"})
    assert [models.spec_of(name) for name in ("sonnet", "fast")] == ["sonnet", "team/fast-1"]
    assert in_use(home, CLAUDE).spec_of("haiku", "http://saved.example/v1") == "haiku"


def test_what_a_server_told_today_counts_more_than_the_list(home: Home) -> None:
    lists = ModelLists(home.folders.cache)
    told = [ServedModel("claude-sonnet-4-6"), ServedModel("claude-sonnet-7", 2_000_000)]
    lists.keep("anthropic", "https://api.anthropic.com/v1", told, time.time())
    assert in_use(home, CLAUDE).spec_of("sonnet") == "anthropic/claude-sonnet-7"


def test_a_local_model_is_found_by_a_word_that_nothing_else_fits(home: Home) -> None:
    with StreamingServer(otherwise=LLAMA) as server:
        environ = {"OLLAMA_HOST": server.base_url.removesuffix("/v1")}
        assert in_use(home, CLAUDE | environ).spec_of("llama") == "ollama/llama3.3"
        assert in_use(home, environ).spec_of("ollama") == "ollama/llama3.3"
        with pytest.raises(SettingsError, match=r"^No model is called “lama3”\.$") as caught:
            in_use(home, CLAUDE | environ).spec_of("lama3")
        assert "ollama/llama3.3" in caught.value.hint
        assert "github" not in caught.value.hint
        asked = len(server.requests)
        assert in_use(home, CLAUDE | environ).spec_of("sonnet") == "anthropic/claude-sonnet-5-5"
        in_use(home, CLAUDE | environ, looks=False).spec_of("gpt-6-luna")
        assert len(server.requests) == asked


def test_without_a_key_what_runs_here_is_offered_beside_the_demo(home: Home, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(finding, "SECONDS_TO_FIND", 30.0)  # a busy machine may answer too late
    with StreamingServer(otherwise=LLAMA) as server:
        there = surroundings(home, {"OLLAMA_HOST": server.base_url})
        ready = open_chat({}, there, demo_without_key=True)
        assert ready.notices == (
            "The demo model answers: set OPENAI_API_KEY (shell or .env) for gpt-6-luna, "
            "or take what runs here: /model ollama/llama3.3",
        )
        with pytest.raises(MissingKey) as caught:
            open_chat({}, there)
    assert caught.value.hint.endswith(", or take what runs here: model='ollama/llama3.3'.")


def test_the_command_opens_what_a_word_means_and_asks_where_it_means_several(home: Home) -> None:
    ready = open_chat({"model": "demo"}, surroundings(home, GEMINI | DEEPSEEK | CLAUDE))
    commands = slash_commands(ready.setups)
    assert commands.run("/model haiku", ready.conversation) == Say("From here on: anthropic/claude-haiku-5-5.")
    several = commands.run("/model flash", ready.conversation)
    assert isinstance(several, FindOne)
    assert [line for line, _, _ in several.options] == [
        "/model gemini/gemini-3.8-flash",
        "/model deepseek/deepseek-v4-flash",
    ]
    every = commands.run("/model", ready.conversation)
    assert isinstance(every, FindOne)
    assert every.current == "/model anthropic/claude-haiku-5-5"
    offered = [name for name, _ in commands.completions("/model son", ready.conversation)]
    assert offered[0] == "anthropic/claude-sonnet-5-5"


def test_each_model_is_described_by_its_window_price_and_abilities(home: Home) -> None:
    home.write_config(
        '[prices."claude-haiku-5-5"]\ninput = 7\noutput = 8.5\n[models."claude-opus-5-5"]\nwindow = 50000\n'
    )
    about = dict(described(in_use(home, CLAUDE)))
    assert about["anthropic/claude-sonnet-5-5"].split() == ["1M", "$2", "$10", "vision", "tools", "schema", "thinks"]
    assert "$7 $8.50" in about["anthropic/claude-haiku-5-5"]
    assert about["anthropic/claude-opus-5-5"].startswith("  50k")
    assert about["demo"] == "built in, without a key"


def test_a_provider_of_which_no_model_is_found_is_named_as_one(home: Home) -> None:
    home.write_config('[providers.mine]\nlabel = "My own"\nurl = "http://mine.example/v1"\n')
    with pytest.raises(SettingsError, match=r"^My own is a provider, and no model of it is found\.$") as caught:
        in_use(home, OPENAI, looks=False).spec_of("Mine")
    assert caught.value.hint == "Give model='mine/NAME'."


def test_the_path_of_a_name_is_no_word_of_it(home: Home) -> None:
    assert in_use(home, OPENAI, looks=False).spec_of("model-5") == "model-5"
