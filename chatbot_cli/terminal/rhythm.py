"""When live rows are painted anew: regularly, and no more often than a fifth of a core allows."""

import asyncio
from collections.abc import Callable

PAINT_INTERVAL = 1 / 20  # seconds; a shorter one costs more and looks the same
LONGEST_INTERVAL = 1.0  # seconds; for blocks so long that a paint takes a fifth of a second and more
PAINT_SHARE = 5  # the interval is at least this many times the duration of the last paint: a fifth of a core at most


class Rhythm:
    """Calls `tick` whenever a paint `is_due`; what paints says so with `painted`."""

    def __init__(self, tick: Callable[[], None], clock: Callable[[], float]) -> None:
        self._tick, self._clock = tick, clock
        self._next_paint = clock()

    @property
    def is_due(self) -> bool:
        return self._clock() >= self._next_paint

    def painted(self, since: float) -> None:
        """A paint that began then has ended now."""
        end = self._clock()
        self._next_paint = end + min(LONGEST_INTERVAL, max(PAINT_INTERVAL, PAINT_SHARE * (end - since)))

    def start(self) -> None:
        self._ticker = asyncio.create_task(self._go_on())

    async def stop(self) -> None:
        """End it. Raises what `tick` has raised."""
        self._ticker.cancel()
        (stopped,) = await asyncio.gather(self._ticker, return_exceptions=True)
        if isinstance(stopped, Exception):
            raise stopped

    async def _go_on(self) -> None:
        while True:
            await asyncio.sleep(max(0.0, self._next_paint - self._clock()))
            self._tick()
            if self.is_due:  # there was nothing to paint
                self._next_paint = self._clock() + PAINT_INTERVAL
