"""Reads what the replies and summaries of all conversations took, summed by day, model and persona."""

import sqlite3
from collections.abc import Iterator
from datetime import date, datetime, timedelta

from chatbot_cli.chat.usage_sums import PaidBeside, UsagePart, UsageReport, UsageSum, counted_as, first_day, report_of
from chatbot_cli.sessions.field_checks import LARGEST
from chatbot_cli.sessions.imported_replies import PAID_HERE
from chatbot_cli.sessions.stored_values import text_in

_NUMBER = "typeof({0}) IN ('integer', 'real') AND {0}"
_WHOLE = "typeof({0}) = 'integer' AND {0}"


def _sensible(column: str, kind: str, least: int = 0) -> str:
    """SQL for a column: its value if it is a number of this kind that `field_checks` takes, else NULL."""
    return f"CASE WHEN {kind.format(column)} BETWEEN {least} AND {LARGEST} THEN {column} END"


# A reply belongs to the day of its first words.
_USED = f"""
    WITH used (session, at, model, persona, kind,
        sent, cached, written, received, reasoning, seconds, cost, saved) AS (
        SELECT session, created, model, persona, NULL,
            tokens_sent, cached, written, tokens_received, reasoning, seconds, cost, saved
        FROM messages LEFT JOIN reply_usage ON reply = id WHERE is_reply = 1 AND {PAID_HERE}
        UNION ALL
        SELECT session, at, model, NULL, ifnull(kind, ''), sent, cached, written, received, reasoning, NULL, cost, saved
        FROM summary_usage
    )
"""  # noqa: S608  all of it is ours
# `total` adds damaged numbers up without an overflow, too.
_COLUMNS = (
    "session IS :session",
    "model",
    "persona",
    "kind",
    f"CASE WHEN {_NUMBER.format('at')} >= :since AND at < :until THEN date(at, 'unixepoch', 'localtime') END",
    "count(*)",
    *(f"total({_sensible(name, _WHOLE)})" for name in ("sent", "cached", "written", "received", "reasoning")),
    *(f"total({_sensible(name, _NUMBER)})" for name in ("seconds", "cost")),
    f"total({_sensible('saved', _NUMBER, -LARGEST)})",
    f"count(*) - count({_sensible('cost', _NUMBER)})",
)
_SUMS = f"{_USED} SELECT {', '.join(_COLUMNS)} FROM used GROUP BY 1, 2, 3, 4, 5"  # noqa: S608  all of it is ours


def read_usage(connection: sqlite3.Connection, session: int | None, now: float) -> UsageReport:
    """The sums of all replies and summaries, undone and replaced ones included: they were paid, too.

    Those that came with an import were not. `session` is the conversation that is going on; it has only the replies
    that were given in it, not those before a fork. `now` is in seconds since 1970; days and months are those of the
    local time.
    """
    today = datetime.fromtimestamp(now).date()
    bounds = {"since": _midnight(first_day(today)), "until": _midnight(today + timedelta(1))}
    return report_of(_parts(connection, session, bounds), today, in_conversation=session is not None)


def _parts(connection: sqlite3.Connection, session: int | None, bounds: dict[str, float]) -> Iterator[UsagePart]:
    rows = connection.execute(_SUMS, {"session": session, **bounds})
    for here, model, persona, kind, day, count, *sums in rows:
        sent, cached, written, received, reasoning, seconds, cost, saved, unpriced = sums
        tokens = (int(sent), int(cached), int(written), int(received), int(reasoning))
        beside = None if kind is None else _kind_of(kind)
        yield UsagePart(
            counted_as(beside, count, unpriced) + UsageSum(0, *tokens, seconds, cost, saved, unpriced),
            text_in(model),
            text_in(persona) if beside is None else beside,
            date.fromisoformat(day) if day else None,
            bool(here),
        )


def _kind_of(stored: object) -> PaidBeside:
    """The kind of what is no reply; a summary if it is damaged."""
    return PaidBeside.UNANSWERED if text_in(stored) == PaidBeside.UNANSWERED.value else PaidBeside.SUMMARY


def _midnight(day: date) -> float:
    """The beginning of a day of the local time, in seconds since 1970."""
    return datetime(day.year, day.month, day.day).timestamp()
