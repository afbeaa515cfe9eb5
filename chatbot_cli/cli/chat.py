"""The command line: flags -> settings, failures -> a sentence and an exit code."""

import asyncio
import os
import sys
from typing import Annotated, Any, NoReturn

import typer

from chatbot_cli import __version__
from chatbot_cli.app.assembly import open_chat
from chatbot_cli.app.one_answer import answer_once
from chatbot_cli.app.saved_chats import WhichConversation
from chatbot_cli.app.setups import Flags
from chatbot_cli.cli.exit_codes import failures_become_exit_codes
from chatbot_cli.cli.personas import persona_app
from chatbot_cli.cli.piped_input import read_piped
from chatbot_cli.cli.words_command import WordsCommand
from chatbot_cli.errors import UsageError
from chatbot_cli.system.surroundings import Surroundings

STDIN = "-"
NOT_WHOLE = 3  # exit code of a reply that was cut
END_OF_FLAGS = "--"
DESCRIPTION = """Chat with any OpenAI-compatible model.

With a PROMPT, or one piped in, it answers and ends; without, it is a conversation. In a PROMPT, - stands for stdin."""
EXAMPLES = """\b
Examples:
  chat                                  a conversation
  chat --persona tutor                  with a patient Python tutor
  chat "What is a generator?"           one question, the answer
  git diff | chat -p reviewer "Review this"
  git diff | chat -i "Review this"      the answer, then a conversation
  chat --model demo                     offline, without a key
  chat --model ollama/llama3.2          a model on this machine

\b
Personas:
  chat personas                         list them
  chat personas show NAME               print one
  chat personas check [NAME|PATH...]    find mistakes in them
  chat personas path                    where they live

\b
Saved conversations:
  chat sessions                         list them
  chat sessions search WORDS            find what was said
  chat sessions show ID|TITLE           print one
  chat sessions export ID|TITLE         as Markdown; --format json, jsonl or html
  chat sessions --help                  rename, remove and import them

\b
When something does not work:
  chat doctor                           what is wrong, and the setting that mends it

Settings also come from the environment, .env and config.toml; .env.example in the repository names them all."""

chat_app = typer.Typer(add_completion=False, rich_markup_mode=None, pretty_exceptions_enable=False)


def main() -> NoReturn:
    """Run the command line. A first word that is exactly a subcommand's name is the subcommand."""
    _open_what_is_closed()
    words = sys.argv[1:]
    if words[:1] == ["personas"]:
        persona_app(words[1:], prog_name="chat personas")
    if words[:1] == ["sessions"]:
        # Imported here: it brings the database, which no other start may wait for.
        from chatbot_cli.cli.sessions import session_app

        session_app(words[1:], prog_name="chat sessions")
    if words[:1] == ["doctor"]:
        # Imported here: it looks at everything, and so it brings everything.
        from chatbot_cli.cli.doctor import doctor_app

        doctor_app(words[1:], prog_name="chat doctor")
    split = words.index(END_OF_FLAGS) if END_OF_FLAGS in words else len(words)
    chat_app(words[:split], prog_name="chat", obj=words[split + 1 :])
    raise SystemExit(0)


def _open_what_is_closed() -> None:
    """Take care of streams that are closed, or that cannot show every character."""
    if sys.stderr is None:  # what goes to it must not go to stdout instead
        sys.stderr = open(os.devnull, "w")  # noqa: SIM115  it stays open as long as the process
    if sys.stdout is None:
        print("chat: There is nowhere to write to: stdout is closed.", file=sys.stderr)
        raise SystemExit(UsageError.exit_code)
    for stream in (sys.stdout, sys.stderr):
        if hasattr(stream, "reconfigure"):
            stream.reconfigure(errors="replace")


def _option(*names: str, metavar: str, help: str) -> Any:  # noqa: A002  Typer's own word for it
    return typer.Option(*names, metavar=metavar, help=help)


def _print_version(wanted: bool) -> None:
    if wanted:
        with failures_become_exit_codes():
            print(f"chat {__version__}")
        raise typer.Exit


Prompt = Annotated[list[str] | None, typer.Argument(metavar="PROMPT", hidden=True)]
Persona = Annotated[
    str | None, _option("--persona", "-p", metavar="NAME|PATH", help="Who answers: assistant, tutor, …")
]
Model = Annotated[
    str | None, _option("--model", "-m", metavar="SPEC", help="NAME of OpenAI's, PROVIDER/NAME, or demo.")
]
System = Annotated[
    str | None, _option("--system", "-s", metavar="TEXT", help="A system prompt in place of the persona's.")
]
Interactive = Annotated[
    bool, typer.Option("--interactive", "-i", help="Answer the prompt, then go on as a conversation.")
]
MaxTurns = Annotated[
    str | None, _option("--max-turns", metavar="N", help="Exchanges sent along with a new message (20).")
]
MaxContextTokens = Annotated[
    str | None, _option("--max-context-tokens", metavar="N", help="Tokens of a request and its reply together.")
]
MaxReplyTokens = Annotated[str | None, _option("--max-reply-tokens", metavar="N", help="Tokens of a reply.")]
Temperature = Annotated[str | None, _option("--temperature", metavar="X", help="How freely it is worded, 0 to 2.")]
BaseUrl = Annotated[str | None, _option("--base-url", metavar="URL", help="Any OpenAI-compatible server.")]
Continue = Annotated[bool, typer.Option("--continue", "-c", help="Go on with the last conversation.")]
Resume = Annotated[str | None, _option("--resume", "-r", metavar="ID|TITLE", help="Go on with a saved one.")]
Session = Annotated[
    str | None, _option("--session", metavar="NAME", help="Go on with the one of that name, or begin it.")
]
NoSave = Annotated[bool, typer.Option("--no-save", help="Do not save this conversation.")]
Plain = Annotated[bool, typer.Option("--plain", help="No panel, no Markdown, no colour.")]
Debug = Annotated[bool, typer.Option("--debug", help="Write the full story to a log file.")]
Version = Annotated[bool, typer.Option("--version", callback=_print_version, is_eager=True, help="Show the version.")]


@chat_app.command(
    cls=WordsCommand, help=DESCRIPTION, epilog=EXAMPLES, context_settings={"help_option_names": ["-h", "--help"]}
)
def chat(
    context: typer.Context,
    prompt: Prompt = None,
    persona: Persona = None,
    model: Model = None,
    system: System = None,
    interactive: Interactive = False,
    go_on: Continue = False,
    resume: Resume = None,
    session: Session = None,
    no_save: NoSave = False,
    max_turns: MaxTurns = None,
    max_context_tokens: MaxContextTokens = None,
    max_reply_tokens: MaxReplyTokens = None,
    temperature: Temperature = None,
    base_url: BaseUrl = None,
    plain: Plain = False,
    debug: Debug = False,
    version: Version = False,
) -> None:
    flags = {
        "persona": persona,
        "model": model,
        "system": system,
        "max_turns": max_turns,
        "max_context_tokens": max_context_tokens,
        "max_reply_tokens": max_reply_tokens,
        "temperature": temperature,
        "base_url": base_url,
        "plain": plain or None,
        "debug": debug or None,
        "save": "no" if no_save else None,
    }
    with failures_become_exit_codes():
        which = _which(last=go_on, wanted=resume, name=session, saved=not no_save)
        run(prompt or [], context.obj or [], flags, which, Surroundings.of_process(), interactive=interactive)


def _which(*, last: bool, wanted: str | None, name: str | None, saved: bool) -> WhichConversation:
    given = [
        flag for flag, value in (("-c", last or None), ("--resume", wanted), ("--session", name)) if value is not None
    ]
    if len(given) > 1:
        raise UsageError(f"{given[0]} and {given[1]} name two conversations.", "Leave one of them out.")
    if given and not saved:
        raise UsageError(f"{given[0]} goes on with what is saved, --no-save saves nothing.", "Leave one of them out.")
    for flag, value in (("--resume", wanted), ("--session", name)):
        if value is not None and not value.strip():
            raise UsageError(f"{flag} is empty.", "chat sessions lists the saved conversations.")
    return WhichConversation(last, wanted, name)


def run(
    words: list[str],
    literal: list[str],
    flags: Flags,
    which: WhichConversation,
    surroundings: Surroundings,
    *,
    interactive: bool,
) -> None:
    """Answer the prompt, or hold a conversation, or both; `literal` words are prompt, whatever they are.

    Raises ChatError.
    """
    asked = " ".join([*(word for word in words if word != STDIN), *literal])
    question = _question(asked, surroundings, wants_stdin=STDIN in words)
    if question is not None and not interactive:
        whole = asyncio.run(answer_once(open_chat(flags, surroundings, which=which), question, surroundings))
        raise typer.Exit(0 if whole else NOT_WHOLE)
    if not surroundings.stdout.isatty():
        raise UsageError("A conversation needs a terminal, and stdout is none.", 'For one answer: chat "a question"')
    chat_to_hold = open_chat(flags, surroundings, which=which, demo_without_key=True)
    if not surroundings.stdin_is_terminal:
        _type_on_the_terminal()
    # Imported here: one-shot use does without prompt_toolkit, which costs as much as all the rest.
    from chatbot_cli.app.interactive import converse

    asyncio.run(converse(chat_to_hold, surroundings, question))


def _question(asked: str, surroundings: Surroundings, *, wants_stdin: bool) -> str | None:
    """The prompt: the words of the command line, a blank line, and what is piped in. None when there is neither."""
    if surroundings.stdin is None or (surroundings.stdin_is_terminal and not wants_stdin):
        return asked.strip() or None
    piped = read_piped(surroundings.stdin, surroundings.stderr)
    question = "\n\n".join(part for part in (asked, piped) if part.strip())
    if not question:
        raise UsageError("There is no prompt: nothing came through stdin.", 'Try: echo "a question" | chat')
    return question


def _type_on_the_terminal() -> None:
    """After a pipe was read, let the terminal be stdin: for the prompt, and for an editor it starts."""
    try:
        terminal = os.open("/dev/tty", os.O_RDWR)
    except OSError:
        raise UsageError("There is no terminal to go on with.", "Leave out --interactive.") from None
    os.dup2(terminal, 0)
    os.close(terminal)
