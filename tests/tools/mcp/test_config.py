"""What config files say of servers: both forms, variables, and every mistake with its file and key."""

import json
from pathlib import Path
from typing import Any

import pytest

from chatbot_cli.errors import ToolsError
from chatbot_cli.tools.mcp.config import ServerConfig, ServerTable, literal_secrets, read_servers
from chatbot_cli.tools.mcp.json_file import read_json_file
from chatbot_cli.tools.mcp.wire_names import wire_name

KEY = "sk-proj-" + "Ab3dEf6hIj9lMn2pQr5tUv8xYz1" * 2  # nobody's


def table(stated: str = "config.toml", **raw: Any) -> ServerTable:
    return ServerTable(stated, "mcp.servers", raw)


def one(raw: dict[str, Any], environ: dict[str, str] | None = None) -> ServerConfig:
    (server,) = read_servers(table(files=raw), environ or {})
    return server


def test_a_command_is_read_with_all_that_stands_beside_it() -> None:
    server = one(
        {
            "command": "npx",
            "args": ["-y", "files"],
            "env": {"TOKEN": "${FILES_TOKEN}"},
            "cwd": "/srv",
            "tools": ["read_*"],
            "start_timeout": 30,
            "timeout": 5,
            "parallel": True,
            "required": True,
        },
        {"FILES_TOKEN": "abc"},
    )
    assert (server.command, server.args, server.env, server.cwd) == ("npx", ("-y", "files"), {"TOKEN": "abc"}, "/srv")
    assert (server.tools, server.start_timeout, server.timeout) == (("read_*",), 30, 5)
    assert (server.parallel, server.required, server.enabled, server.problem) == (True, True, True, "")
    assert server.origin == "npx -y files"


def test_an_address_is_shown_without_its_password_and_keys() -> None:
    address = f"https://ada:secret@example.com/mcp?team=a&token={KEY}"
    server = one({"url": address, "headers": {"A": "${X:-none}"}})
    assert (server.url, server.headers) == (address, {"A": "none"})
    assert server.origin.startswith("https://example.com/mcp?team=a&token=")
    assert KEY not in server.origin


def test_a_command_line_is_told_whole_so_that_no_change_of_it_goes_unseen() -> None:
    assert one({"command": "x", "args": ["a b", "c" * 1000]}).origin == f"x 'a b' {'c' * 1000}"
    assert KEY not in one({"command": "x", "args": ["--token", KEY]}).origin


def test_a_server_whose_variable_is_not_set_is_off_and_the_variable_is_not_shown_filled_in() -> None:
    server = one({"command": "x", "args": ["${HAVE}", "${A} ${B}"]}, {"HAVE": "it", "B": ""})
    assert server.problem == "A and B are not set in the environment."
    assert server.origin == "x '${HAVE}' '${A} ${B}'"


def test_what_other_programs_write_is_passed_over() -> None:
    raw = {"command": "x", "type": "stdio", "autoApprove": ["*"], "icon": "a.png", "disabled": True}
    (server,) = read_servers(table("servers.json", files=raw), {})
    assert not server.enabled
    assert "SSE" in one({"url": "http://x/sse", "type": "sse"}).problem


@pytest.mark.parametrize(
    ("raw", "says"),
    [
        ("npx", "config.toml: mcp.servers.files is no table."),
        ({}, "config.toml: mcp.servers.files has neither a command nor a url."),
        ({"command": "x", "url": "y"}, "config.toml: mcp.servers.files has both a command and a url."),
        ({"command": "x", "args": "-y"}, "config.toml: mcp.servers.files.args is no list of texts."),
        ({"command": "x", "env": {"A": 1}}, "config.toml: mcp.servers.files.env is no table of texts."),
        ({"command": 3}, "config.toml: mcp.servers.files.command is no text."),
        (
            {"command": "x", "timeout": 0},
            "config.toml: mcp.servers.files.timeout is no number of seconds up to 86,400.",
        ),
        ({"command": "x", "required": "no"}, "config.toml: mcp.servers.files.required is neither true nor false."),
        ({"command": "x", "start-timeout": 3}, 'config.toml: there is no "start-timeout" in mcp.servers.files.'),
        ({"command": "x", "colour": 3}, 'config.toml: there is no "colour" in mcp.servers.files.'),
    ],
)
def test_a_mistake_is_a_sentence_with_file_and_key(raw: Any, says: str) -> None:
    with pytest.raises(ToolsError) as raised:
        read_servers(table(files=raw), {})
    assert str(raised.value) == says
    assert raised.value.exit_code == 2


def test_a_key_that_is_written_out_is_named_and_one_from_the_environment_is_not() -> None:
    held = table(files={"command": "x", "env": {"K": KEY}}, safe={"command": "x", "env": {"K": "${K}"}})
    (sentence,) = literal_secrets(held)
    assert sentence.startswith("config.toml: mcp.servers.files holds what looks like ")
    assert KEY not in sentence
    assert "${NAME}" in sentence


def test_the_customary_file_is_read(tmp_path: Path) -> None:
    path = tmp_path / "a.json"
    path.write_text(json.dumps({"mcpServers": {"files": {"command": "x"}}}))
    assert read_json_file(path, "a.json") == ServerTable("a.json", "mcpServers", {"files": {"command": "x"}})


@pytest.mark.parametrize(
    ("content", "says"),
    [
        (None, "The servers in a.json cannot be read: there is none."),
        (b"{", "a.json is no JSON: Expecting property name enclosed in double quotes in line 1, column 2."),
        (b"\xff\xfe\xff", "a.json is no JSON."),
        (b"[" * 100_000, "a.json is no JSON."),
        (b"[]", 'a.json has no table "mcpServers".'),
        (b'{"servers": {}}', 'a.json has no table "mcpServers".'),
    ],
)
def test_a_file_that_cannot_be_used_says_why(content: bytes | None, says: str, tmp_path: Path) -> None:
    path = tmp_path / "a.json"
    if content is not None:
        path.write_bytes(content)
    with pytest.raises(ToolsError) as raised:
        read_json_file(path, "a.json")
    assert str(raised.value) == says


def test_names_on_the_wire_have_64_allowed_characters_and_are_told_apart() -> None:
    assert wire_name("files", "read_file") == "files__read_file"
    names = [wire_name("files", "a.b"), wire_name("files", "a/b"), wire_name("f" * 40, "x" * 40), wire_name("ü", "ü")]
    names += [wire_name("f" * 40, "x" * 41)]
    assert len(set(names)) == len(names)
    assert all(len(name) <= 64 and name.isascii() and name.replace("-", "_").isidentifier() for name in names)
