"""Settings: which source wins, which values are refused, and where the user's folders are."""

import dataclasses
import json
import os
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

from chatbot_cli.chat.messages import Persona
from chatbot_cli.chat.options import OPTION_NAMES, Options
from chatbot_cli.chat.parameters import as_text
from chatbot_cli.errors import SettingsError
from chatbot_cli.settings.env_example import env_example
from chatbot_cli.settings.precedence import Settings
from chatbot_cli.settings.sources import Origin
from chatbot_cli.settings.table import SETTINGS, flag_of, variables
from tests.entries import KEYS
from tests.settings.home import SECRET, Home

REPOSITORY = Path(__file__).parents[2]
LEVELS = ("flag", "persona", "environment", "dotenv", "config")


@pytest.fixture
def home(tmp_path: Path) -> Home:
    return Home(tmp_path)


# What each source says, highest first; None where it has no say.
PRECEDENCE: dict[str, tuple[object, object, object, object, object]] = {
    "model": ("flagged", "ollama/personal", "openai/around", "dotted", "written"),
    "fallback": (("a", "b/c"), ("ollama/p",), ("openai/e", "x"), None, ("c", "ollama/d")),
    "persona": ("chef", None, "planner", "reviewer", "./tutor.yaml"),
    "system": ("Be brief.", None, None, None, None),
    "max_turns": (0, 1, 2, 3, 4),
    "slide": (1, 2, 3, 4, 5),
    "max_context_tokens": (1, 2000, 3000, 4000, 5000),
    "overflow": ("drop", "summarize", "drop", "summarize", "drop"),
    "max_reply_tokens": (1, 200, 300, 400, 500),
    "max_cost": (0.0, 0.1, 2.0, 0.3, 0.4),
    "temperature": (0.0, 0.1, 2.0, 0.3, 0.4),
    "top_p": (0.0, 0.1, 1.0, 0.3, 0.4),
    "seed": (1, 2, 3, 4, 5),
    "stop": (("END",), ("a", "b"), ("c",), ("d",), ("e", "f")),
    "effort": ("none", "low", "medium", "high", "max"),
    "extra": ((("top_k", "40"),), (("top_k", "41"),), None, None, None),
    "docs_tokens": (None, None, 100, 200, 300),
    "docs_passages": (None, None, 1, 2, 3),
    "docs_url": (None, None, "postgresql://env/docs", None, "qdrant+http://config:6333"),
    "embedding_model": (None, None, "ollama/around", None, "openai/written"),
    "save": (False, None, True, False, True),
    "secrets": (None, None, "warn", "refuse", "ask"),
    "plain": (True, None, False, True, False),
    "thoughts": ("show", None, "hide", "show", "hide"),
    "debug": (True, None, False, True, False),
    "base_url": ("http://flag:1/v1", None, None, None, None),
    "openai_base_url": (None, None, "http://env:2/v1", "http://dotenv:3/v1", "https://config/v1?a=b"),
    "tries": (None, None, 1, 2, 10),
    "connect_timeout": (None, None, 0.1, 2.5, 86_400.0),
    "first_token_timeout": (None, None, 1.0, 2.0, 3.0),
    "idle_timeout": (None, None, 1.0, 2.0, 3.0),
    "max_reply_bytes": (None, None, 1_000, 2_000, 3_000),
}
DEFAULTS: dict[str, object] = {
    "model": "gpt-6-luna",
    "fallback": None,
    "persona": "assistant",
    "system": None,
    "max_turns": 40,
    "slide": None,
    "max_context_tokens": None,
    "overflow": "drop",
    "max_reply_tokens": None,
    "max_cost": None,
    "temperature": None,
    "top_p": None,
    "seed": None,
    "stop": (),
    "effort": None,
    "extra": (),
    "docs_tokens": 3_000,
    "docs_passages": 8,
    "docs_url": None,
    "embedding_model": None,
    "save": True,
    "secrets": "ask",
    "plain": False,
    "thoughts": "fold",
    "debug": False,
    "base_url": None,
    "openai_base_url": None,
    "tries": 3,
    "connect_timeout": 10.0,
    "first_token_timeout": 300.0,
    "idle_timeout": 120.0,
    "max_reply_bytes": 64_000_000,
}
WINS = [(name, level) for name, said in PRECEDENCE.items() for level, value in enumerate(said) if value is not None]


@pytest.mark.parametrize(("name", "level"), WINS, ids=[f"{name}-{LEVELS[level]}" for name, level in WINS])
def test_a_source_wins_over_all_below_it(home: Home, name: str, level: int) -> None:
    said = dict(zip(LEVELS, (None,) * level + PRECEDENCE[name][level:], strict=True))
    variable = next(setting.variable for setting in SETTINGS if setting.name == name)
    if said["config"] is not None:
        home.write_config(f"{name} = {json.dumps(said['config'])}\n")
    if said["dotenv"] is not None:
        home.write_dotenv(f"{variable}={as_text(said['dotenv'])}\n")
    environ = {variable: as_text(said["environment"])} if variable and said["environment"] is not None else {}
    opinion: dict[str, Any] = {} if said["persona"] is None else {name: said["persona"]}
    persona = Persona("tutor", "Teach.", **({"options": Options(**opinion)} if name in OPTION_NAMES else opinion))

    settled = home.settle(environ, {name: said["flag"]}, persona)
    expected = PRECEDENCE[name][level]
    assert settled.value(name) == expected
    assert type(settled.value(name)) is type(expected)
    flag = flag_of(name)
    assert str(settled.sources[name]) == (flag, "persona tutor", variable, ".env", "config.toml")[level]
    if name == "persona":  # which one it is must be known before it can have its say
        assert home.sources(environ).settle({"persona": said["flag"]}).settings.persona == expected


@pytest.mark.parametrize("setting", [setting.name for setting in SETTINGS])
def test_what_nobody_sets_has_its_default(home: Home, setting: str) -> None:
    settled = home.settle(persona=Persona("tutor", "Teach."))
    assert settled.value(setting) == DEFAULTS[setting]
    assert str(settled.sources[setting]) == "default"
    assert settled.notices == ()
    assert settled.keys == {}


def test_the_tables_of_this_test_name_every_setting() -> None:
    names = [setting.name for setting in SETTINGS]
    assert list(PRECEDENCE) == list(DEFAULTS) == names
    fields = {field.name for value in (Settings, Options) for field in dataclasses.fields(value)}
    assert fields == {*names, "options", "keys", "withheld", "sources", "notices", "prices", "tools", "models"}


@pytest.mark.parametrize("empty", ["", "  ", "\t"])
def test_empty_is_unset_everywhere(home: Home, empty: str) -> None:
    home.write_config("".join(f"{s.name} = {json.dumps(empty)}\n" for s in SETTINGS if s.variable))
    home.write_dotenv("".join(f'{variable}="{empty}"\n' for variable in variables(KEYS)))
    flags = {setting.name: empty for setting in SETTINGS if setting.name != "system"}
    settled = home.settle(dict.fromkeys(variables(KEYS), empty), flags, Persona("tutor", "Teach.", model=empty))
    assert settled == home.settle()
    assert set(map(str, settled.sources.values())) == {"default"}


def test_an_empty_system_prompt_asks_for_none(home: Home) -> None:
    assert home.settle({}, {"system": ""}, Persona("tutor", "Teach.")).system == ""
    assert home.settle({}, {"system": None}, Persona("tutor", "Teach.")).system is None


def test_an_empty_variable_lets_the_next_source_speak(home: Home) -> None:
    home.write_dotenv("CHAT_MODEL=\nOPENAI_API_KEY\n")
    home.write_config('model = "ollama/llama3.3"')
    settled = home.settle({"CHAT_MODEL": " ", "OPENAI_BASE_URL": ""})
    assert (settled.model, str(settled.sources["model"])) == ("ollama/llama3.3", "config.toml")
    assert settled.openai_base_url is None


def test_values_and_keys_are_stripped(home: Home) -> None:
    home.write_dotenv("GEMINI_API_KEY='  g-1 '\n")
    settled = home.settle({"OPENAI_API_KEY": f" {SECRET}\n", "CHAT_MODEL": " demo\n"})
    assert settled.model == "demo"
    assert settled.keys == {"OPENAI_API_KEY": SECRET, "GEMINI_API_KEY": "g-1"}


@pytest.mark.parametrize(
    ("text", "value"),
    [(word, True) for word in ("1", "true", "YES", "On")] + [(word, False) for word in ("0", "false", "No", "off")],
)
def test_a_switch_is_said_in_many_words(home: Home, text: str, value: bool) -> None:
    assert home.settle({"CHAT_PLAIN": text}).plain is value


def test_a_word_may_be_written_in_capitals(home: Home) -> None:
    assert home.settle({"CHAT_SECRETS": " Refuse "}).secrets == "refuse"


def test_settings_cannot_be_changed(home: Home) -> None:
    settled = home.settle({"OPENAI_API_KEY": SECRET})
    with pytest.raises(dataclasses.FrozenInstanceError):
        settled.model = "other"  # type: ignore[misc] # that it is refused is the point
    with pytest.raises(TypeError):
        settled.keys["OPENAI_API_KEY"] = "other"  # type: ignore[index] # as above


BAD = [
    ("max_turns", "abc", '"abc", not a whole number from 0 to 1,000,000'),
    ("max_turns", "-1", '"-1", not a whole number from 0 to 1,000,000'),
    ("max_turns", "2.5", '"2.5", not a whole number from 0 to 1,000,000'),
    ("max_turns", "9" * 5000, f'"{"9" * 39}…", not a whole number from 0 to 1,000,000'),
    ("max_context_tokens", "0", '"0", not a whole number from 1 to 100,000,000'),
    ("max_cost", "-0.1", '"-0.1", not a number from 0 to 1,000,000'),
    ("max_reply_tokens", "many", '"many", not a whole number from 1 to 100,000,000'),
    ("max_cost", "0,50", '"0,50", not a number from 0 to 1,000,000'),
    ("max_cost", "1_0", '"1_0", not a number from 0 to 1,000,000'),
    ("temperature", "2.1", '"2.1", not a number from 0 to 2'),
    ("top_p", "1.1", '"1.1", not a number from 0 to 1'),
    ("seed", "-1", '"-1", not a whole number from 0 to 2,147,483,647'),
    ("effort", "huge", '"huge", not none, low, medium, high or max'),
    ("stop", "[1]", '"[1]", not a text, or a list such as ["END", "###"]'),
    ("temperature", "nan", '"nan", not a number from 0 to 2'),
    ("temperature", "0,7", '"0,7", not a number from 0 to 2'),
    ("plain", "maybe", '"maybe", not yes or no'),
    ("secrets", "maybe", '"maybe", not ask, warn or refuse'),
    ("tries", "0", '"0", not a whole number from 1 to 10'),
    ("connect_timeout", "0", '"0", not a number from 0.1 to 86,400'),
    ("first_token_timeout", "inf", '"inf", not a number from 0.1 to 86,400'),
    ("idle_timeout", "1m", '"1m", not a number from 0.1 to 86,400'),
    ("model", "gpt\x1b[31m", '"gpt�[31m", not one line of plain text'),
    ("persona", "tutor\nchef", '"tutor�chef", not one line of plain text'),
    ("openai_base_url", "localhost:8080", "not an address such as http://localhost:8080/v1"),
    ("openai_base_url", "ftp://user:pass@host", "not an address such as http://localhost:8080/v1"),
    ("openai_base_url", "http:///v1", "not an address such as http://localhost:8080/v1"),
    ("openai_base_url", "http://host/\x1b[0m", "not an address such as http://localhost:8080/v1"),
]


@pytest.mark.parametrize(("name", "text", "complaint"), BAD)
def test_a_bad_value_names_its_place(home: Home, name: str, text: str, complaint: str) -> None:
    variable = next(setting.variable for setting in SETTINGS if setting.name == name)
    assert variable is not None
    assert home.refusal({variable: text}) == f"{variable} in the environment is {complaint}."
    home.write_config(f"{name} = {json.dumps(text)}")
    assert home.refusal() == f"{name} in config.toml is {complaint}."
    home.write_dotenv(f'\n# a remark\n\n{variable}="{text}"\n')
    assert home.refusal() == f"{variable} in .env, line 4, is {complaint}."
    assert home.refusal(flags={name: text}) == f"--{name.replace('_', '-')} is {complaint}."


@pytest.mark.parametrize("value", [-1, 0.5, True, float("nan")])
def test_a_flag_may_come_as_a_number(home: Home, value: object) -> None:
    assert home.refusal(flags={"max_turns": value}).startswith(f'--max-turns is "{value}", not a whole number')


def test_a_bad_value_of_a_persona_names_the_persona(home: Home) -> None:
    with pytest.raises(SettingsError, match=r'temperature in the persona tutor is "3\.0", not a number from 0 to 2'):
        home.settle(persona=Persona("tutor", "Teach.", options=Options(temperature=3.0)))


def test_a_bad_value_says_where_to_correct_it(home: Home) -> None:
    home.write_config("max_turns = -1")
    with pytest.raises(SettingsError) as caught:
        home.settle()
    assert str(home.folders.config / "config.toml") in caught.value.hint


def test_bytes_that_are_no_text_are_refused(home: Home) -> None:
    assert home.refusal({"CHAT_MODEL": os.fsdecode(b"gpt\xff")}) == (
        'CHAT_MODEL in the environment is "gpt�", not one line of plain text.'
    )
    assert home.refusal(flags={"system": os.fsdecode(b"Be \xff")}) == '--system is "Be �", not UTF-8 text.'


def test_a_bad_value_that_is_outdone_harms_nobody(home: Home) -> None:
    home.write_config("max_turns = -1\npersona = 'a\\u001b'\nmodel='x'".replace("'", '"'))
    home.write_dotenv("CHAT_TEMPERATURE=hot\n")
    alone = home.sources({"CHAT_MAX_CONTEXT_TOKENS": "all"}).settle({"max_turns": 3, "persona": "tutor"})
    persona = Persona("tutor", "Teach.", max_context_tokens=4000, options=Options(temperature=0.5))
    settled = alone.with_persona(persona).sound()
    assert (settled.max_turns, settled.max_context_tokens, settled.options.temperature) == (3, 4000, 0.5)
    assert alone.settings.persona == "tutor"  # though no other setting is in order yet
    with pytest.raises(SettingsError):
        alone.sound()


def test_all_mistakes_are_known_at_once_and_the_first_of_the_table_is_raised(home: Home) -> None:
    home.write_config("temperature = 9\nsave = 'maybe'")
    home.write_dotenv("CHAT_TRIES=0\n")
    settled = home.sources({"CHAT_MAX_TURNS": "many"}).settle({"model": "a\x01b", "persona": "tutor"})
    assert list(settled.problems) == ["model", "max_turns", "temperature", "save", "tries"]
    settings = settled.settings
    assert [settings.value(name) for name in settled.problems] == ["gpt-6-luna", 40, None, True, 3]
    assert settings.persona == "tutor"
    origins = [settings.sources[name].origin for name in settled.problems]
    assert origins == [Origin.FLAG, Origin.ENVIRONMENT, Origin.CONFIG, Origin.CONFIG, Origin.DOTENV]
    with pytest.raises(SettingsError, match=r"^--model is "):
        settled.sound()


def test_a_base_url_that_is_none_leaves_the_folders_address_where_it_is(home: Home) -> None:
    home.write_dotenv("OPENAI_BASE_URL=http://folder:1/v1\n")
    settled = home.sources({"OPENAI_API_KEY": SECRET}).settle({"base_url": "localhost"})
    assert list(settled.problems) == ["base_url"]
    assert (settled.settings.openai_base_url, dict(settled.settings.keys)) == ("http://folder:1/v1", {})


def test_the_example_is_as_the_table_has_it() -> None:
    assert (REPOSITORY / ".env.example").read_text(encoding="utf-8") == env_example(KEYS)


def test_the_example_explains_every_variable() -> None:
    lines = env_example(KEYS).splitlines()
    assert {line.removesuffix("=") for line in lines if line and line[0] != "#"} == set(variables(KEYS))
    for variable in variables(KEYS):
        assert lines[lines.index(f"{variable}=") - 1].startswith("# ")
    assert [lines[number + 1] for number, line in enumerate(lines) if line.startswith("# Here it does not count")] == [
        "CHAT_FALLBACK=",
        "CHAT_DOCS_URL=",
        "CHAT_EMBEDDING_MODEL=",
    ]
    assert all(explanation.endswith(".") for explanation in (*KEYS.values(), *(s.explanation for s in SETTINGS)))


def test_the_example_copied_as_it_is_changes_nothing(home: Home) -> None:
    before = home.settle()
    home.write_dotenv(env_example(KEYS))
    assert home.settle() == before


def test_start_up_pays_only_for_what_is_there(home: Home) -> None:
    home.write_dotenv("DATABASE_URL=postgres://x\n")
    program = (
        "import sys; from pathlib import Path; from chatbot_cli.settings.precedence import Sources;"
        "from chatbot_cli.system.folders import Folders;"
        f"here = Path({str(home.cwd)!r}); sources = Sources.read({{}}, here, Folders.of({{}}, here), lambda _: {{}});"
        "sources.settle({}).sound();"
        "print({'tomllib', 'dotenv', 'difflib'} & sys.modules.keys())"
    )
    shown = subprocess.run([sys.executable, "-c", program], check=True, capture_output=True, text=True)
    assert shown.stdout == "set()\n"
