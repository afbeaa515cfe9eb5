"""A line of `.env` that was meant for us and does not count: told with its line, its fault and the right form."""

from pathlib import Path

import pytest

from tests.settings.home import SECRET, Home


@pytest.fixture
def home(tmp_path: Path) -> Home:
    return Home(tmp_path)


def told(home: Home, text: str | bytes) -> list[str]:
    """What is said of a `.env`, which never repeats the key."""
    home.write_dotenv(text)
    settled = home.settle()
    sentences = [notice.sentence for notice in settled.notices]
    assert SECRET not in str(sentences)
    assert not sentences or settled.keys == {}
    return sentences


@pytest.mark.parametrize(
    ("line", "fault"),
    [
        (f"OPENAI_API_KEY: {SECRET}", "has a colon where “=” belongs"),
        (f"OPENAI_API_KEY:{SECRET}", "has a colon where “=” belongs"),
        (f"OPENAI_API_KEY := {SECRET}", "has a colon where “=” belongs"),
        (f"export OPENAI_API_KEY: {SECRET}", "has a colon where “=” belongs"),
        (f"OPENAI_API_KEY {SECRET}", "has no “=”"),
        (f"export OPENAI_API_KEY {SECRET}", "has no “=”"),
        ("OPENAI_API_KEY", "has no “=”"),
        (f"set OPENAI_API_KEY={SECRET}", "has “set” in front"),
        (f'setx OPENAI_API_KEY "{SECRET}"', "has “setx” in front"),
        (f'$env:OPENAI_API_KEY = "{SECRET}"', "has “$env:” in front"),
        (f'$env:OPENAI_API_KEY="{SECRET}"', "has “$env:” in front"),
        (f"set -gx OPENAI_API_KEY {SECRET}", "has “set -gx” in front"),
        (f"ENV OPENAI_API_KEY={SECRET}", "has “ENV” in front"),
        (f"- OPENAI_API_KEY={SECRET}", "has “-” in front"),
        (f"$OPENAI_API_KEY={SECRET}", "has “$” in front"),
        (f"{SECRET} OPENAI_API_KEY", "makes no sense"),
        (f'OPENAI_API_KEY="{SECRET}', 'has a quotation mark that is never closed (")'),
        (f"OPENAI_API_KEY='{SECRET}\"", "has a quotation mark that is never closed (')"),
        (f"OPENAI_API_KEY='{SECRET}',", "goes on after quotes"),
        (f'"OPENAI_API_KEY": "{SECRET}"', "has quotation marks or brackets around its name"),
        (f"OPENAI_API_KEY=“{SECRET}”", "has typographic quotation marks"),
        (f"OPENAI_API_KEY={SECRET} mine", "has a space in the key"),
        (f"OPENAI_API_KEY=Bearer {SECRET}", "has a space in the key"),
        (f"OPENAI_API_KEY={SECRET}…", "has a character in the key that no key has"),
        (f"OPENAI_API_KEY={SECRET}\u200b", "has a character in the key that no key has"),
        (f'OPENAI_API_KEY={SECRET}"', "has a quotation mark too many"),
        (f"OPENAI_API_KEY={SECRET};", "has a “;” after the key"),
        (f"OPENAI_API_KEY=={SECRET}", "has a second “=”"),
        (f"OTHER='x\nOPENAI_API_KEY={SECRET}\nB='", "stands between quotation marks"),
    ],
)
def test_a_line_that_does_not_count_says_why_and_what_to_write(home: Home, line: str, fault: str) -> None:
    assert told(home, f"A=1\n{line}\n") == [
        f"Line 2 of .env, with OPENAI_API_KEY, {fault}; chat goes on without it. Write OPENAI_API_KEY=…"
    ]


def test_bytes_of_another_encoding_make_a_key_unusable_and_harm_no_other_line(home: Home) -> None:
    assert told(home, f"OPENAI_API_KEY={SECRET}é".encode("latin-1")) == [
        "Line 1 of .env, with OPENAI_API_KEY, has a character in the key that no key has; "
        "chat goes on without it. Write OPENAI_API_KEY=…"
    ]
    assert told(home, "NAME=café\nCHAT_MAX_TURNS=7\n".encode("latin-1")) == []


@pytest.mark.parametrize(
    "text",
    [
        f"export OPENAI_API_KEY={SECRET}\n",
        f"OPENAI_API_KEY = '{SECRET}' # mine\r\n",
        f"\ufeffOPENAI_API_KEY={SECRET}",
        f"OPENAI_API_KEY={SECRET}\nexport OPENAI_API_KEY\n",
    ],
)
def test_what_counts_is_used_and_nothing_is_said(home: Home, text: str) -> None:
    home.write_dotenv(text)
    settled = home.settle()
    assert (settled.keys, settled.notices) == ({"OPENAI_API_KEY": SECRET}, ())


@pytest.mark.parametrize(
    ("written", "meant"),
    [
        ("CHAT_MODELL", "CHAT_MODEL"),
        ("CHAT_TEMPRATURE", "CHAT_TEMPERATURE"),
        ("CHAT_MAXTURNS", "CHAT_MAX_TURNS"),
        ("chat_model", "CHAT_MODEL"),
        ("OPENAI_APIKEY", "OPENAI_API_KEY"),
        ("OPENAI_KEY", "OPENAI_API_KEY"),
        ("OPEN_AI_API_KEY", "OPENAI_API_KEY"),
        ("openai_api_key", "OPENAI_API_KEY"),
        ("OPENAI-API-KEY", "OPENAI_API_KEY"),
        ("ANTHROPIC_KEY", "ANTHROPIC_API_KEY"),
        ("OPENAI_BASEURL", "OPENAI_BASE_URL"),
    ],
)
def test_a_near_miss_is_told_with_the_name_that_is_meant(home: Home, written: str, meant: str) -> None:
    sentence = f"Line 1 of .env sets {written}, which chat does not know; it knows {meant}."
    assert told(home, f"{written}={SECRET}\n") == [sentence]
    assert told(home, f"{written}: {SECRET}\n") == [sentence]
    home.write_dotenv(f"{written}={SECRET}\n")
    assert home.settle({meant: "http://x" if meant.endswith("URL") else "1"}).notices == ()


@pytest.mark.parametrize(
    "name",
    [
        *("CHAT_ID", "CHAT_SERVER_PORT", "CHAT_DB", "CHAT_WIDGET_KEY", "DATABASE_URL", "AI_API_KEY", "API_KEY"),
        *("MY_OPENAI_API_KEY", "AZURE_OPENAI_API_KEY", "VITE_OPENAI_API_KEY", "OPENAI_API_KEY2", "OPENAI_ORG_ID"),
    ],
)
def test_variables_of_other_projects_are_no_concern(home: Home, name: str) -> None:
    assert told(home, f"{name}={SECRET}\nOTHER=$OPENAI_API_KEY\n# OPENAI_API_KEY {SECRET}\n") == []
