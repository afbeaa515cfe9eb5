"""One question, the answer, the end: what goes to stdout, what to stderr, and what was asked."""

import signal
import subprocess
from threading import Event

import pytest

from tests.end_to_end.installed_chat import CHAT, KEY, InstalledChat, begin_reading, finish
from tests.streaming_server import HANG_UP, SILENCE, Received, Reply, StreamingServer, answer, stream, text
from tests.terminal_session import PATIENCE

pytestmark = pytest.mark.usefixtures("in_a_hurry")

REPLY = "A *generator*\n\n```python\nyield 1\n```"
WITHOUT_STDIN = ("/bin/sh", "-c", 'exec "$0" "$@" <&-', str(CHAT))


def asked(server: StreamingServer) -> str:
    """The newest message of the last request."""
    message = server.requests[-1].body["messages"][-1]
    assert message["role"] == "user"
    return str(message["content"])


def test_stdout_holds_the_models_text_and_a_newline_and_nothing_else(chat: InstalledChat) -> None:
    pieces = ["A *gen", "erator*\n\n```", "python\nyield 1\n```"]
    with StreamingServer(answer(*pieces), answer(*pieces, "\n"), answer(*pieces, "\n\n")) as server:
        chat.at(server)
        for end in ("\n", "\n", "\n\n"):
            run = chat.run("What is a generator?")
            assert (run.exit_code, run.out, run.err) == (0, REPLY + end, "")


def test_the_argument_and_stdin_make_the_prompt_byte_for_byte(online: InstalledChat, server: StreamingServer) -> None:
    diff = "--- a\n+++ b\n@@ -1 +1 @@\n-\tß\n+\t“𝄞”  \r\n\n  x"
    for arguments, stdin, prompt in [
        (["What is a generator?"], "", "What is a generator?"),
        ([], "from a pipe\n", "from a pipe"),
        (["-"], "from a pipe\n", "from a pipe"),
        (["Review this"], diff + "\n", f"Review this\n\n{diff}"),
        (["Review", "-", "this"], "it\n", "Review this\n\nit"),
        (["--", "personas"], "", "personas"),
        (["-m", "any", "personas"], "", "personas"),  # not the first word
        (["--", "--help"], "", "--help"),
    ]:
        assert online.run(*arguments, stdin=stdin).exit_code == 0
        assert asked(server) == prompt


def test_text_in_another_encoding_is_sent_as_it_was_meant(online: InstalledChat, server: StreamingServer) -> None:
    for data, read_as in [(b"caf\xe9\n", "Windows-1252 (Latin-1)"), ("café\n".encode("utf-16"), "UTF-16")]:
        run = online.run("-", stdin=data)
        assert (run.exit_code, run.out) == (0, "Hello!\n")
        assert run.err == f"stdin is not UTF-8; it is read as {read_as}.\n"
        assert asked(server) == "café"


def test_what_is_no_text_is_refused_by_name_and_nothing_is_sent(online: InstalledChat, server: StreamingServer) -> None:
    for data, name in [(b"\x7fELF\x02\x01\x01\0", "a program (ELF)"), (b"caf\xe9 \xff\x00 ok", "binary data")]:
        run = online.run("What is this?", stdin=data)
        assert (run.exit_code, run.out) == (2, "")
        assert run.err.startswith(f"chat: stdin is {name}, not text.\n")
    assert server.requests == []


def test_letters_that_stdout_cannot_write_are_replaced_and_told_after_the_reply(chat: InstalledChat) -> None:
    with StreamingServer(answer("日本 café"), answer("plain")) as server:
        chat.at(server).environ["PYTHONIOENCODING"] = "ascii"
        replaced, plain = finish(chat.start("one")), finish(chat.start("two"))
    assert (replaced.exit_code, replaced.out) == (0, "?? caf?\n")
    assert replaced.err == (
        'stdout is ascii, not UTF-8: "?" stands for characters that it does not have. '
        "PYTHONIOENCODING=utf-8 keeps them.\n"
    )
    assert (plain.exit_code, plain.out, plain.err) == (0, "plain\n", "")


def test_a_byte_order_mark_is_no_text(online: InstalledChat, server: StreamingServer) -> None:
    online.run(stdin="\ufeffquestion")
    assert asked(server) == "question"


def test_without_stdin_the_argument_is_the_prompt(online: InstalledChat, server: StreamingServer) -> None:
    online.command = WITHOUT_STDIN
    run = online.run("question")
    assert (run.exit_code, run.out, run.err) == (0, "Hello!\n", "")
    assert asked(server) == "question"


def test_nothing_to_ask_is_a_mistake(chat: InstalledChat) -> None:
    runs = [chat.run(stdin=""), chat.run("-", stdin=" \n")]
    chat.command = WITHOUT_STDIN
    for run in (*runs, chat.run()):
        assert (run.exit_code, run.out) == (2, "")
        assert run.err.startswith("chat: ")
        assert 'chat "a question"' in run.err or 'echo "a question" | chat' in run.err


def test_a_script_without_a_key_first_says_why_the_env_file_did_not_count(chat: InstalledChat) -> None:
    (chat.folder / ".env").write_text(f"OPENAI_API_KEY: {KEY}\n")
    why = "Line 1 of .env, with OPENAI_API_KEY, has a colon where “=” belongs; chat goes on without it."
    for arguments, failure in [
        (("Hi",), "chat: There is no OPENAI_API_KEY for gpt-6-luna."),
        (("-p", "nobody", "Hi"), 'chat: No persona is called "nobody".'),
        (("--max-turns", "many", "Hi"), 'chat: --max-turns is "many", not a whole number'),
        (("--resume", "nothing", "Hi"), "chat: "),
    ]:
        run = chat.run(*arguments)
        first, second = run.err.splitlines()[:2]
        assert first == f"{why} Write OPENAI_API_KEY=…"
        assert second.startswith(failure)
        assert (run.exit_code, run.err.count("Line 1 of .env"), KEY in run.err) == (2, 1, False)


def test_a_first_word_that_names_a_subcommand_is_the_subcommand(chat: InstalledChat) -> None:
    run = chat.run("personas")
    assert run.exit_code == 0
    assert [line.split()[0] for line in run.out.splitlines()] == [
        *("NAME", "assistant", "chef", "planner", "reviewer", "tutor"),
    ]


def test_it_says_that_it_waits_for_stdin(online: InstalledChat, server: StreamingServer) -> None:
    process = online.start("Review this", stdin=subprocess.PIPE)
    assert begin_reading(process.stderr).decode() == "reading stdin…\n"
    run = finish(process, b"late")
    assert (run.exit_code, run.out, run.err) == (0, "Hello!\n", "")
    assert asked(server) == "Review this\n\nlate"


def test_a_reader_who_has_seen_enough_ends_it_quietly(chat: InstalledChat) -> None:
    long = [f"{number}\n" * 100 for number in range(200)]
    with StreamingServer(answer(*long), answer("first\n", *["later\n"] * 20, between=0.02)) as server:
        chat.at(server)
        for first in (b"0\n", b"first\n"):
            process = chat.start("count")
            assert begin_reading(process.stdout).startswith(first)
            assert process.stdout is not None
            process.stdout.close()
            assert process.wait(PATIENCE) == 0
            assert process.stderr is not None
            assert process.stderr.read() == b""


@pytest.mark.parametrize("came", ["", "so far"], ids=["before the reply", "in mid-reply"])
def test_ctrl_c_keeps_what_came(chat: InstalledChat, came: str) -> None:
    arrived = Event()

    def reply(_: Received) -> Reply:
        arrived.set()
        return stream(text(came), SILENCE)

    with StreamingServer(reply) as server:
        chat.at(server)
        process = chat.start("question")
        assert arrived.wait(PATIENCE)
        shown = begin_reading(process.stdout) if came else b""
        process.send_signal(signal.SIGINT)
        run = finish(process)
        assert server.requests[0].left.wait(PATIENCE)
    assert run.exit_code == 130
    assert shown.decode() + run.out == (f"{came}\n" if came else "")
    assert run.err == ("(The reply was stopped.)\n" if came else "")


def test_ctrl_c_while_stdin_is_read(chat: InstalledChat) -> None:
    process = chat.start(stdin=subprocess.PIPE)
    assert begin_reading(process.stderr).decode() == "reading stdin…\n"
    process.send_signal(signal.SIGINT)
    run = finish(process)
    assert (run.exit_code, run.out, run.err.strip()) == (130, "", "")


def test_limits_are_sent_only_when_set(online: InstalledChat, server: StreamingServer) -> None:
    online.run("question")
    assert server.requests[-1].body.keys() == {"model", "messages", "stream", "stream_options"}
    numbers = ("--temperature", "0.5", "--top-p", "0.9", "--max-reply-tokens", "99")
    online.run("question", *numbers, "-s", "Be brief.", "-m", "some-model")
    body = server.requests[-1].body
    assert (body["temperature"], body["top_p"], body["max_tokens"], body["model"]) == (0.5, 0.9, 99, "some-model")
    assert body["messages"][0] == {"role": "system", "content": "Be brief."}


def test_version_and_help(chat: InstalledChat) -> None:
    version, shown = chat.run("--version"), chat.run("--help")
    assert version.out.startswith("chat ")
    assert shown.out.startswith("Usage: chat ")
    assert 'git diff | chat -p reviewer "Review this"' in shown.out
    assert (version.exit_code, version.err, shown.exit_code, shown.err) == (0, "", 0, "")


def test_on_a_terminal_the_reply_stands_between_two_rules(chat: InstalledChat) -> None:
    with chat.in_terminal("-m", "demo", "count to 15", rows=8) as session:
        assert session.wait_for_exit() == 0
    lines = [line for line in session.lines if line]
    assert lines[0].startswith("── Assistant · demo ──")
    assert lines[1:-1] == ["Here we go:", *(f" • {number}" for number in range(1, 16))]
    assert " tokens sent, " in lines[-1]
    assert not session.emulator.cursor.hidden


def test_plain_on_a_terminal_is_the_text_alone(chat: InstalledChat) -> None:
    with chat.in_terminal("--plain", "-m", "demo", "count to 3") as session:
        assert session.wait_for_exit() == 0
    assert session.raw == b"Here we go:\r\n\r\n- 1\r\n- 2\r\n- 3\r\n"


def test_only_a_failure_of_the_program_itself_looks_like_one(chat: InstalledChat) -> None:
    fake = "Yes.\n» chat: The key was refused.\n»       Paste the new key here:\n── Assistant · m ──────"
    cut = stream(text(fake), HANG_UP)
    with StreamingServer(cut, answer(fake)) as server:
        with chat.at(server).in_terminal("--plain", "Why?") as session:
            session.wait_for_exit()
        shown = session.text.split("\n")
        piped = chat.run("Why?").out
    assert shown[:4] == [
        "Yes.",
        "> chat: The key was refused.",
        ">       Paste the new key here:",
        "-- Assistant · m ──────",
    ]
    assert shown[4].startswith("» chat: ")
    assert piped == f"{fake}\n"


def test_a_budget_that_cannot_be_kept_stops_a_script_before_anything_is_sent(chat: InstalledChat) -> None:
    chat.environ["OPENAI_API_KEY"] = KEY
    run = chat.run("--max-cost", "0.5", "-m", "a-model-without-price", "Hi")
    assert (run.exit_code, run.out) == (2, "")
    assert run.err == (
        "chat: The price of a-model-without-price is unknown, so the budget cannot be kept.\n"
        "      State it at the top of config.toml, in dollars per million tokens:"
        ' prices."a-model-without-price" = { input = …, cached = …, output = … }\n'
    )
    assert chat.run("--max-cost", "0", "-m", "demo", "count to 3").exit_code == 0
