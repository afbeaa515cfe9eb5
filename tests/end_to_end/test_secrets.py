"""A secret that was pasted into a message: it is named before it is sent, and stands in no file unless it was sent."""

import re
from collections.abc import Sequence

import pytest

from tests.end_to_end.installed_chat import KEY, InstalledChat
from tests.streaming_server import StreamingServer

TOKEN = "ghp_a8Kd93kLmQx2Vb7Ty5Rw1Np6Zc4Hs0Jf9uk3"  # nobody's
NAMED = "This message holds what looks like a GitHub token (ghp_…k3)."
QUESTION, ASKS = f"What is {TOKEN}?", "Send it? (y/N)"
PLAIN_PROMPT = "» You:"


def asked(server: StreamingServer) -> Sequence[str]:
    """The newest message of each request."""
    return [request.body["messages"][-1]["content"] for request in server.requests]


def files_with(secret: str, chat: InstalledChat) -> list[str]:
    """The names of the user's files in which it stands."""
    found = [path for path in chat.home.rglob("*") if path.is_file() and secret.encode() in path.read_bytes()]
    return sorted(path.name for path in found)


@pytest.mark.parametrize("policy", ["", "ask", "warn"])
def test_a_script_is_warned_and_goes_on(online: InstalledChat, server: StreamingServer, policy: str) -> None:
    online.environ["CHAT_SECRETS"] = policy
    run = online.run("Compare", "-", stdin=f"{TOKEN} {TOKEN}")
    assert (run.exit_code, run.out) == (0, "Hello!\n")
    assert run.err == f"{NAMED} It is sent; CHAT_SECRETS=refuse prevents that.\n"
    assert asked(server) == [f"Compare\n\n{TOKEN} {TOKEN}"]


def test_a_script_may_be_kept_from_sending_it(online: InstalledChat, server: StreamingServer) -> None:
    online.environ["CHAT_SECRETS"] = "refuse"
    run = online.run(QUESTION)
    assert (run.exit_code, run.out) == (2, "")
    assert run.err == f"chat: {NAMED} It was not sent.\n      Take it out, or allow it: CHAT_SECRETS=warn.\n"
    assert server.requests == []
    assert files_with(TOKEN, online) == []


def test_the_users_own_key_is_known_whatever_it_looks_like(online: InstalledChat, server: StreamingServer) -> None:
    run = online.run(f"Is {KEY} good?")
    assert run.err.startswith("This message holds what looks like your OPENAI_API_KEY (sk-m…ef). It is sent;")
    server.requests.clear()
    with online.in_terminal("--no-save") as session:
        session.wait_until_ready()
        session.send(f"Is {KEY} good?\r")
        session.wait_for(ASKS)
        session.send("n\r")
        session.wait_for_line(f"Is {KEY} good?")
    assert server.requests == []


def test_the_users_own_key_reaches_no_history(online: InstalledChat, server: StreamingServer) -> None:
    with online.in_terminal() as session:
        session.wait_until_ready()
        session.send(f"Is {KEY} good?\r")
        session.wait_for(ASKS)
        session.send("n\r")
        session.wait_for_line(f"Is {KEY} good?")
        session.send("\x15\x04")
        assert session.wait_for_exit() == 0
    assert files_with(KEY, online) == []


def test_a_system_prompt_of_the_command_line_is_looked_at(online: InstalledChat, server: StreamingServer) -> None:
    assert online.run("-s", f"Use {TOKEN}.", "Why?").err.startswith(NAMED)
    with online.in_terminal("-s", f"Use {TOKEN}.") as session:
        assert NAMED in " ".join(session.wait_until_ready().split())


def test_a_wrong_word_is_explained(online: InstalledChat) -> None:
    online.environ["CHAT_SECRETS"] = "maybe"
    run = online.run("Hello")
    assert (run.exit_code, run.out) == (2, "")
    assert run.err.startswith('chat: CHAT_SECRETS in the environment is "maybe", not ask, warn or refuse.\n')


def test_it_is_sent_only_after_a_yes_and_stands_in_no_file_before(
    online: InstalledChat, server: StreamingServer
) -> None:
    with online.in_terminal() as session:
        session.wait_until_ready()
        session.send(QUESTION + "\r")
        session.wait_for(ASKS)
        assert f"» {NAMED}" in session.lines
        assert files_with(TOKEN, online) == []
        session.send("n\r")
        session.wait_for_line(QUESTION)
        assert "» Nothing was sent." in session.lines
        assert (asked(server), files_with(TOKEN, online)) == ([], [])
        session.send("\r")
        session.wait_for(lambda: session.text.count(ASKS) == 2)
        session.send("y\r")
        session.wait_for("Hello!")
        assert "Hello!" in session.enter(f"And {TOKEN}?")
        assert session.text.count(ASKS) == 2
        session.leave()
    assert asked(server) == [QUESTION, f"And {TOKEN}?"]
    assert {name.partition("-")[0] for name in files_with(TOKEN, online)} <= {"sessions.db"}  # the message was sent
    assert files_with(KEY, online) == []


def test_what_is_typed_and_not_sent_is_kept_without_it(online: InstalledChat, server: StreamingServer) -> None:
    with online.in_terminal() as session:
        session.enter("Hello")
        session.send(QUESTION)
        session.wait_for_line(QUESTION)
        session.process.terminate()
        session.wait_for_exit()
    assert files_with(TOKEN, online) == []
    assert (online.home / ".local/share/chatbot-cli/sessions.db").is_file()


def test_a_conversation_may_go_on_with_a_warning(online: InstalledChat, server: StreamingServer) -> None:
    (folder := online.home / ".config/chatbot-cli").mkdir(parents=True)
    (folder / "config.toml").write_text('secrets = "warn"\n')
    with online.in_terminal() as session:
        shown = session.enter(QUESTION)
        assert shown.index(NAMED) < shown.index("Hello!")
        assert NAMED not in session.enter(QUESTION)
        session.leave()
    assert asked(server) == [QUESTION, QUESTION]


def test_a_conversation_may_refuse(online: InstalledChat, server: StreamingServer) -> None:
    online.environ["CHAT_SECRETS"] = "refuse"
    with online.in_terminal("--interactive", QUESTION) as session:
        session.wait_for_line(QUESTION)
        assert f"{NAMED} It was not sent." in " ".join(session.lines)
        session.send("\x15")
        session.wait_for_line("")
        assert "Hello!" in session.enter("What is a token?")
        session.leave()
    assert asked(server) == ["What is a token?"]
    assert files_with(TOKEN, online) == []


@pytest.mark.parametrize(("flag", "term"), [("--plain", "xterm-256color"), ("--no-save", "dumb")])
def test_it_is_asked_on_every_terminal(online: InstalledChat, server: StreamingServer, flag: str, term: str) -> None:
    online.environ["TERM"] = term
    with online.in_terminal(flag) as session:
        session.wait_for(PLAIN_PROMPT)
        session.send(QUESTION + "\r")
        session.wait_for(ASKS)
        session.send("y\r")
        session.wait_for(lambda: re.search(rf"Hello!\n.*\n{re.escape(PLAIN_PROMPT)}\s*$", session.text) is not None)
        session.send("\x04")
        assert session.wait_for_exit() == 0
    assert asked(server) == [QUESTION]
