"""`chat --schema`: what the flags say is judged before anything is sent, and is kept with a conversation."""

import io
import json
from collections.abc import Iterator
from contextlib import redirect_stderr, redirect_stdout
from pathlib import Path
from typing import Any

import pytest

from chatbot_cli.cli.chat import chat_app
from chatbot_cli.cli.schema import schema_app
from tests.cli.sessions_command import Done, Saved, Terminal, home_of_its_own
from tests.streaming_server import StreamingServer, answer, page

ADA, OLD = '{"name": "Ada", "age": 36}', '{"name": "Ada", "age": "old"}'
PERSON = ("--schema", "name, age int")


@pytest.fixture
def home(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Saved:
    saved = home_of_its_own(tmp_path, monkeypatch)
    monkeypatch.setattr("sys.stdin", Terminal())
    monkeypatch.setenv("CHAT_TRIES", "1")
    return saved


@pytest.fixture
def server(home: Saved, monkeypatch: pytest.MonkeyPatch) -> Iterator[StreamingServer]:
    with StreamingServer(otherwise=answer(ADA)) as running:
        monkeypatch.setenv("OPENAI_API_KEY", "sk-made-up-0123456789abcdef")
        monkeypatch.setenv("OPENAI_BASE_URL", running.base_url)
        yield running


def ran(app: Any, *arguments: str, terminal: bool = False) -> Done:
    out, err = Terminal() if terminal else io.StringIO(), io.StringIO()
    with redirect_stdout(out), redirect_stderr(err), pytest.raises(SystemExit) as exit_:
        app(list(arguments), prog_name="chat", obj=[])
    return Done(exit_.value.code or 0, out.getvalue(), err.getvalue())


def chat(*arguments: str, terminal: bool = False) -> Done:
    return ran(chat_app, *arguments, terminal=terminal)


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (("--schema", "name, age ont", "Hi"), "age"),
        (("--schema", "", "Hi"), "schema"),
        (("--schema", "person.json", "Hi"), "person.json"),
        (("--schema", '{"type": "thing"}', "Hi"), "thing"),
        (("--schema", '{"$ref": "https://example.com/x"}', "Hi"), "$ref"),
        ((*PERSON, "-o", "yaml", "Hi"), "There is no output 'yaml'"),
        (("--many", "Hi"), "--many is for answers as data"),
        (("-o", "json", "Hi"), "--output is for answers as data"),
        (("--raw", "Hi"), "--raw is for answers as data"),
        (("--schema", "off", "-o", "csv", "Hi"), "--output is for answers as data"),
        (("--raw", "--dry-run", "Hi"), "--raw is for answers as data"),
    ],
)
def test_what_makes_no_sense_is_a_sentence_before_anything_is_sent(
    arguments: tuple[str, ...], said: str, server: StreamingServer
) -> None:
    run = chat(*arguments)
    assert (run.exit_code, run.out, server.requests) == (2, "", [])
    assert run.err.startswith("chat: ")
    assert said in run.err


def test_in_a_conversation_the_form_of_an_answer_is_no_question(home: Saved) -> None:
    for arguments in (("-o", "csv"), ("--raw",)):
        run = chat(*PERSON, *arguments, "-m", "demo", terminal=True)
        assert (run.exit_code, run.out) == (2, "")
        assert f"{arguments[0].replace('-o', '--output')} is for one answer." in run.err


def test_stdout_is_the_document_and_the_exit_code_tells_the_rest(server: StreamingServer) -> None:
    run = chat(*PERSON, "Who?")
    assert (run.exit_code, run.out, run.err) == (0, f"{json.dumps(json.loads(ADA), indent=2)}\n", "")
    server.answer_with(answer(OLD))
    server.answer_with(answer(OLD))
    wrong = chat(*PERSON, "Who?")
    assert (wrong.exit_code, wrong.out) == (65, "")
    *_, sentence, hint = wrong.err.splitlines()
    assert sentence.startswith("chat: The reply is not the data that was asked for, even after 2 tries: $.age")
    assert hint.startswith("      ")


def test_a_refusal_of_something_else_is_as_ever(server: StreamingServer) -> None:
    server.answer_with(page({"error": {"message": "Incorrect API key"}}, 401))
    run = chat(*PERSON, "Who?")
    assert (run.exit_code, run.out) == (1, "")


def test_a_saved_conversation_keeps_its_schema_until_it_is_told_otherwise(server: StreamingServer, home: Saved) -> None:
    def shown(*arguments: str) -> tuple[object, str]:
        run = chat("-c", *arguments)
        return run.exit_code, run.out

    assert chat(*PERSON, "-o", "jsonl", "Who?").out == f"{ADA}\n"
    assert shown("-o", "jsonl", "And then?") == (0, f"{ADA}\n")
    server.answer_with(answer(f"[{ADA}, {ADA}]"))
    assert shown("--many", "-o", "jsonl", "All?") == (0, f"{ADA}\n{ADA}\n")
    assert shown("--schema", "name", "And then?", "-o", "csv")[0] == 65  # it has an age
    assert shown("--schema", "off", "And then?") == (0, f"{ADA}\n")
    assert shown("-o", "jsonl", "And then?")[0] == 2
    saved = home.record(1)
    assert saved.setup["shape"] is None
    tokens = [message.reply.tokens_sent for message in saved.messages if message.reply]
    assert tokens == [12, 12, 12, 24, 12]


def test_a_level_that_its_server_refuses_is_not_asked_for_again_in_the_next_run(server: StreamingServer) -> None:
    server.answer_with(page({"error": {"message": "'response_format' of type 'json_schema' is not supported"}}, 400))
    first = chat(*PERSON, "Who?")
    assert (first.exit_code, len(server.requests)) == (0, 2)
    assert first.err.startswith("The server takes no schema; ")
    assert chat("-c", "And then?", "--dry-run").out.count('"json_object"') == 1
    second = chat("-c", "And then?")
    assert (second.exit_code, second.out, second.err) == (0, first.out, "")
    assert [one.body["response_format"]["type"] for one in server.requests[1:]] == ["json_object"] * 2
    elsewhere = chat("-c", "--base-url", f"{server.base_url}/", "And then?", "--dry-run")
    assert json.loads(elsewhere.out)["response_format"]["type"] == "json_schema"


def test_a_dry_run_shows_what_is_demanded(server: StreamingServer) -> None:
    run = chat(*PERSON, "--dry-run", "Who?")
    assert (run.exit_code, server.requests) == (0, [])
    assert "age" in json.loads(run.out)["response_format"]["json_schema"]["schema"]["properties"]


def test_what_becomes_of_a_schema_is_shown_with_the_reasons(home: Saved) -> None:
    run = ran(schema_app, "show", "name, age int?")
    assert run.exit_code == 0
    assert '"age"' in run.out
    assert "$.properties.age" in run.out
    assert "null" in run.out
    strict, others = (
        ran(schema_app, "show", "name?", "--for", "openai"),
        ran(schema_app, "show", "name?", "--for", "ollama"),
    )
    assert (strict.exit_code, others.exit_code) == (0, 0)
    assert "openai is sent:\n" in strict.out
    assert "ollama is sent the schema as it is.\n" in others.out
    told = ran(schema_app, "show", "name?", "--for", "deepseek")
    assert "deepseek takes no schema. Its model is told:\n  Answer with JSON alone" in told.out
    listed = ran(schema_app, "show", "name?", "--for", "deepseek", "--many")
    assert '"items":{"type":"array"' in listed.out
    assert ran(schema_app, "show", "name", "--for", "nobody").exit_code == 2


def test_a_schema_is_checked(home: Saved) -> None:
    sound, wrong = ran(schema_app, "check", "name, age int"), ran(schema_app, "check", "name, age ont")
    assert sound.exit_code == 0
    assert "sound" in sound.out
    assert (wrong.exit_code, wrong.out) == (2, "")
    assert "age" in wrong.err
