"""`chat --debug`: the full story in a file, for its owner alone, and no key in it."""

import re
import stat
import sys
from pathlib import Path

import pytest

from chatbot_cli.app.debug_log import MOST_KEPT
from tests.end_to_end.installed_chat import KEY, InstalledChat
from tests.streaming_server import STOP, StreamingServer, answer, chunk, event, packed, page, stream, text

pytestmark = pytest.mark.usefixtures("in_a_hurry")

TOKEN = "ghp_a8Kd93kLmQx2Vb7Ty5Rw1Np6Zc4Hs0Jf9uk3"  # nobody's
PASSWORD = "s3cret-of-the-proxy"


def logs(chat: InstalledChat) -> list[Path]:
    return sorted((chat.home / ".local/state/chatbot-cli/debug").glob("*"))


def story(chat: InstalledChat) -> str:
    """The only log."""
    (path,) = logs(chat)
    return path.read_text("utf-8")


def test_it_says_where_the_story_is_and_nobody_else_can_read_it(online: InstalledChat) -> None:
    run = online.run("--debug", "Why?")
    (path,) = logs(online)
    assert (run.exit_code, run.out, run.err) == (0, "Hello!\n", f"Debug log: {path}\n")
    assert stat.S_IMODE(path.stat().st_mode) == 0o600
    assert stat.S_IMODE(path.parent.stat().st_mode) == stat.S_IMODE(path.parent.parent.stat().st_mode) == 0o700
    written = story(online)
    for part in ("chat 0.1.0", "setting model = 'gpt-6-luna' (default)", "Why?", "chat/completions", '"Hello!"'):
        assert part in written


def test_without_it_nothing_is_written(online: InstalledChat) -> None:
    online.run("Why?")
    assert logs(online) == []


def test_a_failure_is_told_to_its_first_cause(chat: InstalledChat) -> None:
    refusal = page({"error": {"message": f"No key {KEY}, nor {TOKEN}\x1b[2J"}}, 401)
    with StreamingServer(refusal) as server:
        run = chat.at(server).run("--debug", "Why?")
    assert run.exit_code == 1
    assert len(run.err.splitlines()) == 3
    written = story(chat)
    assert "wire_errors.StatusError" in written
    assert "Traceback (most recent call last)" in written
    assert "ends with exit code 1" in written


def test_no_key_stands_in_it_wherever_it_came_from(chat: InstalledChat) -> None:
    whole = event({"error": {"message": f"{KEY} {TOKEN} {KEY[:16]} Q1w2e3r4t5"}})
    torn = whole[: whole.index(KEY.encode()) + 9], whole[whole.index(KEY.encode()) + 9 :]
    chat.environ |= {
        "CHAT_DEBUG": "1",
        "ANTHROPIC_API_KEY": "another-key-of-the-user",
        "HTTPS_PROXY": f"http://me:{PASSWORD}@proxy.invalid:1",
        "ALL_PROXY": f"me:{PASSWORD}@proxy.invalid:1",
    }
    with StreamingServer(stream(text("Half"), *torn)) as server:
        address = f"{server.base_url}?token=query%22{PASSWORD}&more=Q1w2e3r4t5"
        chat.at(server).environ["OPENAI_BASE_URL"] = address.replace("//", "//token-as-user@")
        run = chat.run(f"What is {TOKEN}, what {KEY}?")
    assert run.exit_code == 3
    written = story(chat)
    assert written.count("[key]") > 4
    for secret in (KEY, TOKEN, PASSWORD, "another-key-of-the-user", KEY[9:], KEY[:14], "token-as-user", "Q1w2e3r4t5"):
        assert secret not in written


def test_a_key_with_quotes_is_struck_as_the_story_writes_it(chat: InstalledChat) -> None:
    key = 'my"weird\\key/with+chars=12345'
    with StreamingServer(page({"error": {"message": f"You sent {key}"}}, 400)) as server:
        chat.at(server).environ["OPENAI_API_KEY"] = key
        chat.run("--debug", f"Is {key} good?")
    assert "key/with" not in story(chat)


def test_a_model_can_write_no_codes_into_it(chat: InstalledChat) -> None:
    with StreamingServer(
        stream(b": \x1b]0;owned\x07 \xff\xfe\n\n", chunk(content="\x1b[31mred\u202e"), STOP)
    ) as server:
        chat.at(server).run("--debug", "Why?")
    assert not re.search("[\x00-\x09\x0b-\x1f\x7f-\x9f\u202e]", story(chat))


def test_what_comes_packed_is_counted(chat: InstalledChat) -> None:
    with StreamingServer(packed(text("Hello!"), STOP)) as server:
        chat.at(server).run("--debug", "Why?")
    assert re.search(r"received \d+ bytes, packed as gzip", story(chat))


def test_in_a_conversation_what_is_shown_is_explained(chat: InstalledChat) -> None:
    with (
        StreamingServer(page({}, 500), answer("Because.")) as server,
        chat.at(server).in_terminal("--debug") as session,
    ):
        shown = session.wait_until_ready()
        assert f"Debug log: {chat.home}" in "".join(shown.split("\n"))
        session.enter("Why?")
        session.enter("")
        session.enter("/nonsense")
        session.leave()
    written = story(chat)
    assert "wire_errors.StatusError" in written
    assert "shown to the user" in written
    assert "nonsense" in written


def test_a_folder_that_cannot_be_written_is_told_and_the_answer_comes(online: InstalledChat, tmp_path: Path) -> None:
    (tmp_path / "taken").write_text("")
    online.environ["XDG_STATE_HOME"] = str(tmp_path / "taken")
    run = online.run("--debug", "Why?")
    assert (run.exit_code, run.out) == (0, "Hello!\n")
    assert run.err.startswith(f"No debug log can be written to {tmp_path / 'taken'}/chatbot-cli/debug: ")


def test_a_full_stderr_costs_no_answer(online: InstalledChat) -> None:
    online.command = ["/bin/sh", "-c", 'exec "$0" "$@" 2>/dev/full', *online.command]
    run = online.run("--debug", "Why?")
    assert (run.exit_code, run.out) == (0, "Hello!\n")
    assert "Hello!" in story(online)


def test_a_program_with_several_chats_has_one_story(online: InstalledChat) -> None:
    program = (
        "import asyncio; from chatbot_cli import Chatbot\nfor _ in 'ab': print(asyncio.run(Chatbot().say('Why?')))"
    )
    online.environ["CHAT_DEBUG"] = "1"
    online.command = [sys.executable, "-c", program]
    run = online.run()
    assert run.out == "Hello!\nHello!\n"
    assert run.err.count("Debug log: ") == 1
    assert story(online).count("received data: [DONE]") == 2


@pytest.mark.parametrize("before", [0, MOST_KEPT + 5])
def test_old_stories_go(online: InstalledChat, before: int) -> None:
    folder = online.home / ".local/state/chatbot-cli/debug"
    folder.mkdir(parents=True)
    for number in range(before):
        (folder / f"2026-01-01-{number:06}-1.log").write_text("")
    online.run("--debug", "Why?")
    assert len(logs(online)) == min(before + 1, MOST_KEPT)
    assert story_of_today(online)


def story_of_today(chat: InstalledChat) -> str:
    return logs(chat)[-1].read_text("utf-8")
