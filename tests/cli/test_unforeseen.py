"""A failure of the system that nothing has foreseen is told."""

import gc

import pytest

from chatbot_cli.__main__ import main


def test_a_path_that_fails_where_nobody_expects_it_is_named(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    def fail() -> None:
        raise PermissionError(13, "Permission denied", "/home/ada/\x1b[31mnotes")

    monkeypatch.setattr("chatbot_cli.cli.chat.main", fail)
    with pytest.raises(SystemExit) as ended:
        main()
    gc.enable()
    assert ended.value.code == 1
    assert capsys.readouterr().err == "chat: '/home/ada/\\x1b[31mnotes': Permission denied.\n"
