"""The flags of `chat` that are settings; and -o, a parameter for a KEY=VALUE, the form of data for a word."""

from collections.abc import Callable, Mapping, Sequence
from inspect import Parameter, Signature, signature
from typing import Annotated, Any

import typer

from chatbot_cli.chat.parameters import field_in
from chatbot_cli.errors import UsageError
from chatbot_cli.settings.table import FLAGS, flag_of


def flag(setting: str, *short: str) -> Any:
    """The flag of a setting, shown in the help as the settings table has it."""
    return typer.Option(flag_of(setting), *short, metavar=FLAGS[setting].metavar, help=FLAGS[setting].help)


REPEATED = ("stop",)
Option = Annotated[
    list[str] | None,
    typer.Option("--option", "-o", metavar="KEY=VALUE", help="Any other parameter; VALUE may be JSON."),
]


def with_flags_of_settings(command: Callable[..., None]) -> Callable[..., None]:
    """Give a command, in place of its `**settings`, the flags of all settings that it has no parameter for."""
    own = [one for one in signature(command).parameters.values() if one.kind is not Parameter.VAR_KEYWORD]
    *others, last = own
    named = {one.name for one in own}
    added = [_parameter(name) for name in FLAGS if name not in named]
    every = [*others, *added, last]
    command.__signature__ = Signature(every)  # type: ignore[attr-defined]  # Typer reads it
    command.__annotations__ = {one.name: one.annotation for one in every} | {"return": None}
    return command


def _parameter(setting: str) -> Parameter:
    kind: Any = bool if FLAGS[setting].metavar is None else list[str] if setting in REPEATED else str
    return Parameter(
        setting, Parameter.POSITIONAL_OR_KEYWORD, default=None, annotation=Annotated[kind | None, flag(setting)]
    )


def settings_given(given: Mapping[str, Any]) -> tuple[dict[str, object], str | None]:
    """The settings that the parameters of `chat` give, and the form of data. Raises UsageError."""
    extra, output = _extra_and_output(given["option"], given["output"])
    flags = {name: given[name] for name in FLAGS} | {"save": "no" if given["no_save"] else None}
    return flags | {"extra": extra, "stop": tuple(given["stop"] or ())}, output


def _extra_and_output(
    given: Sequence[str] | None, output: str | None
) -> tuple[tuple[tuple[str, str], ...], str | None]:
    """The other parameters, each with its value as JSON, and the form of data. Raises UsageError."""
    fields: dict[str, str] = {}
    for one in given or ():
        if "=" in one:
            key, value = field_in(one)
            fields[key] = value
        elif output is not None:
            raise UsageError(f"-o {one} is no KEY=VALUE, and {output} is the form of the data.", "Leave one out.")
        else:
            output = one
    return tuple(fields.items()), output
