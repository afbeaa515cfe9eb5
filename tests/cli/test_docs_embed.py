"""`chat docs embed`, run in this process with a home of its own: what leaves the machine is said and asked before."""

import asyncio
import io
from contextlib import redirect_stderr, redirect_stdout
from pathlib import Path

import pytest
import typer

from chatbot_cli.chat.passages import Place, Search
from chatbot_cli.cli.docs_embed import embed, embed_what_is_new
from chatbot_cli.cli.docs_place import DocsPlace
from chatbot_cli.providers.embeddings.opening import ServerModel, open_embedder
from chatbot_cli.providers.route.endpoint import Access
from chatbot_cli.retrieval.collection import FileRecord, Piece
from chatbot_cli.retrieval.library import Collections
from chatbot_cli.retrieval.sqlite.collection import FileCollection
from chatbot_cli.retrieval.sqlite.shelf import FileShelf
from tests.providers.embeddings.test_server import refusing, sent, vectors
from tests.settings.home import Home
from tests.streaming_server import SILENCE, Received, Reply, StreamingServer, page, stream

TEXTS = ("text 1", "text 2", "text 3")
ELSEWHERE = "http://127.0.0.2:9/v1"  # a server that is not on this machine, as far as anybody can see


@pytest.fixture
def shelf(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> FileShelf:
    home = Home(tmp_path)
    monkeypatch.setenv("HOME", str(tmp_path))
    for name in ("XDG_CONFIG_HOME", "XDG_DATA_HOME", "CHAT_EMBEDDING_MODEL"):
        monkeypatch.delenv(name, raising=False)
    monkeypatch.chdir(home.cwd)
    monkeypatch.setattr("sys.stdin", io.StringIO("yes\n"))
    shelf = FileShelf(home.folders.data / "docs")
    put(shelf.make("notes"), "a.md", TEXTS)
    return shelf


def put(notes: FileCollection, name: str, texts: tuple[str, ...]) -> None:
    pieces = [Piece(text, Place(n, n)) for n, text in enumerate(texts, 1)]
    notes.put(FileRecord(f"/home/ada/{name}", f"notes/{name}", 1, 1, name), pieces)
    notes.close()


def run(*arguments: str) -> tuple[int, str]:
    """The exit code, and what was said on stderr."""
    app = typer.Typer(add_completion=False, rich_markup_mode=None, pretty_exceptions_enable=False)
    app.command()(embed)
    out, err = io.StringIO(), io.StringIO()
    with redirect_stdout(out), redirect_stderr(err), pytest.raises(SystemExit) as exit_:
        app(list(arguments), prog_name="chat docs embed")
    assert out.getvalue() == ""
    return int(exit_.value.code or 0), err.getvalue()


def test_a_model_on_this_machine_needs_no_question(shelf: FileShelf) -> None:
    with StreamingServer(otherwise=vectors) as server:
        code, said = run("notes", "--model", f"{server.base_url}/m")
        again = run("notes", "--model", f"{server.base_url}/m")
        assert sorted(sent(server)) == list(TEXTS)
    assert code == 0
    assert "3 of 3 passages can be found by meaning, by m." in said
    assert f'embedding_model = "{server.base_url}/m"' in said
    assert again[0] == 0


def test_nothing_leaves_this_machine_unasked(shelf: FileShelf) -> None:
    code, said = run("notes", "--model", f"{ELSEWHERE}/m")
    assert code == 2
    assert f"All that notes holds goes to {ELSEWHERE}: 3 texts, about 6 tokens, and nobody was asked." in said
    assert "chat docs embed notes --yes" in said
    assert shelf.open("notes").fingerprint() == ""


def test_who_has_agreed_is_not_asked_again(shelf: FileShelf) -> None:
    code, said = run("notes", "--yes", "--model", f"{ELSEWHERE}/m")
    assert code == 75
    assert f"All that notes holds goes to {ELSEWHERE}" in said
    assert "Nothing answers" in said
    code, said = run("notes", "--model", f"{ELSEWHERE}/m")
    assert code == 75
    assert "goes to" not in said


def test_what_another_user_has_agreed_to_in_a_shared_collection_is_asked_of_this_one(
    shelf: FileShelf, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setenv("CHAT_EMBEDDING_MODEL", f"{ELSEWHERE}/m")
    another = open_embedder(f"{ELSEWHERE}/m", Access({}))
    shelf.open("notes").set_fingerprint(another.fingerprint)
    embed_what_is_new(DocsPlace.of_process(), "notes")
    assert capsys.readouterr().err == "chat: `chat docs embed notes` lets what is new be found by meaning, too.\n"
    code, said = run("notes")
    assert (code, "and nobody was asked" in said) == (2, True)
    run("notes", "--yes")
    assert "Nothing answers" in run("notes")[1]
    embed_what_is_new(DocsPlace.of_process(), "notes")
    assert "Nothing answers" in capsys.readouterr().err


def test_a_refused_text_is_told_and_a_failing_server_keeps_what_is_made(shelf: FileShelf) -> None:
    with StreamingServer(otherwise=refusing("text 2")) as server:
        code, said = run("notes", "--model", f"{server.base_url}/m")
        assert code == 0
        assert "2 of 3 passages" in said
        assert "m refused 1 text: " in said
        put(shelf.open("notes"), "b.md", ("text 4",))
        server.answer_with(page({"error": {"message": "no quota", "code": "insufficient_quota"}}, 429))
        code, said = run("notes", "--model", f"{server.base_url}/m")
    assert code == 1
    assert "2 of 4 passages can be found by meaning; chat docs embed notes goes on." in said


def test_a_text_with_a_key_in_it_is_not_sent_to_a_server_elsewhere(
    shelf: FileShelf, monkeypatch: pytest.MonkeyPatch
) -> None:
    put(shelf.open("notes"), "b.md", ("token: ghp_a8Kd93kLmQx2Vb7Ty5Rw1Np6Zc4Hs0Jf9uk3",))  # nobody's
    with StreamingServer(otherwise=vectors) as server:
        monkeypatch.setattr(ServerModel, "address", server.base_url)  # as if it were not on this machine
        code, said = run("notes", "--yes", "--model", f"{server.base_url}/m")
        assert sorted(sent(server)) == list(TEXTS)
    assert (code, "1 text holds what looks like a key or a password. That is not sent" in said) == (0, True)
    assert "3 of 4 passages can be found by meaning" in said


def test_an_update_embeds_only_what_is_new_and_only_after_a_yes(
    shelf: FileShelf, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    with StreamingServer(otherwise=vectors) as server:
        monkeypatch.setenv("CHAT_EMBEDDING_MODEL", f"{server.base_url}/m")
        embed_what_is_new(DocsPlace.of_process(), "notes")
        assert server.requests == []
        assert "`chat docs embed notes` lets it be found by meaning, too." in capsys.readouterr().err
        run("notes")
        put(shelf.open("notes"), "a.md", ("text 1", "text 2 is another"))
        embed_what_is_new(DocsPlace.of_process(), "notes")
        assert sorted(sent(server)) == [*TEXTS[:2], "text 2 is another", "text 3"]


def test_a_server_that_fails_is_no_failure_of_the_update(
    shelf: FileShelf, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setenv("CHAT_EMBEDDING_MODEL", f"{ELSEWHERE}/m")
    run("notes", "--yes")
    embed_what_is_new(DocsPlace.of_process(), "notes")
    assert "The search by meaning lacks what is new: Nothing answers" in capsys.readouterr().err


def test_a_model_that_does_not_answer_costs_nobody_the_vectors_there_are(shelf: FileShelf) -> None:
    with StreamingServer(otherwise=vectors) as server:
        run("notes", "--model", f"{server.base_url}/m")
        code, said = run("notes", "--yes", "--model", f"{ELSEWHERE}/m")
        assert (code, "The vectors of m will be replaced." in said) == (75, True)
        assert shelf.open("notes").report().vectors == 3
        code, _ = run("notes", "--model", f"{server.base_url}/n")
    report = shelf.open("notes").report()
    assert (code, report.meaning, report.vectors) == (0, "n", 3)


def longer(received: Received) -> Reply:
    return page({"data": [{"index": n, "embedding": [1.0, 2.0, n]} for n, _ in enumerate(received.body["input"])]})


def test_another_model_by_the_same_name_is_noticed_and_takes_all_texts_anew(shelf: FileShelf) -> None:
    now = [vectors]
    with StreamingServer(otherwise=lambda received: now[0](received)) as server:
        spec = f"{server.base_url}/m"
        run("notes", "--model", spec)
        put(
            shelf.open("notes"), "a.md", ("text 5", "text 6", "text 7")
        )  # vectors of texts that are gone are no trouble
        assert run("notes", "--model", spec)[0] == 0
        put(shelf.open("notes"), "b.md", ("text 4",))
        now[0] = longer
        code, said = run("notes", "--model", spec)
        found = asyncio.run(Collections(shelf, open_embedder(spec, Access({}))).search(["notes"], Search("4")))
        assert shelf.open("notes").report().vectors == 3
        assert run("notes", "--model", spec, "--again")[0] == 0
    assert (code, "m makes vectors of another length" in said, "--again" in said) == (1, True, True)
    assert [one.text for one in found.passages] == ["text 4"]
    assert "chat docs embed notes --again" in found.notes[0]
    assert shelf.open("notes").report().vectors == 4


def test_without_a_model_the_examples_are_told(shelf: FileShelf) -> None:
    code, said = run("notes")
    assert code == 2
    assert "ollama/nomic-embed-text" in said


def test_without_numpy_the_command_that_mends_it_is_told(shelf: FileShelf, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("chatbot_cli.app.embedding.find_spec", lambda name: None)
    code, said = run("notes", "--model", "ollama/m")
    assert code == 2
    assert "pip install 'chatbot-cli[semantic]'" in said


def test_a_collection_that_is_not_there_is_named(shelf: FileShelf) -> None:
    with StreamingServer(otherwise=stream(SILENCE)) as server:
        code, said = run("nots", "--model", f"{server.base_url}/m")
    assert code == 2
    assert "There is no collection “nots”" in said


def test_documents_go_nowhere_if_their_engine_makes_no_sense(shelf: FileShelf, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("CHAT_DOCS_URL", "mysql://ada:hunter2@host/docs")
    code, said = run("notes", "--model", "ollama/m")
    assert (code, "hunter2" in said, "CHAT_DOCS_URL in the environment is not postgresql://" in said) == (
        2,
        False,
        True,
    )
