"""Conversations outlive the program, however it ends."""

import json
import re
import signal
import sqlite3
import time
from collections.abc import Callable, Sequence
from contextlib import closing
from pathlib import Path

import pytest

from tests.end_to_end.installed_chat import InstalledChat
from tests.streaming_server import HANG_UP, Pause, Received, Reply, StreamingServer, answer, chunk, page, stream, text
from tests.terminal_session import PATIENCE

pytestmark = pytest.mark.usefixtures("in_a_hurry")

DEMO = ("--model", "demo")


def folder_of(chat: InstalledChat) -> Path:
    return chat.home / ".local/share/chatbot-cli"


def asked(received: Received) -> list[str]:
    """The texts of a request, without the system message."""
    return [message["content"] for message in received.body["messages"][1:]]


def saved(chat: InstalledChat) -> Sequence[tuple[str, str | None]]:
    """All messages in the database with how they ended, in the order in which they came."""
    with closing(sqlite3.connect(folder_of(chat) / "sessions.db")) as database:
        return database.execute("SELECT content, ending FROM messages ORDER BY id").fetchall()


def test_a_script_can_follow_up(chat: InstalledChat, server: StreamingServer) -> None:
    chat.at(server)
    chat.run("My name is Ada.")
    assert chat.run("-c", stdin="What is my name?").out == "Hello!\n"
    assert asked(server.requests[1]) == ["My name is Ada.", "Hello!", "What is my name?"]
    assert oct(folder_of(chat).stat().st_mode & 0o777) == "0o700"
    assert oct((folder_of(chat) / "sessions.db").stat().st_mode & 0o777) == "0o600"


def test_a_damaged_conversation_is_named_and_another_can_be_gone_on_with(chat: InstalledChat) -> None:
    with StreamingServer() as server:
        chat.at(server).run("My name is Ada.")
        chat.run("My name is Bob.")
        with closing(sqlite3.connect(folder_of(chat) / "sessions.db")) as database:
            database.execute("UPDATE messages SET parent = id WHERE session = 2")
            database.commit()
        last = chat.run("-c", "Who am I?")
        assert (last.exit_code, last.out) == (1, "")
        assert last.err.splitlines()[0].startswith("chat: Conversation 2, “My name is Bob.”, is damaged: ")
        assert "chat begins a new one" in last.err
        assert chat.run("--resume", "1", "Who am I?").out == "Hello!\n"


def test_a_message_is_on_disk_before_it_is_sent(chat: InstalledChat) -> None:
    seen: list[Sequence[tuple[str, str | None]]] = []

    def look(received: Received) -> Reply:
        seen.append(saved(chat))
        return answer("Fine.")

    with StreamingServer(look) as server:
        assert chat.at(server).run("Is it there?").out == "Fine.\n"
    assert seen == [[("Is it there?", None)]]
    assert saved(chat) == [("Is it there?", None), ("Fine.", "complete")]


def test_whole_cut_and_stopped_replies_are_told_apart(chat: InstalledChat) -> None:
    replies = (
        answer("Whole."),
        stream(chunk(role="assistant"), text("Long"), chunk("length")),
        stream(chunk(role="assistant"), text("Cut"), HANG_UP),
        stream(text("Stopped"), Pause(60)),
    )
    with StreamingServer(*replies) as server, chat.at(server).in_terminal() as session:
        session.enter("1")
        session.enter("2")
        session.enter("3")
        session.send("\x15")
        session.wait_for_line("")
        session.begin("4", "Stopped")
        session.send("\x03")
        session.wait_until_ready()
        session.leave()
    assert [ending for _, ending in saved(chat) if ending] == ["complete", "length", "lost", "stopped"]
    exported = json.loads(chat.run("sessions", "show", "1", "--json").out)
    assert [message.get("ending") for message in exported["messages"][1:]] == [
        *(None, "complete", None, "length", None, "lost", None, "stopped")
    ]
    assert exported["messages"][6]["reason"]


def test_a_conversation_goes_on_as_it_was_and_undo_reaches_back(chat: InstalledChat) -> None:
    with chat.in_terminal(*DEMO, "--persona", "tutor", "--max-turns", "3") as session:
        session.enter("My name is Ada.")
        session.enter("count to 3")
        session.enter("/trim 1")
        session.wait_until_ready()
        session.leave()
        assert "To go on with this conversation: chat --resume 1, or chat -c" in session.text
    with chat.in_terminal("-c") as session:
        session.wait_until_ready()
        assert "“My name is Ada.” · just now · 2 exchanges · tutor · demo" in session.text
        assert " • 3" in session.lines
        assert session.toolbar.startswith("Python tutor · demo · 1 of 3 exchanges")
        assert "Undone: /trim." in session.enter("/undo")
        assert "Your name is Ada" in session.enter("What is my name?")
        session.leave()
    with chat.in_terminal("--resume", "my name", "--max-turns", "1", "--persona", "chef") as session:
        session.wait_until_ready()
        assert session.toolbar.startswith("Chef · demo · 1 of 1 exchange ·")
        session.leave()


def test_another_persona_leaves_the_model_as_it_was(chat: InstalledChat, server: StreamingServer) -> None:
    chat.environ["OPENAI_API_KEY"] = "sk-of-somebody-else"
    chat.run("--base-url", server.base_url, "--model", "local", "My name is Ada.")
    chat.run("-c", "--persona", "chef", "What is my name?")
    chat.run("-c", "And now?")
    bodies = [received.body for received in server.requests]
    assert [body["model"] for body in bodies] == ["local"] * 3
    assert ["home cook" in body["messages"][0]["content"] for body in bodies] == [False, True, True]


def test_a_conversation_has_a_name(chat: InstalledChat) -> None:
    chat.run(*DEMO, "--session", "work", "count to 3")
    chat.run(*DEMO, "--session", "play", "hello")
    chat.run("--session", "Work", "How many messages do you see?")
    listed = json.loads(chat.run("sessions", "--json").out)
    assert [(one["name"], one["exchanges"]) for one in listed] == [("work", 2), ("play", 1)]


def test_what_was_typed_comes_back_after_a_kill(chat: InstalledChat) -> None:
    with chat.in_terminal(*DEMO) as session:
        session.forbidden = None  # a killed program leaves the terminal as it was
        session.wait_until_ready()
        session.send("half a thou")
        wait_until(lambda: (folder_of(chat) / "sessions.db").exists() and draft(chat) == "half a thou")
        session.interrupt(signal.SIGKILL)
        session.wait_for_exit()
    with chat.in_terminal("-c") as session:
        session.wait_for_line("half a thou")
        session.send("ght\r")
        session.wait_for("tokens sent")
        session.leave()
    assert draft(chat) == ""
    assert json.loads(chat.run("sessions", "--json").out)[0]["title"] == "half a thought"


def wait_until(condition: Callable[[], bool]) -> None:
    """Look again and again: nothing tells when another program has written to its file."""
    deadline = time.monotonic() + PATIENCE
    while not condition():
        assert time.monotonic() < deadline
        time.sleep(0.02)


def draft(chat: InstalledChat) -> str:
    with closing(sqlite3.connect(folder_of(chat) / "sessions.db")) as database:
        try:
            return "".join(found for (found,) in database.execute("SELECT draft FROM sessions"))
        except sqlite3.OperationalError:  # the table is not there yet
            return ""


def test_what_was_typed_ahead_comes_back_after_a_kill(chat: InstalledChat) -> None:
    with StreamingServer(stream(text("Slow"), Pause(60))) as server, chat.at(server).in_terminal() as session:
        session.forbidden = None
        session.begin("Why?", "Slow")
        session.send("ahead")
        wait_until(lambda: draft(chat) == "ahead")
        session.interrupt(signal.SIGKILL)
        session.wait_for_exit()
    with chat.in_terminal("-c") as session:
        session.wait_for_line("ahead")
        session.send("\x15")
        session.wait_for_line("")
        session.leave()


def test_a_question_that_failed_comes_back(chat: InstalledChat) -> None:
    with StreamingServer(page({"error": {"message": "Oh no"}}, 500), answer("Because.")) as server:
        assert chat.at(server).run("Why?").exit_code != 0
        with chat.in_terminal("-c") as session:
            session.wait_for_line("Why?")
            assert "Because." in session.enter("")
            session.leave()
    assert saved(chat) == [("Why?", None), ("Because.", "complete")]


def test_a_removed_file_is_told_and_the_number_at_the_end_can_be_resumed(chat: InstalledChat) -> None:
    with chat.in_terminal(*DEMO) as session:
        session.enter("My name is Ada.")
        for file in folder_of(chat).glob("sessions.db*"):
            file.unlink()
        assert "was moved, removed or replaced" in " ".join(session.enter("What is my name?").split())
        session.leave()
        numbers = re.findall(r"chat --resume (\d+)", session.text)
    assert [content for content, _ in saved(chat)][::2] == ["My name is Ada.", "What is my name?"]
    assert "My name is Ada." in chat.run("sessions", "show", numbers[-1]).out


def test_a_lock_does_not_hold_up_the_screen_and_what_is_missing_is_saved_later(chat: InstalledChat) -> None:
    with chat.in_terminal(*DEMO) as session:
        session.enter("first")
        with closing(sqlite3.connect(folder_of(chat) / "sessions.db", isolation_level=None)) as other:
            other.execute("BEGIN IMMEDIATE")
            session.send("second\r")
            session.wait_for("waiting 1 s")  # the question waits, and the screen lives
            other.execute("ROLLBACK")
        session.wait_until_ready()
        assert "Nothing is saved" not in session.text
        session.leave()
    assert [content for content, _ in saved(chat)][::2] == ["first", "second"]


def test_the_draft_of_an_imported_conversation_is_no_command(chat: InstalledChat) -> None:
    chat.run(*DEMO, "hello")
    planted = {**json.loads(chat.run("sessions", "export", "1", "--format", "json").out), "draft": "/save planted.txt"}
    assert chat.run("sessions", "import", "-", stdin=json.dumps(planted)).exit_code == 0
    with chat.in_terminal("--resume", "2") as session:
        session.wait_for_line("//save planted.txt")
        assert "You wrote: “/save planted.txt”" in session.enter("")
        session.leave()
    assert not (chat.folder / "planted.txt").exists()


def test_a_question_with_a_slash_that_failed_comes_back_as_a_question(chat: InstalledChat) -> None:
    with StreamingServer(page({"error": {"message": "No"}}, 400), answer("A folder.")) as server:
        with chat.at(server).in_terminal() as session:
            session.enter("//etc is what?")
            session.wait_for_line("//etc is what?")
            assert "A folder." in session.enter("")
            session.leave()
        assert [asked(received) for received in server.requests] == [["/etc is what?"], ["/etc is what?"]]


def test_a_question_of_a_script_leaves_the_draft_alone(chat: InstalledChat) -> None:
    with chat.in_terminal(*DEMO) as session:
        session.enter("hello")
        session.send("not yet")
        wait_until(lambda: draft(chat) == "not yet")
        session.interrupt(signal.SIGTERM)
        session.wait_for_exit()
    chat.run("-c", "count to 3")
    assert draft(chat) == "not yet"


def test_what_was_only_looked_at_leaves_no_conversation(chat: InstalledChat) -> None:
    with chat.in_terminal(*DEMO) as session:
        session.enter("/help")
        session.send("a thought")
        session.wait_for_line("a thought")
        session.send("\x15")
        session.wait_for_line("")
        session.leave()
    assert chat.run("sessions", "--json").out == "[]\n"


def test_the_second_terminal_goes_on_with_a_fork(chat: InstalledChat) -> None:
    chat.run(*DEMO, "My name is Ada.")
    with chat.in_terminal("-c") as first, chat.in_terminal("-c") as second:
        first.wait_until_ready()
        second.wait_until_ready()
        forked = [
            session for session in (first, second) if "is open in another terminal: this is a fork" in session.text
        ]
        assert len(forked) == 1
        first.enter("count to 3")
        second.enter("count to 4")
        first.leave()
        second.leave()
    listed = json.loads(chat.run("sessions", "--json").out)
    assert sorted(one["title"] for one in listed) == ["My name is Ada.", "My name is Ada. (fork)"]
    questions = {
        tuple(message["content"] for message in exported["messages"] if message["role"] == "user")
        for exported in (json.loads(chat.run("sessions", "show", str(one["id"]), "--json").out) for one in listed)
    }
    assert questions == {("My name is Ada.", "count to 3"), ("My name is Ada.", "count to 4")}


def test_a_conversation_is_picked_from_the_list(chat: InstalledChat) -> None:
    chat.run(*DEMO, "My name is Ada.")
    with chat.in_terminal(*DEMO) as session:
        session.enter("My name is Bob.")
        session.send("/sessions\r")
        session.wait_for("Which conversation?")
        session.send("\x1b[B")
        session.wait_for(lambda: any(re.match(r"\s+› #1 My name is Ada\.", line) for line in session.screen))
        session.send("\r")
        session.wait_for("“My name is Ada.” · ")
        session.wait_until_ready()
        assert "Which conversation?" not in session.text
        assert "Your name is Ada" in session.enter("What is my name?")
        session.leave()


def test_hits_are_found_and_opened(chat: InstalledChat) -> None:
    chat.run(*DEMO, "My name is Ada.")
    chat.run(*DEMO, "count to 3")
    with chat.in_terminal(*DEMO) as session:
        session.wait_until_ready()
        session.send("/find ada\r")
        session.wait_for("Open which?")
        session.send("\x1b")
        session.wait_until_ready()
        session.send("/find ada\r")
        session.wait_for("Open which?")
        session.send("\r")
        session.wait_for("“My name is Ada.” · ")
        session.leave()


def test_an_edited_message_goes_on_as_a_branch_and_is_exported(chat: InstalledChat) -> None:
    with chat.in_terminal(*DEMO) as session:
        session.enter("count to 3")
        session.enter("/edit")
        session.wait_for_line("count to 3")
        session.send("\x7f4\r")
        session.wait_for(" • 4")
        session.enter("/export talk.json")
        session.leave()
    exported = json.loads((chat.folder / "talk.json").read_text())
    assert [message["content"] for message in exported["messages"] if message["role"] == "user"] == ["count to 4"]
    assert "count to 3" in [message["content"] for message in exported["other_branches"]]
    assert "Imported" in chat.run("sessions", "import", "talk.json").out


def test_an_edit_that_is_given_up_changes_nothing(chat: InstalledChat) -> None:
    with chat.in_terminal(*DEMO) as session:
        session.enter("count to 3")
        session.enter("/edit")
        session.wait_for_line("count to 3")
        session.send("\x15")
        session.wait_for_line("")
        session.enter("count to 4")
        session.leave()
    assert json.loads(chat.run("sessions", "--json").out)[0]["exchanges"] == 2


def test_without_saving_nothing_is_written(chat: InstalledChat) -> None:
    chat.run(*DEMO, "--no-save", "hello")
    with chat.in_terminal(*DEMO, "--no-save") as session:
        session.enter("hello")
        assert session.toolbar.startswith("not saved · ")
        assert "Nothing is saved in this chat." in session.enter("/sessions")
        assert "Saved to talk.md" in session.enter("/export talk.md")
        session.leave()
        assert "To go on" not in session.text
    assert not folder_of(chat).exists()
    assert not (chat.home / ".local/state/chatbot-cli/history").exists()


def test_a_place_that_cannot_be_written_is_one_sentence_and_the_chat_goes_on(chat: InstalledChat) -> None:
    folder_of(chat).parent.mkdir(parents=True)
    folder_of(chat).write_text("a file where the folder should be")
    finished = chat.run(*DEMO, "hello")
    assert finished.exit_code == 0
    assert finished.out.startswith("Hello!")
    assert len(finished.err.strip().split("\n")) <= 2
    with chat.in_terminal(*DEMO) as session:
        session.enter("hello")
        session.wait_for(lambda: session.toolbar.startswith("not saved · "))
        assert "saved" in session.text
        session.enter("count to 3")
        assert session.text.count("sessions.db") + session.text.count("chatbot-cli") <= 2  # said once
        session.leave()


def test_a_damaged_file_is_kept_aside(chat: InstalledChat) -> None:
    folder_of(chat).mkdir(parents=True)
    damaged = b"no database " * 1000
    (folder_of(chat) / "sessions.db").write_bytes(damaged)
    with chat.in_terminal(*DEMO) as session:
        assert "is damaged; it is kept as" in " ".join(session.enter("hello").split())
        assert not session.toolbar.startswith("not saved")
        session.leave()
    (kept,) = folder_of(chat).glob("sessions.db.damaged-*")
    assert kept.read_bytes() == damaged
    chat.run("-c", "hello again")
    assert [summary["exchanges"] for summary in json.loads(chat.run("sessions", "--json").out)] == [2]


def test_a_newer_database_is_not_touched(chat: InstalledChat) -> None:
    chat.run(*DEMO, "hello")
    path = folder_of(chat) / "sessions.db"
    with closing(sqlite3.connect(path)) as database:
        database.execute("PRAGMA user_version = 99")
    before = path.read_bytes()
    finished = chat.run(*DEMO, "hello")
    assert finished.exit_code == 0
    assert "newer version" in finished.err
    assert path.read_bytes() == before


def test_a_persona_that_has_changed_since_is_named(chat: InstalledChat) -> None:
    (chat.folder / "pirate.yaml").write_text("system_prompt: You are a pirate.\n")
    chat.run(*DEMO, "-p", "./pirate.yaml", "hello")
    (chat.folder / "pirate.yaml").write_text("system_prompt: You are an old pirate.\n")
    told = chat.run("-c", "hello").err
    assert "has changed since" in told
    assert "--persona ./pirate.yaml takes the new one." in told


def test_a_script_is_told_the_flag_that_widens_the_window(chat: InstalledChat) -> None:
    chat.run(*DEMO, "one")
    told = chat.run("-c", "--max-turns", "0", "two").err
    assert "The oldest exchange is not sent any more: the window holds 0 exchanges. --max-turns widens it." in told


@pytest.mark.parametrize(
    "arguments",
    [
        ("-c", "--resume", "1"),
        ("-c", "--no-save"),
        ("--resume", ""),
        ("--session", "a", "-c"),
        ("--resume", "nothing"),
        ("--session", "7"),
        ("--session", "x" * 61),
    ],
)
def test_what_makes_no_sense_is_one_sentence(chat: InstalledChat, arguments: Sequence[str]) -> None:
    finished = chat.run(*DEMO, *arguments, "hello")
    assert finished.exit_code == 2
    assert finished.out == ""
    assert finished.err.startswith("chat: ")
    assert "Traceback" not in finished.err


def test_there_is_nothing_to_go_on_with(chat: InstalledChat) -> None:
    finished = chat.run(*DEMO, "-c", "hello")
    assert finished.exit_code == 2
    assert finished.err.startswith("chat: There are no saved conversations yet.")


def test_a_script_that_cannot_save_is_not_told_of_a_next_message(chat: InstalledChat) -> None:
    chat.run(*DEMO, "first")
    with closing(sqlite3.connect(folder_of(chat) / "sessions.db", isolation_level=None)) as other:
        other.execute("BEGIN IMMEDIATE")
        finished = chat.run(*DEMO, "second")
        other.execute("ROLLBACK")
    assert finished.exit_code == 0
    assert finished.err.splitlines()[-1].strip() == "Close that program, and try again."
