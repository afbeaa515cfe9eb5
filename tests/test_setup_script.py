"""Setting up from a fresh clone: what is missing is named with what mends it, and what is done is not done again."""

import os
import shutil
import stat
import subprocess
import sys
from collections.abc import Sequence
from pathlib import Path

import pytest

ROOT = Path(__file__).parent.parent
TOOLS = ("cat", "cksum", "dirname", "make", "rm", "sh", "tee")
SETUP = ("sh", "scripts/setup")

OLD = f"""
case "$1" in
    --version) echo Python 3.10.13 ;;
    *) exec "{sys.executable}" -c 'import sys; sys.version_info = (3, 10, 13); exec(sys.argv[1])' "$2" ;;
esac
"""
WITHOUT_VENV = f'case "$*" in *ensurepip*) exit 1 ;; *) exec "{sys.executable}" "$@" ;; esac'
# Makes a .venv with itself in it, and notes what pip is asked for.
INSTALLS = f"""
case "$*" in
    *ensurepip*) ;;
    "-m venv .venv") mkdir -p .venv/bin; cat "$0" > .venv/bin/python; chmod +x .venv/bin/python ;;
    *"pip install"*) echo "$*" >> installed ;;
    *) exec "{sys.executable}" "$@" ;;
esac
"""
INTERRUPTED = INSTALLS.replace('echo "$*" >> installed', "exit 130")


class Machine:
    """A fresh clone on a machine that has what `have` gave it, and hardly anything else."""

    def __init__(self, root: Path) -> None:
        self.clone, self._bin = root / "clone", root / "bin"
        for folder in (self.clone / "scripts", self._bin):
            folder.mkdir(parents=True)
        for name in ("scripts/setup", "Makefile", "pyproject.toml"):
            shutil.copy(ROOT / name, self.clone / name)
        for tool in (*TOOLS, "chmod", "mkdir"):
            self._bin.joinpath(tool).symlink_to(shutil.which(tool) or pytest.fail(f"no {tool} on this machine"))

    def have(self, name: str, script: str) -> Path:
        path = self._bin / name
        path.write_text(f"#!/bin/sh\n{script}\n")
        path.chmod(path.stat().st_mode | stat.S_IXUSR)
        return path

    def run(self, *command: str, **environ: str) -> subprocess.CompletedProcess[str]:
        environ = {"PATH": str(self._bin), "HOME": str(self.clone.parent), **environ}
        return subprocess.run(command, env=environ, cwd=self.clone, capture_output=True, text=True, check=False)

    @property
    def installed(self) -> Sequence[str]:
        """What was installed, one line for each time."""
        path = self.clone / "installed"
        return [line.rpartition(" ")[2] for line in path.read_text().splitlines()] if path.exists() else []


@pytest.fixture
def machine(tmp_path: Path) -> Machine:
    return Machine(tmp_path)


def test_the_script_is_plain_sh() -> None:
    for script in ("scripts/setup", ".ci/run"):
        subprocess.run(["sh", "-n", ROOT / script], check=True)
        assert os.access(ROOT / script, os.X_OK)
        assert (ROOT / script).read_text().startswith("#!/bin/sh\n")


def test_a_python_that_is_too_old_is_named_with_what_mends_it(machine: Machine) -> None:
    machine.have("python3", OLD)
    done = machine.run("make", "chat")
    assert done.returncode != 0
    assert done.stderr.startswith("chat needs Python 3.11 or newer, and python3 is Python 3.10.13.\nInstall one:  ")
    assert "make chat PYTHON=/path/to/python3.12" in done.stderr
    assert not (machine.clone / ".venv").exists()


def test_a_missing_python_is_named(machine: Machine) -> None:
    assert machine.run("make", "test").stderr.startswith("chat needs Python 3.11 or newer, and python3 is missing.\n")


def test_a_missing_venv_module_is_named_with_the_command_that_mends_it(machine: Machine) -> None:
    machine.have("python3", WITHOUT_VENV)
    done = machine.run(*SETUP)
    version = f"{sys.version_info.major}.{sys.version_info.minor}"
    assert done.returncode == 1
    assert done.stderr == (
        f"Python {version} is here, but its venv module is not.\n"
        f"Install it:  sudo apt install python{version}-venv   (Debian, Ubuntu)\n"
    )


def test_a_newer_python_behind_an_old_one_is_found(machine: Machine) -> None:
    machine.have("python3", OLD)
    machine.have("python3.13", WITHOUT_VENV)
    machine.have("python3.12", INSTALLS)
    assert machine.run(*SETUP).returncode == 0
    assert machine.installed == ["."]


def test_a_python_that_was_asked_for_is_not_replaced_by_another(machine: Machine) -> None:
    machine.have("python3", INSTALLS)
    old = machine.have("old", OLD)
    done = machine.run("make", "chat", f"PYTHON={old}")
    assert done.returncode != 0
    assert f"and {old} is Python 3.10.13." in done.stderr
    assert machine.installed == []


def test_what_is_installed_is_left_alone_and_the_test_tools_include_the_program(machine: Machine) -> None:
    machine.have("python3", INSTALLS)
    for wanted in ("chat", "chat", "test", "test", "chat"):
        assert machine.run(*SETUP, wanted).returncode == 0
    assert machine.installed == [".", ".[dev]"]


@pytest.mark.parametrize("why", ["pyproject.toml", "moved", "python is gone"])
def test_an_installation_that_no_longer_fits_is_made_anew(machine: Machine, why: str) -> None:
    machine.have("python3", INSTALLS)
    machine.run(*SETUP)
    match why:
        case "pyproject.toml":
            with (machine.clone / "pyproject.toml").open("a") as file:
                file.write("# another dependency\n")
        case "moved":
            machine.clone = machine.clone.rename(machine.clone.with_name("elsewhere"))
        case _:
            (machine.clone / ".venv/bin/python").unlink()
    assert machine.run(*SETUP).returncode == 0
    assert machine.installed == [".", "."]


def test_an_interrupted_installation_is_begun_anew(machine: Machine) -> None:
    machine.have("python3", INTERRUPTED)
    assert machine.run(*SETUP).returncode == 130
    (machine.clone / ".venv/half").touch()
    machine.have("python3", INSTALLS)
    assert machine.run(*SETUP).returncode == 0
    assert machine.installed == ["."]
    assert not (machine.clone / ".venv/half").exists()


def test_uv_is_used_where_it_is(machine: Machine) -> None:
    machine.have(
        "uv",
        f'echo "$*" >> uv; test "$1" = pip || {{ mkdir -p .venv/bin; ln -s "{sys.executable}" .venv/bin/python; }}',
    )
    machine.have("python3", OLD)
    machine.have("ln", 'PATH=/usr/bin:/bin; exec ln "$@"')
    assert machine.run(*SETUP).returncode == 0
    assert machine.run(*SETUP).returncode == 0
    venv, install = (machine.clone / "uv").read_text().splitlines()
    assert venv.startswith("venv ")
    assert install.endswith("--editable .")


def test_make_chat_sets_up_and_starts_the_chat_as_the_persona_asked_for(machine: Machine) -> None:
    plan = machine.run("make", "--dry-run", "chat", "PERSONA=tutor").stdout.splitlines()
    assert plan == ["scripts/setup", '.venv/bin/chat --persona "tutor"']


def test_make_test_sets_up_and_runs_everything(machine: Machine) -> None:
    plan = machine.run("make", "--dry-run", "test").stdout.splitlines()
    assert plan[0] == "scripts/setup test"
    assert plan[-1] == ".venv/bin/pytest -n auto --dist worksteal"
    for tool in ("ruff format --check .", "ruff check .", "mypy", "pytest -q tests/test_architecture.py"):
        assert f".venv/bin/{tool}" in plan
    assert "make test" in (ROOT / ".ci/run").read_text().splitlines()
