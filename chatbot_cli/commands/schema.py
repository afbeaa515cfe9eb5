"""The command about data as answers: which data the replies are to be."""

from dataclasses import replace

from chatbot_cli.chat.conversation import Conversation
from chatbot_cli.chat.ports import Setups
from chatbot_cli.chat.shape import Shape
from chatbot_cli.commands.outcomes import Outcome, Say
from chatbot_cli.commands.registry import Commands
from chatbot_cli.commands.schema_fields import fields_of
from chatbot_cli.commands.shape_report import what_data
from chatbot_cli.errors import UsageError
from chatbot_cli.text.width import cells

OFF = "off"
MANY = "--many"
EXAMPLE = "/schema name, age int"


def add_schema_command(commands: Commands, setups: Setups) -> None:
    """Register /schema."""

    @commands.command(
        "/schema [WHAT]",
        example="/schema name, age",
        choices=lambda _: [("off", "replies are texts again"), (MANY, "a list of what follows")],
        sends=True,
    )
    def schema(conversation: Conversation, argument: str) -> Outcome:
        """Get answers as data, or show which.

        WHAT is a line of fields, such as name, age int, tags [str], mood good|bad, note str?: why. Or it is a file with
        a JSON Schema, the schema itself, or a Python type, such as shop.models:Order. --many before it asks for a list.
        It holds for every reply until /schema off. Replies are checked, shown as a table and kept as JSON: /copy copies
        that, /save people.csv saves it as CSV.
        """
        setup = conversation.setup
        if argument:
            shape = None if argument.casefold() == OFF else _shape_named(argument, setups)
            conversation.change_setup("/schema", replace(setup, shape=shape, chosen=setup.chosen | {"shape"}))
        return Say(_in_force(conversation))


def _shape_named(argument: str, setups: Setups) -> Shape:
    is_many, what = many_in(argument)
    if not what:
        raise UsageError(f"/schema {MANY} wants what the list is of.", f"For example: /schema {MANY} name, age int")
    return setups.shape(what, many=is_many)


def many_in(argument: str) -> tuple[bool, str]:
    """Whether what is asked for is a list, and of what: an argument that may begin or end with the flag MANY."""
    first, _, after = argument.partition(" ")
    if first == MANY:
        return True, after.strip()
    before, _, last = argument.rpartition(" ")
    return (True, before.strip()) if last == MANY else (False, argument)


def _in_force(conversation: Conversation) -> str:
    if (demand := conversation.setup.demand) is None:
        return f"Replies are texts. {EXAMPLE} asks for data."
    shape = demand.shape
    fields = fields_of(shape.source)
    width = max((cells(name) for name, _ in fields), default=0)
    return "\n".join(
        [
            f"Each reply is data: {what_data(shape)}",
            *(f"  {name}{' ' * (width - cells(name))}  {kind}" for name, kind in fields),
            f"How it is asked for: {demand.level.value}.",
        ]
    )
