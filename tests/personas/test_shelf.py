"""The shelf of personas: those that come with the program, finding one, and what it extends."""

import re
from pathlib import Path

import pytest

from chatbot_cli.chat.messages import Persona
from chatbot_cli.chat.options import Options
from chatbot_cli.chat.setup import PersonaSummary
from chatbot_cli.errors import PersonaError
from chatbot_cli.personas.kinds import KINDS
from chatbot_cli.personas.shelf import PersonaShelf, builtin_folder

PROMPT = "system_prompt: x\n"
SHIPPED = ["assistant", "chef", "planner", "reviewer", "tutor"]
BUILTIN = PersonaShelf((builtin_folder(),))


@pytest.fixture
def own(tmp_path: Path) -> Path:
    """The user's own folder of personas."""
    folder = tmp_path / "own"
    folder.mkdir()
    return folder


@pytest.fixture
def shelf(own: Path) -> PersonaShelf:
    return PersonaShelf((own, builtin_folder()))


def write(folder: Path, name: str, text: str) -> Path:
    path = folder / name
    path.write_text(text, "utf-8")
    return path


def told(error: PersonaError, folder: Path) -> str:
    """The error as the user sees it, with paths as if `folder` were the current one."""
    return f"{error} {error.hint}".strip().replace(f"{folder}/", "")


# The personas that come with the program


def test_the_five_personas_are_there() -> None:
    assert BUILTIN.names() == SHIPPED
    assert [path.name for path in BUILTIN.paths()] == [f"{name}.yaml" for name in SHIPPED]


@pytest.mark.parametrize("name", SHIPPED)
def test_a_shipped_persona_is_sound_and_runs_on_any_model(name: str) -> None:
    persona = BUILTIN.load(name)
    assert BUILTIN.check(BUILTIN.find(name)) == []
    assert persona.description
    assert "\n" not in persona.description
    assert persona.greeting
    assert persona.model is None
    assert persona.options.temperature is None, "reasoning models refuse it"
    assert 100 < len(persona.system_prompt.split()) < 350, "it is sent, and paid for, with every turn"


def test_the_default_persona_explains_every_key() -> None:
    comment = BUILTIN.find("assistant").read_text("utf-8").partition("\n\n")[0]
    assert set(re.findall(r"^#   (\w+)  ", comment, re.MULTILINE)) == set(KINDS)


def test_a_default_persona_that_was_changed_is_read_itself(own: Path, shelf: PersonaShelf) -> None:
    text = (builtin_folder() / "assistant.yaml").read_text("utf-8")
    write(own, "assistant.yaml", text.replace("Assistant", "Assistent", 1))  # as long as the other one
    assert shelf.load("assistant").name == "Assistent"


def test_the_tutor_is_brief_and_shows_it() -> None:
    tutor = BUILTIN.load("tutor")
    for wanted in ("Python", "patient", "beginner", "under 150 words", "simple analogy", "short code"):
        assert wanted in tutor.system_prompt
    assert tutor.examples
    assert all(len(example.assistant.split()) < 150 for example in tutor.examples)
    assert all("```python" in example.assistant for example in tutor.examples)


def test_the_planner_asks_before_it_suggests() -> None:
    prompt = BUILTIN.load("planner").system_prompt
    asked_for, _, then = prompt.partition("Then:")
    assert "Before you suggest anything" in asked_for
    for wanted in ("budget", "dates", "interests", "adventure", "culture", "relaxation"):
        assert wanted in asked_for
    assert "under 150 words" in then


def test_reviewer_and_chef_know_their_trade() -> None:
    assert "Begin with what is wrong" in BUILTIN.load("reviewer").system_prompt
    chef = BUILTIN.load("chef").system_prompt
    assert "recipe" in chef
    assert "substitution" in chef
    assert "main protein" in chef


def test_the_installed_folder_is_preferred_to_the_checkout(tmp_path: Path) -> None:
    package = tmp_path / "chatbot_cli"
    package.mkdir()
    assert builtin_folder(package) == tmp_path / "personas"
    (package / "builtin_personas").mkdir()
    assert builtin_folder(package) == package / "builtin_personas"


# Finding


def test_the_users_own_persona_comes_first(own: Path, shelf: PersonaShelf) -> None:
    write(own, "tutor.yaml", "system_prompt: Mine.")
    write(own, "pirate.yml", "system_prompt: Arr.")
    assert shelf.names() == ["assistant", "chef", "pirate", "planner", "reviewer", "tutor"]
    assert shelf.find("tutor") == own / "tutor.yaml"
    assert shelf.load("tutor").system_prompt == "Mine."
    assert shelf.find("chef") == builtin_folder() / "chef.yaml"


def test_what_is_no_persona_file_is_not_listed(own: Path, shelf: PersonaShelf) -> None:
    for name in ("notes.txt", ".hidden.yaml", "tutor.yaml~", "twice.yaml.yaml"):
        write(own, name, PROMPT)
    (own / "folder.yaml").mkdir()
    (own / "dangling.yaml").symlink_to(own / "gone")
    assert shelf.names() == SHIPPED


def test_a_missing_folder_is_an_empty_one(tmp_path: Path) -> None:
    assert PersonaShelf((tmp_path / "none", builtin_folder())).names() == SHIPPED


def test_a_broken_persona_is_listed_with_its_problem_and_harms_no_other(own: Path, shelf: PersonaShelf) -> None:
    write(own, "broken.yaml", "name: x")
    write(own, "odd.yaml", "name: Odd one\ndescription: fine\n" + PROMPT)
    listed = {summary.name: summary for summary in shelf.summaries()}
    assert listed["broken"].problem == f'{own}/broken.yaml: the key "system_prompt" is missing.'
    assert listed["odd"] == PersonaSummary("odd", "fine")
    assert shelf.load("tutor").name == "Python tutor"


def test_a_path_is_what_looks_like_one(tmp_path: Path, shelf: PersonaShelf, monkeypatch: pytest.MonkeyPatch) -> None:
    path = write(tmp_path, "mine", "system_prompt: By path.")
    write(tmp_path, "tutor.yaml", "system_prompt: Here.")
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("HOME", str(tmp_path))
    assert shelf.load(str(path)) == Persona("mine", "By path.")
    assert shelf.load("./mine") == Persona("mine", "By path.")
    assert shelf.load("tutor.yaml") == Persona("tutor", "Here.")
    assert shelf.load("~/tutor.yaml") == Persona("tutor", "Here.")
    assert shelf.load("tutor").name == "Python tutor"


@pytest.mark.parametrize(
    ("asked", "sentence"),
    [
        ("tutr", 'No persona is called "tutr". Did you mean tutor? `chat personas` lists them.'),
        ("TUTOR", 'No persona is called "TUTOR". Did you mean tutor? `chat personas` lists them.'),
        ("xyzzy", 'No persona is called "xyzzy". `chat personas` lists them.'),
        ("", 'No persona is called "". `chat personas` lists them.'),
        ("/nowhere/x.yaml", "There is no file /nowhere/x.yaml. A persona's name has no folder and no suffix."),
        ("/dev/null/x.yaml", "/dev/null/x.yaml cannot be read: not a directory."),
        ("/", "/ is a folder, not a persona file."),
        ("a\0b.yaml", "a�b.yaml cannot be the path of a file."),
        (f"/{'x' * 240}.yaml", f"There is no file /{'x' * 198}… A persona's name has no folder and no suffix."),
    ],
)
def test_what_cannot_be_found_is_one_sentence(shelf: PersonaShelf, asked: str, sentence: str) -> None:
    with pytest.raises(PersonaError) as failure:
        shelf.load(asked)
    assert f"{failure.value} {failure.value.hint}".strip() == sentence


def test_a_file_name_that_cannot_be_shown_needs_a_name(own: Path, shelf: PersonaShelf) -> None:
    path = write(own, "a\nb.yaml", PROMPT)
    assert [problem.hint for problem in shelf.check(path)] == ["Add a `name`."]
    write(own, "a\nb.yaml", PROMPT + "name: Nice")
    assert shelf.load("a\nb").name == "Nice"


# Extending


def test_a_persona_inherits_all_but_the_name(own: Path, shelf: PersonaShelf) -> None:
    write(own, "short.yaml", "extends: tutor\ntemperature: 0.2\ngreeting: ''\nexamples: []")
    tutor, short = shelf.load("tutor"), shelf.load("short")
    assert short.name == "short"
    assert (short.system_prompt, short.description) == (tutor.system_prompt, tutor.description)
    assert (short.options.temperature, short.greeting, short.examples) == (0.2, "", ())


def test_the_users_tutor_can_extend_the_builtin_one(own: Path, shelf: PersonaShelf) -> None:
    path = write(own, "tutor.yaml", "extends: tutor\nmax_turns: 3")
    assert shelf.check(path) == []
    mine = shelf.load("tutor")
    assert (mine.name, mine.max_turns) == ("tutor", 3)
    assert mine.system_prompt == BUILTIN.load("tutor").system_prompt


def test_a_path_in_extends_starts_at_the_files_own_folder(tmp_path: Path, own: Path, shelf: PersonaShelf) -> None:
    write(tmp_path, "base.yaml", "extends: ./own/root.yaml\nmax_turns: 5")
    write(own, "root.yaml", "system_prompt: Root.\nmax_turns: 1\nmax_reply_tokens: 9")
    write(own, "leaf.yaml", "extends: ../base.yaml\nmax_reply_tokens: 7")
    assert shelf.load("leaf") == Persona("leaf", "Root.", max_turns=5, options=Options(max_reply_tokens=7))


def test_a_circle_shows_its_chain(own: Path, shelf: PersonaShelf) -> None:
    write(own, "a.yaml", "extends: b\n" + PROMPT)
    write(own, "b.yaml", PROMPT + "extends: ./a.yaml")
    with pytest.raises(PersonaError) as failure:
        shelf.load("a")
    assert told(failure.value, own) == 'b.yaml, line 2: "extends" goes in a circle: a -> b -> a.'


def test_a_line_of_many_personas_comes_to_an_end(own: Path, shelf: PersonaShelf) -> None:
    for number in range(200):
        write(own, f"p{number}.yaml", f"extends: p{number + 1}")
    with pytest.raises(PersonaError) as failure:
        shelf.load("p0")
    assert told(failure.value, own) == (
        'p15.yaml, line 1: "extends" goes on for too long: at most 16 personas may extend each other.'
    )


def test_the_problems_of_what_is_extended_are_told_in_its_own_file(own: Path, shelf: PersonaShelf) -> None:
    write(own, "base.yaml", "max_turns: no\n")
    path = write(own, "x.yaml", "extends: base\ntemperature: 3\n" + PROMPT)
    assert [told(problem, own) for problem in shelf.check(path)] == [
        'x.yaml, line 2: "temperature" must be a number from 0 to 2, not 3.',
        'base.yaml, line 1: "max_turns" must be a whole number, 0 or more, not no.',
    ]
