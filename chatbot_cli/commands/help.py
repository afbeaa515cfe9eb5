"""/help, which explains the commands, and /exit."""

from chatbot_cli.chat.conversation import Conversation
from chatbot_cli.commands.outcomes import Outcome, Quit, Say
from chatbot_cli.commands.registry import Command, Commands, no_argument


def add_help(commands: Commands) -> None:
    """Register /help for all commands of the registry."""

    @commands.command("/help [COMMAND]", example="/help trim", choices=lambda _: [c.name for c in commands])
    def help_(conversation: Conversation, argument: str) -> Outcome:
        """Show what the commands do."""
        return Say(command_help(commands, argument) if argument else all_help(commands))


def add_exit(commands: Commands) -> None:
    """Register /exit."""

    @commands.command("/exit", example="/exit", aliases=["quit"])
    def exit_(conversation: Conversation, argument: str) -> Outcome:
        """Leave; Ctrl-D does the same."""
        no_argument("exit", argument)
        return Quit()


def all_help(commands: Commands) -> str:
    """A line for each command: how it is typed, what it does, an example."""
    rows = [(_usage(command), command.summary, command.example) for command in commands]
    usage = max(len(row[0]) for row in rows)
    summary = max(len(row[1]) for row in rows)
    return "\n".join(f"{row[0]:{usage}}  {row[1]:{summary}}  {row[2]}" for row in rows)


def _usage(command: Command) -> str:
    return command.usage + "".join(f" (/{alias})" for alias in command.aliases)


def command_help(commands: Commands, word: str) -> str:
    """The full help of one command. Raises UsageError."""
    command = commands.find(word)
    also = "".join(f", or /{alias}" for alias in command.aliases)
    text = "\n\n".join(" ".join(paragraph.split()) for paragraph in command.help.split("\n\n"))
    return f"{command.usage}{also}\n{text}\nExample: {command.example}"
