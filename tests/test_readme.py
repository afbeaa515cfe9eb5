"""What README.md and docs/architecture.md say is so: commands parse, code runs, links and files are there."""

import ast
import re
import shlex
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from typer.main import get_command

from chatbot_cli.__main__ import INTERRUPTED
from chatbot_cli.cli.chat import chat_app
from chatbot_cli.cli.personas import persona_app
from chatbot_cli.cli.sessions import session_app
from chatbot_cli.errors import ChatError
from chatbot_cli.personas.kinds import EXAMPLE_KINDS, KINDS
from chatbot_cli.personas.shelf import PersonaShelf, builtin_folder
from scripts import generate_architecture, generate_as_read, generate_failures
from scripts.generate_readme import README, registry, up_to_date
from tests.entries import PROVIDERS
from tests.terminal_session import TerminalSession

TEXT = README.read_text("utf-8")
ENDS_A_COMMAND = {"|", ">", ">>", "&&", "||", ";"}


def blocks(language: str) -> list[str]:
    """The fenced blocks in a language, in order."""
    return re.findall(rf"^```{language}\n(.*?)^```$", TEXT, re.MULTILINE | re.DOTALL)


def chat_commands(line: str) -> Iterator[list[str]]:
    """The arguments of each `chat` in a line of shell; comments and redirections are left out."""
    reader = shlex.shlex(line, posix=True, punctuation_chars=True)
    reader.whitespace_split = True
    words = [*reader, ";"]
    start = 0
    for end in [index for index, word in enumerate(words) if word in ENDS_A_COMMAND]:
        if words[start:end][:1] == ["chat"]:
            yield words[start + 1 : end]
        start = end + 1


def parse(arguments: list[str]) -> dict[str, Any]:
    """What Typer makes of a command line, without running it. Raises as Typer does when it makes no sense."""
    groups = {"personas": persona_app, "sessions": session_app}
    if arguments[:1] == [] or arguments[0] not in groups:
        return get_command(chat_app).make_context("chat", arguments).params
    group: Any = get_command(groups[arguments[0]])  # its type does not say that it has subcommands
    context = group.make_context(f"chat {arguments[0]}", arguments[1:])
    words = [*context._protected_args, *context.args]
    if words:
        name, subcommand, rest = group.resolve_command(context, words)
        subcommand.make_context(name, rest, parent=context)
    return {}


COMMANDS = [arguments for block in blocks("sh") for line in block.splitlines() for arguments in chat_commands(line)]


def test_the_generated_parts_are_up_to_date() -> None:
    assert up_to_date(TEXT) == TEXT, "run: make docs"


def test_the_page_of_failures_is_made_of_the_faults_that_are_tried() -> None:
    assert generate_failures.PAGE.read_text("utf-8") == generate_failures.page(), "run: make docs"


def test_what_was_read_before_is_what_the_files_say() -> None:
    for path, text in generate_as_read.pages().items():
        assert path.read_text("utf-8") == text, "run: make docs"


def test_a_part_without_its_place_is_reported() -> None:
    with pytest.raises(ValueError, match="no place for the commands"):
        up_to_date(TEXT.replace("<!-- /commands -->", ""))


def test_the_commands_are_those_of_a_real_chat(tmp_path: Path) -> None:
    environ = {"HOME": str(tmp_path), "TERM": "xterm-256color", "LANG": "C.UTF-8"}
    command = [str(Path(sys.executable).with_name("chat")), "--model", "demo"]
    with TerminalSession(command, environ, cwd=tmp_path, rows=60) as session:
        session.wait_for("›")
        session.send("/help\r")
        shown = session.wait_for(lambda: sum("›" in line for line in session.screen) > 1)
    helped = re.findall(r"^(?:» |  )(/\w+(?: \[[\w ]+\])?(?: [A-Z|]+)?)(?: \(/\w+\))?  ", shown, re.MULTILINE)
    assert helped == [command.usage for command in registry()]
    assert len(helped) > 10


def test_the_guests_in_the_readme_come_out_of_their_note_as_it_shows(tmp_path: Path) -> None:
    block = next(block for block in blocks("text") if block.startswith("$ cat guests.txt\n"))
    _, note, command, out = re.split(
        r"^\$ cat guests\.txt\n|^(?=\$ chat)|(?<=guests\.txt)\n", block, flags=re.MULTILINE
    )
    arguments = shlex.split(command)[2:-2]  # without the prompt, the program and what is read
    program = str(Path(sys.executable).with_name("chat"))
    done = subprocess.run(
        [program, *arguments],
        env={"HOME": str(tmp_path), "LANG": "C.UTF-8"},
        cwd=tmp_path,
        input=note,
        text=True,
        capture_output=True,
        timeout=60,
        check=True,
    )
    assert done.stdout == out


def test_the_answer_from_a_folder_is_that_of_a_real_chat(tmp_path: Path) -> None:
    block = next(block for block in blocks("text") if block.startswith("$ cat notes/server.md\n"))
    note, *shown = re.split(r"^\$ (?:cat|chat) .*\n", block, flags=re.MULTILINE)[1:]
    (tmp_path / "notes").mkdir()
    (tmp_path / "notes/server.md").write_text(note)
    environ = {"HOME": str(tmp_path), "TERM": "xterm-256color", "LANG": "C.UTF-8"}
    program = str(Path(sys.executable).with_name("chat"))
    for command, expected in zip(re.findall(r"^\$ chat (.*)", block, re.MULTILINE), shown, strict=True):
        with TerminalSession([program, *shlex.split(command)], environ, cwd=tmp_path, columns=80) as session:
            assert session.wait_for_exit() == 0
            said = [line.rstrip() for line in session.screen]
        *lines, last = expected.rstrip().splitlines()
        begun = said.index(lines[0])
        assert said[begun : begun + len(lines)] == lines
        assert said[begun + len(lines)].startswith(last.partition(" tokens")[0])


def test_every_slash_command_it_mentions_exists() -> None:
    mentioned = set(re.findall(r"`(/\w+)", TEXT))
    known = {f"/{name}" for command in registry() for name in (command.name, *command.aliases)}
    assert mentioned == known


def test_the_two_commands_come_before_everything_else_in_shell() -> None:
    first = [line.split("#")[0].strip() for line in blocks("sh")[0].splitlines()]
    assert first == ["make chat", "make test"]


def test_there_are_commands_to_check() -> None:
    assert len(COMMANDS) > 10
    assert ["-p", "reviewer", "Review this"] in COMMANDS


@pytest.mark.parametrize("arguments", COMMANDS, ids=shlex.join)
def test_every_chat_command_parses_and_its_persona_exists(arguments: list[str]) -> None:
    persona = parse(arguments).get("persona")
    if persona and not persona.startswith("./"):
        assert PersonaShelf((builtin_folder(),)).find(persona).is_file()


@pytest.mark.parametrize("line", ["chat --no-such-flag", "chat personas no-such-command", "chat personas show"])
def test_a_command_that_makes_no_sense_would_be_found(line: str) -> None:
    (arguments,) = chat_commands(line)
    with pytest.raises(Exception, match=r"No such|Missing"):
        parse(arguments)


def test_the_exit_codes_are_those_of_the_program() -> None:
    def codes(error: type[ChatError]) -> set[int]:
        return {error.exit_code}.union(*map(codes, error.__subclasses__()))

    named = [int(code) for code in re.findall(r"^\| (\d+) \|", TEXT, re.MULTILINE)]
    assert named == sorted({0, INTERRUPTED} | codes(ChatError))


def test_every_local_link_leads_to_a_file() -> None:
    links = re.findall(r"\]\((?!https?:)([^)#]+)\)", TEXT)
    assert "docs/architecture.md" in links
    assert [link for link in links if not (README.parent / link).is_file()] == []


def test_the_persona_is_sound_and_has_every_key(tmp_path: Path) -> None:
    (persona,) = blocks("yaml")
    path = tmp_path / "pirate.yaml"
    path.write_text(persona, "utf-8")
    assert PersonaShelf((builtin_folder(),)).check(path) == []
    assert set(re.findall(r"^ *(?:- )?(\w+):", persona, re.MULTILINE)) == {*KINDS, *EXAMPLE_KINDS}


def test_every_provider_is_named_with_its_key() -> None:
    _, _, table = TEXT.partition("| Models | Provider | Key |")
    for provider in PROVIDERS:
        row = next(row for row in table.splitlines() if re.search(rf"`{provider.name}[`/]", row))
        assert f"`{provider.key_variable}`" in row if provider.key_variable else "none" in row


@pytest.mark.parametrize(
    ("number", "said"),
    [
        pytest.param(0, "Your name is Ada", id="the bot knows the name"),
        pytest.param(1, "Ada 37\n{'name': 'Grace'}\n{'name': 'Grace', 'age': 79}\n", id="a reply is a value"),
    ],
)
def test_the_python_code_runs(number: int, said: str, tmp_path: Path) -> None:
    code = blocks("python")[number]
    environ = {"HOME": str(tmp_path), "LANG": "C.UTF-8", "CHAT_MODEL": "demo"}
    ran = subprocess.run(
        [sys.executable, "-c", code], env=environ, cwd=tmp_path, check=False, capture_output=True, encoding="utf-8"
    )
    assert (ran.returncode, ran.stderr) == (0, "")
    assert said in ran.stdout


def test_all_python_code_is_run() -> None:
    assert len(blocks("python")) == 2


def test_the_architecture_names_every_file_in_its_room_and_no_other() -> None:
    page = generate_architecture.PAGE.read_text("utf-8")
    assert generate_architecture.up_to_date(page) == page, "run: make docs"
    drawn = page.partition("<!-- rooms -->")[2].partition("<!-- /rooms -->")[0]
    named, path = set(), {0: ""}
    for line in drawn.split("```")[1].splitlines()[2:]:
        indent = len(line) - len(line.lstrip())
        if room := re.match(r" +(\w+)/", line):
            depth = indent // 2
            path[depth] = f"{path[depth - 1]}{room[1]}/"
        else:
            named |= {f"{path[indent // 2 - 2]}{module}.py" for module in line.split()}
    package = README.parent / "chatbot_cli"
    files = {path.relative_to(package).as_posix() for path in package.rglob("*.py")}
    assert named == {file for file in files if not file.endswith("__init__.py")}


def test_every_room_has_a_sign() -> None:
    rooms = [path for path in (README.parent / "chatbot_cli").rglob("__init__.py") if path.parent.name != "chatbot_cli"]
    for room in rooms:
        sign = ast.get_docstring(ast.parse(room.read_text("utf-8"))) or ""
        assert sign.count("\n") >= 2, f"{room} says neither what it may import nor where to begin reading"
