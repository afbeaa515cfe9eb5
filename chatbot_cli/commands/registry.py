"""The registry of slash-commands: it runs typed lines and completes them."""

import difflib
import inspect
from collections.abc import Callable, Iterable, Iterator, Sequence

from chatbot_cli.chat.conversation import Conversation
from chatbot_cli.commands.outcomes import Outcome, Send
from chatbot_cli.commands.typed_lines import command_in, text_sent_by
from chatbot_cli.errors import UsageError
from chatbot_cli.frozen import frozen
from chatbot_cli.text.short import shorten

RAW = "--raw"  # the flag that keeps control characters

Action = Callable[[Conversation, str], Outcome]
Choices = Callable[[Conversation], Iterable[str | tuple[str, str]]]  # arguments; one may have words that explain it
Completes = Callable[[str], Iterable[str]]  # what an argument that was begun may become

NEAR = 0.7  # how alike a name must be to be suggested, of 1: one slip of the finger in four letters is 0.75
LONGEST_REPEATED = 40  # characters of what was typed, in a sentence about it


def _no_choices(conversation: Conversation) -> Iterable[str | tuple[str, str]]:
    return ()


@frozen
class Command:
    """A slash-command. `usage` and `example` are written as typed; `choices` are arguments worth offering.

    One that `completes` its argument has no choices. If it `sends`, its argument goes to the model.
    """

    name: str
    aliases: tuple[str, ...]
    usage: str
    example: str
    help: str
    run: Action
    choices: Choices
    sends: bool = False
    completes: Completes | None = None

    @property
    def summary(self) -> str:
        """The first line of its help."""
        return self.help.partition("\n")[0]


def raw_in(argument: str) -> tuple[bool, str]:
    """Whether an argument begins or ends with the flag RAW, and the argument without it."""
    first, _, after = argument.partition(" ")
    if first == RAW:
        return True, after.strip()
    before, _, last = argument.rpartition(" ")
    return (True, before.strip()) if last == RAW else (False, argument)


class Commands:
    """The slash-commands of a chat. Rooms register theirs with the `command` decorator; the docstring is the help."""

    def __init__(self) -> None:
        self._commands: dict[str, Command] = {}

    def command(
        self,
        usage: str,
        *,
        example: str,
        aliases: Sequence[str] = (),
        choices: Choices = _no_choices,
        sends: bool = False,
        completes: Completes | None = None,
    ) -> Callable[[Action], Action]:
        """Register a function as the command that `usage` begins with, such as "/trim [N]"."""
        name = usage.split()[0].removeprefix("/")

        def register(action: Action) -> Action:
            text = inspect.getdoc(action) or ""
            self._commands[name] = Command(
                name, tuple(aliases), usage, example, text, action, choices, sends, completes
            )
            return action

        return register

    def __iter__(self) -> Iterator[Command]:
        return iter(self._commands.values())

    def include(self, others: "Commands") -> None:
        """Add all commands of another registry, after its own."""
        self._commands.update(others._commands)

    def find(self, word: str) -> Command:
        """The command called `word`, with or without its slash. Raises UsageError with the nearest names."""
        name = word.removeprefix("/").lower()
        for command in self._commands.values():
            if name in (command.name, *command.aliases):
                return command
        names = [known for command in self._commands.values() for known in (command.name, *command.aliases)]
        begun = [known for known in names if known.startswith(name)] if len(name) > 1 else []
        nearest = begun[:1] or difflib.get_close_matches(name, names, n=1, cutoff=NEAR)
        hint = f"Did you mean /{nearest[0]}?" if nearest else "/help lists the commands."
        sentence = f"There is no command /{shorten(name, LONGEST_REPEATED)}."
        raise UsageError(sentence, f"{hint} A line that begins with // is sent, with one slash.")

    def run(self, line: str, conversation: Conversation) -> Outcome:
        """Run a typed line. Raises ChatError; then nothing has changed, and nothing is sent."""
        text = text_sent_by(line)
        if text is not None:
            return Send(text)
        word, _, argument = _split(command_in(line))
        return self.find(word).run(conversation, argument)

    def command_after(self, draft: str, line: str) -> str:
        """The command that was typed after an unchanged draft; empty if there is none."""
        rest = line[len(draft) :].strip() if draft and line.startswith(draft) else ""
        if not rest.startswith("/") or "\n" in rest:
            return ""
        try:
            self.find(_split(rest)[0])
        except UsageError:
            return ""
        return rest

    def argument_sent(self, line: str) -> str:
        """The argument of a typed command that sends it to the model, such as /system; empty for any other line."""
        if not (command := command_in(line)):
            return ""
        word, _, argument = _split(command)
        try:
            return argument if self.find(word).sends else ""
        except UsageError:
            return ""

    def completions(self, text: str, conversation: Conversation) -> list[tuple[str, str]]:
        """The completions of the last word of a command line, each with a line that explains it."""
        word, gap, argument = _split(text)
        if not gap:
            return [(f"/{c.name}", c.summary) for c in self._commands.values() if f"/{c.name}".startswith(word)]
        try:
            command = self.find(word)
        except UsageError:
            return []
        if command.completes:
            return [(one, "") for one in command.completes(text[len(word) :].lstrip())]
        choices = ((one, "") if isinstance(one, str) else one for one in command.choices(conversation))
        return [(choice, about) for choice, about in choices if choice.startswith(argument)]


def quoted(argument: str) -> str:
    """An argument in quotation marks, for a sentence: of a long one the beginning."""
    return f"“{shorten(argument, LONGEST_REPEATED)}”"


def whole_number(command: str, argument: str, least: int = 1, most: int | None = None) -> int:
    """The argument of a command as a number. Raises UsageError."""
    bounds = "" if most is None else f" from {least} to {most:,}"
    try:
        number = int(argument)
    except ValueError:
        sentence = f"/{command} takes a whole number{bounds}, not {quoted(argument)}."
        raise UsageError(sentence, f"/help {command} shows how.") from None
    if number < least or (most is not None and number > most):
        bounds = bounds or f" from {least} on"
        raise UsageError(
            f"/{command} takes a whole number{bounds}, not {quoted(argument)}.",
            f"/help {command} shows how.",
        )
    return number


def no_argument(command: str, argument: str) -> None:
    """Refuse an argument to a command that takes none: it may be meant for another. Raises UsageError."""
    if argument:
        sentence = f"/{command} takes nothing after it, not {quoted(argument)}."
        raise UsageError(sentence, f"/help {command} shows how.")


def _split(line: str) -> tuple[str, str, str]:
    """A command line as its word, the gap after it and the argument."""
    word = line.split(maxsplit=1)[0] if line.strip() else line
    rest = line[len(word) :]
    argument = rest.lstrip()
    return word, rest[: len(rest) - len(argument)], argument.rstrip()
