"""What people have on their disks from version 0.1.0, and whether today's program takes it as it is.

The files are in tests/made_by_0_1_0; `expected.json` there holds what 0.1.0 said of them. Only the command line is
used. More may be said today than then, but nothing that was said may be missing or different.
"""

import json
import re
import shutil
import sqlite3
from collections.abc import Mapping, Sequence
from contextlib import closing
from datetime import datetime
from pathlib import Path
from typing import Any

import pytest

from tests.end_to_end.installed_chat import InstalledChat

pytestmark = pytest.mark.usefixtures("in_a_hurry")

OLD = Path(__file__).parent.parent / "made_by_0_1_0"
SAID: dict[str, Any] = json.loads((OLD / "expected.json").read_text())
SHOWN: dict[str, Any] = SAID["sessions show"]

PIRATE, THESIS, KILLED = "3", "5", "7"  # conversations that a test looks at by itself
MODEL = {PIRATE: ("--model", "demo")}  # a server answered there, and it is gone
# What 0.1.0 let a folder's `.env` undo: today it can only make these stricter.
OF_THE_USER_ALONE = {name: SAID["doctor settings"]["config.toml"][name] for name in ("save", "secrets")}
LIMITS = ("max_turns", "max_context_tokens", "max_reply_tokens", "temperature")
EXPORTED = {"pirate": "ahoy there", "thesis": "thesis"}  # file -> the beginning of a title, or a name
EXPORTS = sorted(path.name for path in (OLD / "exports").iterdir())
TIME = re.compile(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(?:\.\d+)?(?:Z|\+00:00)")
NEW_NUMBERS = ("id", "parent")  # of a message that was imported


@pytest.fixture
def saved(chat: InstalledChat) -> InstalledChat:
    """The program with the conversations of 0.1.0."""
    database_of(chat).parent.mkdir(parents=True, mode=0o700)
    shutil.copyfile(OLD / "sessions.db", database_of(chat))
    database_of(chat).chmod(0o600)
    return chat


@pytest.fixture
def configured(chat: InstalledChat) -> InstalledChat:
    """The program with the personas and the config.toml of 0.1.0, and nothing set in the environment."""
    take_personas(chat)
    shutil.copyfile(OLD / "config.toml", config_of(chat) / "config.toml")
    del chat.environ["CHAT_TRIES"]
    return chat


def database_of(chat: InstalledChat) -> Path:
    return chat.home / ".local/share/chatbot-cli/sessions.db"


def config_of(chat: InstalledChat) -> Path:
    return chat.home / ".config/chatbot-cli"


def take_personas(chat: InstalledChat) -> None:
    shutil.copytree(OLD / "personas", config_of(chat) / "personas")


def take_dotenv(chat: InstalledChat) -> None:
    shutil.copyfile(OLD / "dotenv", chat.folder / ".env")


def in_json(chat: InstalledChat, *arguments: str) -> Any:
    """What a command says with --json."""
    finished = chat.run(*arguments, "--json")
    assert (finished.exit_code, finished.err) == (0, "")
    return json.loads(finished.out)


def settings_of(chat: InstalledChat, *arguments: str) -> dict[str, Any]:
    """The settings as the doctor sees them, by name. Other things may be well or not on this machine."""
    found = json.loads(chat.run("doctor", "--offline", "--json", *arguments).out)
    return {row["what"]: row for row in found["groups"]["settings"]}


def missing(old: object, new: object, where: str = "") -> list[str]:
    """What was said once and is not said now, a line each. A key may be new; an entry of a list may not."""
    if isinstance(old, dict) and isinstance(new, dict):
        gone = [f"{where}.{key} is gone" for key in old if key not in new]
        kept = [key for key in old if key in new]
        return gone + [line for key in kept for line in missing(old[key], new[key], f"{where}.{key}")]
    if isinstance(old, list) and isinstance(new, list) and len(old) == len(new):
        pairs = enumerate(zip(old, new, strict=True))
        return [line for place, (one, other) in pairs for line in missing(one, other, f"{where}[{place}]")]
    if isinstance(old, str) and isinstance(new, str):
        same = to_the_millisecond(old) == to_the_millisecond(new)
    else:
        same = type(old) is type(new) and old == new
    return [] if same else [f"{where} was {old!a}, and is {new!a}"]


def to_the_millisecond(text: str) -> str:
    """A text whose times are all written in one way: 0.1.0 had two, and more digits than a clock."""
    return TIME.sub(lambda match: f"{datetime.fromisoformat(match[0]).timestamp():.3f}", text)


def without(names: Sequence[str], message: Mapping[str, object]) -> dict[str, object]:
    return {name: value for name, value in message.items() if name not in names}


def sent_again(conversation: Mapping[str, Any]) -> list[str]:
    """The questions that are sent along with a new one."""
    asked = [message["content"] for message in conversation["messages"] if message["role"] == "user"]
    still_sent = asked[conversation["trimmed"] :]
    return still_sent[-conversation["setup"]["max_turns"] :]


def beginning(question: str) -> str:
    """As much of a question as the demo model repeats in any case."""
    return " ".join(question.split())[:16]


@pytest.mark.parametrize(
    ("old", "new"),
    [
        ({"a": 1}, {}),
        ({"a": 1}, {"a": 2}),
        ({"a": 1}, {"a": True}),
        ({"a": None}, {"a": ""}),
        ({"a": [{"b": 1}]}, {"a": [{"b": 2}]}),
        ([1], [1, 2]),
        ([1, 2], [2, 1]),
    ],
)
def test_what_is_missing_is_noticed(old: object, new: object) -> None:
    assert missing(old, new)


def test_what_is_added_is_not_missed() -> None:
    assert missing({"a": [{"b": 1}]}, {"a": [{"b": 1, "c": 2}], "d": 3}) == []


def test_the_list_says_what_it_said(saved: InstalledChat) -> None:
    assert missing(SAID["sessions list"], in_json(saved, "sessions", "list")) == []


@pytest.mark.parametrize("words", SAID["sessions search"])
def test_a_search_finds_what_it_found(saved: InstalledChat, words: str) -> None:
    assert missing(SAID["sessions search"][words], in_json(saved, "sessions", "search", words)) == []


@pytest.mark.parametrize("number", SHOWN)
def test_a_conversation_is_shown_as_it_was(saved: InstalledChat, number: str) -> None:
    assert missing(SHOWN[number], in_json(saved, "sessions", "show", number)) == []


@pytest.mark.parametrize("name", EXPORTS)
def test_an_export_is_what_it_was(saved: InstalledChat, name: str) -> None:
    assert saved.run("sessions", "export", "--raw", EXPORTED[Path(name).stem], "-o", name).exit_code == 0
    old, new = (OLD / "exports" / name).read_bytes(), (saved.folder / name).read_bytes()
    if name.endswith(".json"):
        assert missing(json.loads(old), json.loads(new)) == []
    elif name.endswith(".jsonl"):
        assert missing([*map(json.loads, old.splitlines())], [*map(json.loads, new.splitlines())]) == []
    else:
        assert to_the_millisecond(new.decode()) == to_the_millisecond(old.decode())


@pytest.mark.parametrize("number", SHOWN)
def test_a_conversation_goes_on_with_what_was_said_and_keeps_its_limits(saved: InstalledChat, number: str) -> None:
    take_personas(saved)
    before = SHOWN[number]
    answer = saved.run("--resume", number, *MODEL.get(number, ()), "What do you see?").out
    assert all(beginning(question) in answer for question in sent_again(before))
    count = len(sent_again(before)) + len(before["setup"]["examples"])
    assert f", {count} earlier exchange" in answer
    after = in_json(saved, "sessions", "show", number)
    assert missing(before["messages"], after["messages"][:-2]) == []
    assert {name: after["setup"][name] for name in LIMITS} == {name: before["setup"][name] for name in LIMITS}
    assert after["messages"][-1]["tokens_received"] <= (before["setup"]["max_reply_tokens"] or 1000)
    assert after["draft"] == before["draft"]


def test_the_last_conversation_and_the_one_of_a_name_go_on(saved: InstalledChat) -> None:
    assert "Bob" in saved.run("-c", "What is my name?").out
    assert "4 earlier exchanges" in saved.run("--session", "thesis", "thanks").out


def test_a_server_is_asked_at_its_address_with_the_same_persona(saved: InstalledChat) -> None:
    take_personas(saved)
    finished = saved.run("--resume", PIRATE, "Is there anybody?")
    assert finished.exit_code == 75
    assert "127.0.0.1:1" in finished.err
    assert len(finished.err.splitlines()) == 2  # one more would say that the persona has changed


def test_a_reply_that_a_kill_cut_off_is_continued(saved: InstalledChat) -> None:
    assert saved.run("--resume", KILLED, "/continue").exit_code == 0
    *earlier, reply = in_json(saved, "sessions", "show", KILLED)["messages"]
    *earlier_then, begun = SHOWN[KILLED]["messages"]
    assert missing(earlier_then, earlier) == []
    assert reply["content"].startswith(begun["content"])
    assert reply["content"].endswith("\n- 50")
    assert reply["ending"] == "complete"


def test_a_draft_stands_in_the_prompt_and_undo_reaches_back(saved: InstalledChat) -> None:
    with saved.in_terminal("--session", "thesis") as session:
        session.wait_for_line(SHOWN[THESIS]["draft"])
        session.send("\x15")
        session.wait_for_line("")
        session.enter("/undo 4")
        session.leave()
    assert missing(SAID["sessions show 5, after /undo 4"], in_json(saved, "sessions", "show", THESIS)) == []


@pytest.mark.parametrize("name", [name for name in EXPORTS if name.endswith(".json")])
def test_an_export_in_json_is_imported_as_it_was(chat: InstalledChat, name: str) -> None:
    (imported,) = in_json(chat, "sessions", "import", str(OLD / "exports" / name))
    old = json.loads((OLD / "exports" / name).read_text())
    assert missing(old, in_json(chat, "sessions", "show", str(imported["id"]))) == []


@pytest.mark.parametrize("name", [name for name in EXPORTS if name.endswith(".jsonl")])
def test_an_export_in_jsonl_is_imported_with_its_messages(chat: InstalledChat, name: str) -> None:
    (imported,) = in_json(chat, "sessions", "import", str(OLD / "exports" / name))
    old = [json.loads(line) for line in (OLD / "exports" / name).read_text().splitlines()]
    new = in_json(chat, "sessions", "show", str(imported["id"]))["messages"]
    assert missing([without(NEW_NUMBERS, message) for message in old], new) == []


@pytest.mark.parametrize("name", SAID["personas show"])
def test_a_persona_is_shown_as_it_was(chat: InstalledChat, name: str) -> None:
    take_personas(chat)
    assert chat.run("personas", "show", name).out == SAID["personas show"][name]


def test_settings_come_from_config_toml(configured: InstalledChat) -> None:
    assert missing(SAID["doctor settings"]["config.toml"], settings_of(configured)) == []


def test_settings_come_from_dotenv_before_config_toml(configured: InstalledChat) -> None:
    take_dotenv(configured)
    said = {**SAID["doctor settings"]["config.toml and .env"], **OF_THE_USER_ALONE}
    assert missing(said, settings_of(configured)) == []


def test_settings_come_from_a_persona_before_all_files(configured: InstalledChat) -> None:
    take_dotenv(configured)
    said = {**SAID["doctor settings"]["config.toml and .env, with --persona captain"], **OF_THE_USER_ALONE}
    assert missing(said, settings_of(configured, "--persona", "captain")) == []


def test_a_chat_begins_with_these_settings(configured: InstalledChat) -> None:
    take_dotenv(configured)
    configured.environ["CHAT_SAVE"] = "yes"  # which a folder cannot say to somebody whose config.toml says no
    assert configured.run("What do you see?").exit_code == 0
    setup = in_json(configured, "sessions", "show", "1")["setup"]
    assert (setup["persona"], setup["model"], setup["system_prompt"]) == (
        *("parrot", "demo", "You repeat what is said.\nTwice."),
    )
    assert [setup[name] for name in LIMITS] == [7, 7000, 150, 1.75]


@pytest.mark.parametrize("arguments", [("sessions",), ("--resume", "1", "hello")])
def test_a_database_of_a_newer_version_is_refused_and_left_as_it_is(
    saved: InstalledChat, arguments: Sequence[str]
) -> None:
    with closing(sqlite3.connect(database_of(saved))) as database:
        database.execute("PRAGMA user_version = 99")
    before = database_of(saved).read_bytes()
    finished = saved.run(*arguments)
    assert finished.exit_code != 0
    assert finished.out == ""
    assert finished.err.startswith("chat: ")
    assert "newer version" in finished.err
    assert "Traceback" not in finished.err
    assert len(finished.err.splitlines()) <= 2  # the sentence, and what to do about it
    assert database_of(saved).read_bytes() == before
