"""What a folder's `.env` may set, row by row of the table, and what the user is told of it."""

import json
from pathlib import Path

import pytest

from chatbot_cli.settings.table import SETTINGS, InFolder, Setting
from tests.settings.home import Home

SAYS = "in .env of this folder says."
EVIL = "https://evil.example/v1"
SENT = f"The address of OpenAI's models is {EVIL}, as OPENAI_BASE_URL {SAYS}"
NOT_HERE = "in .env of this folder does not count: a folder cannot say where documents go."
REFUSED = "in .env of this folder does not count: yours is"

# setting: rule, value in .env, value in force, what is said without a value of the user's own
ALONE = {
    "model": (InFolder.SAID_IF_YOURS_DIFFERS, "ollama/llama3.3", "ollama/llama3.3", None),
    "fallback": (
        InFolder.IN_VAIN,
        "evil.example/m",
        None,
        "CHAT_FALLBACK in .env of this folder does not count: a folder cannot say who else is asked.",
    ),
    "persona": (InFolder.SAID_IF_YOURS_DIFFERS, "tutor", "tutor", None),
    "system": (InFolder.NEVER, "", None, None),
    "max_turns": (InFolder.FREE, "7", 7, None),
    "slide": (InFolder.FREE, "7", 7, None),
    "max_context_tokens": (InFolder.FREE, "9000", 9000, None),
    "overflow": (InFolder.FREE, "summarize", "summarize", None),
    "thoughts": (InFolder.FREE, "show", "show", None),
    "max_cost": (InFolder.STRICTER, "0.5", 0.5, f"max_cost is 0.5, as CHAT_MAX_COST {SAYS}"),
    "max_reply_tokens": (InFolder.FREE, "70", 70, None),
    "temperature": (InFolder.FREE, "0.5", 0.5, None),
    "top_p": (InFolder.FREE, "0.5", 0.5, None),
    "seed": (InFolder.FREE, "7", 7, None),
    "stop": (InFolder.SAID, "END", ("END",), f'stop is ["END"], as CHAT_STOP {SAYS}'),
    "effort": (InFolder.SAID, "max", "max", f"effort is max, as CHAT_EFFORT {SAYS}"),
    "extra": (InFolder.NEVER, "", (), None),
    "docs_tokens": (InFolder.FREE, "900", 900, None),
    "docs_passages": (InFolder.FREE, "3", 3, None),
    "docs_url": (InFolder.IN_VAIN, "postgresql://evil.example/x", None, f"CHAT_DOCS_URL {NOT_HERE}"),
    "embedding_model": (InFolder.IN_VAIN, "ollama/evil", None, f"CHAT_EMBEDDING_MODEL {NOT_HERE}"),
    "save": (InFolder.STRICTER, "no", False, f"This conversation is not saved, as CHAT_SAVE {SAYS}"),
    "secrets": (InFolder.STRICTER, "refuse", "refuse", f"secrets is refuse, not ask, as CHAT_SECRETS {SAYS}"),
    "plain": (InFolder.FREE, "yes", True, None),
    "debug": (InFolder.SAID, "yes", True, f"All that is said is written to the debug log, as CHAT_DEBUG {SAYS}"),
    "base_url": (InFolder.NEVER, "", None, None),
    "openai_base_url": (InFolder.SAID, EVIL, EVIL, SENT),
    "tries": (InFolder.FREE, "9", 9, None),
    "max_reply_bytes": (InFolder.FREE, "5000", 5000, None),
    "connect_timeout": (InFolder.FREE, "1", 1.0, None),
    "first_token_timeout": (InFolder.FREE, "1", 1.0, None),
    "idle_timeout": (InFolder.FREE, "1", 1.0, None),
}

# setting: value in config.toml, value in .env, value in force, what is said
BESIDE_YOURS = [
    ("model", "ollama/a", "gpt-4o", "gpt-4o", f"model is gpt-4o, not ollama/a, as CHAT_MODEL {SAYS}"),
    ("model", "gpt-4o", "gpt-4o", "gpt-4o", None),
    ("persona", "chef", "tutor", "tutor", f"persona is tutor, not chef, as CHAT_PERSONA {SAYS}"),
    ("max_turns", "3", "7", 7, None),
    ("save", "no", "yes", False, f"CHAT_SAVE=yes {REFUSED} no,"),
    ("save", "no", "no", False, None),
    ("save", "yes", "no", False, f"This conversation is not saved, as CHAT_SAVE {SAYS}"),
    (
        "secrets",
        "refuse",
        "warn",
        "refuse",
        f"CHAT_SECRETS=warn {REFUSED} refuse,",
    ),
    ("secrets", "refuse", "ask", "refuse", f"CHAT_SECRETS=ask {REFUSED} refuse,"),
    ("secrets", "warn", "ask", "ask", f"secrets is ask, not warn, as CHAT_SECRETS {SAYS}"),
    ("secrets", "warn", "refuse", "refuse", f"secrets is refuse, not warn, as CHAT_SECRETS {SAYS}"),
    ("secrets", "ask", "ask", "ask", None),
    ("max_cost", "1", "0.5", 0.5, f"max_cost is 0.5, not 1.0, as CHAT_MAX_COST {SAYS}"),
    ("max_cost", "0.5", "1", 0.5, f"CHAT_MAX_COST=1.0 {REFUSED} 0.5,"),
    ("max_cost", "0.5", "0.50", 0.5, None),
    ("debug", "yes", "no", False, f"debug is no, not yes, as CHAT_DEBUG {SAYS}"),
    ("openai_base_url", "https://mine.example/v1", EVIL, EVIL, f"The address of OpenAI's models is {EVIL}, as"),
    ("openai_base_url", EVIL, EVIL, EVIL, f"The address of OpenAI's models is {EVIL}, as"),
]


@pytest.fixture
def home(tmp_path: Path) -> Home:
    return Home(tmp_path)


def told(home: Home, environ: dict[str, str] | None = None, flags: dict[str, object] | None = None) -> list[str]:
    return [notice.sentence for notice in home.settle(environ, flags).notices]


def test_every_row_of_the_table_is_here() -> None:
    assert {setting.name: setting.in_folder for setting in SETTINGS} == {name: row[0] for name, row in ALONE.items()}


@pytest.mark.parametrize("setting", SETTINGS, ids=[setting.name for setting in SETTINGS])
def test_a_folder_may_set_what_the_table_says_and_a_line_says_it(home: Home, setting: Setting) -> None:
    rule, written, in_force, said = ALONE[setting.name]
    assert (rule is InFolder.NEVER) == (setting.variable is None)
    home.write_dotenv(f"{setting.variable or f'CHAT_{setting.name.upper()}'}={written}\n")
    assert home.settle().value(setting.name) == in_force
    assert told(home) == ([said] if said else [])


@pytest.mark.parametrize(("name", "yours", "folders", "in_force", "said"), BESIDE_YOURS)
def test_beside_your_own_value(home: Home, name: str, yours: str, folders: str, in_force: object, said: str) -> None:
    (variable,) = [setting.variable for setting in SETTINGS if setting.name == name]
    home.write_config(f"{name} = {json.dumps(yours)}\n")
    home.write_dotenv(f"{variable}={folders}\n")
    assert home.settle().value(name) == in_force
    lines = told(home)
    assert len(lines) == (1 if said else 0)
    assert all(line.startswith(said) for line in lines)


@pytest.mark.parametrize("weaker", ["warn", "WARN", '"warn"', "'Warn' # for CI"])
def test_a_folder_cannot_make_less_of_your_secrets_than_the_default(home: Home, weaker: str) -> None:
    home.write_dotenv(f"CHAT_SECRETS={weaker}\n")
    assert home.settle().secrets == "ask"
    assert str(home.settle().sources["secrets"]) == "default"
    assert told(home) == [
        "CHAT_SECRETS=warn in .env of this folder does not count: yours is ask, and a folder can only be stricter."
    ]


@pytest.mark.parametrize("setting", [setting for setting in SETTINGS if setting.variable], ids=lambda row: row.name)
def test_what_you_set_in_the_environment_is_not_the_folders_affair(home: Home, setting: Setting) -> None:
    rule, written, of_folder, _ = ALONE[setting.name]
    in_force = setting.kind.parse(written) if rule is InFolder.IN_VAIN else of_folder
    assert setting.variable
    home.write_dotenv(f"{setting.variable}={'warn' if setting.name == 'secrets' else written}\n")
    assert home.settle({setting.variable: written}).value(setting.name) == in_force
    assert told(home, {setting.variable: written}) == []


def test_a_flag_is_not_the_folders_affair(home: Home) -> None:
    home.write_dotenv(f"CHAT_SAVE=no\nCHAT_DEBUG=yes\nOPENAI_BASE_URL={EVIL}\nCHAT_PERSONA=./x.yaml\n")
    flags = {"save": "no", "debug": True, "base_url": "http://localhost:9/v1", "persona": "tutor"}
    assert told(home, {}, flags) == []


@pytest.mark.parametrize(
    "path", ["./x.yaml", "x.yaml", "../x.yml", "/etc/passwd", "~/x.yaml", "a\\b", "sub/x", "x.yml", "..", "C:x"]
)
def test_a_persona_by_path_is_said(home: Home, path: str) -> None:
    home.write_dotenv(f"CHAT_PERSONA='{path}'\n")
    assert told(home) == [f"The persona is the file {home.settle().persona}, as CHAT_PERSONA {SAYS}"]


def test_a_setting_that_makes_no_sense_is_still_an_error(home: Home) -> None:
    home.write_dotenv("CHAT_SECRETS=never\n")
    assert "not ask, warn or refuse" in home.refusal()
