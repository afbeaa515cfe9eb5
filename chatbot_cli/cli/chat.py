"""The command `chat`: flags become settings, failures a sentence and an exit code."""

import asyncio
import io
import os
import sys
from collections.abc import Mapping
from functools import partial
from typing import Annotated, Any

import typer

from chatbot_cli import __version__
from chatbot_cli.app.assembly import ReadyChat
from chatbot_cli.app.choosing_model import open_with_choice
from chatbot_cli.app.documents_in_use import NO_DOCUMENTS, WantedDocuments
from chatbot_cli.app.one_answer import answer_once
from chatbot_cli.app.saved_chats import WhichConversation
from chatbot_cli.app.tools_in_use import NO_TOOLS, WantedTools
from chatbot_cli.cli.data_flags import AS_TEXT, DataFlags, Many, Output, Raw, Schema
from chatbot_cli.cli.document_flags import Attach, Docs, NoDocs, Sources, wanted_documents, with_files_named
from chatbot_cli.cli.exit_codes import failures_become_exit_codes, help_ends_as_answers_do
from chatbot_cli.cli.help_page import DESCRIPTION, EXAMPLES
from chatbot_cli.cli.parameter_flags import Option, flag, settings_given, with_flags_of_settings
from chatbot_cli.cli.piped_input import as_typed, read_piped
from chatbot_cli.cli.replaced_characters import ReplacedCharacters
from chatbot_cli.cli.session_flags import Continue, NoSave, Resume, Session, which_conversation
from chatbot_cli.cli.subcommands import SUBCOMMANDS
from chatbot_cli.cli.tool_flags import Allow, Mcp, Tool, ToolFile, wanted_tools
from chatbot_cli.cli.words_command import WordsCommand
from chatbot_cli.errors import UsageError
from chatbot_cli.settings.precedence import Flags
from chatbot_cli.system.garbage import collect_garbage_from_now_on
from chatbot_cli.system.surroundings import Surroundings

STDIN = "-"
NOT_WHOLE = 3  # exit code of a reply that was cut
END_OF_FLAGS = "--"

chat_app = typer.Typer(add_completion=False, rich_markup_mode=None, pretty_exceptions_enable=False)


def main() -> None:
    """Run the command line. A first word that is exactly a subcommand's name is the subcommand."""
    _prepare_streams()
    replaced = ReplacedCharacters()
    try:
        with help_ends_as_answers_do():
            _run_command_line(sys.argv[1:])
    finally:
        replaced.tell()


def _run_command_line(words: list[str]) -> None:
    if words and words[0] in SUBCOMMANDS:
        subcommand = SUBCOMMANDS[words[0]]()
        collect_garbage_from_now_on()
        subcommand(words[1:], prog_name=f"chat {words[0]}")
        return
    split = words.index(END_OF_FLAGS) if END_OF_FLAGS in words else len(words)
    chat_app(words[:split], prog_name="chat", obj=words[split + 1 :])


def _prepare_streams() -> None:
    """Replace a stderr that is closed, and write "?" for a character that it cannot encode."""
    if sys.stderr is None:  # else a message for it would go to stdout
        sys.stderr = open(os.devnull, "w")  # noqa: SIM115  it stays open as long as the process
    if sys.stdout is None:
        print("chat: There is nowhere to write to: stdout is closed.", file=sys.stderr)
        raise SystemExit(UsageError.exit_code)
    if isinstance(sys.stderr, io.TextIOWrapper):
        sys.stderr.reconfigure(errors="replace")


def _print_version(wanted: bool) -> None:
    if wanted:
        with failures_become_exit_codes():
            print(f"chat {__version__}")
        raise typer.Exit


Prompt = Annotated[list[str] | None, typer.Argument(metavar="PROMPT", hidden=True)]
Interactive = Annotated[
    bool, typer.Option("--interactive", "-i", help="Answer the prompt, then go on as a conversation.")
]
Compared = Annotated[
    str | None, typer.Option("--compare", metavar="A,B", help="Ask 2 to 4 models at once, side by side.")
]
DryRun = Annotated[bool, typer.Option("--dry-run", help="Print the request as JSON, and send nothing.")]
Version = Annotated[bool, typer.Option("--version", callback=_print_version, is_eager=True, help="Show the version.")]


@chat_app.command(
    cls=WordsCommand, help=DESCRIPTION, epilog=EXAMPLES, context_settings={"help_option_names": ["-h", "--help"]}
)
@with_flags_of_settings
def chat(
    context: typer.Context,
    prompt: Prompt = None,
    persona: Annotated[str | None, flag("persona", "-p")] = None,
    model: Annotated[str | None, flag("model", "-m")] = None,
    system: Annotated[str | None, flag("system", "-s")] = None,
    fallback: Annotated[str | None, flag("fallback")] = None,
    interactive: Interactive = False,
    go_on: Continue = False,
    resume: Resume = None,
    session: Session = None,
    no_save: NoSave = False,
    compare: Compared = None,
    dry_run: DryRun = False,
    schema: Schema = None,
    many: Many = False,
    output: Output = None,
    raw: Raw = False,
    tool: Tool = None,
    tool_files: ToolFile = None,
    mcp: Mcp = None,
    allow: Allow = None,
    attach: Attach = None,
    docs: Docs = None,
    no_docs: NoDocs = False,
    sources: Sources = False,
    option: Option = None,
    version: Version = False,
    **settings: Any,
) -> None:
    with failures_become_exit_codes():
        _run(context.params, context.obj or [])


def _run(given: Mapping[str, Any], literal: list[str]) -> None:
    """Run what the parameters of `chat` say; `literal` are words that may look like flags."""
    flags: Flags
    flags, output = settings_given(given)
    which = which_conversation(
        last=given["go_on"], wanted=given["resume"], name=given["session"], saved=not given["no_save"]
    )
    as_data = DataFlags(given["schema"], given["many"], output, given["raw"])
    specs = None
    if given["compare"] is not None:
        # Imported here: most starts compare nothing.
        from chatbot_cli.cli.compare_flag import compared

        flags, specs = compared(given["compare"], flags, which, as_data, dry_run=given["dry_run"])
    run(
        given["prompt"] or [],
        literal,
        flags,
        which,
        Surroundings.of_process(),
        as_data,
        wanted_tools(given["tool"], given["tool_files"], given["mcp"], given["allow"]),
        wanted_documents(given["docs"], given["attach"], none=given["no_docs"], sources=given["sources"]),
        interactive=given["interactive"],
        dry_run=given["dry_run"],
        specs=specs,
    )


def run(
    words: list[str],
    literal: list[str],
    flags: Flags,
    which: WhichConversation,
    surroundings: Surroundings,
    as_data: DataFlags = AS_TEXT,
    tools: WantedTools = NO_TOOLS,
    documents: WantedDocuments = NO_DOCUMENTS,
    *,
    interactive: bool,
    dry_run: bool = False,
    specs: list[str] | None = None,
) -> None:
    """Answer the prompt, or hold a conversation, or both; in a `dry_run`, show what would be sent for the prompt.

    `literal` are words of the prompt that may look like flags. The models of these `specs` are asked at once. Raises
    ChatError.
    """
    wanted = as_data.wanted(surroundings.cwd)
    typed = as_typed(" ".join([*(word for word in words if word != STDIN), *literal]), surroundings.stderr)
    documents = with_files_named(documents, typed, surroundings)
    more = {"which": which, "wanted": wanted, "tools": tools, "documents": documents}
    opened = partial(open_with_choice, flags, surroundings, **more)
    question = _question(typed, surroundings, wants_stdin=STDIN in words)
    if dry_run:
        # Imported here: it brings json, which the prompt does not need.
        from chatbot_cli.app.dry_run import show_request

        if question is None or interactive:
            raise UsageError("--dry-run shows what one prompt would send.", 'For example: chat --dry-run "a question"')
        return asyncio.run(show_request(as_data.checked(opened(sends_nothing=True)), question, surroundings))
    if question is not None and not interactive:
        raise typer.Exit(_answered(as_data.checked(opened()), question, surroundings, as_data, specs))
    # Imported here: most answers are one-shot.
    from chatbot_cli.cli.conversing import converse_on_terminal

    return converse_on_terminal(opened, question, surroundings, as_data, specs)


def _answered(
    ready: ReadyChat, question: str, surroundings: Surroundings, as_data: DataFlags, specs: list[str] | None
) -> int:
    """Answer a question, by the models of `specs` if there are any, and return the exit code."""
    if specs is not None:
        # Imported here: most answers are compared with none.
        from chatbot_cli.app.comparing import compare_once

        return asyncio.run(compare_once(ready, specs, question, surroundings))
    answer = answer_once(ready, question, surroundings, output=as_data.output, raw=as_data.raw)
    return 0 if asyncio.run(answer) else NOT_WHOLE


def _question(typed: str, surroundings: Surroundings, *, wants_stdin: bool) -> str | None:
    """The prompt: the words typed, a blank line, and the text piped in. None if there is neither."""
    if surroundings.stdin is None or (surroundings.stdin_is_terminal and not wants_stdin):
        return typed.strip() or None
    piped = read_piped(surroundings.stdin, surroundings.stderr)
    question = "\n\n".join(part for part in (typed, piped) if part.strip())
    if not question:
        raise UsageError("There is no prompt: nothing came through stdin.", 'Try: echo "a question" | chat')
    return question
