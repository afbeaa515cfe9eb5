"""The sums of what replies took as JSON, for `chat stats --json`."""

from chatbot_cli.chat.usage_sums import PaidBeside, UsageReport, UsageSum
from chatbot_cli.cli.session_listing import as_json

DIGITS = 9  # of a dollar or a second; sums of fractions have more, which mean nothing


def usage_as_json(report: UsageReport) -> str:
    """An object with a sum for each span, and lists of sums: of models, personas and days."""
    return as_json(
        {
            **{span.value: _sum(used) for span, used in report.spans},
            "models": [{"model": model, **_sum(used)} for model, used in report.models],
            "personas": [
                {"persona": None if isinstance(persona, PaidBeside) else persona, **_sum(used)}
                for persona, used in report.personas
            ],
            "days": [{"date": day.isoformat(), **_sum(used)} for day, used in report.days],
        }
    )


def _sum(used: UsageSum) -> dict[str, object]:
    return {
        "replies": used.replies,
        "summaries": used.summaries,
        "unanswered": used.unanswered,
        "tokens_sent": used.sent,
        "tokens_cached": used.cached,
        "tokens_written": used.written,
        "tokens_received": used.received,
        "tokens_reasoning": used.reasoning,
        "seconds": round(used.seconds, DIGITS),
        "cost": round(used.cost, DIGITS),
        "saved": round(used.saved, DIGITS),
        "without_price": used.unpriced,
    }
