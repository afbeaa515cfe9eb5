"""Amounts of successive days, as a line of small bars or in words. Pure."""

from collections.abc import Iterator, Sequence

from chatbot_cli.frozen import frozen

BARS = "▁▂▃▄▅▆▇█"
NOTHING = "·"
MOST_LISTED = 7  # points that are listed one by one


@frozen
class Point:
    """An amount, 0 or more, of a day or the like; `words` say how much it is."""

    label: str
    amount: float
    words: str


@frozen
class Trend:
    """Amounts one after the other, at least one, with a title."""

    title: str
    points: tuple[Point, ...]

    @property
    def most(self) -> str:
        """A sentence about the greatest amount, the latest of them."""
        greatest = max(reversed(self.points), key=lambda point: point.amount)
        return f"The most was {greatest.words}, on {greatest.label}." if greatest.amount else "There was nothing."


def sparkline(trend: Trend, room: int) -> str:
    """The latest points that fit into so many cells, a bar for each, between the labels of the first and the last."""
    fitting = max(1, room - sum(max(len(point.label) + 1 for point in trend.points) for _ in range(2)))
    points = trend.points[-fitting:]
    return f"{points[0].label} {_bars([point.amount for point in points])} {points[-1].label}"


def listed(trend: Trend) -> Iterator[str]:
    """The title, and a line for each of the latest points, the oldest first."""
    points = trend.points[-MOST_LISTED:]
    width = max(len(point.label) for point in points)
    yield trend.title
    yield from (f"{point.label:<{width}}  {point.words}" for point in points)


def _bars(amounts: Sequence[float]) -> str:
    """The greatest amount has the highest bar; what is there at all has the lowest at least."""
    most = max(amounts) or 1.0
    last = len(BARS) - 1
    return "".join(BARS[round(amount / most * last)] if amount else NOTHING for amount in amounts)
