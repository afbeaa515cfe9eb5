"""How the doors spell what a hint names: all of it exists, and below them no text says what only one door would."""

import ast
import re
from collections.abc import Iterator
from pathlib import Path

import pytest
from typer.main import get_command

import chatbot_cli
from chatbot_cli.app.spelling import (
    ACTIONS_OF_A_CONVERSATION,
    ACTIONS_OF_A_SCRIPT,
    COMMANDS,
    in_a_conversation,
    in_a_script,
)
from chatbot_cli.cli.chat import chat_app
from chatbot_cli.hints import ACTIONS
from chatbot_cli.settings.table import SETTINGS, Setting
from scripts.generate_readme import registry

PACKAGE = Path(chatbot_cli.__file__).parent
BELOW_THE_DOORS = ("text", "secrets", "chat", "personas", "providers", "sessions")
NO_HINTS = ("providers/demo", "sessions/exporting/as_html.py")  # a model that explains the program; a style sheet
SUBCOMMANDS = ("sessions", "personas", "schema", "tools", "stats", "doctor")


def flags() -> set[str]:
    return {option for parameter in get_command(chat_app).params for option in parameter.opts}


def commands() -> set[str]:
    return {f"/{name}" for command in registry() for name in (command.name, *command.aliases)}


@pytest.mark.parametrize("setting", SETTINGS, ids=[setting.name for setting in SETTINGS])
def test_a_script_is_told_a_flag_that_exists_or_else_the_variable(setting: Setting) -> None:
    told = in_a_script(setting.name)
    assert told in flags() if told.startswith("-") else told == setting.variable
    assert in_a_script(setting.name, "x") in (f"{told} x", f"{told}=x")


def test_a_flag_is_told_wherever_there_is_one() -> None:
    named = {in_a_script(setting.name) for setting in SETTINGS}
    assert {flag for flag in flags() if flag[2:].replace("-", "_") in {s.name for s in SETTINGS}} <= named
    assert in_a_script("save", "no") in flags()
    assert in_a_script("tries", "5") == "CHAT_TRIES=5"


def test_a_conversation_is_told_commands_that_exist() -> None:
    told = [*COMMANDS.values(), *ACTIONS_OF_A_CONVERSATION.values()]
    assert {word for line in told for word in re.findall(r"/\w+", line)} <= commands()
    assert set(COMMANDS) <= {setting.name for setting in SETTINGS}
    assert in_a_conversation("max_context_tokens", "600") == "/window 600 tokens"
    assert in_a_conversation("max_context_tokens") == "/window"
    assert in_a_conversation("base_url") == "--base-url"


def test_every_door_has_words_for_every_action() -> None:
    assert set(ACTIONS_OF_A_SCRIPT) == set(ACTIONS_OF_A_CONVERSATION) == set(ACTIONS)
    assert not set(ACTIONS) & {setting.name for setting in SETTINGS}


def marks() -> Iterator[tuple[str, str, str]]:
    """Where something is marked in a hint: the place, `setting` or `action`, and the name."""
    for path in PACKAGE.rglob("*.py"):
        for node in ast.walk(ast.parse(path.read_text("utf-8"))):
            match node:
                case ast.Call(func=ast.Name(id="setting" | "action" as kind), args=[ast.Constant(value=str(name)), *_]):
                    yield f"{path.name}:{node.lineno}", kind, name


def test_every_mark_names_a_setting_or_an_action() -> None:
    known = {"setting": {setting.name for setting in SETTINGS}, "action": set(ACTIONS)}
    assert [where for where, kind, name in marks() if name not in known[kind]] == []
    assert {name for _, kind, name in marks() if kind == "action"} == set(ACTIONS)
    assert len([*marks()]) > 15


def texts(path: Path) -> Iterator[tuple[int, str]]:
    """The texts in a file with their lines, without what explains it."""
    tree = ast.parse(path.read_text("utf-8"))
    explanations = {id(node.value) for node in ast.walk(tree) if isinstance(node, ast.Expr)}
    for node in ast.walk(tree):
        if isinstance(node, ast.Constant) and isinstance(node.value, str) and id(node) not in explanations:
            yield node.lineno, node.value


def test_below_the_doors_no_text_names_a_flag_or_a_command() -> None:
    names = "|".join(sorted(command[1:] for command in commands()))
    as_a_door_says = re.compile(rf"(?<![\w-])--[a-z]|(?<!\S)/(?:{names})\b|\bchat (?:-|{'|'.join(SUBCOMMANDS)})")
    files = [
        *(PACKAGE / "errors").glob("*.py"),
        PACKAGE / "hints.py",
        *(path for room in BELOW_THE_DOORS for path in (PACKAGE / room).rglob("*.py")),
    ]
    files = [path for path in files if path.name != "as_read.py"]  # a persona's words, and paths of servers
    named = [
        f"{path.relative_to(PACKAGE)}:{line}: {text}"
        for path in files
        if not any(path.is_relative_to(PACKAGE / other) for other in NO_HINTS)
        for line, text in texts(path)
        if as_a_door_says.search(text) and text not in ACTIONS.values()
    ]
    assert named == []
