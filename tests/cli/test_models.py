"""`chat models`: what can be opened, on terminals of any width, in a pipe and as JSON; what servers tell is kept."""

import io
import json
import time
from contextlib import redirect_stderr, redirect_stdout
from pathlib import Path

import pytest

from chatbot_cli.app.model_rows import ModelRow, dollars_in_short, tokens_in_short
from chatbot_cli.app.models_in_use import ModelsInUse
from chatbot_cli.cli.model_listing import listing
from chatbot_cli.cli.models import model_app
from chatbot_cli.providers.discovery.served import ServedModel
from chatbot_cli.providers.entries.registry import key_variables
from chatbot_cli.providers.model_lists import ModelLists
from chatbot_cli.settings.precedence import Sources
from chatbot_cli.system.folders import Folders
from chatbot_cli.text.width import cells
from tests.cli.sessions_command import Done, Terminal, home_of_its_own
from tests.settings.home import SECRET
from tests.streaming_server import Reply, StreamingServer, page

SERVED = page(
    {"data": [{"id": "big-2", "max_context_length": 64_000}, {"id": "mistral-large-4"}, {"id": "bad\x1b[2J"}]}
)


@pytest.fixture
def home(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    home_of_its_own(tmp_path, monkeypatch)
    return tmp_path


def models(*arguments: str, columns: int = 0) -> Done:
    out, err = Terminal() if columns else io.StringIO(), io.StringIO()
    with redirect_stdout(out), redirect_stderr(err), pytest.raises(SystemExit) as exit_:
        model_app(list(arguments), prog_name="chat models")
    return Done(exit_.value.code or 0, out.getvalue(), err.getvalue())


def write_config(home: Path, text: str) -> None:
    folder = home / ".config/chatbot-cli"
    folder.mkdir(parents=True, exist_ok=True)
    (folder / "config.toml").write_text(text)


@pytest.fixture
def _claude(home: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """A key for Claude, whose server has told its models today."""
    monkeypatch.setenv("ANTHROPIC_API_KEY", SECRET)
    folders = Folders.of({}, home)
    settings = Sources.read({"ANTHROPIC_API_KEY": SECRET}, home, folders, key_variables).settle({}).settings
    ((provider, way),) = ModelsInUse(settings, {}, folders.cache).asked
    told = [ServedModel("claude-haiku-5-5"), ServedModel("claude-sonnet-5-5")]
    ModelLists(folders.cache).keep(provider.name, way.base_url, told, time.time())


@pytest.mark.usefixtures("_claude")
def test_a_pipe_gets_aligned_lines_with_what_is_known() -> None:
    done = models("sonnet")
    assert (done.exit_code, done.err) == (0, "")
    head, first, *_ = done.out.splitlines()
    assert head.split() == ["NAME", "WINDOW", "$IN", "$OUT", "CAN", "FROM"]
    known = "anthropic/claude-sonnet-5-5 1M 2 10 vision tools schema thinks list"
    assert first.split() == known.split()
    assert not any("haiku" in line for line in done.out.splitlines())


@pytest.mark.usefixtures("_claude")
def test_json_has_the_fields_that_the_help_names() -> None:
    rows = json.loads(models("--json", "claude-haiku-5-5").out)
    assert rows[0]["spec"] == "anthropic/claude-haiku-5-5"
    assert rows[0]["context_from"].startswith("the list of 20")
    named = models("--help").out
    assert all(field in named for field in rows[0])


def test_without_a_key_or_a_server_it_says_what_to_do_and_all_shows_the_list(home: Path) -> None:
    done = models()
    assert done.exit_code == 1
    assert "No provider's key is set" in done.err
    assert "anthropic/claude-sonnet-5-5" in models("--all").out
    assert json.loads(models("--json").out) == []
    elsewhere = models("sonnet")
    assert elsewhere.exit_code == 1
    assert "None of the models that you can open is called “sonnet”." in elsewhere.err
    assert "chat models --all sonnet" in elsewhere.err
    for nowhere in (models("--all", "zzzz qqqq"), models("zzzz qqqq")):
        assert nowhere.exit_code == 1
        assert "No model is called “zzzz qqqq”." in nowhere.err


def test_a_provider_that_tells_nothing_is_not_a_missing_key(home: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("MY_KEY", SECRET)
    with StreamingServer(otherwise=page({"error": {"message": "No."}}, 500)) as server:
        write_config(home, f'[providers.mine]\nurl = "{server.base_url}"\nkey_env = ["MY_KEY"]\n')
        done = models()
    assert "No provider whose key is set tells its models." in done.err
    assert "--model PROVIDER/NAME" in done.err


def test_a_server_is_asked_once_a_day_and_again_with_refresh(home: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("MISTRAL_API_KEY", SECRET)
    with StreamingServer(otherwise=SERVED) as server:
        write_config(home, f'[providers.mistral]\nurl = "{server.base_url}"\n')
        first, second = models(), models()
        assert len(server.requests) == 1
        assert server.requests[0].headers["authorization"] == f"Bearer {SECRET}"
        models("--refresh")
        assert len(server.requests) == 2
    assert first.out == second.out
    assert [line.split()[0] for line in first.out.splitlines()[1:]] == ["mistral/mistral-large-4", "mistral/big-2"]
    assert "64k" in first.out
    failed = models("--refresh")
    assert (failed.exit_code, failed.out) == (0, first.out)
    assert failed.err.startswith("chat: Mistral: ")
    assert len(failed.err.splitlines()) == 1


def test_at_a_server_that_stands_in_for_openai_s_names_stand_alone(home: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("OPENAI_API_KEY", SECRET)
    with StreamingServer(otherwise=SERVED) as server:
        monkeypatch.setenv("OPENAI_BASE_URL", server.base_url)
        rows = json.loads(models("--json").out)
    assert [row["spec"] for row in rows] == ["mistral-large-4", "big-2"]


def test_of_a_server_here_what_is_not_made_to_chat_is_left_out(home: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    here = [{"id": "llama3.3", "owned_by": "library"}, {"id": "nomic-embed-text", "owned_by": "library"}]
    with StreamingServer(otherwise=page({"data": here})) as server:
        monkeypatch.setenv("OLLAMA_HOST", server.base_url)
        (row,) = json.loads(models("--json").out)
        everything = models("--all", "nomic-embed").out
    assert (row["spec"], row["local"], row["vision"], row["thinks"]) == ("ollama/llama3.3", True, None, None)
    assert "ollama/nomic-embed-text" in everything


@pytest.mark.parametrize("said", [page("<html>"), page({"error": {"message": "No."}}, 401), page({"data": 7})])
def test_a_server_that_does_not_tell_is_said_in_a_line_and_the_list_is_used(
    home: Path, monkeypatch: pytest.MonkeyPatch, said: Reply
) -> None:
    monkeypatch.setenv("MISTRAL_API_KEY", SECRET)
    with StreamingServer(otherwise=said) as server:
        write_config(home, f'[providers.mistral]\nurl = "{server.base_url}"\n')
        done = models("mistral-large")
    assert "mistral/mistral-large-4" in done.out
    assert done.err.startswith("chat: Mistral: ")
    assert SECRET not in done.err


@pytest.mark.parametrize("columns", [30, 40, 60, 80, 100, 200])
def test_every_line_fits_its_terminal_and_no_number_loses_its_source(columns: int) -> None:
    rows = [
        ModelRow(
            "anthropic", "claude-sonnet-5-5", 1_000_000, "the list of 2026-11-20", 2.0, 10.0, "your config", ("vision",)
        ),
        ModelRow("ollama", "a-very-long-name-of-a-model-that-somebody-made:70b-q4", 8_192, "a guess"),
        ModelRow("ollama", "漢字" * 8, 4_096, "the server", 0.0, 0.0, "runs here", (), program="Ollama"),
    ]
    lines = listing(rows, columns)
    assert max(map(cells, lines)) <= columns
    assert columns < 40 or "list" in "".join(lines)
    assert columns < 60 or "config" in "".join(lines)


def test_numbers_are_short() -> None:
    assert [tokens_in_short(n) for n in (512, 2_048, 8_192, 131_072, 999_999, 1_048_576, 2_000_000)] == [
        *("512", "2k", "8.2k", "131k", "1M", "1.05M", "2M")
    ]
    assert [dollars_in_short(n) for n in (None, 0.0, 0.075, 0.5, 2.0, 12.5, 1_000.0)] == [
        *("-", "0", "0.075", "0.5", "2", "12.50", "1,000")
    ]
