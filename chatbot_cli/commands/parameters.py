"""The command about the parameters of a request: temperature, effort, and whatever else a server takes."""

from collections.abc import Iterable
from contextlib import suppress
from dataclasses import replace

from chatbot_cli.chat.conversation import Conversation
from chatbot_cli.chat.options import NUMBERS, OPTION_NAMES, WORDS, number_in
from chatbot_cli.chat.parameters import field_of, stops_in, written_out
from chatbot_cli.chat.setup import BY_HAND, Setup
from chatbot_cli.commands.outcomes import Outcome, Say
from chatbot_cli.commands.registry import Commands, quoted
from chatbot_cli.errors import UsageError
from chatbot_cli.hints import setting
from chatbot_cli.text.safe import one_line
from chatbot_cli.text.short import shorten
from chatbot_cli.text.width import cells

DEFAULT = "default"  # the word that takes a parameter away
EXTRA = "extra"
KNOWN = tuple(name for name in OPTION_NAMES if name != EXTRA)
LONGEST_VALUE = 40  # characters
OTHERWISE = ("model", "persona", "system", "max_turns", "slide", "max_context_tokens", "overflow", "max_cost")

parameter_commands = Commands()


def _choices(conversation: Conversation) -> Iterable[str]:
    given = [*conversation.setup.options.names]
    efforts = [f"effort {word}" for word in WORDS["effort"]]
    return [*KNOWN, *efforts, *(f"{name} {DEFAULT}" for name in given)]


@parameter_commands.command("/set [KEY VALUE]", example="/set effort low", choices=_choices)
def set_parameter(conversation: Conversation, argument: str) -> Outcome:
    """Set a parameter, or show them all.

    KEY is temperature, top_p, seed, stop, effort or max_reply_tokens; any other is sent as it is, its VALUE as JSON or
    text. /set KEY default leaves it to the server. What you set stays when the persona or the model changes. /undo
    takes it back.
    """
    key, _, value = argument.partition(" ")
    key, value = key.replace("-", "_") if key.replace("-", "_") in KNOWN else key, value.strip()
    if not argument:
        return Say(parameters_in_words(conversation.setup))
    if not value:
        _check_name(conversation.setup, key)
        return Say(_line(conversation.setup, key))
    setup = conversation.setup
    new = _without(setup, key) if value.casefold() == DEFAULT else _with(setup, key, value)
    conversation.change_setup(f"/set {shorten(key, LONGEST_VALUE)}", new)
    return Say(f"{_line(new, key)} /undo takes it back." if new != setup else _line(new, key))


def parameters_in_words(setup: Setup) -> str:
    """The parameters in columns, each with where it comes from."""
    names = [*KNOWN, *dict(setup.options_in_force.extra)]
    rows = [(name, shown_value(setup, name), origin_of(setup, name)) for name in names]
    first, second = (max(cells(row[column]) for row in rows) for column in (0, 1))
    lines = [f"{a}{' ' * (first - cells(a))}  {b}{' ' * (second - cells(b))}  {c}".rstrip() for a, b, c in rows]
    return "\n".join([*lines, "/set KEY VALUE sets one, /set KEY default leaves it to the server."])


def shown_value(setup: Setup, name: str) -> str:
    """The value of a parameter in one short line; "–" for none."""
    options = setup.options_in_force
    value = dict(options.extra).get(name) if name not in KNOWN else getattr(options, name)
    if value is None or value == ():
        return "–"
    text = written_out([*value]) if isinstance(value, tuple) else f"{value:,}" if name in _GROUPED else str(value)
    return shorten(one_line(text), LONGEST_VALUE)


_GROUPED = ("max_reply_tokens",)


def origin_of(setup: Setup, name: str) -> str:
    """Where the value of a parameter comes from, in words."""
    if name not in setup.options_in_force.names:
        return "the server decides"
    own, source = setup.options.names, dict(setup.given_by).get(name, "")
    if name in setup.model.stated.names and (name not in own or source == "config.toml"):
        return "config.toml, for this model"
    return one_line(source) or "this conversation"


def _line(setup: Setup, name: str) -> str:
    value, shown = shown_value(setup, name), shorten(one_line(name), LONGEST_VALUE)
    if name not in setup.options_in_force.names:
        return f"{shown} is not set: the server decides."
    origin = origin_of(setup, name)
    by = "" if origin == BY_HAND else f", by {origin}"
    return f"{shown} is {value}{by}."


def _with(setup: Setup, key: str, value: str) -> Setup:
    """The setup with another value of a parameter. Raises UsageError."""
    _check_name(setup, key)
    options = setup.options
    if key in KNOWN:
        options = replace(options, **{key: _judged(key, value)})  # type: ignore[arg-type]  # judged by its name
    else:
        options = replace(options, extra=tuple({**dict(options.extra), **dict([field_of(key, value)])}.items()))
    return replace(setup, options=options, given_by=(*_others(setup, key), (key, BY_HAND)))


def _without(setup: Setup, key: str) -> Setup:
    if key in KNOWN:
        options = replace(setup.options, **{key: () if key == "stop" else None})  # type: ignore[arg-type]  # its default
    else:
        extra = {name: value for name, value in setup.options.extra if name != key}
        options = replace(setup.options, extra=tuple(extra.items()))
    return replace(setup, options=options, given_by=_others(setup, key))


def _others(setup: Setup, key: str) -> tuple[tuple[str, str], ...]:
    return tuple((name, source) for name, source in setup.given_by if name != key)


def _check_name(setup: Setup, key: str) -> None:
    """Raises UsageError for what another command sets, and for a slip of the finger."""
    if key in OTHERWISE:
        raise UsageError(f"/set sets parameters of a request, and {key} is none.", f"{setting(key, 'VALUE')} sets it.")
    if key in KNOWN or key in dict(setup.options.extra):
        return
    from difflib import get_close_matches  # here because only other names need it

    if close := get_close_matches(key.lower(), KNOWN, n=1, cutoff=0.85):
        raise UsageError(f"There is no parameter {quoted(key)}.", f"Did you mean /set {close[0]}?")


def _judged(key: str, value: str) -> object:
    with suppress(ValueError):
        if key in NUMBERS:
            return number_in(value, *NUMBERS[key])
        if key in WORDS and value.casefold() in WORDS[key]:
            return value.casefold()
        if key == "stop":
            return stops_in(value)
    raise UsageError(f"{key} is {_expected(key)}, not {quoted(value)}.", "/help set shows how.")


def _expected(key: str) -> str:
    if key in NUMBERS:
        kind, low, high = NUMBERS[key]
        return f"a {'whole ' if kind is int else ''}number from {low} to {high:,}"
    return f"{', '.join(WORDS[key][:-1])} or {WORDS[key][-1]}" if key in WORDS else 'a text, or a list: ["END", "###"]'
