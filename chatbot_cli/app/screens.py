"""Chooses the screen that suits stdout."""

from typing import TYPE_CHECKING, TextIO

from chatbot_cli.app.spelling import in_a_conversation, in_a_script
from chatbot_cli.chat.shape import Table
from chatbot_cli.chat.thoughts import FOLD
from chatbot_cli.system.surroundings import Surroundings
from chatbot_cli.system.terminal_size import columns_of
from chatbot_cli.terminal.screen import Screen
from chatbot_cli.text.chart import Chart, plain_lines
from chatbot_cli.text.signs import INDENT

if TYPE_CHECKING:
    from chatbot_cli.terminal.question_view import QuestionView


def open_screen(
    surroundings: Surroundings,
    *,
    plain: bool,
    interactive: bool,
    sources_beside: bool = False,
    thoughts: str = FOLD,
) -> Screen:
    """The screen that suits stdout: panels on a terminal that can show them, plain text everywhere else.

    With `sources_beside`, what a reply cites is on stdout in plain text, too. `thoughts` says how those are shown.
    """
    out, errors = surroundings.stdout, surroundings.stderr
    spelling = in_a_conversation if interactive else in_a_script
    if plain or surroundings.is_dumb or not out.isatty():
        # Imported here, as all of the screen's room: a prompt is drawn in a tenth of a second without it.
        from chatbot_cli.terminal.plain_screen import PlainScreen

        counts = not (plain or surroundings.is_dumb or interactive) and errors.isatty()
        notes = out if interactive else errors
        return PlainScreen(
            out,
            notes,
            errors,
            labels=interactive,
            countdown=counts,
            sources_beside=sources_beside,
            spelling=spelling,
            thoughts=thoughts,
        )
    from chatbot_cli.terminal.rich_screen import RichScreen
    from chatbot_cli.terminal.theme import make_console

    return RichScreen(make_console(out), make_console(errors), spelling, thoughts)


def open_question(out: TextIO, *, plain: bool) -> "QuestionView":
    """What shows a question on `out` while a turn waits for its answer, as suits the screen."""
    if plain:
        # Imported here, as all of it: most chats ask nothing.
        from chatbot_cli.terminal.plain_question import PlainQuestion

        return PlainQuestion(out)
    from chatbot_cli.terminal.live_question import LiveQuestion
    from chatbot_cli.terminal.theme import make_console

    return LiveQuestion(make_console(out))


def print_chart(chart: Chart, surroundings: Surroundings, *, plain: bool) -> None:
    """Print a table on stdout by itself: with bars on a terminal that can show them, as plain text everywhere else."""
    out = surroundings.stdout
    if plain or surroundings.is_dumb or not out.isatty():
        for line in plain_lines(chart, columns_of(out)):
            print(line, file=out)
        return
    # Imported here, for the reason that `open_screen` gives.
    from chatbot_cli.terminal.chart_lines import chart_lines
    from chatbot_cli.terminal.rich_screen import print_lines
    from chatbot_cli.terminal.theme import make_console

    console = make_console(out)
    print_lines(chart_lines(console, chart, INDENT), console)


def open_notes(surroundings: Surroundings, *, plain: bool, live: bool, thoughts: str = FOLD) -> Screen:
    """The screen for what is said beside data, which has stdout for itself: all of it is drawn on stderr.

    If it may be `live`, and both are terminals, it turns a spinner while the data is waited for.
    """
    out, errors = surroundings.stdout, surroundings.stderr
    plain = plain or surroundings.is_dumb
    if not plain and live and out.isatty() and errors.isatty():
        # Imported here, for the reason that `open_screen` gives.
        from chatbot_cli.terminal.rich_screen import RichScreen
        from chatbot_cli.terminal.theme import make_console

        console = make_console(errors)
        return RichScreen(console, console, in_a_script, thoughts)
    # Imported here, for the same reason.
    from chatbot_cli.terminal.plain_screen import PlainScreen

    counts = not plain and errors.isatty()
    return PlainScreen(out, errors, errors, countdown=counts, spelling=in_a_script, thoughts=thoughts)


def print_table(table: Table, surroundings: Surroundings, *, plain: bool) -> None:
    """Print data as a table on stdout by itself: as plain text if it is no terminal that can show more."""
    out = surroundings.stdout
    if plain or surroundings.is_dumb or not out.isatty():
        # Imported here, for the reason that `open_screen` gives.
        from chatbot_cli.terminal.plain_table import plain_table
        from chatbot_cli.text.sign_guard import SignGuard

        columns = columns_of(out) if out.isatty() else None
        text = "\n".join(plain_table(table, columns))
        guard = SignGuard(lambda: columns)
        print(guard.feed(text) + guard.finish() if out.isatty() else text, file=out, flush=True)
        return
    # Imported here, for the same reason.
    from chatbot_cli.terminal.data_table import table_lines
    from chatbot_cli.terminal.rich_screen import print_lines
    from chatbot_cli.terminal.theme import make_console

    console = make_console(out)
    print_lines(table_lines(console, table, is_whole=True), console)


def load_screen() -> None:
    """Load the libraries that the first reply on a terminal needs."""
    # Imported here, for the reason that `open_screen` gives.
    from chatbot_cli.terminal.rich_screen import warm_up

    warm_up()
