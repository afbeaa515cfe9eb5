"""config.toml and `.env`: what is read, what is refused, and what is none of our business."""

import os
import string
from pathlib import Path
from tempfile import TemporaryDirectory

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from chatbot_cli.errors import SettingsError
from chatbot_cli.providers.entries.registry import key_variables
from chatbot_cli.settings.precedence import Settings, Sources
from chatbot_cli.settings.sources import NoticeKind, Origin
from chatbot_cli.settings.table import DEFAULT_MODEL, SETTINGS, VARIABLES
from chatbot_cli.system.folders import Folders
from tests.entries import KEYS
from tests.settings.home import SECRET, Home


@pytest.fixture
def home(tmp_path: Path) -> Home:
    return Home(tmp_path)


def sentences(settled: Settings) -> list[str]:
    """What is said of a `.env` of which something is passed over."""
    assert {notice.kind for notice in settled.notices} == {NoticeKind.DOTENV_SKIPPED}
    return [notice.sentence for notice in settled.notices]


@pytest.mark.parametrize(
    ("line", "sentence", "hint"),
    [
        ("max_turn = 3", 'config.toml: there is no setting "max_turn".', "Did you mean max_turns?"),
        ("max-turns = 3", 'config.toml: there is no setting "max-turns".', "Did you mean max_turns?"),
        ("CHAT_MODEL = 'x'", 'config.toml: there is no setting "CHAT_MODEL".', "Did you mean model?"),
        ("base_url = 'x'", 'config.toml: there is no setting "base_url".', "Did you mean openai_base_url?"),
        ("[chat]\nmodel = 'x'", 'config.toml: there is no setting "chat".', "There are aliases, "),
        ("'\\u001b' = 1".replace("'", '"'), 'config.toml: there is no setting "�".', "There are "),
        ("model = ['x']", "config.toml: model is not one single value.", "Correct it in "),
        ("plain.a = true", "config.toml: plain is not one single value.", "Correct it in "),
    ],
)
def test_config_with_an_entry_that_cannot_be(home: Home, line: str, sentence: str, hint: str) -> None:
    home.write_config(line)
    with pytest.raises(SettingsError) as caught:
        home.sources()
    assert str(caught.value) == sentence
    assert caught.value.hint.startswith(hint)


@pytest.mark.parametrize("name", ["api_key", "openai_api_key", "OPENAI_API_KEY", "api-key", "key", "apikey"])
def test_a_key_in_config_is_sent_elsewhere_and_not_repeated(home: Home, name: str) -> None:
    home.write_config(f'{name} = "{SECRET}"')
    with pytest.raises(SettingsError) as caught:
        home.sources()
    assert str(caught.value) == ("config.toml: API keys belong in the environment or in .env, never in config.toml.")
    assert SECRET not in caught.value.hint


@pytest.mark.parametrize(
    ("text", "sentence"),
    [
        (b"model = ", "config.toml is not valid TOML: "),
        (b"model = 'caf\xe9'", "config.toml is not UTF-8 text."),
        (b"max_turns = " + b"9" * 5000, "config.toml is not "),
        (b"max_turns = 0x" + b"f" * 5000, "config.toml is not "),
        (b"model = " + b"[" * 100_000, "config.toml is not "),
    ],
    ids=["broken", "latin-1", "huge", "huge-hex", "deep"],
)
def test_config_that_cannot_be_understood_is_one_sentence(home: Home, text: bytes, sentence: str) -> None:
    home.write_config(text)
    assert home.refusal().startswith(sentence)


def test_config_that_cannot_be_read_is_one_sentence(home: Home) -> None:
    (home.folders.config / "config.toml").mkdir()
    assert home.refusal() == "config.toml cannot be read: it is a folder, not a file."


def test_config_saved_with_a_byte_order_mark_is_read(home: Home) -> None:
    home.write_config(b"\xef\xbb\xbfmodel = 'demo'")
    assert home.settle().model == "demo"


def test_a_home_that_is_no_folder_has_no_config(home: Home) -> None:
    assert (
        Sources.read({}, home.cwd, Folders.of({}, Path(os.devnull)), key_variables).settle({}).sound().model
        == DEFAULT_MODEL
    )


def test_the_last_statement_counts(home: Home) -> None:
    home.write_dotenv("CHAT_MAX_TURNS=1\nexport CHAT_MAX_TURNS=2 # two\nCHAT_MODEL=a\nCHAT_MODEL=\n")
    settled = home.settle()
    assert settled.max_turns == 2
    assert settled.model == DEFAULT_MODEL


@pytest.mark.parametrize(
    "text",
    [
        b"DATABASE_URL=postgres://x\nthis is no statement\n'\n",
        b"\xff\xfe\x00C\x00H",
        b"NAME=caf\xe9\n\x00\x00\n=\n",
    ],
)
def test_what_is_not_ours_is_no_concern(home: Home, text: bytes, capfd: pytest.CaptureFixture[str]) -> None:
    home.write_dotenv(text)
    assert home.settle().notices == ()
    home.write_dotenv(text + b"\nCHAT_MAX_TURNS=7\n")
    settled = home.settle()
    assert settled.notices == ()
    assert settled.max_turns == 7
    assert capfd.readouterr() == ("", "")


def test_a_line_of_ours_that_makes_no_sense_is_told_once_without_its_value(home: Home) -> None:
    home.write_dotenv(f'A=1\nOPENAI_API_KEY="{SECRET}\nCHAT_MAX_TURNS=7\n' + 99 * "OPENAI_API_KEY is\n")
    settled = home.settle()
    assert sentences(settled) == [
        'Line 2 of .env, with OPENAI_API_KEY, has a quotation mark that is never closed ("); '
        "chat goes on without it. Write OPENAI_API_KEY=…"
    ]
    assert (settled.keys, settled.max_turns) == ({}, 7)


def test_an_env_folder_is_a_virtual_environment(home: Home) -> None:
    (home.cwd / ".env").mkdir()
    assert home.settle().notices == ()


@pytest.mark.parametrize("encoding", ["utf-16", "utf-16-le", "utf-16-be", "utf-32"])
def test_a_dotenv_of_another_encoding_is_told_if_it_is_meant_for_us(home: Home, encoding: str) -> None:
    for mark in ("\ufeff", ""):
        home.write_dotenv(f"{mark}CHAT_MAX_TURNS=7\n".encode(encoding))
        settings = home.settle()
        assert settings.max_turns == 40
        name = encoding[:6].upper()
        assert sentences(settings) == [
            f"The .env in this folder is {name}, not UTF-8; chat goes on without it. Save it as UTF-8."
        ]
    home.write_dotenv("\ufeffSOMETHING=7\n".encode(encoding))
    assert home.settle().notices == ()


def test_a_pipe_called_dotenv_does_not_hang(home: Home) -> None:
    os.mkfifo(home.cwd / ".env")
    assert sentences(home.settle()) == [
        "The .env in this folder cannot be read: it is a pipe, not a file; chat goes on without it."
    ]


@pytest.mark.parametrize(
    ("target", "why"),
    [
        ("/proc/self/mem", "it is a part of the system, not a file"),
        ("/proc/self/environ", "it is a part of the system, not a file"),
        ("/dev/zero", "it is a device, not a file"),
        ("/dev/tty", "it is a device, not a file"),
    ],
)
def test_a_link_to_what_is_no_file_is_told(home: Home, target: str, why: str) -> None:
    if not Path(target).exists():
        pytest.skip("this system has none")
    (home.cwd / ".env").symlink_to(target)
    assert sentences(home.settle()) == [f"The .env in this folder cannot be read: {why}; chat goes on without it."]


@pytest.mark.parametrize("text", ["CHAT_MODEL=demo\n", "#" * 79 + "\n", "A='"])
def test_a_huge_env_is_told_and_not_read(home: Home, text: str) -> None:
    home.write_dotenv(text * (20 * 1024 * 1024 // len(text)))
    assert home.settle().model == DEFAULT_MODEL
    (sentence,) = sentences(home.settle())
    assert sentence.startswith(
        "The .env in this folder cannot be read: it has 20 MB, and may have 256 KB; chat goes on"
    )


def test_a_config_that_is_a_pipe_or_huge_is_one_sentence(home: Home) -> None:
    home.write_config("#" * (1024 * 1024))
    assert home.refusal() == "config.toml cannot be read: it has 1 MB, and may have 256 KB."
    (home.folders.config / "config.toml").unlink()
    os.mkfifo(home.folders.config / "config.toml")
    assert home.refusal() == "config.toml cannot be read: it is a pipe, not a file."


def test_a_link_to_nothing_is_told(home: Home) -> None:
    (home.cwd / ".env").symlink_to("gone")
    assert sentences(home.settle()) == ["The .env in this folder is a link to nothing; chat goes on without it."]


def test_only_this_folder_counts(home: Home) -> None:
    (home.cwd.parent / ".env").write_text("CHAT_MODEL=demo\n")
    assert home.settle().model == DEFAULT_MODEL


PIECES = st.sampled_from(
    [
        *VARIABLES,
        *KEYS,
        *(s.name for s in SETTINGS),
        "=",
        " = ",
        "\n",
        "\r",
        '"',
        "'",
        "#",
        "export ",
        "[",
        "]",
        "{",
        ".",
        "\\",
    ]
)
TEXT = st.text() | st.lists(PIECES | st.text(alphabet=string.printable, max_size=3), max_size=30).map("".join)


@settings(max_examples=400, deadline=None, derandomize=True, database=None)
@given(dotenv=TEXT.map(lambda text: text.encode("utf-8", "replace")) | st.binary(), config=TEXT | st.none())
def test_whatever_the_files_hold_there_are_settings_or_one_sentence(dotenv: bytes, config: str | None) -> None:
    with TemporaryDirectory() as root:
        home = Home(Path(root))
        home.write_dotenv(dotenv)
        if config is not None:
            home.write_config(config.encode("utf-8", "replace"))
        outcome: Settings | str
        try:
            outcome = home.settle({"OPENAI_API_KEY": SECRET})
        except SettingsError as error:
            outcome = str(error)
    if isinstance(outcome, str):
        assert outcome.endswith(".")
        assert outcome.isprintable()
        assert SECRET not in outcome
    else:
        assert (SECRET in outcome.keys.values()) == (outcome.sources["openai_base_url"].origin is not Origin.DOTENV)
