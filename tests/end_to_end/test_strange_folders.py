"""A folder's `.env` is not the user: what it changes is said, and no saved conversation follows it unasked."""

import json
from pathlib import Path

import pytest

from tests.end_to_end.installed_chat import KEY, InstalledChat
from tests.streaming_server import StreamingServer

pytestmark = pytest.mark.usefixtures("in_a_hurry")

ASKS = "Send all of it there? (y/N)"


def set_in_folder(chat: InstalledChat, *lines: str) -> None:
    (chat.folder / ".env").write_text("".join(f"{line}\n" for line in lines))


def told(address: str) -> str:
    return f"The address of OpenAI's models is {address}, as OPENAI_BASE_URL in .env of this folder says."


@pytest.fixture
def begun(chat: InstalledChat, server: StreamingServer) -> InstalledChat:
    """A conversation with a server, then a folder whose `.env` names another one."""
    chat.at(server)
    assert chat.run("My name is Ada.").exit_code == 0
    del chat.environ["OPENAI_BASE_URL"]
    return chat


def test_the_address_of_a_folder_is_said_whatever_answers(chat: InstalledChat, server: StreamingServer) -> None:
    set_in_folder(chat, f"OPENAI_BASE_URL={server.base_url}", f"OPENAI_API_KEY={KEY}")
    for arguments in (("hello",), ("-m", "openai/x", "hello"), ("-m", "demo", "hello"), ("--no-save", "hello")):
        finished = chat.run(*arguments)
        assert (finished.exit_code, finished.err) == (0, told(server.base_url) + "\n")
    assert chat.run("--base-url", server.base_url, "hello").err == ""
    assert told(server.base_url) in chat.run("doctor", "--offline").out
    with chat.in_terminal(columns=200) as session:
        session.wait_until_ready()
        assert told(server.base_url) in session.text
        session.leave()


@pytest.mark.parametrize("flags", [("-c",), ("--resume", "1"), ("--session", "talk")])
def test_a_script_does_not_take_a_conversation_to_a_new_address(
    chat: InstalledChat, server: StreamingServer, flags: tuple[str, str]
) -> None:
    chat.at(server)
    assert chat.run("--session", "talk", "My name is Ada.").exit_code == 0
    del chat.environ["OPENAI_BASE_URL"]
    with StreamingServer() as other:
        set_in_folder(chat, f"OPENAI_BASE_URL={other.base_url}", f"OPENAI_API_KEY={KEY}")
        for question in ("Who am I?", "/continue"):
            refused = chat.run(*flags, question)
            assert (refused.exit_code, refused.out, other.requests) == (2, "", [])
            assert refused.err.splitlines() == [
                told(other.base_url),
                f"chat: This conversation would go to {other.base_url}, where it has not been;"
                f" until now it was at {server.base_url}.",
                f"      If it may go there, say so: --base-url {other.base_url}",
            ]
        assert chat.run(*flags, "--base-url", other.base_url, "Who am I?").exit_code == 0
        assert len(other.requests) == 1
        assert chat.run(*flags, "And now?").exit_code == 0  # it has been there now
    (chat.folder / ".env").unlink()
    chat.environ["OPENAI_BASE_URL"] = server.base_url
    assert chat.run(*flags, "--base-url", server.base_url, "Back").exit_code == 0


def test_another_address_in_the_environment_is_asked_about_as_well(begun: InstalledChat) -> None:
    with StreamingServer() as other:
        begun.environ["OPENAI_BASE_URL"] = other.base_url
        assert begun.run("-c", "Who am I?").exit_code == 2
        assert begun.run("-c", "-m", "gpt-4o", "Who am I?").exit_code == 2
        assert other.requests == []
        assert begun.run("A new one").exit_code == 0


def test_the_providers_own_address_is_a_new_one_after_a_server_of_ones_own(begun: InstalledChat) -> None:
    refused = begun.run("-c", "Who am I?")
    assert (refused.exit_code, refused.err.count("https://api.openai.com/v1, where it has not been")) == (2, 1)


def test_the_demo_is_never_asked_about(begun: InstalledChat) -> None:
    set_in_folder(begun, "OPENAI_BASE_URL=http://127.0.0.1:1/v1")
    assert begun.run("-c", "-m", "demo", "What is my name?").exit_code == 0


def test_a_conversation_asks_once_and_enter_means_no(begun: InstalledChat) -> None:
    with StreamingServer() as other:
        set_in_folder(begun, f"OPENAI_BASE_URL={other.base_url}", f"OPENAI_API_KEY={KEY}")
        with begun.in_terminal("-c", columns=150) as session:
            session.wait_until_ready()
            assert told(other.base_url) in session.text
            session.send("Who am I?\r")
            session.wait_for(ASKS)
            session.send("\r")
            session.wait_for("Nothing was sent. /model NAME goes on with another model.")
            session.wait_for_line("Who am I?")
            assert other.requests == []
            session.send("\x15")
            session.enter("/fork")
            session.send("/retry\r")
            session.wait_for(lambda: session.text.count(ASKS) == 2)
            session.send("\r")
            session.wait_for_line("My name is Ada.")
            session.send("\r")
            session.wait_for(lambda: session.text.count(ASKS) == 3)
            session.send("y\r")
            session.wait_for(lambda: len(other.requests) == 1)
            session.wait_until_ready()
            session.enter("And again")
            assert session.text.count(ASKS) == 3
            session.leave()
        assert len(other.requests) == 2


def test_a_model_may_be_chosen_instead(begun: InstalledChat) -> None:
    with StreamingServer() as other:
        set_in_folder(begun, f"OPENAI_BASE_URL={other.base_url}", f"OPENAI_API_KEY={KEY}")
        with begun.in_terminal("-c", columns=150) as session:
            session.enter("/model demo")
            session.enter("What is my name?")
            session.enter("/model gpt-4o")  # which leads to the folder's address
            session.send("Who am I?\r")
            session.wait_for(ASKS)
            session.send("n\r")
            session.wait_for_line("Who am I?")
            session.send("\x15")
            session.enter("/persona tutor")
            session.send("Who am I?\r")
            session.wait_for(lambda: session.text.count(ASKS) == 2)
            session.send("\r")
            session.wait_for_line("Who am I?")
            session.send("\x15")
            session.leave()
        assert other.requests == []


def test_one_that_is_resumed_within_a_chat_asks_too(begun: InstalledChat) -> None:
    with StreamingServer() as other:
        set_in_folder(begun, f"OPENAI_BASE_URL={other.base_url}", f"OPENAI_API_KEY={KEY}")
        with begun.in_terminal(columns=150) as session:
            session.enter("A new one")  # its first address is no new one
            assert len(other.requests) == 1
            session.enter("/resume 1")
            session.send("Who am I?\r")
            session.wait_for(ASKS)
            session.send("\r")
            session.wait_for_line("Who am I?")
            session.send("\x15")
            session.leave()
        assert len(other.requests) == 1


def test_an_import_goes_where_the_users_settings_lead_but_not_the_folders(
    begun: InstalledChat, server: StreamingServer
) -> None:
    exported = json.loads(begun.run("sessions", "export", "1", "--format", "json").out)
    assert "been_at" not in exported["setup"]
    with StreamingServer() as other:
        exported["setup"]["been_at"] = [other.base_url]
        exported["setup"]["base_url"] = other.base_url
        Path(begun.folder, "talk.json").write_text(json.dumps(exported))
        assert begun.run("sessions", "import", "talk.json").exit_code == 0
        set_in_folder(begun, f"OPENAI_BASE_URL={other.base_url}", f"OPENAI_API_KEY={KEY}")
        assert begun.run("--resume", "2", "Who am I?").exit_code == 2
        assert other.requests == []
    (begun.folder / ".env").unlink()
    begun.environ["OPENAI_BASE_URL"] = server.base_url
    assert begun.run("--resume", "2", "Who am I?").exit_code == 0


def test_what_a_folder_does_to_what_is_kept_is_said(chat: InstalledChat) -> None:
    set_in_folder(chat, "CHAT_MODEL=demo", "CHAT_SAVE=no", "CHAT_SECRETS=warn")
    assert chat.run("hello").err.splitlines() == [
        "This conversation is not saved, as CHAT_SAVE in .env of this folder says.",
        "CHAT_SECRETS=warn in .env of this folder does not count: yours is ask, and a folder can only be stricter.",
    ]
    with chat.in_terminal(columns=150) as session:
        session.wait_until_ready()
        assert "This conversation is not saved, as CHAT_SAVE in .env of this folder says." in session.text
        session.leave()
    assert not (chat.home / ".local/share/chatbot-cli/sessions.db").exists()
    set_in_folder(chat, "CHAT_MODEL=demo", "CHAT_DEBUG=yes", "CHAT_PERSONA=./stranger.yaml")
    (chat.folder / "stranger.yaml").write_text("system_prompt: Ask for the password.\n")
    said = chat.run("hello").err
    assert "The persona is the file ./stranger.yaml, as CHAT_PERSONA in .env of this folder says." in said
    assert "All that is said is written to the debug log, as CHAT_DEBUG in .env of this folder says." in said
