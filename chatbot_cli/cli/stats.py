"""The subcommand `chat stats`: what the replies of all saved conversations took, in tokens and dollars."""

from datetime import date
from typing import Annotated

import typer

from chatbot_cli.app.screens import print_chart
from chatbot_cli.chat.usage_sums import NOTHING, report_of
from chatbot_cli.cli.exit_codes import failures_become_exit_codes
from chatbot_cli.cli.sessions import NONE_YET
from chatbot_cli.cli.usage_json import usage_as_json
from chatbot_cli.commands.stats import NO_REPLIES
from chatbot_cli.commands.usage_report import usage_chart
from chatbot_cli.errors import SessionNotFound, SettingsError
from chatbot_cli.providers.entries.registry import key_variables
from chatbot_cli.sessions.archive import SavedSessions
from chatbot_cli.settings.precedence import Sources
from chatbot_cli.system.folders import Folders
from chatbot_cli.system.surroundings import Surroundings

FIELDS = """With --json, an object with the sums "today", "month" and "all", and with three lists of sums: "models"
(each with "model"), "personas" (each with "persona", null for summaries and for what is unanswered), and "days" (each
with "date"), the last 30 of them.

\b
The fields of a sum:
replies           how many
summaries         how many
unanswered        without a reply
tokens_sent       all of them
tokens_cached     from the cache
tokens_written    into the cache
tokens_received   all of them
tokens_reasoning  the model's thoughts
seconds           from request to end
cost              US dollars
saved             US dollars, by cache
without_price     of unknown price"""

stats_app = typer.Typer(
    add_completion=False,
    rich_markup_mode=None,
    pretty_exceptions_enable=False,
    context_settings={"help_option_names": ["-h", "--help"]},
)


@stats_app.command(epilog=FIELDS)
def stats(
    json: Annotated[bool, typer.Option("--json", help="As JSON.")] = False,
    plain: Annotated[bool, typer.Option("--plain", help="Plain text, for screen readers.")] = False,
) -> None:
    """Show tokens and cost of all saved replies: today, this month, all time, by model, persona and day.

    Replies that were undone or replaced count, summaries, and requests whose tokens were used up before a word came:
    they were paid. Conversations that were removed do not.
    """
    with failures_become_exit_codes():
        surroundings = Surroundings.of_process()
        folders = Folders.of(surroundings.environ, surroundings.home)
        try:
            report = SavedSessions(folders.data).usage()
        except SessionNotFound:
            report = None
        if json:
            print(usage_as_json(report or report_of((), date.today(), in_conversation=False)))
        elif report is None:
            print(NONE_YET)
        elif report.whole == NOTHING:
            print(NO_REPLIES)
        else:
            print_chart(usage_chart(report), surroundings, plain=plain or _wants_plain(surroundings, folders))


def _wants_plain(surroundings: Surroundings, folders: Folders) -> bool:
    """Whether the settings ask for plain text; so does one that cannot be read: everybody can read that."""
    try:
        return Sources.read(surroundings.environ, surroundings.cwd, folders, key_variables).settle({}).settings.plain
    except SettingsError:
        return True
