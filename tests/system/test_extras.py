"""The command that installs an extra is that of the place where chat is installed."""

import sys
from pathlib import Path

import pytest

from chatbot_cli.system import extras
from chatbot_cli.system.extras import install_command, update_command

WANTED = "'chatbot-cli[documents]'"


@pytest.mark.parametrize(
    ("prefix", "has_pip", "command"),
    [
        ("/home/ada/chat/.venv", True, f".venv/bin/python -m pip install {WANTED}"),
        ("/opt/all of it/.venv", True, f"'/opt/all of it/.venv/bin/python' -m pip install {WANTED}"),
        ("/home/ada/chat/.venv", False, f"uv pip install --python .venv/bin/python {WANTED}"),
        ("/home/ada/.local/share/pipx/venvs/chatbot-cli", True, f"pipx runpip chatbot-cli install {WANTED}"),
        (
            "/home/ada/.local/share/uv/tools/chatbot-cli",
            False,
            f"uv pip install --python /home/ada/.local/share/uv/tools/chatbot-cli/bin/python {WANTED}",
        ),
    ],
)
def test_the_command_installs_beside_chat_and_never_into_another_python(
    prefix: str, has_pip: bool, command: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(sys, "prefix", prefix)
    monkeypatch.setattr(sys, "executable", f"{prefix}/bin/python")
    monkeypatch.setattr(Path, "cwd", lambda: Path("/home/ada/chat"))
    monkeypatch.setattr(extras, "find_spec", lambda _: object() if has_pip else None)
    assert install_command("documents") == command


def test_in_the_root_the_path_is_whole(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sys, "executable", "/opt/chat/bin/python")
    monkeypatch.setattr(Path, "cwd", lambda: Path("/"))
    assert "/opt/chat/bin/python" in install_command("documents")


def test_a_library_of_an_extra_is_brought_up_to_date_in_the_same_way() -> None:
    assert update_command("xllamacpp") == install_command("x").replace("'chatbot-cli[x]'", "--upgrade xllamacpp")
