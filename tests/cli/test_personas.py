"""`chat personas`: list, show, check and path, run in this process with a home of its own."""

import io
from contextlib import redirect_stderr, redirect_stdout
from dataclasses import dataclass
from pathlib import Path

import pytest

from chatbot_cli.cli.personas import persona_app
from chatbot_cli.personas.shelf import builtin_folder
from chatbot_cli.retrieval.sqlite.shelf import FileShelf
from tests.settings.home import Home

FULL = """
name: The Frugal
description: Saves.
system_prompt: Be frugal.
model: gpt-4o
temperature: 0.5
max_turns: 3
tools: [time, files.*]
greeting: What do you want to save?
examples:
  - {user: Tea?, assistant: Water.}
"""
BROKEN = "system_prompt: Be frugal.\ntemprature: 0.5\nmax_turns: many\n"


@dataclass(frozen=True)
class Done:
    """What a run came to."""

    exit_code: object
    out: str
    err: str


@pytest.fixture
def home(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Home:
    home = Home(tmp_path)
    home.folders.personas.mkdir()
    monkeypatch.setenv("HOME", str(tmp_path))
    monkeypatch.delenv("XDG_CONFIG_HOME", raising=False)
    monkeypatch.chdir(home.cwd)
    return home


def write(home: Home, name: str, text: str) -> Path:
    path = home.folders.personas / f"{name}.yaml"
    path.write_text(text)
    return path


def personas(*arguments: str) -> Done:
    out, err = io.StringIO(), io.StringIO()
    with redirect_stdout(out), redirect_stderr(err), pytest.raises(SystemExit) as exit_:
        persona_app(list(arguments), prog_name="chat personas")
    return Done(exit_.value.code or 0, out.getvalue(), err.getvalue())


def test_all_personas_are_listed_in_columns(home: Home) -> None:
    write(home, "frugal", FULL)
    done = personas()
    assert (done.exit_code, done.err) == (0, "")
    heading, *rows = done.out.splitlines()
    assert heading.split() == ["NAME", "MODEL", "TOKENS", "DESCRIPTION"]
    assert [row.split()[0] for row in rows] == ["assistant", "chef", "frugal", "planner", "reviewer", "tutor"]
    frugal = next(row for row in rows if row.startswith("frugal"))
    assert frugal.split() == ["frugal", "gpt-4o", "8", "Saves."]
    assert frugal.index("Saves.") == heading.index("DESCRIPTION")


def test_the_tokens_of_a_prompt_are_counted_as_its_model_counts_them(home: Home) -> None:
    write(home, "local", "system_prompt: Be frugal.\nmodel: ollama/llama3.3\n")
    assert "~8" in next(row for row in personas().out.splitlines() if row.startswith("local")).split()


def test_a_broken_persona_is_listed_with_its_problem(home: Home) -> None:
    path = write(home, "broken", BROKEN)
    done = personas()
    row = next(row for row in done.out.splitlines() if row.startswith("broken"))
    assert done.exit_code == 0
    assert f'{path}, line 2: unknown key "temprature".' in row
    assert "tutor" in done.out


def test_a_persona_is_shown_with_all_it_says(home: Home) -> None:
    write(home, "frugal", FULL)
    done = personas("show", "frugal")
    assert (done.exit_code, done.err) == (0, "")
    assert done.out == (
        "The Frugal\nSaves.\nmodel: gpt-4o\ntemperature: 0.5\nmax_turns: 3\ntools: time, files.*\n\nBe frugal.\n\n"
        "greeting: What do you want to save?\n\nYou: Tea?\nAssistant: Water.\n"
    )


def test_a_persona_is_shown_with_its_schema_and_what_becomes_of_the_rest(home: Home) -> None:
    write(home, "guests", f"{FULL}schema: name, age int?\noverflow: summarize\n")
    assert (
        "\nmax_turns: 3\noverflow: summarize\nschema: name, age int?\ntools: time, files.*\n\n"
        in personas("show", "guests").out
    )


def test_a_persona_is_shown_with_what_it_inherits(home: Home) -> None:
    write(home, "frugal", FULL)
    write(home, "miser", "extends: frugal\nmax_turns: 1\n")
    out = personas("show", "miser").out
    assert out.startswith("miser\nSaves.\n")
    assert "max_turns: 1\n" in out
    assert "\nBe frugal.\n" in out


def test_a_persona_can_be_shown_by_its_path(home: Home) -> None:
    assert personas("show", str(write(home, "frugal", FULL))).out.startswith("The Frugal\n")


@pytest.mark.parametrize(
    ("name", "sentence"),
    [
        ("totur", 'chat: No persona is called "totur".\n      Did you mean tutor? `chat personas` lists them.\n'),
        ("broken", 'chat: {path}, line 2: unknown key "temprature".\n      Did you mean "temperature"?\n'),
    ],
)
def test_what_cannot_be_shown_is_explained(home: Home, name: str, sentence: str) -> None:
    path = write(home, "broken", BROKEN)
    done = personas("show", name)
    assert (done.exit_code, done.out, done.err) == (2, "", sentence.format(path=path))


def test_escape_codes_in_a_persona_do_nothing(home: Home) -> None:
    write(home, "loud", 'system_prompt: "\\e[2JBe loud."\ndescription: "\\e[2JLoud."\n')
    for done in (personas(), personas("show", "loud")):
        assert "\x1b" not in done.out
        assert "␛[2J" in done.out


def test_all_personas_are_checked_when_none_is_named(home: Home) -> None:
    write(home, "frugal", FULL)
    done = personas("check")
    assert done.exit_code == 0
    assert len(done.out.splitlines()) == 6
    assert all(line.endswith(".yaml: good") for line in done.out.splitlines())


def test_every_mistake_of_a_file_is_told_and_the_exit_code_says_so(home: Home) -> None:
    path = write(home, "broken", BROKEN)
    good = write(home, "frugal", FULL)
    done = personas("check", str(path), str(good))
    assert done.exit_code == 2
    assert done.out.splitlines() == [
        f'{path}, line 2: unknown key "temprature". Did you mean "temperature"?',
        f'{path}, line 3: "max_turns" must be a whole number, 0 or more, not the text "many".',
        f"{good}: good",
    ]


def test_checking_all_finds_the_one_that_is_broken(home: Home) -> None:
    write(home, "broken", BROKEN)
    done = personas("check")
    assert done.exit_code == 2
    assert done.out.count(": good\n") == 5


def test_checking_a_file_that_is_not_there_fails(home: Home) -> None:
    done = personas("check", "nowhere.yaml")
    assert done.exit_code == 2
    assert "There is no file nowhere.yaml." in done.out


def test_where_personas_live_ones_own_first(home: Home) -> None:
    done = personas("path")
    assert done.exit_code == 0
    assert done.out.splitlines() == [str(home.folders.personas), str(builtin_folder())]


@pytest.mark.parametrize("arguments", [["show"], ["nonsense"], ["--nonsense"]])
def test_what_makes_no_sense_is_a_usage_error(home: Home, arguments: list[str]) -> None:
    done = personas(*arguments)
    assert (done.exit_code, done.out) == (2, "")
    assert done.err


def test_a_persona_is_checked_by_its_name(home: Home) -> None:
    assert personas("check", "tutor").exit_code == 0
    wrong = personas("check", "tutr")
    assert (wrong.exit_code, "Did you mean tutor?" in wrong.out) == (2, True)


def test_a_collection_that_is_not_here_is_named_and_no_mistake(home: Home, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("XDG_DATA_HOME", raising=False)
    FileShelf(home.folders.data / "docs").make("notes").close()
    path = write(home, "clerk", "system_prompt: Be brief.\ndocuments: [gone, notes, note]\n")
    done = personas("check", "clerk")
    assert (done.exit_code, done.err) == (0, "")
    assert done.out.splitlines() == [
        f"{path}: good",
        f"{path}: There is no collection “gone”. chat docs list names them.",
        f"{path}: There is no collection “note”. Did you mean notes?",
    ]
    monkeypatch.setenv("CHAT_DOCS_URL", "ftp://nowhere")
    assert personas("check", "clerk").out.startswith(f"{path}: good\n{path}: ")
