"""How one question fails: the exit code for scripts, a sentence with a hint for people, and what came of the reply."""

import os
import socket
import subprocess
from collections.abc import Iterator

import pytest

from tests.end_to_end.installed_chat import CHAT, KEY, Finished, InstalledChat
from tests.streaming_server import HANG_UP, SILENCE, Reply, StreamingServer, answer, page, stream, text

pytestmark = pytest.mark.usefixtures("in_a_hurry")

AGAIN = 75  # trying again may help
NOT_WHOLE = 3


@pytest.fixture
def nobody() -> Iterator[str]:
    """An address where nobody answers."""
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        yield f"http://127.0.0.1:{taken.getsockname()[1]}/v1"


def refusal(status: int, message: str) -> Reply:
    return page({"error": {"message": message}}, status)


def assert_a_sentence(run: Finished) -> None:
    """A failure is told in a sentence, and what can be done about it below; it tells no secret."""
    sentence, *hints = run.err.splitlines()
    assert sentence.startswith("chat: ")
    assert sentence.endswith(".")
    assert len(hints) <= 2
    assert "Traceback" not in run.err
    assert KEY not in run.out + run.err


@pytest.mark.parametrize(
    ("reply", "exit_code", "said"),
    [
        (refusal(400, "Bad temperature"), 1, "refused the request (400): Bad temperature."),
        (refusal(401, f"Incorrect API key: {KEY}"), 1, "does not accept the API key"),
        (refusal(404, "The model `x` does not exist"), 1, "does not know the model"),
        (refusal(429, "Slow down"), AGAIN, "Too many requests: Slow down."),
        (refusal(500, "Oh no"), AGAIN, "The server failed (500): Oh no."),
        (page("<h1>Overloaded</h1>", 503), AGAIN, "The server failed (503)"),
        (stream(SILENCE), AGAIN, "did not begin to answer within 0.2 seconds."),
        (stream(text("Half an", " ans"), HANG_UP), NOT_WHOLE, "The reply was cut off: the connection was lost."),
    ],
    ids=["400", "401", "404", "429", "500", "503", "silence", "cut"],
)
def test_a_server_that_fails(chat: InstalledChat, reply: Reply, exit_code: int, said: str) -> None:
    chat.environ |= {"CHAT_FIRST_TOKEN_TIMEOUT": "0.2"}
    with StreamingServer(otherwise=reply) as server:
        run = chat.at(server).run("question")
    assert run.exit_code == exit_code
    assert said in run.err
    assert run.out == ("Half an ans\n" if "cut" in said else "")
    assert_a_sentence(run)
    assert len(run.err.splitlines()) > 1


def test_nobody_answers(chat: InstalledChat, nobody: str) -> None:
    run = chat.run("question", "--model", "any", "--base-url", nobody)
    assert (run.exit_code, run.out) == (AGAIN, "")
    assert f"Nothing answers at {nobody}: connection refused." in run.err
    assert_a_sentence(run)


def test_a_missing_key_is_never_answered_by_the_demo_model_unasked(chat: InstalledChat) -> None:
    for run in (chat.run("question"), chat.run(stdin="question")):
        assert (run.exit_code, run.out) == (2, "")
        assert "OPENAI_API_KEY" in run.err
        assert "--model demo" in run.err
        assert_a_sentence(run)


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (["--persona", "tudor", "question"], "tutor"),
        (["--persona", "missing.yaml", "question"], "missing.yaml"),
        (["--model", "olama/x", "question"], "Did you mean ollama?"),
        (["--temperature", "warm", "question"], '--temperature is "warm"'),
        (["--max-turns=-1", "question"], "--max-turns"),
        (["personas", "show", "nobody"], "nobody"),
    ],
)
def test_what_was_asked_for_does_not_exist(chat: InstalledChat, arguments: list[str], said: str) -> None:
    run = chat.run(*arguments)
    assert (run.exit_code, run.out) == (2, "")
    assert said in run.err
    assert_a_sentence(run)


def test_a_flag_that_does_not_exist(chat: InstalledChat) -> None:
    run = chat.run("--persna", "tutor", "question")
    assert (run.exit_code, run.out) == (2, "")
    assert "--persna" in run.err
    assert "Traceback" not in run.err


def test_a_setting_that_makes_no_sense(chat: InstalledChat) -> None:
    (chat.folder / ".env").write_text("CHAT_MAX_TURNS=many\n")
    run = chat.run("-m", "demo", "question")
    assert (run.exit_code, run.out) == (2, "")
    assert 'CHAT_MAX_TURNS in .env, line 1, is "many"' in run.err
    assert_a_sentence(run)


def test_a_message_that_is_larger_than_the_window_is_not_sent(online: InstalledChat, server: StreamingServer) -> None:
    run = online.run("--max-context-tokens", "600", stdin="word " * 2000)
    assert (run.exit_code, run.out) == (1, "")
    assert [request.path for request in server.requests] == ["/v1/models"]  # what it holds, if it tells
    assert "600" in run.err
    assert_a_sentence(run)


@pytest.mark.parametrize(
    "command", ['exec "$0" "$@" >&-', 'exec "$0" "$@" >/dev/full', 'rmdir "$PWD" && exec "$0" "$@"'], ids=str
)
def test_surroundings_that_cannot_be_used(chat: InstalledChat, command: str) -> None:
    chat.command = ["/bin/sh", "-c", command, *chat.command]
    run = chat.run("-m", "demo", "question")
    assert run.exit_code > 0
    assert_a_sentence(run)


@pytest.mark.parametrize(
    "arguments", ["--help", "--version", "sessions", "stats", "personas --help", "doctor --offline"]
)
def test_a_full_disk_is_told_and_a_reader_who_has_left_is_not(chat: InstalledChat, arguments: str) -> None:
    reading_end, writing_end = os.pipe()
    os.close(reading_end)
    with open("/dev/full", "w") as full, os.fdopen(writing_end, "w") as left:
        for out, end in (
            (full, (1, "chat: The answer cannot be written: no space left on device.\n")),
            (left, (0, "")),
        ):
            run = subprocess.run(
                [CHAT, *arguments.split()],
                stdout=out,
                stderr=subprocess.PIPE,
                text=True,
                env=chat.environ,
                cwd=chat.folder,
                check=False,
            )
            assert (run.returncode, run.stderr) == end


@pytest.mark.parametrize("redirection", ["2>&-", "2>/dev/full"])
def test_the_exit_code_tells_it_where_stderr_cannot(chat: InstalledChat, redirection: str) -> None:
    chat.command = ["/bin/sh", "-c", f'exec "$0" "$@" {redirection}', *chat.command]
    with StreamingServer(stream(text("Half"), HANG_UP)) as server:
        run = chat.at(server).run("question")
    assert (run.exit_code, run.out) == (NOT_WHOLE, "Half\n")


def test_the_folders_address_does_not_get_the_users_key(chat: InstalledChat) -> None:
    with StreamingServer() as hostile:
        (chat.folder / ".env").write_text(f"OPENAI_BASE_URL={hostile.base_url}\n")
        chat.environ["OPENAI_API_KEY"] = KEY
        run = chat.run("question")
    assert (run.exit_code, run.out) == (0, "Hello!\n")
    address, key = run.err.splitlines()
    assert hostile.base_url in address
    assert key.startswith("OPENAI_BASE_URL comes from .env in this folder")
    assert [KEY in str(received) for received in hostile.requests] == [False]


def test_a_base_url_by_flag_gets_the_key(chat: InstalledChat, server: StreamingServer) -> None:
    chat.environ["OPENAI_API_KEY"] = KEY
    run = chat.run("question", "--base-url", server.base_url)
    assert (run.exit_code, run.out, run.err) == (0, "Hello!\n", "")
    assert server.requests[0].headers["authorization"] == f"Bearer {KEY}"


def test_an_address_that_only_a_conversation_names_gets_no_key(chat: InstalledChat) -> None:
    refused = page({"error": {"message": "Who are you?"}}, 401)
    with StreamingServer(answer("Hello!"), answer("Still here."), refused, answer("Again.")) as server:
        chat.environ["OPENAI_API_KEY"] = KEY
        assert chat.run("question", "--base-url", server.base_url).exit_code == 0
        assert chat.run("-c", "another one").out == "Still here.\n"
        run = chat.run("-c", "and one more")
        assert (run.exit_code, run.out) == (1, "")
        assert run.err.splitlines() == [
            "chat: The server wants an API key: Who are you?",
            f"      Set OPENAI_API_KEY, and use it with --base-url {server.base_url}.",
        ]
        assert chat.run("-c", "and the last one", "--base-url", server.base_url).exit_code == 0
    assert [KEY in str(received.headers) for received in server.requests] == [True, False, False, True]
