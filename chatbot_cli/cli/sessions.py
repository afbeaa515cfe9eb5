"""The subcommand `chat sessions`: list, search, show, export, rename, rm, prune, import."""

import time
from collections.abc import Sequence
from typing import Annotated

import typer

from chatbot_cli.chat.journal import SessionSummary
from chatbot_cli.cli.exit_codes import failures_become_exit_codes
from chatbot_cli.cli.session_import import import_files
from chatbot_cli.cli.session_listing import (
    brief,
    conversation,
    hit_lines,
    hits_as_json,
    listing,
    not_removed,
    removal_notice,
    summaries_as_json,
)
from chatbot_cli.cli.session_streams import STDOUT, SessionStreams, format_wanted
from chatbot_cli.commands.registry import RAW
from chatbot_cli.errors import ChatError, SessionNotFound, UsageError
from chatbot_cli.sessions.archive import SavedSessions
from chatbot_cli.sessions.exporting.formats import FORMATS
from chatbot_cli.sessions.titles import given_title
from chatbot_cli.system.folders import Folders
from chatbot_cli.system.surroundings import Surroundings
from chatbot_cli.text.ages import seconds_in
from chatbot_cli.text.counts import counted
from chatbot_cli.text.safe import one_line

EXAMPLES = """\b
Examples:
  chat sessions search sorting          where it was spoken of
  chat sessions show 12                 read it
  chat sessions export 12 -o talk.md    take it elsewhere
  chat sessions prune --older-than 90d  remove what is old

A conversation is named by its ID, its name, or the beginning of its title. chat --resume ID goes on with it."""
NONE_YET = "There are no saved conversations yet."
MOST_NAMED = 10  # titles that are listed before prune removes the conversations

Wanted = Annotated[str, typer.Argument(metavar="ID|TITLE", hidden=True)]
AsJson = Annotated[bool, typer.Option("--json", help="As JSON.")]
Limit = Annotated[int | None, typer.Option("--limit", "-n", metavar="N", min=1, help="No more than N.")]
Yes = Annotated[bool, typer.Option("--yes", "-y", help="Do not ask.")]

session_app = typer.Typer(
    add_completion=False,
    rich_markup_mode=None,
    pretty_exceptions_enable=False,
    help="List, search, show, export, rename, remove and import saved conversations.",
    epilog=EXAMPLES,
    context_settings={"help_option_names": ["-h", "--help"]},
)


@session_app.callback(invoke_without_command=True)
def sessions(context: typer.Context, limit: Limit = None, json: AsJson = False) -> None:
    """List the saved conversations, or do with them what COMMAND says."""
    if context.invoked_subcommand is None:
        list_them(limit, json)
    elif json or limit is not None:
        with failures_become_exit_codes():
            flag = "--json" if json else "--limit"
            raise UsageError(f"{flag} stands before the command.", f"Put it after {context.invoked_subcommand}.")


@session_app.command("list")
def list_them(limit: Limit = None, json: AsJson = False) -> None:
    """List them, the last active first."""
    with failures_become_exit_codes():
        streams, saved = _streams_and_sessions()
        try:
            summaries = saved.sessions(limit)
        except SessionNotFound:
            summaries = ()
        if json:
            print(summaries_as_json(summaries))
        else:
            print("\n".join(listing(summaries, time.time(), streams.columns)) or NONE_YET)
        streams.tell_damage(*summaries)


@session_app.command()
def search(
    words: Annotated[list[str], typer.Argument(metavar="WORDS", hidden=True)],
    limit: Annotated[int, typer.Option("--limit", "-n", metavar="N", min=1, help="No more than N.")] = 50,
    json: AsJson = False,
) -> None:
    """Find messages with all the WORDS; '"two words"' in quotes are a phrase."""
    with failures_become_exit_codes():
        streams, saved = _streams_and_sessions()
        wanted = " ".join(words)
        if not wanted.strip():
            raise UsageError("There is nothing to search for.", "For example: chat sessions search sorting")
        try:
            hits = saved.search(wanted, limit)
        except SessionNotFound:
            hits = ()
        if json:
            print(hits_as_json(hits))
        for hit in hits if not json else ():
            print("\n".join(hit_lines(hit, time.time(), streams.marks, streams.columns)))
        if not hits:
            raise ChatError(f"Nothing was found for “{one_line(wanted)}”.", "Try fewer words, or a part of one.")


@session_app.command()
def show(wanted: Wanted, json: AsJson = False) -> None:
    """Print a conversation."""
    with failures_become_exit_codes():
        streams, saved = _streams_and_sessions()
        summary = saved.find(wanted)
        if json:
            streams.put(saved.record(summary.id), "json")
        else:
            print(conversation(summary, saved.record(summary.id), time.time(), streams.columns))
        streams.tell_damage(summary)


@session_app.command()
def export(
    wanted: Wanted,
    form: Annotated[
        str | None, typer.Option("--format", "-f", metavar="|".join(FORMATS), help="FILE's ending says it, else md.")
    ] = None,
    output: Annotated[str | None, typer.Option("--output", "-o", metavar="FILE", help="Write it to FILE.")] = None,
    force: Annotated[bool, typer.Option("--force", help="Overwrite FILE.")] = False,
    raw: Annotated[bool, typer.Option(RAW, help="Keep control characters in Markdown; JSON always does.")] = False,
) -> None:
    """Print a conversation as a document, or write it to FILE."""
    with failures_become_exit_codes():
        streams, saved = _streams_and_sessions()
        form = format_wanted(form, output)
        summary = saved.find(wanted)
        if output is None or output in STDOUT:
            streams.put(saved.record(summary.id), form, raw=raw)
        else:
            streams.write_file(saved.export(summary.id, form, raw), output, overwrite=force)
        streams.tell_damage(summary)


@session_app.command()
def rename(
    wanted: Wanted, title: Annotated[list[str], typer.Argument(metavar="TITLE", hidden=True)], json: AsJson = False
) -> None:
    """Give a conversation another title."""
    with failures_become_exit_codes():
        _, saved = _streams_and_sessions()
        words = given_title(" ".join(title))
        if not words:
            raise UsageError("The new title is empty.", 'For example: chat sessions rename 12 "Sorting lists"')
        summary = saved.find(wanted)
        saved.rename(summary.id, words)
        renamed = [saved.summary(summary.id)]
        print(summaries_as_json(renamed) if json else f"{summary.id} is called “{one_line(words)}” now.")


@session_app.command()
def rm(
    wanted: Annotated[list[str], typer.Argument(metavar="ID|TITLE", hidden=True)],
    yes: Yes = False,
    json: AsJson = False,
) -> None:
    """Remove conversations for good."""
    with failures_become_exit_codes():
        streams, saved = _streams_and_sessions()
        summaries = list({summary.id: summary for summary in map(saved.find, wanted)}.values())
        if not yes:
            streams.agree(removal_notice(summaries, len(summaries)))
        _remove(summaries, saved, json=json)


@session_app.command()
def prune(
    age: Annotated[str, typer.Option("--older-than", metavar="AGE", help="90d, 12w, 6m (months), 1y or 36h.")],
    dry_run: Annotated[bool, typer.Option("--dry-run", help="Only say which.")] = False,
    yes: Yes = False,
    json: AsJson = False,
) -> None:
    """Remove conversations that were not used for long."""
    with failures_become_exit_codes():
        streams, saved = _streams_and_sessions()
        active_before = time.time() - seconds_in(age)
        try:
            summaries = saved.older_than(active_before)
        except SessionNotFound:
            summaries = ()
        if not summaries:
            print("[]" if json else f"No conversation is older than {one_line(age)}.")
            return
        if not (yes or dry_run):
            streams.agree(removal_notice(summaries, MOST_NAMED))
        elif not json:
            print(removal_notice(summaries, MOST_NAMED))
        elif dry_run:
            print(summaries_as_json(summaries))
        if not dry_run:
            _remove(summaries, saved, active_before, json=json)


@session_app.command("import")
def import_(files: Annotated[list[str], typer.Argument(metavar="FILE", hidden=True)], json: AsJson = False) -> None:
    """Take in conversations that were exported.

    FILE is a JSON export of chat, or conversations.json of ChatGPT; - is stdin.
    """
    with failures_become_exit_codes():
        streams, saved = _streams_and_sessions()
        imported, report = import_files(files, streams, saved)
        if json:
            print(summaries_as_json(imported))
            print(end=report and f"{report}\n", file=streams.notes)
            return
        print(f"Imported {counted(len(imported), 'conversation')}. {report}".rstrip())
        for summary in imported:
            print(brief(summary))


def _streams_and_sessions() -> tuple[SessionStreams, SavedSessions]:
    surroundings = Surroundings.of_process()
    return SessionStreams(surroundings), SavedSessions(Folders.of(surroundings.environ, surroundings.home).data)


def _remove(
    summaries: Sequence[SessionSummary],
    saved: SavedSessions,
    active_before: float | None = None,
    *,
    json: bool = False,
) -> None:
    """Remove the conversations, and print which. With `active_before` those that have been active since then stay."""
    removed, still_open = saved.remove(summaries, active_before)
    if json:
        print(summaries_as_json(removed))
    elif removed:
        print(f"Removed {counted(len(removed), 'conversation')}.")
    elif not still_open:
        print("Nothing was removed: they have been used just now.")
    if still_open:
        raise ChatError(not_removed(still_open), "Leave it there, and try again.")
