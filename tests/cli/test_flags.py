"""The flags of `chat`: one for each setting that the table gives a flag, under the setting's own name."""

from typing import Any

import pytest
from typer.main import get_command

from chatbot_cli.cli import chat as front_door
from chatbot_cli.cli.subcommands import SUBCOMMANDS
from chatbot_cli.settings.precedence import Flags
from chatbot_cli.settings.table import FLAGS, SETTINGS, flag_of


def chat_parameters() -> dict[str, Any]:
    return {parameter.name: parameter for parameter in get_command(front_door.chat_app).params}


@pytest.mark.parametrize("setting", [setting.name for setting in SETTINGS])
def test_a_setting_has_a_flag_of_its_name_if_the_table_says_so(setting: str) -> None:
    parameter = chat_parameters().get(setting)
    flag = FLAGS.get(setting)
    assert (parameter is None) == (flag is None)
    if parameter and flag:
        assert (parameter.opts[0], parameter.metavar, parameter.help) == (flag_of(setting), flag.metavar, flag.help)


@pytest.mark.parametrize("setting", FLAGS)
def test_what_a_flag_says_reaches_the_settings_and_nothing_else_does(
    setting: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    given: list[Flags] = []
    monkeypatch.setattr(front_door, "run", lambda words, literal, flags, *_, **__: given.append(flags))
    is_switch = FLAGS[setting].metavar is None
    for arguments in ([flag_of(setting)] if is_switch else [flag_of(setting), "1"], []):
        with pytest.raises(SystemExit):
            front_door.chat_app(arguments, prog_name="chat", obj=[])
    with_it, without = given
    assert with_it == {**without, setting: True if is_switch else ("1",) if setting == "stop" else "1"}
    assert set(without.values()) == {None, ()}
    assert without.keys() == {*FLAGS, "save", "extra"}


@pytest.mark.parametrize("name", SUBCOMMANDS)
def test_the_help_of_a_subcommand_has_no_types_of_python(name: str, capsys: pytest.CaptureFixture[str]) -> None:
    command = SUBCOMMANDS[name]()
    for words in ([], *([one] for one in getattr(get_command(command), "commands", ()))):
        with pytest.raises(SystemExit):
            command([*words, "--help"], prog_name="chat")
        text = capsys.readouterr().out
        assert "Usage: chat" in text
        assert "<" not in text
