"""The subcommand `chat docs`: folders of documents that answers are drawn from."""

import time
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager, suppress
from typing import Annotated

import typer

from chatbot_cli.app.updating_documents import update_shown
from chatbot_cli.chat.passages import CollectionReport
from chatbot_cli.cli.docs_embed import embed, embed_what_is_new
from chatbot_cli.cli.docs_keeping import remove, show
from chatbot_cli.cli.docs_place import DocsPlace
from chatbot_cli.cli.docs_report import (
    listing,
    listing_as_json,
    plan_lines,
    problem_lines,
    stopped_line,
    updated_lines,
)
from chatbot_cli.cli.docs_search import search
from chatbot_cli.cli.exit_codes import failures_become_exit_codes
from chatbot_cli.errors import DocumentsError, UsageError
from chatbot_cli.retrieval.adding import add as add_roots
from chatbot_cli.retrieval.adding import roots_of, suggested_name
from chatbot_cli.retrieval.collection import Collection, FileRecord, Root, State
from chatbot_cli.retrieval.planning import look
from chatbot_cli.retrieval.update import Rules, Silent, Updated

EXAMPLES = """\b
Examples:
  chat docs add ~/notes                 read a folder, as the collection “notes”
  chat docs search notes backup         what would be found
  chat --docs notes "How do I …?"       an answer with its sources
  chat docs update                      read what has changed

Nothing leaves this machine, unless embed or docs_url names a server elsewhere. Files of a .gitignore, hidden ones and
keys are left out."""
NONE_YET = "There are no collections yet. Make one: chat docs add FOLDER"
STOPPED, FAILED = 130, 1  # exit codes

docs_app = typer.Typer(
    add_completion=False,
    no_args_is_help=False,
    rich_markup_mode=None,
    pretty_exceptions_enable=False,
    help="Make, update, list and search collections of your own documents.",
    epilog=EXAMPLES,
    context_settings={"help_option_names": ["-h", "--help"]},
)
Name = Annotated[str | None, typer.Argument(metavar="NAME", hidden=True)]
Patterns = list[str] | None


@docs_app.callback(invoke_without_command=True)
def docs(context: typer.Context) -> None:
    """List the collections, or do with them what COMMAND says."""
    if context.invoked_subcommand is None:
        list_them()


@docs_app.command()
def add(
    paths: Annotated[list[str], typer.Argument(metavar="PATH", hidden=True)],
    name: Annotated[str | None, typer.Option("--name", metavar="NAME", help="As the folder, by default.")] = None,
    include: Annotated[
        Patterns, typer.Option("--include", metavar="GLOB", help="Only such files, as '*.md'; may be repeated.")
    ] = None,
    exclude: Annotated[
        Patterns, typer.Option("--exclude", metavar="GLOB", help="No such files; may be repeated.")
    ] = None,
    no_ignore: Annotated[bool, typer.Option("--no-ignore", help="Also what a .gitignore leaves out.")] = False,
    hidden: Annotated[bool, typer.Option("--hidden", help="Also hidden files.")] = False,
) -> None:
    """Add folders or files to a collection, and read them."""
    with failures_become_exit_codes():
        place = DocsPlace.of_process()
        rules = Root("", tuple(include or ()), tuple(exclude or ()), not no_ignore, hidden)
        roots = roots_of(paths, place.surroundings.cwd, rules, place.ours)
        called = name or suggested_name(roots[0])
        if name is None:
            _check_free(place, called, roots[0])
        with place.shelf.writing(called):
            with _opened(place.shelf.make(called)) as collection:
                add_roots(collection, roots)
            done = _update(place, called, Rules())
            _told(place, called, done)
        if done.kept and not done.stopped:
            print(f'Ask it: chat --docs {called} "…"')
    _leave([done])


@docs_app.command()
def update(
    name: Name = None,
    retry: Annotated[bool, typer.Option("--retry", help="Try what could not be read once more.")] = False,
    prune: Annotated[bool, typer.Option("--prune", help="Drop the documents of folders that are gone.")] = False,
    dry_run: Annotated[bool, typer.Option("--dry-run", help="Only say what would be read.")] = False,
) -> None:
    """Read what has changed since the last time: of NAME, or of all collections."""
    done: list[Updated] = []
    with failures_become_exit_codes():
        place, rules = DocsPlace.of_process(), Rules(retry, prune)
        names = place.named(name)
        if not names:
            print(NONE_YET)
        failures: list[DocumentsError] = []
        for one in names:
            try:
                done += _updated(place, one, rules, dry_run=dry_run)
            except DocumentsError as error:  # the others can still be read
                failures.append(error)
            if done and done[-1].stopped:
                break
        else:
            _raise_last(failures)
    _leave(done)


@docs_app.command("list")
def list_them(
    name: Name = None,
    problems: Annotated[bool, typer.Option("--problems", help="Also each file that was not read, and why.")] = False,
    json: Annotated[bool, typer.Option("--json", help="As JSON.")] = False,
) -> None:
    """List the collections, or only NAME, with what they hold."""
    with failures_become_exit_codes():
        place = DocsPlace.of_process()
        names = place.named(name)
        reports = [_report(place, one) for one in names]
        unread = {one.name: _unread(place, one) for one in reports} if problems else None
        if json:
            print(listing_as_json(reports, unread))
        elif not names:
            print(NONE_YET)
        elif unread is None:
            place.put(listing(reports, time.time(), place.columns))
        else:
            _put_problems(place, unread)


def _updated(place: DocsPlace, name: str, rules: Rules, *, dry_run: bool) -> list[Updated]:
    """Update a collection, or show what that would do, and return what has been done."""
    if dry_run:
        with _opened(place.shelf.open(name)) as collection:
            place.put(plan_lines(name, look(collection, rules, Silent(), place.ours)))
        return []
    with place.shelf.writing(name):
        done = _update(place, name, rules)
        _told(place, name, done)
    return [done]


def _raise_last(failures: Sequence[DocumentsError]) -> None:
    """Raise the last failure, if there is one, which tells those before it first."""
    for failure in failures[:-1]:
        failures[-1].add_note(str(failure))
    if failures:
        raise failures[-1]


def _update(place: DocsPlace, name: str, rules: Rules) -> Updated:
    plain = place.settings.plain
    return update_shown(place.shelf, name, rules, place.surroundings, place.ours, plain=plain)


def _put_problems(place: DocsPlace, unread: Mapping[str, list[FileRecord]]) -> None:
    for name, files in unread.items():
        place.put([f"{name}: {'all was read.' if not files else ''}".rstrip(), *problem_lines(files)])


@contextmanager
def _opened(collection: Collection) -> Iterator[Collection]:
    try:
        yield collection
    finally:
        collection.close()


def _check_free(place: DocsPlace, name: str, root: Root) -> None:
    """Raise UsageError if a collection has this name already, and is of other folders."""
    if name not in place.shelf.names():
        return
    there: list[str] = []
    with suppress(DocumentsError), _opened(place.shelf.open(name)) as collection:  # adding to it tells what is wrong
        there = [one.path for one in collection.roots()]
    if there and root.path not in there:
        raise UsageError(
            f"There is a collection “{name}” already, of {', '.join(there)}.",
            f"--name {name} adds to it; another name makes another.",
        )


def _report(place: DocsPlace, name: str) -> CollectionReport:
    try:
        with _opened(place.shelf.open(name)) as collection:
            return collection.report()
    except DocumentsError as error:
        return CollectionReport(name, problem=f"{error} {error.hint}")


def _unread(place: DocsPlace, report: CollectionReport) -> list[FileRecord]:
    if report.problem:
        return []
    with _opened(place.shelf.open(report.name)) as collection:
        return [file for file in collection.files().values() if file.state is not State.READ]


def _told(place: DocsPlace, name: str, done: Updated) -> None:
    place.put([stopped_line(name, done)] if done.stopped else updated_lines(name, done))
    if not done.stopped:
        embed_what_is_new(place, name)


def _leave(done: list[Updated]) -> None:
    """End with an exit code, if one is due: 130 after Ctrl-C, 1 if every file failed."""
    if any(one.stopped for one in done):
        raise typer.Exit(STOPPED)
    failed = sum(len(one.failed) for one in done)
    if failed and not any(one.read + one.moved + one.unchanged + sum(one.skipped.values()) for one in done):
        raise typer.Exit(FAILED)


docs_app.command()(search)
docs_app.command()(show)
docs_app.command()(remove)
docs_app.command()(embed)
