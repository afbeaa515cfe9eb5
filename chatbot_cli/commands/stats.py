"""The command about what replies took: tokens and money, of this conversation and of all."""

from collections.abc import Callable
from dataclasses import replace

from chatbot_cli.chat.conversation import Conversation
from chatbot_cli.chat.ports import Archive
from chatbot_cli.chat.unsaved import Unsaved
from chatbot_cli.chat.usage_sums import NOTHING, UsageReport
from chatbot_cli.commands.outcomes import Outcome, Say, Show
from chatbot_cli.commands.registry import Commands, no_argument
from chatbot_cli.commands.usage_report import usage_chart
from chatbot_cli.errors import SessionNotFound

NO_REPLIES = "There are no replies yet."
NOTHING_SAVED = "Nothing is saved in this chat, so other conversations are not counted."
NOT_ALL = "Replies that could not be saved so far are not counted."


def add_stats(commands: Commands, open_archive: Callable[[], Archive]) -> None:
    """Add the command to a registry. `open_archive` returns the archive or raises SessionError."""

    @commands.command("/stats", example="/stats")
    def stats(conversation: Conversation, argument: str) -> Outcome:
        """Show tokens and cost.

        Of this conversation, today, this month and all time, by model and persona. Replies that were undone or replaced
        count, and summaries: they were paid. Conversations that were removed do not.
        """
        no_argument("stats", argument)
        journal = conversation.journal
        if isinstance(journal, Unsaved) and not journal.saving:
            return _shown(journal.usage(), NOTHING_SAVED)
        try:
            report = open_archive().usage(journal.session)
        except SessionNotFound:
            return Say(NO_REPLIES)
        return _shown(report, "" if journal.saving else NOT_ALL)


def _shown(report: UsageReport, note: str) -> Outcome:
    if report.whole == NOTHING:
        return Say(NO_REPLIES)
    chart = usage_chart(report)
    return Show(replace(chart, after="\n".join(filter(None, (chart.after, note)))))
