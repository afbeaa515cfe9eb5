"""Chooses the screen that suits stdout."""

from chatbot_cli.app.spelling import in_a_conversation, in_a_script
from chatbot_cli.system.surroundings import Surroundings
from chatbot_cli.terminal.screen import Screen


def open_screen(surroundings: Surroundings, *, plain: bool, interactive: bool) -> Screen:
    """The screen that suits stdout: panels on a terminal that can show them, plain text everywhere else."""
    out, errors = surroundings.stdout, surroundings.stderr
    spelling = in_a_conversation if interactive else in_a_script
    if plain or surroundings.is_dumb or not out.isatty():
        # Imported here, as all of the screen's room: a prompt is drawn in a tenth of a second without it.
        from chatbot_cli.terminal.plain_screen import PlainScreen

        counts = not (plain or surroundings.is_dumb or interactive) and errors.isatty()
        notes = out if interactive else errors
        return PlainScreen(out, notes, errors, labels=interactive, countdown=counts, spelling=spelling)
    from chatbot_cli.terminal.rich_screen import RichScreen
    from chatbot_cli.terminal.theme import make_console

    return RichScreen(make_console(out), make_console(errors), spelling)


def load_screen() -> None:
    """Load the libraries that the first reply on a terminal needs."""
    # Imported here, for the reason that `open_screen` gives.
    from chatbot_cli.terminal.rich_screen import warm_up

    warm_up()
