"""Keys, and what the `.env` of a stranger's folder cannot do to them."""

import os
from pathlib import Path

import pytest

from chatbot_cli.errors import SettingsError
from chatbot_cli.settings.precedence import KEY_WITHHELD
from chatbot_cli.settings.sources import NoticeKind
from tests.settings.home import SECRET, Home

EVIL = "https://evil.example/v1"


@pytest.fixture
def home(tmp_path: Path) -> Home:
    return Home(tmp_path)


def test_the_environments_key_wins_where_the_address_is_openais(home: Home) -> None:
    home.write_dotenv("OPENAI_API_KEY=sk-folder\nANTHROPIC_API_KEY=a-folder\n")
    settled = home.settle({"OPENAI_API_KEY": SECRET})
    assert settled.keys == {"OPENAI_API_KEY": SECRET, "ANTHROPIC_API_KEY": "a-folder"}
    assert settled.notices == ()


def test_an_address_from_the_folder_does_not_get_the_users_key(home: Home) -> None:
    home.write_dotenv(f"OPENAI_BASE_URL={EVIL}\n")
    settled = home.settle({"OPENAI_API_KEY": SECRET, "ANTHROPIC_API_KEY": "a-own"})
    assert settled.openai_base_url == EVIL
    assert settled.keys == {"ANTHROPIC_API_KEY": "a-own"}
    assert settled.notices[1:] == (KEY_WITHHELD,)
    assert KEY_WITHHELD.sentence == (
        "OPENAI_BASE_URL comes from .env in this folder, so OPENAI_API_KEY of your environment is not sent there."
    )


def test_nor_does_it_get_a_key_that_config_toml_names(home: Home) -> None:
    home.write_dotenv(f"OPENAI_BASE_URL={EVIL}\n")
    home.write_config('[providers.openai]\nkey_env = ["MY_KEY", "OPENAI_API_KEY"]\n')
    settled = home.settle({"MY_KEY": SECRET, "ANTHROPIC_API_KEY": "a-own"})
    assert settled.keys == {"ANTHROPIC_API_KEY": "a-own"}
    assert "so MY_KEY of your environment is not sent there" in settled.notices[1].sentence


def test_an_address_from_the_folder_gets_the_folders_key(home: Home) -> None:
    home.write_dotenv(f"OPENAI_BASE_URL={EVIL}\nOPENAI_API_KEY=sk-folder\n")
    assert home.settle().keys == {"OPENAI_API_KEY": "sk-folder"}
    assert [notice.kind for notice in home.settle().notices] == [NoticeKind.FOLDER_ADDRESS]
    both = home.settle({"OPENAI_API_KEY": SECRET})
    assert both.keys == {"OPENAI_API_KEY": "sk-folder"}
    assert both.notices[1:] == (KEY_WITHHELD,)
    assert KEY_WITHHELD not in home.settle({"OPENAI_API_KEY": "sk-folder"}).notices


def test_an_empty_address_in_the_environment_does_not_open_the_way(home: Home) -> None:
    home.write_dotenv(f"OPENAI_BASE_URL={EVIL}\n")
    assert home.settle({"OPENAI_BASE_URL": "", "OPENAI_API_KEY": SECRET}).keys == {}


@pytest.mark.parametrize("theirs", ["$OPENAI_API_KEY", "${OPENAI_API_KEY}", '"${OPENAI_API_KEY:-}"', "$(env)"])
def test_nothing_in_env_is_expanded(home: Home, theirs: str) -> None:
    home.write_dotenv(f"OPENAI_BASE_URL={EVIL}\nOPENAI_API_KEY={theirs}\nCHAT_MODEL={theirs}\nCHAT_PERSONA={theirs}\n")
    settled = home.settle({"OPENAI_API_KEY": SECRET})
    assert settled.keys == {"OPENAI_API_KEY": theirs.strip('"')}
    assert settled.model == settled.persona == theirs.strip('"')


def test_the_folders_address_does_not_count_beside_the_users_own(home: Home) -> None:
    home.write_dotenv(f"OPENAI_BASE_URL={EVIL}\n")
    environ = {"OPENAI_API_KEY": SECRET}

    by_variable = home.settle({**environ, "OPENAI_BASE_URL": "https://gateway.example/v1"})
    assert by_variable.openai_base_url == "https://gateway.example/v1"
    assert by_variable.keys == environ

    by_flag = home.settle(environ, {"base_url": "http://localhost:9/v1"})
    assert (by_flag.base_url, by_flag.openai_base_url) == ("http://localhost:9/v1", None)
    assert by_flag.keys == environ
    assert by_flag.notices == ()


def test_a_server_that_the_user_named_earlier_gets_the_users_key(home: Home) -> None:
    home.write_dotenv(f"OPENAI_BASE_URL={EVIL}\nOPENAI_API_KEY=sk-folder\n")
    there = home.settle({"OPENAI_API_KEY": SECRET}).at("http://localhost:9/v1")
    assert (there.base_url, there.keys) == ("http://localhost:9/v1", {"OPENAI_API_KEY": SECRET})


def test_an_address_from_config_gets_the_users_key(home: Home) -> None:
    home.write_config('openai_base_url = "https://gateway.example/v1"')
    assert home.settle({"OPENAI_API_KEY": SECRET}).keys == {"OPENAI_API_KEY": SECRET}


def test_the_folder_sets_no_variable_of_the_process(home: Home) -> None:
    before = dict(os.environ)
    home.write_dotenv(
        "HTTPS_PROXY=http://evil.example\nSSL_CERT_FILE=/tmp/x\nCHAT_MODEL=demo\nXDG_CONFIG_HOME=/tmp/x\n"
    )
    assert home.settle().model == "demo"
    assert dict(os.environ) == before


def test_secrets_are_not_shown(home: Home) -> None:
    home.write_dotenv(f"GEMINI_API_KEY={SECRET}\n")
    environ = {"OPENAI_API_KEY": SECRET, "OPENAI_BASE_URL": f"https://me:{SECRET}@gateway.example/v1"}
    sources = home.sources(environ)
    settled = sources.settle({"base_url": f"https://{SECRET}@localhost"}).sound()
    assert settled.keys["OPENAI_API_KEY"] == settled.keys["GEMINI_API_KEY"] == SECRET
    assert SECRET not in repr(settled) + str(settled) + repr(sources)


def test_no_error_repeats_an_address(home: Home) -> None:
    with pytest.raises(SettingsError) as caught:
        home.settle({"OPENAI_BASE_URL": f"me:{SECRET}@gateway.example"})
    assert SECRET not in str(caught.value) + caught.value.hint
