"""Times as text, and back."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from chatbot_cli.sessions.timestamps import LATEST, iso_of, seconds_of

NOON = 1_795_262_400.0  # 2026-11-21, 12:00 UTC


@pytest.mark.parametrize(
    ("seconds", "text"),
    [
        (0, "1970-01-01T00:00:00Z"),
        (NOON, "2026-11-21T12:00:00Z"),
        (NOON + 0.25, "2026-11-21T12:00:00.250000Z"),
        (NOON + 0.123456, "2026-11-21T12:00:00.123456Z"),
        (-1, None),
        (LATEST, None),
        (float("nan"), None),
    ],
)
def test_a_time_is_told_in_utc(seconds: float, text: str | None) -> None:
    assert iso_of(seconds) == text


@pytest.mark.parametrize(
    "text",
    [
        "2026-11-21T12:00:00Z",
        "2026-11-21T12:00:00",
        "2026-11-21T12:00:00+00:00",
        "2026-11-21T14:00:00.000000+02:00",
        "2026-11-21T12:00:00.000000000000000000000Z",
    ],
)
def test_every_spelling_of_a_time_is_understood(text: str) -> None:
    assert seconds_of(text, at=1.0) == NOON


@pytest.mark.parametrize(
    "value", ["", "soon", "2026-13-01T00:00:00Z", "0001-01-01T00:00:00+23:59", "\ud800", None, True]
)
def test_anything_else_is_taken_for_now(value: object) -> None:
    assert seconds_of(value, at=NOON) == NOON


@given(st.floats(0, LATEST, exclude_max=True))
def test_a_time_survives_to_the_microsecond(seconds: float) -> None:
    text = iso_of(seconds)
    assert abs(seconds_of(text, at=-1.0) - seconds) <= 0.51e-6  # half a microsecond, and the rounding of a float
    assert iso_of(seconds_of(text, at=-1.0)) == text
