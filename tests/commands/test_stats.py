"""/stats: what replies took, as a table with bars; this conversation is known even if nothing is saved."""

from datetime import date, timedelta

import pytest

from chatbot_cli.app.saved_chats import no_archive
from chatbot_cli.chat.conversation import Conversation
from chatbot_cli.chat.events import TokensUsed
from chatbot_cli.chat.ports import Archive
from chatbot_cli.chat.usage_sums import PaidBeside, Span, UsagePart, UsageReport, UsageSum, report_of
from chatbot_cli.commands.outcomes import Outcome, Say, Show
from chatbot_cli.commands.registry import Commands
from chatbot_cli.commands.stats import NO_REPLIES, NOTHING_SAVED, add_stats
from chatbot_cli.commands.usage_report import usage_chart
from chatbot_cli.errors import UsageError
from chatbot_cli.text.chart import Row, plain_lines
from tests.chat.test_spent import costing
from tests.chat.turns import conversation_with, say
from tests.commands.test_sessions import FakeArchive, Numbered
from tests.fakes import ScriptedModel, setup_with

TODAY = date(2026, 5, 20)
DEAR = UsageSum(12, 1_250_000, 1_175_000, 10, 48_000, 9, 30.0, 1.87, 17.74)
PARTS = (
    UsagePart(DEAR, "gpt-6.1-sol", "reviewer", TODAY, here=True),
    UsagePart(UsageSum(3, 900, 0, 0, 300, unpriced=3), "mystery", "tutor", TODAY - timedelta(1)),
    UsagePart(UsageSum(1, 100, 0, 900, 10, cost=0.0031, saved=-0.0002), "claude", "tutor", TODAY.replace(month=4)),
    UsagePart(UsageSum(1, 100, 50, 0, 10), "llama", "", None),
)


def lines(report: UsageReport) -> list[str]:
    return [" ".join(line.split()) for line in plain_lines(usage_chart(report))]


def test_the_sums_are_aligned_and_say_what_is_not_known() -> None:
    assert lines(report_of(PARTS, TODAY, in_conversation=True)) == [
        "replies sent cached received cost saved share",
        "this conversation 12 1.25M 94 % 48k $1.87 $17.74",
        "today 12 1.25M 94 % 48k $1.87 $17.74",
        "this month 15 1.25M 94 % 48.3k $1.87+ $17.74",
        "all time 17 1.25M 94 % 48.3k $1.87+ $17.74",
        "by model",
        "gpt-6.1-sol 12 1.25M 94 % 48k $1.87 $17.74 100 %",
        "claude 1 100 0 % 10 $0.0031 -$0.0002 <1 %",
        "mystery 3 900 0 % 300 unknown -",
        "llama 1 100 50 % 10 free - 0 %",
        "by persona",
        "reviewer 12 1.25M 94 % 48k $1.87 $17.74 100 %",
        "tutor 4 1k 0 % 310 $0.0031+ -$0.0002 <1 %",
        "no persona named 1 100 50 % 10 free - 0 %",
        "cost per day",
        *(f"{day} May no replies" for day in range(14, 19)),
        "19 May unknown",
        "20 May $1.87",
        "The price of 3 replies is unknown: a + marks each sum that lacks one.",
    ]


def test_where_nothing_costs_shares_and_days_are_those_of_tokens() -> None:
    free = [UsagePart(UsageSum(1, tokens), model, "", TODAY) for model, tokens in (("demo", 300), ("llama", 100))]
    shown = lines(report_of(free, TODAY, in_conversation=False))
    assert shown[5:7] == ["demo 1 300 0 % 0 free - 75 %", "llama 1 100 0 % 0 free - 25 %"]
    assert shown[-8:] == ["tokens per day", *(f"{day} May no replies" for day in range(14, 20)), "20 May 400 tokens"]


def test_many_models_are_ten_rows_and_their_sum_is_the_same() -> None:
    many = [UsagePart(UsageSum(1, cost=number), f"model {number}", "x") for number in range(100)]
    rows = [row for row in usage_chart(report_of(many, TODAY, in_conversation=False)).rows if isinstance(row, Row)]
    shares = [row.share for row in rows[3:-1] if row.share is not None]
    assert rows[-2].cells[:2] == ("91 others", "91")
    assert len(shares) == 10
    assert sum(shares) == pytest.approx(1)


def test_the_sum_of_a_month_is_that_of_its_days_though_it_is_longer_than_they_are() -> None:
    today = date(2026, 5, 31)
    parts = [UsagePart(UsageSum(1), "", "", today.replace(day=day)) for day in range(1, 32)]
    report = report_of(parts, today, in_conversation=False)
    assert dict(report.spans)[Span.MONTH].replies == 31
    assert [report.days[0][0].day, len(report.days)] == [2, 30]


class Counting(FakeArchive):
    """An archive that knows what replies took."""

    def usage(self, session: int | None = None) -> UsageReport:
        return report_of(PARTS, TODAY, in_conversation=session is not None)


def stats(conversation: Conversation, archive: Archive | None = None, line: str = "/stats") -> Outcome:
    commands = Commands()
    add_stats(commands, (lambda: archive) if archive else no_archive)
    return commands.run(line, conversation)


def text_of(outcome: Outcome) -> str:
    assert isinstance(outcome, Show)
    return "\n".join(" ".join(line.split()) for line in plain_lines(outcome.chart))


async def test_what_is_not_saved_is_known_while_it_lasts() -> None:
    conversation, _ = conversation_with(costing(0.5), costing(0.25), costing(None))
    assert stats(conversation) == Say(NO_REPLIES)
    await say(conversation, "One")
    async for _event in conversation.retry():
        pass
    conversation.undo()
    conversation.undo()
    await say(conversation, "Two")
    conversation.journal.paid(TokensUsed(700, 7, 0.02), "small")
    conversation.journal.paid(TokensUsed(0, 0), "small")
    conversation.journal.paid(TokensUsed(5, 900, 0.01), "fake", PaidBeside.UNANSWERED)
    conversation.journal.paid(TokensUsed(0, 0), "fake", PaidBeside.UNANSWERED)

    shown = text_of(stats(conversation))

    assert "this conversation 3 1k 0 % 967 $0.78+ -" in shown
    assert "summaries 0 700 0 % 7 $0.02+ - 3 %" in shown
    assert "requests without a reply 0 5 0 % 900 $0.01+ - 1 %" in shown
    assert "The price of 1 reply, 1 summary and 1 request without a reply is unknown: a + marks" in shown
    assert "today" not in shown
    assert shown.endswith(NOTHING_SAVED)


def test_a_saved_conversation_is_told_beside_the_others_unless_it_is_new() -> None:
    begun, new = (Conversation(setup_with(ScriptedModel()), journal=Numbered(session=number)) for number in (7, None))
    assert "this conversation 12" in text_of(stats(begun, Counting([])))
    assert "this conversation" not in text_of(stats(new, Counting([])))
    assert stats(new, FakeArchive([])) == Say(NO_REPLIES)


def test_it_takes_nothing_after_it() -> None:
    conversation, _ = conversation_with()
    with pytest.raises(UsageError):
        stats(conversation, line="/stats 3")
