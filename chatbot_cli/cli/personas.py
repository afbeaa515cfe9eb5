"""The subcommand `chat personas`: list, show, check, path."""

from collections.abc import Sequence
from typing import Annotated

import typer

from chatbot_cli.app.assembly import persona_shelf
from chatbot_cli.app.spelling import in_a_script
from chatbot_cli.chat.messages import Message, Persona
from chatbot_cli.chat.options import NUMBERS, WORDS
from chatbot_cli.chat.parameters import as_text
from chatbot_cli.chat.setup import PersonaSummary
from chatbot_cli.cli.exit_codes import failures_become_exit_codes
from chatbot_cli.errors import ChatError, NoSuchCollection, PersonaError
from chatbot_cli.personas.shelf import PersonaShelf, builtin_folder
from chatbot_cli.providers.tokens.counting import counter_for
from chatbot_cli.settings.table import DEFAULT_MODEL
from chatbot_cli.system.folders import Folders
from chatbot_cli.system.surroundings import Surroundings
from chatbot_cli.text.safe import one_line, safe
from chatbot_cli.text.width import cells

HEADINGS = ("NAME", "MODEL", "TOKENS", "DESCRIPTION")
INVALID = 2

persona_app = typer.Typer(
    add_completion=False,
    rich_markup_mode=None,
    pretty_exceptions_enable=False,
    help="List, show and check the personas.",
    context_settings={"help_option_names": ["-h", "--help"]},
)


@persona_app.callback(invoke_without_command=True)
def listing(context: typer.Context) -> None:
    """List the personas: name, model, tokens of the prompt, description."""
    if context.invoked_subcommand is None:
        with failures_become_exit_codes():
            shelf = _shelf()
            _print_columns([HEADINGS, *(_row(shelf, summary) for summary in shelf.summaries())])


@persona_app.command()
def show(name: Annotated[str, typer.Argument(metavar="NAME|PATH", hidden=True)]) -> None:
    """Print a persona with all it says."""
    with failures_become_exit_codes():
        for line in _described(_shelf().load(name)):
            print(safe(line))


@persona_app.command()
def check(names: Annotated[list[str] | None, typer.Argument(metavar="NAME|PATH", hidden=True)] = None) -> None:
    """Find mistakes in personas; without a NAME or PATH in all of them."""
    with failures_become_exit_codes():
        shelf = _shelf()
        wanted = names or [str(path) for path in shelf.paths()]
        problems = [problem for name in wanted for problem in _problems(shelf, name)]
    raise typer.Exit(INVALID if problems else 0)


@persona_app.command()
def path() -> None:
    """Print where personas live, your own first."""
    with failures_become_exit_codes():
        print(safe(str(_folders().personas)))
        print(safe(str(builtin_folder())))


def _folders() -> Folders:
    surroundings = Surroundings.of_process()
    return Folders.of(surroundings.environ, surroundings.home)


def _shelf() -> PersonaShelf:
    return persona_shelf(_folders())


def _row(shelf: PersonaShelf, summary: PersonaSummary) -> tuple[str, ...]:
    if summary.problem:
        return (summary.name, "-", "-", summary.problem)
    persona = shelf.load(summary.name)
    counter = counter_for(persona.model or DEFAULT_MODEL)
    counter.load()
    tokens = counter.count(Message("system", persona.system_prompt))
    return (summary.name, persona.model or "-", f"{'' if counter.exact else '~'}{tokens}", persona.description)


def _print_columns(rows: Sequence[Sequence[str]]) -> None:
    shown = [[one_line(cell) for cell in row] for row in rows]
    widths = [max(map(cells, column)) for column in zip(*shown, strict=True)]
    for row in shown:
        print("  ".join(cell + " " * (width - cells(cell)) for cell, width in zip(row, widths, strict=True)).rstrip())


def _described(persona: Persona) -> list[str]:
    stated = persona.stated()
    lines = [persona.name, *([persona.description] if persona.description else [])]
    lines += [
        f"{key}: {as_text(stated[key])}"
        for key in ("model", "fallback", *NUMBERS, *WORDS, "stop", "extra")
        if key in stated
    ]
    lines += [f"schema: {persona.shape.label}"] if persona.shape else []
    lines += [f"tools: {', '.join(persona.tools)}"] if persona.tools else []
    lines += [f"documents: {', '.join(persona.documents)}"] if persona.documents else []
    lines += ["", persona.system_prompt.rstrip()]
    lines += ["", f"greeting: {persona.greeting.rstrip()}"] if persona.greeting else []
    for example in persona.examples:
        lines += ["", f"You: {example.user.rstrip()}", f"Assistant: {example.assistant.rstrip()}"]
    return lines


def _problems(shelf: PersonaShelf, name: str) -> list[PersonaError]:
    """All problems of a persona. Prints each of them, or that there is none."""
    try:
        path = shelf.find(name)
        problems = shelf.check(path)
    except PersonaError as error:
        problems = [error]
    for problem in problems:
        print(safe(_in_words(problem)))
    if not problems:
        print(safe(f"{path}: good"))
        for notice in _notices(shelf.load(name).documents):
            print(safe(f"{path}: {notice}"))
    return problems


def _notices(documents: Sequence[str]) -> list[str]:
    """Which collections that a persona names are not here: no mistake, since others may have them."""
    if not documents:
        return []
    # Imported here: few personas have documents.
    from chatbot_cli.app.documents_in_use import DocumentsInUse
    from chatbot_cli.cli.docs_place import settings_of

    surroundings = Surroundings.of_process()
    folders = _folders()
    notices = []
    try:
        library = DocumentsInUse(settings_of(surroundings, folders), folders.data, environ=surroundings.environ)
        for name in documents:
            try:
                library.check([name])
            except NoSuchCollection as error:
                notices.append(_in_words(error))
    except ChatError as error:  # no collections can be looked at
        notices.append(_in_words(error))
    return notices


def _in_words(error: ChatError) -> str:
    return f"{error} {error.hint_for(in_a_script)}".rstrip()
