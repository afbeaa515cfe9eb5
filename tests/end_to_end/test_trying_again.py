"""A busy server is asked again; one sees it, and can stop it."""

import signal

import pytest

from tests.end_to_end.installed_chat import InstalledChat
from tests.streaming_server import RESET, Reply, StreamingServer, answer, chunk, page, stream, text

BUSY = page({"error": {"message": "Slow down"}}, 429, Retry_After="0.1")
TOO_LONG = page({"error": {"message": "This model's maximum context length is 100 tokens.", "code": "x"}}, 400)


@pytest.fixture
def patient(chat: InstalledChat) -> InstalledChat:
    """The program as it comes, which tries a request three times."""
    del chat.environ["CHAT_TRIES"]
    return chat


@pytest.mark.parametrize("failure", [BUSY, page({}, 503, Retry_After="0"), page({}, 408), page({}, 409), stream(RESET)])
def test_a_script_waits_and_gets_its_answer(patient: InstalledChat, failure: Reply) -> None:
    with StreamingServer(failure, answer("Because.")) as server:
        finished = patient.at(server).run("Why?")
    assert (finished.exit_code, finished.out) == (0, "Because.\n")
    assert "; trying again in 1 s (2 of 3), Ctrl-C stops)" in finished.err
    assert len(server.requests) == 2


def test_after_the_last_try_the_failure_is_told(patient: InstalledChat) -> None:
    with StreamingServer(otherwise=BUSY) as server:
        finished = patient.at(server).run("Why?")
    assert finished.exit_code == 75
    assert finished.err.strip().split("\n")[2] == "chat: Too many requests: Slow down."
    assert len(server.requests) == 3


@pytest.mark.parametrize(
    "failure",
    [
        page({"error": {"code": "insufficient_quota", "message": "Pay."}}, 429),
        page({"error": {"message": "Slow down"}}, 429, Retry_After="3600"),
        page({}, 401),
        stream(chunk(role="assistant"), text("Half"), RESET),
    ],
)
def test_some_failures_are_told_at_once(patient: InstalledChat, failure: Reply) -> None:
    with StreamingServer(failure, answer("Never.")) as server:
        finished = patient.at(server).run("Why?")
    assert finished.exit_code != 0
    assert "trying again" not in finished.err
    assert len(server.requests) == 1


def test_the_wait_can_be_seen_and_stopped(patient: InstalledChat) -> None:
    waiting = page({"error": {"message": "Slow down"}}, 429, Retry_After="60")
    with StreamingServer(waiting, answer("Because.")) as server, patient.at(server).in_terminal() as session:
        session.wait_until_ready()
        session.send("Why?\r")
        session.wait_for("Too many requests: Slow down; trying again in 60 s (2 of 3), Ctrl-C stops")
        session.wait_for("trying again in 59 s")
        session.send("\x03")
        session.wait_for_line("Why?")
        assert "trying again" not in session.text  # nothing of it is left on the screen
        assert "Because." in session.enter("")
        session.leave()


@pytest.mark.parametrize(("columns", "why"), [(100, "Too many requests: Slow down; "), (48, "")])
def test_where_only_stderr_is_a_terminal_the_wait_is_counted_there(
    patient: InstalledChat, columns: int, why: str
) -> None:
    patient.command = ["/bin/sh", "-c", 'exec "$0" "$@" >answer.txt', *patient.command]
    waiting = page({"error": {"message": "Slow down"}}, 429, Retry_After="60")
    with StreamingServer(waiting) as server, patient.at(server).in_terminal("Why?", columns=columns) as session:
        session.wait_for(f"{why}trying again in 60 s (2 of 3), Ctrl-C stops")
        session.wait_for(f"{why}trying again in 59 s")
        assert session.text.count("trying again") == 1
        session.send("\x03")
        assert session.wait_for_exit() == 130
        assert "trying again" not in session.text


def test_what_is_too_long_for_the_server_is_sent_shorter(patient: InstalledChat) -> None:
    with (
        StreamingServer(answer("Fine."), TOO_LONG, answer("Good.")) as server,
        patient.at(server).in_terminal("-s", "") as session,
    ):
        session.enter("one " * 60)
        shown = session.enter("two")
        assert (
            "Too long for the server: the oldest exchange is left out, and the window is 100 tokens now."
            in " ".join(shown.split())
        )
        assert "Good." in shown
        assert "of 75 tokens" in session.toolbar  # a quarter of the 100 is kept free for the reply
        session.leave()
    assert len(server.requests[2].body["messages"]) == 1


def test_the_rest_of_a_cut_reply_is_joined(patient: InstalledChat) -> None:
    cut = stream(chunk(role="assistant"), text("One, two"), chunk("length"))
    with StreamingServer(cut, answer(", three.")) as server, patient.at(server).in_terminal() as session:
        shown = session.enter("count")
        assert "cut at its token limit" in shown
        assert shown.strip().endswith("/continue asks for the rest.")
        assert ", three." in session.enter("/continue")
        assert "One, two, three." in session.enter("/history")
        assert "The last reply is whole." in session.enter("/continue")
        session.leave()


def test_a_script_can_ask_for_the_rest(patient: InstalledChat) -> None:
    with StreamingServer(stream(text("One, two"), RESET), answer(", three.")) as server:
        assert patient.at(server).run("count").exit_code == 3
        rest = patient.run("-c", "/continue")
        assert (rest.exit_code, rest.out) == (0, ", three.\n")
        assert "One, two, three." in patient.run("sessions", "show", "1").out
        whole = patient.run("-c", "/continue")
        assert (whole.exit_code, whole.err.splitlines()[0]) == (2, "chat: The last reply is whole.")
    assert len(server.requests) == 2


@pytest.mark.parametrize("asked", ["/continue", "count"])
def test_a_cut_question_that_a_script_has_answered_is_no_draft_any_more(patient: InstalledChat, asked: str) -> None:
    cut = stream(text("One, two"), RESET)
    with StreamingServer(cut, cut, answer(", three.")) as server:
        with patient.at(server).in_terminal() as session:
            session.wait_until_ready()
            session.send("count\r")
            session.wait_for("What came is kept.")
            session.wait_for_line("count")
            session.interrupt(signal.SIGTERM)
            session.wait_for_exit()
        assert patient.run("-c", asked).exit_code == 3
        with patient.in_terminal("-c") as session:
            session.wait_for_line("count")  # still not answered to its end
        assert patient.run("-c", asked).exit_code == 0
        with patient.in_terminal("-c") as session:
            session.wait_for_line("")


def test_a_script_that_asks_a_cut_question_again_gets_another_reply_in_its_place(patient: InstalledChat) -> None:
    with StreamingServer(stream(text("One, two"), RESET), answer("One, two, three.")) as server:
        assert patient.at(server).run("count").exit_code == 3
        assert patient.run("-c", "count").out == "One, two, three.\n"
    assert [message["content"] for message in server.requests[1].body["messages"]][1:] == ["count"]
    assert patient.run("sessions", "show", "1").out.count("You: count") == 1


def test_a_script_sends_a_slash_as_it_is_where_nothing_goes_on(patient: InstalledChat) -> None:
    with StreamingServer() as server:
        assert patient.at(server).run("/continue").out == "Hello!\n"
    assert server.requests[0].body["messages"][-1]["content"] == "/continue"


def test_what_a_script_learned_of_the_server_is_kept(patient: InstalledChat) -> None:
    with StreamingServer(answer("Fine."), TOO_LONG, answer("Good."), answer("Better.")) as server:
        patient.at(server)
        for question in ("one " * 60, "two", "three"):
            assert patient.run("-s", "", "--session", "learned", question).exit_code == 0
    assert [len(received.body["messages"]) for received in server.requests] == [1, 3, 1, 3]


def test_a_reply_that_is_not_whole_has_its_own_exit_code(patient: InstalledChat) -> None:
    cut = stream(chunk(role="assistant"), text("One, two"), chunk("length"))
    with StreamingServer(cut) as server:
        finished = patient.at(server).run("count")
    assert (finished.exit_code, finished.out) == (3, "One, two\n")
    assert "cut at its token limit" in finished.err
