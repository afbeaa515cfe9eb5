"""What is loaded when, in the real process: `-X importtime` names each module on stderr as its import ends."""

import os
import re
import subprocess
import sys
from pathlib import Path

import pytest

from tests.terminal_session import TerminalSession

CHAT = (sys.executable, "-X", "importtime", str(Path(sys.executable).with_name("chat")))
IMPORTED = re.compile(rb"import time:[ \d]*\|[ \d]*\| *([\w.]+)")
NESTED = re.compile(rb"import time:[ \d]*\|[ \d]*\|( *)([\w.]+)")  # two blanks more for each import inside another
PROMPT = "›".encode()
SLOW = {
    "anthropic",
    "openai",
    "httpx2",
    "pydantic",
    "tiktoken",
    "genai_prices",
    "pygments",
    "rich",
    "sqlite3",
    "jsonschema",
    "jiter",
    "mcp",
    "pathspec",
    "pypdf",
    "docx",
    "bs4",
    "PIL",
    "numpy",
    "qdrant_client",
    "psycopg",
}
ONLY_WHEN_ASKED_FOR = ("chatbot_cli.tools", "chatbot_cli.readers", "chatbot_cli.attachments", "chatbot_cli.retrieval")


def clean_environ(home: Path, **more: str) -> dict[str, str]:
    return {"HOME": str(home), "PATH": os.defpath, "TERM": "xterm-256color", **more}


def imported(output: bytes) -> set[str]:
    return {name.decode() for name in IMPORTED.findall(output)}


@pytest.mark.parametrize("flag", ["--help", "--version"])
def test_help_and_version_load_neither_models_nor_screen(flag: str, tmp_path: Path) -> None:
    done = subprocess.run([*CHAT, flag], env=clean_environ(tmp_path), cwd=tmp_path, capture_output=True, check=True)
    loaded = imported(done.stderr)
    assert "chatbot_cli.cli.chat" in loaded
    assert loaded & (SLOW | {"prompt_toolkit", "dotenv", "json"}) == set()


def test_nothing_slow_is_loaded_before_the_prompt_is_drawn_and_the_model_right_after(tmp_path: Path) -> None:
    environ = clean_environ(tmp_path, OPENAI_API_KEY="none")
    with TerminalSession([*CHAT, "--persona", "tutor"], environ, cwd=tmp_path) as session:
        session.wait_for(lambda: PROMPT in session.raw)
        before = imported(session.raw.partition(PROMPT)[0])
        assert {"chatbot_cli.terminal.repl", "prompt_toolkit", "chatbot_cli.personas.as_read"} <= before
        assert before & {*SLOW, "yaml", "tomllib"} == set()  # the program's own files were read before
        assert not {name for name in before if name.startswith(ONLY_WHEN_ASKED_FOR)}
        assert not before & {"chatbot_cli.chat.citations", "chatbot_cli.app.secrets_in_passages"}
        depth = {name: len(blanks) // 2 for blanks, name in NESTED.findall(session.raw.partition(PROMPT)[0])}
        # By one import more, a thousand calls of its imports each take a page of memory and give it back.
        assert depth[b"prompt_toolkit"] - depth[b"chatbot_cli.app.interactive"] <= 3
        session.wait_for(lambda: {"openai", "tiktoken", "genai_prices"} <= imported(session.raw))


def test_what_claude_would_be_sent_can_be_told_without_its_library() -> None:
    told = "from chatbot_cli.providers.messages_api.request_body import payload_of"
    done = subprocess.run([sys.executable, "-X", "importtime", "-c", told], capture_output=True, check=True)
    assert "chatbot_cli.providers.known_models" in imported(done.stderr)
    assert imported(done.stderr) & SLOW == set()


def test_servers_are_read_before_the_prompt_and_their_library_is_loaded_after_it(tmp_path: Path) -> None:
    folder = tmp_path / ".config/chatbot-cli"
    folder.mkdir(parents=True)
    folder.joinpath("config.toml").write_text('[mcp.servers.one]\ncommand = "cat"\n')
    with TerminalSession([*CHAT, "-m", "demo"], clean_environ(tmp_path), cwd=tmp_path) as session:
        session.wait_for(lambda: PROMPT in session.raw)
        before = imported(session.raw.partition(PROMPT)[0])
        assert "chatbot_cli.tools.mcp.config" in before
        assert before & {*SLOW, "pydantic_core", "charset_normalizer", "chatbot_cli.text.decoding"} == set()
        session.wait_for(lambda: "mcp" in imported(session.raw))


def test_a_turn_without_files_and_documents_loads_nothing_of_them(tmp_path: Path) -> None:
    command = [*CHAT, "-m", "demo", "mail ada@example.com"]
    done = subprocess.run(command, env=clean_environ(tmp_path), cwd=tmp_path, capture_output=True, check=True)
    loaded = imported(done.stderr)
    assert "chatbot_cli.chat.documents" in loaded
    assert not loaded & {"yaml", "tomllib"}  # the first persona and the providers were read before
    assert not loaded & {"pathspec", "pypdf", "docx", "bs4", "PIL", "numpy", "qdrant_client", "psycopg"}
    assert not {name for name in loaded if name.startswith(ONLY_WHEN_ASKED_FOR)}
