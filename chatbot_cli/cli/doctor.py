"""The subcommand `chat doctor`: what works, what does not, and the setting that mends it."""

import asyncio
from typing import Annotated

import typer

from chatbot_cli.cli.exit_codes import failures_become_exit_codes
from chatbot_cli.doctor.examination import examine
from chatbot_cli.doctor.report import as_json, as_lines, count
from chatbot_cli.system.surroundings import Surroundings
from chatbot_cli.system.terminal_size import columns_of

FAILED = 1

doctor_app = typer.Typer(
    add_completion=False,
    rich_markup_mode=None,
    pretty_exceptions_enable=False,
    context_settings={"help_option_names": ["-h", "--help"]},
)

Model = Annotated[str | None, typer.Option("--model", "-m", metavar="SPEC", help="Ask for this model.")]
Persona = Annotated[str | None, typer.Option("--persona", "-p", metavar="NAME|PATH", help="With this persona.")]
BaseUrl = Annotated[str | None, typer.Option("--base-url", metavar="URL", help="At this server.")]
AsJson = Annotated[bool, typer.Option("--json", help="As JSON.")]
Offline = Annotated[bool, typer.Option("--offline", help="Ask no model's server, and start no MCP servers.")]


@doctor_app.command()
def doctor(
    model: Model = None,
    persona: Persona = None,
    base_url: BaseUrl = None,
    json: AsJson = False,
    offline: Offline = False,
) -> None:
    """Check settings, the model's server, the terminal, folders; say what mends what does not work.

    Nothing is changed. No key is shown. It ends with 1 if something fails.
    """
    with failures_become_exit_codes():
        surroundings = Surroundings.of_process()
        flags = {"model": model, "persona": persona, "base_url": base_url}
        groups = asyncio.run(examine(flags, surroundings, offline=offline))
        if json:
            print(as_json(groups))
        else:
            for line in as_lines(groups, columns_of(surroundings.stdout)):
                print(line)
    raise typer.Exit(FAILED if count(groups, "fail") else 0)
