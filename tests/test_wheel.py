"""The wheel, installed into an empty environment, is the whole program."""

import subprocess
import sys
import sysconfig
import venv
from importlib.util import find_spec
from pathlib import Path
from zipfile import ZipFile

import pytest

from tests.end_to_end.installed_chat import InstalledChat

REPOSITORY = Path(__file__).parents[1]
PERSONAS = ["assistant", "chef", "planner", "reviewer", "tutor"]


def run(*command: str | Path, home: Path) -> None:
    """Run a tool that is expected to succeed."""
    environ = {"PATH": "/usr/bin:/bin", "HOME": str(home), "LANG": "C.UTF-8"}
    done = subprocess.run(command, env=environ, cwd=home, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stdout + done.stderr


@pytest.fixture(scope="module")
def wheel(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The wheel, built with the build backend that is installed here: a fresh one would need the network."""
    folder = tmp_path_factory.mktemp("wheel")
    run(sys.executable, "-m", "build", "--wheel", "--no-isolation", "--outdir", folder, REPOSITORY, home=folder)
    (built,) = folder.glob("*.whl")
    return built


@pytest.fixture(scope="module")
def environment(wheel: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """An environment with nothing but the wheel; for its dependencies it looks into ours, after its own."""
    folder = tmp_path_factory.mktemp("environment")
    python = folder / "bin/python"
    ours = find_spec("pip") is not None  # to put another one into the environment takes ten times as long
    venv.create(folder, with_pip=not ours, symlinks=True)
    pip: list[str | Path] = [sys.executable, "-m", "pip", "--python", python] if ours else [python, "-m", "pip"]
    run(*pip, "install", "--no-deps", "--no-index", wheel, home=folder)
    (packages,) = folder.glob("lib/python*/site-packages")
    (packages / "dependencies.pth").write_text(f"{sysconfig.get_path('purelib')}\n{sysconfig.get_path('platlib')}\n")
    run(
        *(python, "-c", "import chatbot_cli, sys; sys.exit(not chatbot_cli.__file__.startswith(sys.argv[1]))"),
        packages,
        home=folder,
    )
    return folder


@pytest.fixture
def chat(environment: Path, tmp_path: Path) -> InstalledChat:
    """The program that came with the wheel."""
    return InstalledChat(tmp_path, [str(environment / "bin/chat")])


def test_the_wheel_holds_all_that_is_needed_and_nothing_else(wheel: Path) -> None:
    with ZipFile(wheel) as archive:
        names = archive.namelist()
    assert {
        *(f"chatbot_cli/builtin_personas/{name}.yaml" for name in PERSONAS),
        "chatbot_cli/providers/tokens/vocabulary/o200k_base.z",
        "chatbot_cli/providers/tokens/vocabulary/cl100k_base.z",
        "chatbot_cli/py.typed",
    } <= {*names}
    described = [name for name in names if not name.startswith("chatbot_cli/")]
    assert {name.split("/", 1)[0].rpartition(".")[2] for name in described} == {"dist-info"}
    assert {"LICENSE", "NOTICE"} <= {Path(name).name for name in described}
    assert not [name for name in names if "test" in name or name.endswith(".pyc")]
    modules = {path.relative_to(REPOSITORY).as_posix() for path in (REPOSITORY / "chatbot_cli").rglob("*.py")}
    assert {name for name in names if name.endswith(".py")} == modules


def test_it_finds_its_personas_and_counts_their_tokens_exactly(chat: InstalledChat) -> None:
    own = chat.home / ".config/chatbot-cli/personas/old.yaml"
    own.parent.mkdir(parents=True)
    own.write_text("model: gpt-4\nsystem_prompt: Hello there.\n")  # counted with the older of the two vocabularies
    listed = chat.run("personas")
    assert (listed.exit_code, listed.err) == (0, "")
    tokens = {line.split()[0]: line.split()[2] for line in listed.out.splitlines()[1:]}
    assert sorted(tokens) == sorted([*PERSONAS, "old"])
    assert tokens["old"] == "7"  # one of the role, three of the text, three around them
    assert all(number.isdecimal() for number in tokens.values())  # an estimate would have a ~


def test_it_answers(chat: InstalledChat) -> None:
    answered = chat.run("-m", "demo", "Thanks")
    assert (answered.exit_code, answered.err) == (0, "")
    assert "You're welcome!" in answered.out


def test_it_runs_as_a_module(environment: Path, chat: InstalledChat) -> None:
    chat.command = [str(environment / "bin/python"), "-m", "chatbot_cli"]
    version = chat.run("--version")
    assert (version.exit_code, version.err) == (0, "")
    assert version.out.startswith("chat ")
