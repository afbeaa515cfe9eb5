"""Where the user's own files live."""

from pathlib import Path

import pytest

from chatbot_cli.system.folders import Folders


def test_the_folders_are_where_xdg_says() -> None:
    usual = Folders.of({}, Path("/home/ann"))
    assert usual.personas == Path("/home/ann/.config/chatbot-cli/personas")
    assert usual.history == Path("/home/ann/.local/state/chatbot-cli/history")
    moved = Folders.of({"XDG_CONFIG_HOME": "/etc/ann", "XDG_STATE_HOME": "/var/ann"}, Path("/home/ann"))
    assert (moved.config, moved.state) == (Path("/etc/ann/chatbot-cli"), Path("/var/ann/chatbot-cli"))


@pytest.mark.parametrize("ignored", ["", "config", "./config", "~/config"])
def test_xdg_paths_that_are_not_absolute_are_ignored(ignored: str) -> None:
    environ = {"XDG_CONFIG_HOME": ignored, "XDG_STATE_HOME": ignored}
    assert Folders.of(environ, Path("/home/ann")) == Folders.of({}, Path("/home/ann"))


def test_windows_has_folders_of_its_own() -> None:
    home = Path("/Users/ann")
    usual = Folders.of({}, home, windows=True)
    assert usual.config == home / "AppData/Roaming/chatbot-cli"
    assert usual.state == usual.data == home / "AppData/Local/chatbot-cli"
    stated = Folders.of({"APPDATA": "/roams", "LOCALAPPDATA": "/stays"}, home, windows=True)
    assert (stated.config, stated.data) == (Path("/roams/chatbot-cli"), Path("/stays/chatbot-cli"))
    own = Folders.of({"LOCALAPPDATA": "/stays", "XDG_DATA_HOME": "/mine"}, home, windows=True)
    assert (own.state, own.data) == (Path("/stays/chatbot-cli"), Path("/mine/chatbot-cli"))
    assert Folders.of({"APPDATA": "/roams"}, home, windows=False) == Folders.of({}, home, windows=False)
