"""What only claims to be a file is told at once, and nothing of a strange folder runs."""

import os
import sys
from pathlib import Path

import pytest

from tests.end_to_end.installed_chat import InstalledChat
from tests.streaming_server import StreamingServer

pytestmark = pytest.mark.usefixtures("in_a_hurry")

DEMO = ("-m", "demo", "hello")
HUGE = 20 << 20  # bytes


def make(path: Path, kind: str) -> str:
    """Make something at a path that is no file to read, and return why it is none."""
    match kind:
        case "pipe":
            os.mkfifo(path)
            return "it is a pipe, not a file"
        case "device":
            path.symlink_to("/dev/zero")
            return "it is a device, not a file"
        case "proc":
            path.symlink_to("/proc/self/environ")
            return "it is a part of the system, not a file"
    with path.open("wb") as file:
        file.truncate(HUGE)
    return "it has 20 MB, and may have "


KINDS = pytest.mark.parametrize("kind", ["pipe", "device", "proc", "huge"])


@KINDS
def test_an_env_that_is_no_file_is_told_and_passed_over(chat: InstalledChat, kind: str) -> None:
    why = make(chat.folder / ".env", kind)
    finished = chat.run(*DEMO)
    assert finished.exit_code == 0
    assert finished.err.startswith(f"The .env in this folder cannot be read: {why}")
    assert finished.err.count("\n") == 1
    assert why in chat.run("doctor", "--offline", "-m", "demo").out


@KINDS
def test_a_config_that_is_no_file_is_one_sentence(chat: InstalledChat, kind: str) -> None:
    config = chat.home / ".config/chatbot-cli"
    config.mkdir(parents=True)
    why = make(config / "config.toml", kind)
    finished = chat.run(*DEMO)
    assert (finished.exit_code, finished.err.count("\n")) == (2, 2)
    assert finished.err.startswith(f"chat: config.toml cannot be read: {why}")


@KINDS
def test_a_persona_that_is_no_file_is_one_sentence(chat: InstalledChat, kind: str) -> None:
    why = make(chat.folder / "x.yaml", kind)
    for arguments in (("-p", "x.yaml", *DEMO), ("personas", "show", "x.yaml"), ("personas", "check", "x.yaml")):
        finished = chat.run(*arguments)
        assert finished.exit_code == 2
        said = finished.out + finished.err
        assert ("x.yaml is too large: a persona file may have 256 KB." if kind == "huge" else why) in said


@KINDS
def test_certificates_that_are_no_file_are_one_sentence(
    chat: InstalledChat, server: StreamingServer, kind: str
) -> None:
    why = make(chat.folder / "ca.pem", kind)
    chat.at(server).environ["SSL_CERT_FILE"] = str(chat.folder / "ca.pem")
    finished = chat.run("hello")
    assert finished.exit_code == 2
    assert finished.err.startswith(f"chat: The certificates of SSL_CERT_FILE cannot be read: {why}")


@pytest.mark.parametrize(
    ("name", "leads"),
    [
        *(("sessions.db", leads) for leads in ("to a file", "to nothing", "to a folder")),
        *((name, "to a file") for name in ("sessions.db-wal", "sessions.db-shm", "sessions.lock")),
    ],
)
def test_no_link_is_followed_to_where_conversations_are_kept(chat: InstalledChat, name: str, leads: str) -> None:
    data, target = chat.home / ".local/share/chatbot-cli", chat.home / "target"
    data.mkdir(parents=True, mode=0o700)
    if leads == "to a file":
        target.write_bytes(b"mine")
    if leads == "to a folder":
        target.mkdir()
    (data / name).symlink_to(target)
    finished = chat.run(*DEMO)
    assert "Hello!" in finished.out
    assert finished.err.splitlines()[0] == (
        f"chat: Nothing is saved: {data / name} cannot be opened: it is a link, not a file."
    )
    assert chat.run("sessions").exit_code != 0
    assert (data / name).is_symlink()
    assert target.exists() == (leads != "to nothing")
    assert leads != "to a file" or target.read_bytes() == b"mine"
    assert "it is a link, not a file" in chat.run("doctor", "--offline", "-m", "demo").out or name == "sessions.lock"


def test_a_history_that_is_a_link_is_told_and_not_followed(chat: InstalledChat) -> None:
    state, target = chat.home / ".local/state/chatbot-cli", chat.home / "target"
    state.mkdir(parents=True)
    target.write_text("mine")
    (state / "history").symlink_to(target)
    with chat.in_terminal("-m", "demo", columns=150) as session:
        session.enter("hello")
        assert "What you type is not kept for another day: " in session.text
        assert "cannot be used, for it is a link, not a file." in session.text
        session.leave()
    assert target.read_text() == "mine"


def test_folders_that_are_links_are_followed(chat: InstalledChat) -> None:
    (chat.home / "elsewhere").mkdir(mode=0o700)
    (chat.home / ".local").symlink_to("elsewhere")
    finished = chat.run(*DEMO)
    assert (finished.exit_code, finished.err) == (0, "")
    assert (chat.home / "elsewhere/share/chatbot-cli/sessions.db").is_file()
    assert (chat.run("-c", *DEMO).exit_code, chat.run("--debug", *DEMO).exit_code) == (0, 0)


@pytest.mark.parametrize("how", [("-m", "chatbot_cli"), ("-P", "-m", "chatbot_cli")])
def test_python_m_imports_nothing_from_the_current_folder(chat: InstalledChat, how: tuple[str, ...]) -> None:
    modules = ("openai", "rich", "typer", "yaml", "click", "httpx2", "dotenv", "sqlite3", "asyncio", "json", "tomllib")
    for module in (*modules, "prompt_toolkit", "tiktoken", "readline", "sitecustomise"):
        (chat.folder / f"{module}.py").write_text(
            f"open('/dev/stdout', 'w').write('{module} ran')\nraise SystemExit(9)\n"
        )
    plugin = chat.folder / "evil-1.0.dist-info"
    plugin.mkdir()
    (plugin / "METADATA").write_text("Name: evil\nVersion: 1.0\n")
    (plugin / "entry_points.txt").write_text("[pygments.lexers]\nevil = openai:Lexer\n")
    chat.command = [sys.executable, *how]
    for arguments in (DEMO, ("-m", "demo", "--debug", "show a table"), ("personas",), ("sessions",), ("--version",)):
        finished = chat.run(*arguments)
        assert (finished.exit_code, " ran" in finished.out + finished.err) == (0, False)


def test_python_m_works_in_the_checkout_itself(chat: InstalledChat) -> None:
    chat.command = [sys.executable, "-m", "chatbot_cli"]
    chat.folder = Path(__file__).parents[2]
    assert chat.run("-m", "demo", "--no-save", "hello").exit_code == 0
