"""`chat docs search`, run in this process with a home of its own."""

import io
import json
from contextlib import redirect_stderr, redirect_stdout
from pathlib import Path

import pytest
import typer

from chatbot_cli.chat.passages import Place, Unit
from chatbot_cli.cli.docs_search import hits_of, passage_lines, search
from chatbot_cli.retrieval.collection import FileRecord, Piece
from chatbot_cli.retrieval.sqlite.shelf import FileShelf
from tests.fakes import passage as made
from tests.settings.home import Home

PIECES = (
    Piece("# Install\n\nOn macOS, drag it\x1b[31m into\tApplications.", Place(10, 12), ("Guide", "Install\x1b[0m")),
    Piece("A report about Applications.", Place(14, 14, Unit.PAGE)),
)


@pytest.fixture
def home(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Home:
    home = Home(tmp_path)
    monkeypatch.setenv("HOME", str(tmp_path))
    for name in ("XDG_CONFIG_HOME", "XDG_DATA_HOME"):
        monkeypatch.delenv(name, raising=False)
    monkeypatch.chdir(home.cwd)
    notes = FileShelf(home.folders.data / "docs").make("notes")
    notes.put(FileRecord("/home/ada/setup.md", "notes/setup.md", 1, 1, "d"), PIECES)
    notes.close()
    return home


def run(*arguments: str) -> tuple[int, str, str]:
    app = typer.Typer(add_completion=False, rich_markup_mode=None, pretty_exceptions_enable=False)
    app.command()(search)
    out, err = io.StringIO(), io.StringIO()
    with redirect_stdout(out), redirect_stderr(err), pytest.raises(SystemExit) as exit_:
        app(list(arguments), prog_name="chat docs search")
    return int(exit_.value.code or 0), out.getvalue(), err.getvalue()


def test_passages_are_printed_with_their_places_and_their_hits(home: Home) -> None:
    code, out, err = run("notes", "Which", "application", "to?")
    assert (code, err) == (0, "")
    assert out.splitlines() == [
        "notes/setup.md, p. 14",
        "    A report about Applications.",
        "notes/setup.md:10  Guide › Install␛[0m",
        "    # Install On macOS, drag it␛[31m into Applications.",
    ]
    assert "\x1b" not in out


@pytest.mark.parametrize(
    ("asked", "text", "shown"),
    [
        ("certificate", "Certificates, a certificate.", "[Certificates], a [certificate]."),
        ("Größe ändern", "Die Größen ändern sich.", "Die [Größen] [ändern] sich."),
        ("证书", "更新证书需要", "更新[证书]需要"),
    ],
)
def test_a_hit_is_marked_up_to_the_end_of_its_word(asked: str, text: str, shown: str) -> None:
    passage = made(text)
    assert passage_lines(passage, hits_of(asked), ("[", "]"), 80)[1] == f"    {shown}"


def test_the_best_alone_and_why(home: Home) -> None:
    _, out, _ = run("notes", "install on macOS", "-k", "1", "--why")
    place, _ = out.splitlines()
    assert place == "notes/setup.md:10  Guide › Install␛[0m  no. 1, words"


def test_json_has_path_line_page_headings_text_score_and_why(home: Home) -> None:
    report, setup = json.loads(run("notes", "applications", "--json")[1])
    assert setup == {
        "path": "/home/ada/setup.md",
        "line": 10,
        "page": None,
        "headings": list(PIECES[0].headings),
        "text": PIECES[0].text,
        "score": setup["score"],
        "why": "words",
    }
    assert (report["line"], report["page"]) == (None, 14)
    assert report["score"] >= setup["score"] > 0


@pytest.mark.parametrize(
    ("arguments", "code", "told"),
    [
        (("notes", "zeppelin"), 1, "Nothing in notes fits “zeppelin”."),
        (("note", "install"), 2, "There is no collection “note”."),
        (("notes", " "), 2, "There is nothing to search for."),
    ],
)
def test_what_finds_nothing_is_a_sentence_and_an_exit_code(
    home: Home, arguments: tuple[str, ...], code: int, told: str
) -> None:
    done, out, err = run(*arguments)
    assert (done, out) == (code, "")
    assert told in err


def test_nothing_found_is_an_empty_list_in_json(home: Home) -> None:
    code, out, _ = run("notes", "zeppelin", "--json")
    assert (code, json.loads(out)) == (1, [])


def test_on_a_terminal_lines_are_broken_between_words_and_hits_stay_marked() -> None:
    passage = made("When the disk is full, the oldest logs are rotated out of the folder.")
    shown = passage_lines(passage, hits_of("rotated logs"), ("<", ">"), 30)
    assert shown[1:] == ["    When the disk is full, the", "    oldest <logs> are <rotated>", "    out of the folder."]
