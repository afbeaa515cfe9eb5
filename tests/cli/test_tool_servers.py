"""`chat tools servers`: each server is started, counted and ended, with its problem if it has one."""

import json
from pathlib import Path

import pytest

from chatbot_cli.cli.tools import tool_app
from tests.tools.mcp.servers import tiny


def run(*words: str) -> object:
    with pytest.raises(SystemExit) as ended:
        tool_app(["servers", *words])
    return ended.value.code


def test_each_server_is_a_line(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    for name, path in (("HOME", "home"), ("XDG_CONFIG_HOME", "config"), ("XDG_STATE_HOME", "state")):
        monkeypatch.setenv(name, str(tmp_path / path))
    monkeypatch.chdir(tmp_path)
    assert run() == 2
    assert "There are no servers" in capsys.readouterr().err

    config = {"our": tiny(), "gone": {"command": "there-is-none"}, "off": tiny(enabled=False)}
    (tmp_path / "servers.json").write_text(json.dumps({"mcpServers": config}))
    assert run("--mcp", "servers.json") == 1
    lines = [" ".join(line.split()) for line in capsys.readouterr().out.splitlines()]
    assert lines[0] == "server state tools from"
    assert lines[1].startswith("our ready 7 tools in ")
    assert lines[2] == "gone failed There is no command there-is-none. there-is-none"
    assert lines[3].startswith("off off ")
