"""The flags of `chat` for answers as data."""

from pathlib import Path
from typing import Annotated

import typer

from chatbot_cli.app.assembly import ReadyChat
from chatbot_cli.app.shapes import OUTPUTS, WantedShape, wanted_shape
from chatbot_cli.errors import UsageError
from chatbot_cli.frozen import frozen

Schema = Annotated[
    str | None,
    typer.Option("--schema", metavar="WHAT", help="Answer with data of this schema; see below."),
]
Many = Annotated[bool, typer.Option("--many", help="Answer with a list of such data.")]
Output = Annotated[
    str | None, typer.Option("--output", metavar="FORM", help="Write data as json, jsonl, csv or table; also -o.")
]
Raw = Annotated[bool, typer.Option("--raw", help="Print a reply that is not valid, too.")]


@frozen
class DataFlags:
    """What the command line says about answers as data, as it was typed."""

    schema: str | None = None
    many: bool = False
    output: str | None = None
    raw: bool = False

    @property
    def given(self) -> list[str]:
        """The flags that make no sense without a schema."""
        flags = (("--many", self.many), ("--output", self.output is not None), ("--raw", self.raw))
        return [flag for flag, is_given in flags if is_given]

    def wanted(self, folder: Path) -> WantedShape:
        """What the start wants. Files and modules are looked for in `folder`. Raises UsageError or SchemaError."""
        if self.output is not None and self.output not in OUTPUTS:
            raise UsageError(
                f"There is no output {self.output!r}.",
                "It is one of json, jsonl, csv and table: --output jsonl. A parameter is KEY=VALUE: -o top_k=40",
            )
        return wanted_shape(self.schema, folder, many=self.many)

    def checked(self, ready: ReadyChat) -> ReadyChat:
        """The same chat. Raises UsageError if they tell what becomes of data, and its replies are texts."""
        if self.given and ready.conversation.setup.shape is None:
            hint = "For example: chat --schema 'name, age int' --many -o csv \"Two people\""
            raise UsageError(f"{self.given[0]} is for answers as data, and there is no schema.", hint)
        return ready

    def check_conversation(self) -> None:
        """Raise UsageError if they tell how one answer is written, and a conversation is begun."""
        if self.output is not None or self.raw:
            flag = "--output" if self.output is not None else "--raw"
            raise UsageError(f"{flag} is for one answer.", "In a conversation, /copy and /save take data out.")


AS_TEXT = DataFlags()
