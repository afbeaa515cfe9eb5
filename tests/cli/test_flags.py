"""The flags of `chat`: one for each setting that the table gives a flag, under the setting's own name."""

from typing import Any

import pytest
from typer.main import get_command

from chatbot_cli.app.saved_chats import WhichConversation
from chatbot_cli.cli import chat as front_door
from chatbot_cli.cli.compare_flag import compared
from chatbot_cli.cli.data_flags import AS_TEXT, DataFlags
from chatbot_cli.cli.subcommands import SUBCOMMANDS
from chatbot_cli.errors import UsageError
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


@pytest.mark.parametrize(
    ("model", "which", "begun_with"),
    [
        (None, WhichConversation(), "a"),
        ("mine", WhichConversation(), "mine"),
        (None, WhichConversation(last=True), None),
    ],
)
def test_a_new_conversation_goes_on_with_the_first_that_is_compared(
    model: str | None, which: WhichConversation, begun_with: str | None
) -> None:
    flags, specs = compared("a, b", {"model": model}, which, AS_TEXT, dry_run=False)
    assert (flags["model"], specs) == (begun_with, ["a", "b"])


@pytest.mark.parametrize(
    ("named", "as_data", "dry_run", "sentence"),
    [
        ("a", AS_TEXT, False, "--compare takes from 2 to 4 models, not 1."),
        ("a,b,c,d,e", AS_TEXT, False, "--compare takes from 2 to 4 models, not 5."),
        ("a,b", AS_TEXT, True, "--dry-run shows one request, --compare sends several."),
        ("a,b", DataFlags(many=True), False, "--many writes one answer, --compare shows several."),
    ],
)
def test_what_cannot_be_compared_is_a_usage_error(named: str, as_data: DataFlags, dry_run: bool, sentence: str) -> None:
    with pytest.raises(UsageError) as caught:
        compared(named, {}, WhichConversation(), as_data, dry_run=dry_run)
    assert str(caught.value) == sentence
