"""Two models side by side, as a person sees them: in columns, below each other, and in a pipe."""

import signal

from tests.end_to_end.installed_chat import InstalledChat, begin_reading, finish
from tests.streaming_server import Pause, Received, Reply, StreamingServer, answer, chunk, page, stream, text

FAILED = "The server does not accept the API key"
SLOWLY = stream(chunk(role="assistant", content=""), text("Slowly, "), text("word by word."), Pause(60))


def by_model(received: Received) -> Reply:
    """What each model answers."""
    match received.body["model"]:
        case "slow":
            return SLOWLY
        case "bad":
            return page({"error": {"message": "Incorrect API key provided."}}, 401)
        case "deep":
            return answer("<think>Hm.</think>", "Yes.")
        case name:
            return answer("Hello ", f"from {name}.")


def test_one_below_the_other_in_a_narrow_terminal_until_a_key_stops_all(chat: InstalledChat) -> None:
    with StreamingServer(otherwise=by_model) as server:
        chat.at(server)
        with chat.in_terminal("--compare", "bad,quick,slow", "Hi", columns=60) as session:
            session.wait_for("word by word.")
            session.interrupt()
            assert session.wait_for_exit() == 130
            titles = [line for line in session.lines if line.startswith("── ")]
            assert [title.split("──")[1].strip() for title in titles[::2]] == ["2 · quick", "3 · slow"]
            assert "stopped · " in titles[3]
            assert f"» bad: {FAILED}" in session.text


def test_beside_each_other_until_a_key_stops_all(chat: InstalledChat) -> None:
    with StreamingServer(otherwise=by_model) as server:
        chat.at(server)
        with chat.in_terminal("--compare", "slow,bad", columns=100) as session:
            session.wait_for("The next question goes to slow and bad at once.")
            session.wait_until_ready()
            session.send("Hi\r")
            session.wait_for(FAILED)
            session.wait_for("word by word.")
            session.send("\x03")
            session.wait_for(lambda: session.is_ready and "Answer 1 is the reply." in session.text)
            heading, account = titles_of(session.lines)
            assert "── 2 · bad" in heading
            assert account.startswith("stopped · ")
            assert f"» bad: {FAILED}" in session.text
            session.leave()


def test_three_in_a_wide_terminal_one_of_which_is_picked(chat: InstalledChat) -> None:
    with StreamingServer(otherwise=by_model) as server:
        chat.at(server)
        with chat.in_terminal("--model", "quick", columns=200) as session:
            session.enter("Hi")
            session.send("/compare slow bad quick\r")
            session.wait_for(FAILED)
            session.wait_for("word by word.")
            session.send("\x03")
            session.wait_for(lambda: session.is_ready and "Answer 3 is the reply. /pick 1 keeps" in session.text)
            assert "The reply is answer 1 now, of slow." in session.enter("/pick 1")
            assert "Undone: /pick 1." in session.enter("/undo")
            assert "Undone: the comparison of “Hi”." in session.enter("/undo")
            session.leave()


def titles_of(lines: list[str]) -> tuple[str, str]:
    """The row of headings, and the one below it."""
    number = next(number for number, line in enumerate(lines) if line.startswith("── 1 · "))
    return lines[number], lines[number + 1]


def test_in_a_pipe_a_signal_stops_all_and_both_are_saved(chat: InstalledChat) -> None:
    with StreamingServer(otherwise=by_model) as server:
        chat.at(server)
        process, shown = chat.start("--compare", "quick,slow", "Hi"), b""
        while b"word by word." not in shown:
            shown += begin_reading(process.stdout)
        process.send_signal(signal.SIGINT)
        assert finish(process).exit_code == 130
        assert shown.startswith(b"## quick\n\nHello from quick.\n\n## slow\n\nSlowly, ")
        saved = chat.run("sessions", "export", "1", "--format", "json").out
        assert "Hello from quick." in saved
        assert "Slowly, word by word." in saved


def test_in_a_pipe_the_exit_code_is_what_the_best_answer_deserves_and_thoughts_are_on_stderr(
    chat: InstalledChat,
) -> None:
    with StreamingServer(otherwise=by_model) as server:
        chat.at(server)
        ended = chat.run("--compare", "bad,quick", "Hi")
        assert (ended.exit_code, ended.out) == (0, "## quick\n\nHello from quick.\n")
        assert ended.err.startswith("bad: The server does not accept the API key")
        assert chat.run("--compare", "bad,bad", "Hi").exit_code == 1
        told = chat.run("--compare", "deep,quick", "Hi").err
        assert told.startswith("deep: ")
        assert " s; thought for a moment; 3 tokens." in told
        shown = chat.run("--compare", "deep,quick", "--thoughts", "show", "Hi").err
        assert shown.startswith("deep: Thinks: Hm.\ndeep: ")
        assert "hought" not in chat.run("--compare", "deep,quick", "--thoughts", "hide", "Hi").err
        before = len(server.requests)
        assert chat.run("--compare", "quick,demo,nobody/x,quick,quick", "Hi").exit_code == 2
        assert len(server.requests) == before
