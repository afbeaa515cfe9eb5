"""The order of conversations of which some are dated in the future: a clock was wrong, or a file says so."""

import sqlite3

_BY_DATE = "ORDER BY session.active DESC, session.id DESC"

# Steps are numbered as they are taken, whatever the clock says. So one that was taken while the clock was ahead belongs
# right after the step before it that has a date of the past. A date that only a file states tells nothing: such a
# conversation stands where it was begun, or at the end, until somebody goes on with it.
_BY_STEPS = """
    ORDER BY CASE WHEN coalesce(session.active, 0) <= :now THEN session.active ELSE coalesce(
        (
            SELECT earlier.at FROM steps last JOIN steps earlier ON earlier.id < last.id
            WHERE last.id = (SELECT max(id) FROM steps WHERE steps.session = session.id)
                AND last.at > :now AND earlier.at <= :now
            ORDER BY earlier.id DESC LIMIT 1
        ),
        CASE WHEN session.created <= :now THEN session.created ELSE 0 END
    ) END DESC,
    CASE WHEN session.active > :now THEN session.step ELSE 0 END DESC, session.id DESC
"""


def last_active_first(connection: sqlite3.Connection, now: float) -> str:
    """The clause that orders sessions, the last active first. It has the parameter `now`, in seconds since 1970."""
    future = connection.execute("SELECT 1 FROM sessions WHERE active > ? LIMIT 1", (now,)).fetchone()
    return _BY_STEPS if future else _BY_DATE
