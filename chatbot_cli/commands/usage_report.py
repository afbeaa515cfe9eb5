"""What replies and summaries took as a table: sums by time, model and persona, and the cost of each day."""

from collections.abc import Callable, Iterator, Sequence

from chatbot_cli.chat.usage_sums import NOTHING, PaidBeside, Span, UsageReport, UsageSum
from chatbot_cli.text.chart import Chart, Column, Divider, Row, percent
from chatbot_cli.text.counts import counted, dollars, replies_and_summaries, short_number
from chatbot_cli.text.trend import Point, Trend

SPANS = {
    Span.CONVERSATION: "this conversation",
    Span.TODAY: "today",
    Span.MONTH: "this month",
    Span.ALL: "all time",
}
BESIDE = {PaidBeside.SUMMARY: "summaries", PaidBeside.UNANSWERED: "requests without a reply"}
COLUMNS = (
    Column("", stretches=True, least=max(map(len, SPANS.values()))),
    Column("replies", right=True, spared=True),
    Column("sent", right=True),
    Column("cached", right=True, spared=True),
    Column("received", right=True, spared=True),
    Column("cost", right=True),
    Column("saved", right=True, spared=True),
)
MOST_NAMED = 10  # models, and personas; the others are one row
NOT_THERE = "-"


def usage_chart(report: UsageReport) -> Chart:
    """The table, with a share of the whole for each model and persona, and the costs of the days."""
    rows: list[Row | Divider] = [
        *(Row((SPANS[span], *_cells(used))) for span, used in report.spans),
        Divider("by model"),
        *_shares([(name or "no model named", used) for name, used in report.models], report.whole),
        Divider("by persona"),
        *_shares([(_persona(name), used) for name, used in report.personas], report.whole),
    ]
    return Chart(COLUMNS, tuple(rows), after="\n".join(_notes(report)), trend=_trend(report))


def cost_in_words(used: UsageSum) -> str:
    """What replies cost, as far as it is known; a plus says that there are others."""
    if not (used.replies or used.summaries or used.unanswered):
        return NOT_THERE
    if not used.cost:
        return "unknown" if used.unpriced else "free"
    return f"{dollars(used.cost)}{'+' if used.unpriced else ''}"


def _cells(used: UsageSum) -> tuple[str, ...]:
    return (
        f"{used.replies:,}",
        short_number(used.sent),
        percent(used.cached / used.sent) if used.sent else NOT_THERE,
        short_number(used.received),
        cost_in_words(used),
        _saved_in_words(used.saved),
    )


def _saved_in_words(saved: float) -> str:
    if not saved:
        return NOT_THERE
    return dollars(saved)


def _persona(name: str | PaidBeside) -> str:
    return BESIDE[name] if isinstance(name, PaidBeside) else name or "no persona named"


def _shares(named: Sequence[tuple[str, UsageSum]], whole: UsageSum) -> Iterator[Row]:
    """A row for each name, the most expensive first, with its share of the cost; of the tokens where nothing costs."""
    kept = named if len(named) <= MOST_NAMED else named[: MOST_NAMED - 1]
    if others := named[len(kept) :]:
        kept = (*kept, (f"{len(others):,} others", sum((used for _, used in others), NOTHING)))
    for name, used in kept:
        yield Row((name, *_cells(used)), _share(used, whole))


def _share(used: UsageSum, whole: UsageSum) -> float | None:
    """The share of the cost, None where that is unknown; of the tokens where nothing costs."""
    if whole.cost:
        return None if used.unpriced and not used.cost else used.cost / whole.cost
    return used.tokens / whole.tokens if whole.tokens else None


def _notes(report: UsageReport) -> Iterator[str]:
    whole = report.whole
    if whole.unpriced:
        marked = ": a + marks each sum that lacks one" if whole.cost else ""
        beside = whole.unpriced_summaries, whole.unpriced_unanswered
        yield f"The price of {replies_and_summaries(whole.unpriced - sum(beside), *beside)} is unknown{marked}."
    if whole.saved < 0:
        yield "The cache has cost more so far than it saved: writing into it has a price."


def _trend(report: UsageReport) -> Trend | None:
    """The cost of each day, or its tokens where no day has cost anything; None if there is neither."""
    if any(used.cost for _, used in report.days):
        return _per_day("cost per day", report, lambda used: used.cost, cost_in_words)
    if any(used.tokens for _, used in report.days):
        return _per_day("tokens per day", report, lambda used: used.tokens, lambda used: counted(used.tokens, "token"))
    return None


def _per_day(
    title: str, report: UsageReport, amount: Callable[[UsageSum], float], in_words: Callable[[UsageSum], str]
) -> Trend:
    days = (
        Point(f"{day.day} {day:%b}", amount(used), in_words(used) if used != NOTHING else "no replies")
        for day, used in report.days
    )
    return Trend(title, tuple(days))
