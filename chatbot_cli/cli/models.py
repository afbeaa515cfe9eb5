"""The subcommand `chat models`: the models that can be chosen, and what is known of them."""

import asyncio
import shlex
import sys
import textwrap
from collections.abc import Iterable, Sequence
from pathlib import Path
from typing import Annotated

import typer

from chatbot_cli.app.asked_lists import ask_for_lists, wants_asking
from chatbot_cli.app.messages import tell
from chatbot_cli.app.model_rows import ModelRow, all_rows, cloud_rows, local_rows
from chatbot_cli.app.models_in_use import ModelsInUse
from chatbot_cli.app.spelling import in_a_script
from chatbot_cli.cli.exit_codes import failures_become_exit_codes
from chatbot_cli.cli.model_listing import listing, rows_as_json
from chatbot_cli.cli.session_streams import SessionStreams
from chatbot_cli.errors import ChatError
from chatbot_cli.hints import spelled
from chatbot_cli.providers.entries.registry import key_variables
from chatbot_cli.providers.known_models import list_date
from chatbot_cli.settings.precedence import Sources
from chatbot_cli.system.folders import Folders
from chatbot_cli.system.surroundings import Surroundings
from chatbot_cli.text.counts import counted
from chatbot_cli.text.fuzzy import best_first
from chatbot_cli.text.safe import one_line

FIELDS = """\b
Examples:
  chat models                of providers whose keys are set, and of servers here
  chat models sonnet         those whose names hold the word
  chat models --all --json   everything in the list that comes with this version

Prices are US dollars for a million tokens. FROM says whose word the window is, then the price: your config,
the server, the list that comes with this version, or a guess. Servers are asked once a day.

\b
With --json, a list of objects with these fields:
provider, name, spec           spec is what --model takes
context_tokens, context_from   the window, and whose word it is
price_in, price_out            null if unknown
price_from                     whose word they are
vision, tools, schema, thinks  true or false, null if unknown
released, deprecated           days, null if unknown
local                          whether it runs on this machine"""
NOTHING = "No provider's key is set, and no server of models runs on this machine."
SAY_ITS_NAME = "--model PROVIDER/NAME opens one all the same. See all there are: chat models --all"
WHAT_TO_DO = "Set a key such as OPENAI_API_KEY, start a server such as Ollama, or see all there are: chat models --all"

model_app = typer.Typer(
    add_completion=False,
    rich_markup_mode=None,
    pretty_exceptions_enable=False,
    context_settings={"help_option_names": ["-h", "--help"]},
)


@model_app.command(epilog=FIELDS)
def models(
    word: Annotated[list[str] | None, typer.Argument(metavar="WORD", hidden=True)] = None,
    json: Annotated[bool, typer.Option("--json", help="As JSON.")] = False,
    refresh: Annotated[bool, typer.Option("--refresh", help="Ask the servers again.")] = False,
    everything: Annotated[bool, typer.Option("--all", help="Those without a key and old ones, too.")] = False,
) -> None:
    """List the models that --model can open: window, price, and what they can."""
    with failures_become_exit_codes():
        surroundings = Surroundings.of_process()
        folders = Folders.of(surroundings.environ, surroundings.home)
        settings = Sources.read(surroundings.environ, surroundings.cwd, folders, key_variables).settle({}).settings
        found = ModelsInUse(settings, surroundings.environ, folders.cache)
        _refresh(found, folders.cache, again=refresh)
        rows = [*(all_rows(found) if everything else cloud_rows(found)), *local_rows(found, all_of_them=everything)]
        wanted = " ".join(word or ())
        rows = _called(wanted, rows)
        if rows or json:
            _show(rows, surroundings, as_json=json)
        else:
            raise _nothing_to_show(wanted, found, everything=everything)


def _called(wanted: str, rows: Iterable[ModelRow]) -> list[ModelRow]:
    return best_first(wanted, list(rows), lambda row: row.spec, all_of_them=False)


def _nothing_to_show(wanted: str, models: ModelsInUse, *, everything: bool) -> ChatError:
    """Why there is no row, and where there are some."""
    if not wanted and models.asked:
        return ChatError("No provider whose key is set tells its models.", SAY_ITS_NAME)
    if not wanted:
        return ChatError(NOTHING, WHAT_TO_DO)
    if not everything and (others := _called(wanted, all_rows(models))):
        are = f"There {'is' if len(others) == 1 else 'are'} {len(others):,}"
        hint = f"{are} without a key or old: chat models --all {shlex.quote(one_line(wanted))}"
        return ChatError(f"None of the models that you can open is called “{one_line(wanted)}”.", hint)
    return ChatError(f"No model is called “{one_line(wanted)}”.", "See those that you can open: chat models")


def _refresh(models: ModelsInUse, cache: Path, *, again: bool) -> None:
    """Ask the servers whose lists are old, and say which of them fail."""
    if wanted := wants_asking(models, again=again):
        for problem in asyncio.run(ask_for_lists(wanted, cache)):
            tell(one_line(spelled(f"chat: {problem}", in_a_script)), sys.stderr)


def _show(rows: Sequence[ModelRow], surroundings: Surroundings, *, as_json: bool) -> None:
    streams = SessionStreams(surroundings)
    if as_json:
        print(rows_as_json(rows))
        return
    print("\n".join(listing(rows, streams.columns)))
    if streams.columns is not None:
        whose = f"FROM says whose word window and price are; the list is of {list_date()}."
        below = f"{counted(len(rows), 'model')}. {whose}"
        print(f"\n{textwrap.fill(below, max(20, streams.columns))}")
