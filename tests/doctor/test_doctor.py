"""`chat doctor`: what it says of a home of its own and of a server on this computer, run in this process."""

import io
import json
import os
import sqlite3
import sys
from collections.abc import Callable, Iterator
from contextlib import closing, redirect_stderr, redirect_stdout
from dataclasses import dataclass
from importlib.metadata import PackageNotFoundError
from pathlib import Path
from typing import Any

import pytest

from chatbot_cli.cli.doctor import doctor_app
from chatbot_cli.doctor.report import Check, as_json, as_lines
from chatbot_cli.providers.gguf import installed
from chatbot_cli.sessions.damage import NOTHING_BEFORE
from chatbot_cli.sessions.database.failures import DATABASE
from chatbot_cli.settings.table import SETTINGS, variables
from tests.cli.sessions_command import HOSTILE, Saved, Terminal
from tests.entries import KEYS
from tests.providers.gguf.made_files import weights_file
from tests.settings.home import SECRET, Home
from tests.streaming_server import Reply, StreamingServer, page
from tests.tools.mcp.servers import TINY

MODELS = page({"data": [{"id": "gpt-6-luna"}, {"id": "gpt-6-sol"}]})
OTHER_SECRET = "sk-ant-another-secret-of-the-user"
SEEN = ("TERM", "NO_COLOR", "COLORTERM", "LC_ALL", "LC_CTYPE", "LANG", "TMUX", "STY", "SSH_CONNECTION", "SSH_TTY")
ON_THE_WAY = ("HTTP_PROXY", "HTTPS_PROXY", "ALL_PROXY", "NO_PROXY", "SSL_CERT_FILE", "SSL_CERT_DIR")


@dataclass(frozen=True)
class Done:
    """What a run came to."""

    exit_code: object
    out: str
    err: str

    def line(self, what: str) -> str:
        """The one line about something, its blanks as one."""
        lines = [" ".join(line.split()) for line in self.out.splitlines()]
        (found,) = [line for line in lines if line.split(" ")[1:2] == [what] or line[5:].startswith(f"{what} ")]
        return found


@pytest.fixture
def home(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Home:
    home = Home(tmp_path)
    tmp_path.chmod(0o700)
    home.folders.config.chmod(0o700)
    for variable in (*variables(KEYS), *SEEN, *ON_THE_WAY, *map(str.lower, ON_THE_WAY)):
        monkeypatch.delenv(variable, raising=False)
    for variable in ("XDG_CONFIG_HOME", "XDG_STATE_HOME", "XDG_DATA_HOME"):
        monkeypatch.delenv(variable, raising=False)
    monkeypatch.setenv("HOME", str(tmp_path))
    monkeypatch.setenv("TERM", "xterm-256color")
    monkeypatch.setattr("sys.stdin", io.StringIO())
    monkeypatch.chdir(home.cwd)
    return home


@pytest.fixture
def server(home: Home, monkeypatch: pytest.MonkeyPatch) -> Iterator[StreamingServer]:
    """A server that stands in for OpenAI's, and the key for it."""
    with StreamingServer(otherwise=MODELS) as server:
        monkeypatch.setenv("OPENAI_BASE_URL", server.base_url)
        monkeypatch.setenv("OPENAI_API_KEY", SECRET)
        yield server


def doctor(*arguments: str, terminal: bool = False) -> Done:
    out, err = Terminal() if terminal else io.StringIO(), io.StringIO()
    with redirect_stdout(out), redirect_stderr(err), pytest.raises(SystemExit) as exit_:
        doctor_app(list(arguments), prog_name="chat doctor")
    return Done(exit_.value.code or 0, out.getvalue(), err.getvalue())


def doctor_json(*arguments: str) -> dict[str, Any]:
    found: dict[str, Any] = json.loads(doctor("--json", *arguments).out)
    return found


def files_in(folder: Path) -> list[str]:
    return sorted(str(path) for path in folder.rglob("*"))


def test_all_is_well(server: StreamingServer, tmp_path: Path) -> None:
    before = files_in(tmp_path)
    done = doctor()
    assert (done.exit_code, done.err) == (0, "")
    headings = [line for line in done.out.splitlines() if line and not line.startswith(" ")]
    assert headings == ["versions", "settings", "model", "tools", "documents", "terminal", "folders", "All is well."]
    assert done.line("server").startswith("ok server reached in ")
    assert done.line("listed") == "ok listed gpt-6-luna is in the server's list"
    assert done.line("window").startswith("ok window 1,050,000 tokens, at most 922,000 to send (the list of 20")
    assert files_in(tmp_path) == before
    assert {request.path for request in server.requests} == {"/v1/models"}


def test_the_values_stand_below_each_other(home: Home) -> None:
    lines = [line for line in doctor("--model", "demo").out.splitlines() if line.startswith("  ")]
    assert len({line.index(line.split()[2]) for line in lines if line.split()[1] in ("chat", "model", "spec")}) == 1


def test_every_version_is_told(home: Home) -> None:
    done = doctor("--model", "demo")
    for what in ("chat", "Python", "platform", "openai", "rich", "prompt_toolkit", "SQLite"):
        assert done.line(what).startswith("ok ")
    assert done.line("Python") == f"ok Python {'.'.join(map(str, sys.version_info[:3]))}"
    assert done.line("SQLite").endswith("full-text search")


def test_the_demo_model_needs_nothing(home: Home) -> None:
    done = doctor("--model", "demo")
    assert (done.exit_code, done.line("server")) == (0, "ok server none: the demo model answers offline")


def test_documents_their_readers_and_what_is_sent_are_told(home: Home, monkeypatch: pytest.MonkeyPatch) -> None:
    done = doctor("--model", "demo")
    assert done.line("collections") == "ok collections none"
    assert done.line("PDF").startswith("ok PDF and Office pypdf ")
    assert done.line("what") == "ok what is sent passages of a question, to the model that answers"
    monkeypatch.setenv("CHAT_DOCS_URL", "postgresql://ada:hunter2@db.example/docs")
    monkeypatch.setenv("CHAT_EMBEDDING_MODEL", "http://ada:hunter2@gpu.example/v1/e5")
    done = doctor("--model", "demo", "--offline")
    assert done.line("collections") == "ok collections not asked"
    assert done.line("what").endswith("to http://gpu.example/v1/e5; the collections, to postgresql://db.example/docs")
    assert "hunter2" not in done.out
    monkeypatch.delenv("CHAT_DOCS_URL")
    monkeypatch.setattr("chatbot_cli.app.embedding.find_spec", lambda _: None)
    done = doctor("--model", "demo")
    assert done.line("collections").startswith("fail collections embedding_model takes numpy")


def test_each_setting_has_its_value_and_its_source(home: Home, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("CHAT_MAX_TURNS", "7")
    home.write_dotenv("CHAT_TEMPERATURE=0.5\n")
    home.write_config("save = false\n")
    (home.cwd / "frugal.yaml").write_text("system_prompt: Save.\nmax_reply_tokens: 50\n")
    done = doctor("--model", "demo", "--persona", "./frugal.yaml")
    assert done.exit_code == 0
    assert done.line("model") == "ok model demo (--model)"
    assert done.line("persona") == "ok persona ./frugal.yaml (--persona)"
    assert done.line("max_turns") == "ok max_turns 7 (CHAT_MAX_TURNS)"
    assert done.line("temperature") == "ok temperature 0.5 (.env)"
    assert done.line("save") == "ok save no (config.toml)"
    assert done.line("max_reply_tokens") == "ok max_reply_tokens 50 (persona frugal)"
    assert done.line("idle_timeout") == "ok idle_timeout 120 (default)"
    for name in (*(setting.name for setting in SETTINGS), "OPENAI_API_KEY", "ANTHROPIC_API_KEY", "GEMINI_API_KEY"):
        assert done.line(name)


def test_every_mistake_is_a_line_and_the_rest_is_still_checked(
    server: StreamingServer, home: Home, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("CHAT_MAX_TURNS", "many")
    home.write_dotenv("CHAT_TEMPERATURE=hot\n")
    home.write_config("max_trns = 3\n")
    done = doctor("--persona", "totur")
    assert (done.exit_code, done.err) == (1, "")
    assert done.line("max_turns").startswith('fail max_turns CHAT_MAX_TURNS in the environment is "many", not a whole')
    assert done.line("max_turns").endswith("Correct CHAT_MAX_TURNS, or unset it.")
    assert done.line("temperature").endswith(f"Correct it in {home.cwd / '.env'}.")
    assert "Did you mean max_turns?" in done.line("config.toml")
    assert str(home.folders.config / "config.toml") in done.line("config.toml")
    assert done.line("persona file").startswith('fail persona file No persona is called "totur". Did you mean tutor?')
    assert done.line("listed").startswith("ok ")
    assert done.out.splitlines()[-1] == "4 failed (max_turns, temperature, config.toml, persona file)."


def test_a_mistake_names_the_setting_it_stands_in(home: Home, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("CHAT_PERSONA", "nobody")
    monkeypatch.setenv("CHAT_MODEL", "olama/x")
    done = doctor()
    assert done.line("persona file").endswith("Correct it, or set CHAT_PERSONA to another one.")
    assert done.line("server").endswith("Set CHAT_MODEL to another model.")


@pytest.mark.parametrize("address", ["127.0.0.1:9777/v1", "http://127.0.0.1:99999/v1", "http://:80/v1"])
def test_where_the_address_is_wrong_no_other_server_gets_its_key(
    home: Home, monkeypatch: pytest.MonkeyPatch, address: str
) -> None:
    monkeypatch.setenv("OPENAI_API_KEY", SECRET)
    monkeypatch.setenv("OPENAI_BASE_URL", address)
    done = doctor()
    assert done.exit_code == 1
    assert done.line("openai_base_url").startswith("fail openai_base_url OPENAI_BASE_URL in the environment is not an")
    assert done.line("server") == "warn server not asked, since openai_base_url is wrong"
    assert "api.openai.com" not in done.out


@pytest.mark.parametrize("text", ["model = [", "model = 1\nmodel = 2", "\x00", "openai_api_key = 'sk-1'"])
def test_a_config_that_is_broken_is_a_line(text: str, home: Home) -> None:
    home.write_config(text)
    done = doctor("--model", "demo")
    assert done.exit_code == 1
    assert done.line("config.toml").startswith("fail config.toml config.toml")


@pytest.mark.parametrize("flag", ["--model", "--persona", "--base-url"])
def test_a_flag_that_makes_no_sense_is_a_line(flag: str, home: Home) -> None:
    done = doctor("--offline", flag, "a\x01b")
    assert done.exit_code == 1
    assert f"Correct {flag}." in done.out
    assert "\x01" not in done.out


def test_what_is_passed_over_in_dotenv_is_a_warning(home: Home, monkeypatch: pytest.MonkeyPatch) -> None:
    home.write_dotenv("OPENAI_BASE_URL=http://localhost:1/v1\n'CHAT_MODEL\n")
    monkeypatch.setenv("OPENAI_API_KEY", SECRET)
    done = doctor("--offline")
    warnings = [line for line in done.out.splitlines() if line.startswith("  warn  .env")]
    assert [str(home.cwd / ".env") in line or "Set OPENAI_API_KEY in .env" in line for line in warnings] == [True, True]
    assert (done.exit_code, done.line("OPENAI_API_KEY")) == (0, "ok OPENAI_API_KEY not set")


def test_keys_are_present_or_not_and_never_shown(
    server: StreamingServer, home: Home, monkeypatch: pytest.MonkeyPatch
) -> None:
    home.write_dotenv(f"ANTHROPIC_API_KEY={OTHER_SECRET}\n")
    monkeypatch.setenv("CHAT_MAX_TURNS", SECRET)  # pasted into the wrong place
    for arguments in ((), ("--json",), ("--model", f"nowhere/{SECRET}", "--base-url", "")):
        done = doctor(*arguments)
        for secret in (SECRET, OTHER_SECRET):
            assert secret not in done.out + done.err
    done = doctor()
    assert done.line("OPENAI_API_KEY") == "ok OPENAI_API_KEY set (environment)"
    assert done.line("ANTHROPIC_API_KEY") == "ok ANTHROPIC_API_KEY set (.env)"
    assert done.line("GEMINI_API_KEY") == "ok GEMINI_API_KEY not set"


def test_an_address_is_shown_without_user_password_and_query(home: Home, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("OPENAI_BASE_URL", "http://me:s3cret@localhost:1/v1?token=s3cret")
    monkeypatch.setenv("HTTPS_PROXY", "http://me:s3cret@proxy.example:3128")
    for arguments in ((), ("--base-url", "https://me:s3cret@chat.example/v1?token=s3cret")):
        done = doctor("--offline", *arguments)
        assert "s3cret" not in done.out
        assert "ok openai_base_url http://localhost:1/v1 (OPENAI_BASE_URL)" in done.line("openai_base_url")
    assert done.line("address") == "ok address https://chat.example/v1"
    assert done.line("proxy") == "ok proxy http://proxy.example:3128 (HTTPS_PROXY)"


def test_certificates_of_the_environment_are_named_where_they_count(
    home: Home, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("SSL_CERT_FILE", "/etc/ca.pem")
    done = doctor("--offline", "--base-url", "https://chat.example/v1")
    assert done.line("certificates") == "ok certificates /etc/ca.pem (SSL_CERT_FILE)"
    assert "/etc/ca.pem" not in doctor("--offline", "--base-url", "http://chat.example/v1").out


def test_certificates_that_cannot_be_read_fail(home: Home, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("SSL_CERT_FILE", str(home.cwd / "none.pem"))
    done = doctor("--base-url", "https://chat.example/v1")
    assert done.exit_code == 1
    assert "The certificates of SSL_CERT_FILE cannot be read." in done.line("server")


def test_who_stands_in_is_told_and_whether_their_keys_are_there(home: Home) -> None:
    home.write_config('fallback = ["ollama/llama3.3", "mistral/small", "demo", "nobody/x"]\n')
    checks = doctor_json("--model", "demo", "--offline")["groups"]["model"]
    assert [(check["grade"], check["value"]) for check in checks if check["what"] == "fallback"] == [
        ("ok", "ollama/llama3.3, at http://localhost:11434/v1, without a key"),
        ("warn", "mistral/small does not stand in: There is no MISTRAL_API_KEY for small."),
        ("ok", "demo, in this process"),
        ("warn", 'nobody/x does not stand in: No provider is called "nobody".'),
    ]


def test_a_provider_that_is_preferred_and_misspelt_is_told(home: Home) -> None:
    home.write_config('prefer = ["antropic", "openai"]\n')
    checks = doctor_json("--model", "demo", "--offline")["groups"]
    told = [check for group in checks.values() for check in group if check["what"] == "prefer"]
    assert [(check["grade"], check["value"], check["fix"]) for check in told] == [
        ("warn", "antropic is no provider", "Did you mean anthropic?")
    ]


def test_a_missing_key_fails_and_names_its_variable(home: Home) -> None:
    done = doctor()
    assert done.exit_code == 1
    assert done.line("server").startswith("fail server There is no OPENAI_API_KEY for gpt-6-luna. Set it in")


def test_an_unknown_provider_fails(home: Home) -> None:
    done = doctor("--model", "olama/x")
    assert done.exit_code == 1
    assert done.line("server").startswith('fail server No provider is called "olama". Did you mean ollama?')


@pytest.mark.parametrize(
    ("reply", "line"),
    [
        (page({"error": {"message": "Bad key"}}, 401), "Bad key. Check OPENAI_API_KEY, in the environment or in .env."),
        (page("<html>"), "sends a web page, no API. Check OPENAI_BASE_URL, now {url}."),
        (page({"data": [{"id": "gpt-6-lunar"}]}), "The server has no model gpt-6-luna. Set --model to gpt-6-lunar."),
    ],
)
def test_what_fails_at_the_server_names_the_setting(
    reply: Reply, line: str, home: Home, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("OPENAI_API_KEY", SECRET)
    with StreamingServer(reply, otherwise=page({}, 404)) as server:
        monkeypatch.setenv("OPENAI_BASE_URL", server.base_url)
        done = doctor()
        assert done.exit_code == 1
        (failed,) = [line for line in done.out.splitlines() if line.startswith("  fail")]
        assert failed.endswith(line.format(url=server.base_url))


def test_a_model_of_config_is_mended_there(server: StreamingServer, home: Home) -> None:
    home.write_config('model = "gpt-6-lunar"\n')
    assert "Set model in config.toml to gpt-6-luna" in doctor().line("listed")


def test_offline_nobody_is_asked(server: StreamingServer) -> None:
    done = doctor("--offline")
    assert (done.exit_code, done.line("server")) == (0, "ok server not asked")
    assert server.requests == []


def test_the_json_holds_the_same(server: StreamingServer, home: Home) -> None:
    found = doctor_json("--model", "gpt-6-lunar")
    assert (found["ok"], found["failures"], found["warnings"]) == (False, 1, 0)
    assert list(found["groups"]) == ["versions", "settings", "model", "tools", "documents", "terminal", "folders"]
    assert found["groups"]["settings"][0] == {
        "what": "model",
        "grade": "ok",
        "value": "gpt-6-lunar",
        "source": "--model",
        "fix": "",
    }
    assert found["groups"]["model"][-2]["fix"] == "Set --model to gpt-6-luna or gpt-6-sol."
    text = doctor("--model", "gpt-6-lunar").out
    whats = [check["what"] for checks in found["groups"].values() for check in checks]
    assert [line.split()[1] for line in text.splitlines() if line.startswith("  ")] == [
        what.split()[0] for what in whats
    ]


def test_the_terminal_is_described(home: Home, monkeypatch: pytest.MonkeyPatch) -> None:
    for variable, value in {"COLORTERM": "truecolor", "LANG": "de_DE.UTF-8", "TMUX": "/tmp/x", "SSH_TTY": "y"}.items():
        monkeypatch.setenv(variable, value)
    done = doctor("--model", "demo", terminal=True)
    assert done.line("stdin") == "ok stdin no terminal"
    assert done.line("stdout") == "ok stdout a terminal"
    assert done.line("TERM") == "ok TERM xterm-256color"
    assert done.line("colours") == "ok colours 16 million"
    assert done.line("encoding") == "ok encoding UTF-8 (LANG=de_DE.UTF-8)"
    assert done.line("inside") == "ok inside tmux, SSH"


def test_a_terminal_that_can_do_little_is_a_warning(home: Home, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("TERM", "dumb")
    monkeypatch.setenv("NO_COLOR", "1")
    done = doctor("--model", "demo", terminal=True)
    assert done.exit_code == 0
    assert done.line("TERM") == "warn TERM dumb: plain text only. export TERM=xterm-256color."
    assert done.line("colours").startswith("ok colours none")


def test_folders_have_their_modes_and_nothing_is_made(home: Home, tmp_path: Path) -> None:
    home.folders.data.mkdir(parents=True)
    home.folders.data.chmod(0o755)
    done = doctor("--model", "demo")
    assert done.exit_code == 0
    assert done.line("config") == f"ok config {home.folders.config} (0700)"
    assert done.line("personas") == f"ok personas {home.folders.personas} (not there)"
    assert done.line("history") == f"ok history {home.folders.history} (not there)"
    data = home.folders.data
    assert done.line("data") == f"warn data {data} is open to others (0755). chmod go= {data}."
    assert done.line("database") == f"ok database {data / DATABASE} (not there)"
    assert not home.folders.history.parent.exists()


def test_a_file_in_the_place_of_a_folder_fails(home: Home) -> None:
    home.folders.data.parent.mkdir(parents=True)
    home.folders.data.write_text("")
    home.folders.history.mkdir(parents=True)
    done = doctor("--model", "demo")
    assert done.exit_code == 1
    assert done.line("data").endswith(f"is not a folder. Move {home.folders.data} away, or set XDG_DATA_HOME.")
    assert done.line("history").endswith(f"is not a file. Move {home.folders.history} away, or set XDG_STATE_HOME.")


@pytest.mark.skipif(os.geteuid() == 0, reason="nothing is closed to root")
def test_a_folder_that_is_closed_to_its_owner_fails(home: Home) -> None:
    home.folders.config.chmod(0o500)
    done = doctor("--model", "demo")
    home.folders.config.chmod(0o700)
    assert done.line("config").endswith(f"chmod u+rwx {home.folders.config}.")


def test_saved_conversations_are_counted(home: Home, tmp_path: Path) -> None:
    saved = Saved(tmp_path)
    saved.add("Sorting", "How?", "Like this.")
    assert ": sound, 1 conversation, " in doctor("--model", "demo").line("database")


def test_a_damaged_database_fails_and_stays(home: Home) -> None:
    home.folders.data.mkdir(parents=True, mode=0o700)
    path = home.folders.data / DATABASE
    path.write_bytes(b"no database" * 1000)
    path.chmod(0o600)
    done = doctor("--model", "demo")
    assert done.exit_code == 1
    assert done.line("database").startswith(f"fail database {path}: it is damaged. The next chat keeps it aside")
    assert path.read_bytes() == b"no database" * 1000


def test_a_damaged_conversation_is_named(home: Home, tmp_path: Path) -> None:
    saved = Saved(tmp_path)
    first, second, _ = (saved.add(title, "How?", "Like this.") for title in ("Sorting", "Tuples", "Sound"))
    with closing(sqlite3.connect(home.folders.data / DATABASE)) as connection:
        connection.execute("INSERT INTO setups (id, json) VALUES (99, '{')")
        connection.execute("UPDATE steps SET setup = 99 WHERE session = ?", (first,))
        connection.execute("UPDATE messages SET parent = 99 WHERE session = ? AND parent IS NOT NULL", (second,))
        connection.commit()
    done = doctor("--model", "demo")
    assert done.exit_code == 0
    assert ": sound, 3 conversations, " in done.line("database")
    told = [" ".join(line.split()) for line in done.out.splitlines() if "is damaged" in line]
    assert [line.removeprefix("warn conversation ") for line in told] == [
        f"Conversation {second}, “Tuples”, is damaged: {NOTHING_BEFORE}. To be rid of it: chat sessions rm {second}.",
        f"Conversation {first}, “Sorting”, is damaged: its setup is no JSON. "
        f"To be rid of it: chat sessions rm {first}.",
    ]


@pytest.mark.parametrize("name", [".", DATABASE])
def test_a_database_that_others_can_write_to_fails(home: Home, tmp_path: Path, name: str) -> None:
    Saved(tmp_path).add("Sorting", "How?", "Like this.")
    path = home.folders.data / name
    path.chmod(0o777)
    done = doctor("--model", "demo")
    assert done.exit_code == 1
    told = f"fail database No conversation is read or saved: other users can write to {path}."
    assert done.line("database").startswith(f"{told} Close it to them with chmod go-w {path}, or use --no-save.")


def test_nothing_from_outside_acts_on_the_terminal(home: Home, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("TMUX", "x")
    monkeypatch.setenv("TERM", "\x1b[2J")
    hostile = page({"data": [{"id": f"gpt-6-luna{HOSTILE}"}]})
    with StreamingServer(otherwise=hostile) as server:
        done = doctor("--base-url", server.base_url, "--model", "gpt-6-luna-x")
    assert done.exit_code == 1
    assert done.line("listed").startswith("fail ")
    assert not set("\x1b\x00\x7f\x9b\u202e\ud800") & set(done.out)
    done.out.encode()


def test_a_long_line_goes_on_below_its_value_on_a_terminal_alone() -> None:
    groups = {"model": [Check("fail", "server", "word " * 30 + "http://h/" + "x" * 80, fix="Set --base-url")]}
    _, (whole), *_ = as_lines(groups, None)
    _, first, *rest = list(as_lines(groups, 80))[:-2]
    assert " ".join([first, *map(str.strip, rest)]).split() == whole.split()
    assert all(line.startswith(" " * len("  fail  server  ")) for line in rest)
    assert any("x" * 80 in line for line in rest)
    assert all(len(line) <= 80 for line in (first, *rest) if "xxx" not in line)


def test_json_holds_any_text() -> None:
    value = json.loads(as_json({"model": [Check("warn", "x", HOSTILE)]}))["groups"]["model"][0]["value"]
    assert value == HOSTILE


def test_help_says_what_it_does(home: Home) -> None:
    done = doctor("--help")
    assert done.exit_code == 0
    for flag in ("--model", "--base-url", "--persona", "--json", "--offline"):
        assert flag in done.out


@pytest.mark.parametrize("arguments", [["--nonsense"], ["now"], ["--model"]])
def test_what_makes_no_sense_is_a_usage_error(home: Home, arguments: list[str]) -> None:
    done = doctor(*arguments)
    assert (done.exit_code, done.out) == (2, "")
    assert done.err


def test_each_server_of_tools_is_started_counted_and_ended(home: Home, tmp_path: Path) -> None:
    tiny = f'command = "{sys.executable}"\nargs = ["-S", "{TINY}"]\n'
    home.write_config(
        f"[mcp.servers.our]\n{tiny}[mcp.servers.off]\nenabled = false\n{tiny}"
        '[mcp.servers.gone]\ncommand = "there-is-none"\n[mcp.servers.lacks]\ncommand = "${NOT_SET}"\n'
    )
    before = files_in(tmp_path)
    done = doctor("--model", "demo")
    assert done.exit_code == 1
    assert done.line("mcp").startswith("ok mcp 2.")
    assert done.line("our").startswith("ok our 7 tools in ")
    assert done.line("off").startswith("ok off off")
    assert done.line("gone").startswith("fail gone There is no command there-is-none.")
    assert "Correct config.toml: mcp.servers.gone." in done.line("gone")
    assert done.line("lacks").startswith("fail lacks NOT_SET is not set in the environment.")
    assert files_in(tmp_path) == before

    offline = doctor("--model", "demo", "--offline")
    assert offline.line("our").startswith("ok our not started")
    assert offline.line("gone").startswith("fail gone There is no command there-is-none.")


def test_servers_that_make_no_sense_and_a_missing_library_are_told(home: Home, monkeypatch: pytest.MonkeyPatch) -> None:
    home.write_config('[mcp.servers.our]\ncommand = "x"\nurl = "y"\n')
    assert "config.toml: mcp.servers.our has both a command and a url." in doctor("--model", "demo").out
    home.write_config('[mcp.servers.our]\ncommand = "x"\n')
    monkeypatch.setattr("chatbot_cli.doctor.servers.version", raising(PackageNotFoundError("mcp")))
    assert doctor("--model", "demo").line("mcp").startswith("fail mcp not installed")


def raising(error: Exception) -> Callable[[str], str]:
    def version(_: str) -> str:
        raise error

    return version


def test_a_file_of_weights_is_looked_at_and_not_started(
    home: Home, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(installed, "LIBRARY", "no_such_library")
    weights_file(tmp_path / "small one.gguf", llama__context_length=32_768)
    home.write_config('[models."small one"]\nwindow = 16384')
    done = doctor("-m", f"gguf/{tmp_path}/small one.gguf")
    assert done.line("window") == "ok window 16,384 tokens; the model was trained for 32,768 (your config)"
    assert done.line("file") == f"ok file {tmp_path}/small one.gguf"
    assert done.line("memory").startswith("ok memory about 0.6 GB needed")
    assert done.line("library").startswith("fail library xllamacpp is not installed. Install it: ")
    gone = doctor("-m", f"gguf/{tmp_path}/small.gguf")
    assert "There is no file" in gone.line("server")
    assert "small one.gguf" in gone.line("server")
