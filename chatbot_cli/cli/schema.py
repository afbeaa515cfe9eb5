"""The subcommand `chat schema`: what is meant by a schema, whether it is sound, and what a server is sent of it."""

from pathlib import Path
from typing import Annotated

import typer

from chatbot_cli.chat.shape import Level
from chatbot_cli.cli.exit_codes import failures_become_exit_codes
from chatbot_cli.errors import UsageError
from chatbot_cli.providers.entries.registry import built_in
from chatbot_cli.providers.route.spoken import spoken
from chatbot_cli.structured.explained import checked, shown, shown_of_all, told
from chatbot_cli.structured.sources.named import NamedSchema, schema_named, shape_of
from chatbot_cli.system.surroundings import Surroundings
from chatbot_cli.text.safe import safe

schema_app = typer.Typer(
    add_completion=False,
    no_args_is_help=True,
    rich_markup_mode=None,
    pretty_exceptions_enable=False,
    help="""Schemas of answers as data. WHAT is one of these:

\b
'name, age int, tags [str], mood good|bad, note str?: why'
person.json            a file with a JSON Schema
'{"type": "object"}'   the schema itself
shop.models:Order      a pydantic model, dataclass or TypedDict""",
    context_settings={"help_option_names": ["-h", "--help"]},
)

What = Annotated[str, typer.Argument(metavar="WHAT", hidden=True)]
Many = Annotated[bool, typer.Option("--many", help="As a list of it.")]


@schema_app.command()
def show(
    what: What,
    many: Many = False,
    server: Annotated[
        str | None, typer.Option("--for", metavar="PROVIDER", help="Of this one alone: openai, ollama, …")
    ] = None,
) -> None:
    """Print what servers are sent of a schema, and why."""
    with failures_become_exit_codes():
        dialects = {provider.name: spoken(provider.dialect) for provider in built_in()}
        if server is not None and server not in dialects:
            raise UsageError(f"There is no provider {server!r}.", f"--for takes one of these: {', '.join(dialects)}.")
        named = _named(what)
        if server and dialects[server].shape_level is not Level.SCHEMA:
            words = shape_of(what, _folder(), many=many).in_words
            _print(told(named, words, many, who=server))
            return
        if server:
            _print(shown(named, dialects[server].schema_subset, many, who=server))
        else:
            _print(shown_of_all(named, many))


@schema_app.command()
def check(what: What, many: Many = False) -> None:
    """Say whether a schema is sound; exit code 2 if it is not."""
    with failures_become_exit_codes():
        _print(checked(_named(what), many))


def _named(what: str) -> NamedSchema:
    return schema_named(what, _folder())


def _folder() -> Path:
    return Path(Surroundings.of_process().cwd)


def _print(lines: list[str]) -> None:
    for line in lines:
        print(safe(line))
