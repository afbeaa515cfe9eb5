"""What a program gives a `Chatbot`, checked."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import asdict
from typing import Any

from chatbot_cli.app.documents_in_use import NO_DOCUMENTS, WantedDocuments
from chatbot_cli.app.tools_in_use import NO_TOOLS, NONE, WantedTools
from chatbot_cli.chat.options import Options
from chatbot_cli.chat.parameters import NOBODY, field_of
from chatbot_cli.errors import SettingsError, UsageError
from chatbot_cli.settings.precedence import Flags
from chatbot_cli.text.short import as_written


def wanted_options(options: Options, temperature: float | None, max_reply_tokens: int | None) -> Mapping[str, object]:
    """The options of each request by their names; those that are given by themselves count. Raises SettingsError."""
    if not isinstance(options, Options):
        raise SettingsError(f"options is {as_written(repr(options))}, which makes no sense.", "Give an Options(…).")
    for key, value in options.extra:
        try:
            field_of(key, value)
        except UsageError as error:
            raise SettingsError(f"options: {error}", error.marked_hint) from error
    return {**asdict(options), **Options(temperature=temperature, max_reply_tokens=max_reply_tokens).given()}


def wanted_tools(tools: Sequence[Callable[..., Any] | str] | None) -> WantedTools:
    """What a program says of tools. Raises SettingsError."""
    if tools is None:
        return NO_TOOLS
    if callable(tools) or isinstance(tools, str):
        raise SettingsError("tools is no list.", 'Give a list, such as tools=[stock, "time"].')
    for tool in tools:
        if not (callable(tool) or isinstance(tool, str)):
            raise SettingsError(
                f"tools has {as_written(repr(tool))}, which is no tool.", "Give functions, and names such as time."
            )
    names = (tool for tool in tools if isinstance(tool, str))
    return WantedTools((NONE, *names), functions=tuple(tool for tool in tools if not isinstance(tool, str)))


def wanted_documents(names: Sequence[str] | None) -> WantedDocuments:
    """What a program says of collections; an empty list switches off those of the persona. Raises SettingsError."""
    if names is None:
        return NO_DOCUMENTS
    if isinstance(names, str) or not all(isinstance(name, str) for name in names):
        raise SettingsError("documents is no list of names.", 'Give a list, such as documents=["notes"].')
    return WantedDocuments(tuple(names), none=not names)


def wanted_fallback(specs: Sequence[str] | None) -> Flags:
    """The flag for the models that stand in for others; an empty list is none at all. Raises SettingsError."""
    if specs is None:
        return {}
    if isinstance(specs, str | bytes) or not all(isinstance(spec, str) for spec in specs):
        raise SettingsError("fallback is no list of models.", 'Give one, such as fallback=["ollama/llama3.3"].')
    return {"fallback": tuple(specs) or NOBODY}
