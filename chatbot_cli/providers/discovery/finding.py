"""Looks for servers on this machine: at the addresses of all local entries at once, for a short time."""

import time
from collections.abc import Callable, Mapping, Sequence
from threading import Event, Lock, Thread

from chatbot_cli.frozen import frozen
from chatbot_cli.providers.discovery.asking import Asked
from chatbot_cli.providers.discovery.identifying import what_it_is
from chatbot_cli.providers.discovery.served import ServedModel, read_served
from chatbot_cli.providers.entries.provider import Provider

SECONDS_TO_FIND = 0.15  # in all: nobody should notice that servers are looked for
SECONDS_TO_LIST = 2.0  # for those that have begun to answer, where the user asks what there is
SHARE_TO_BEGIN = 0.25  # of that time: for those that were reached, and are busy or say nothing
SHARE_TO_TELL = 0.25  # of what is left of it: to say what it is, for a server that has listed its models


@frozen
class Place:
    """Where a local server may be: the entry of its address, that address, and the headers with its key."""

    entry: Provider
    base_url: str
    headers: Mapping[str, str]


@frozen
class LocalServer:
    """A server that runs on this machine. `PROVIDER/NAME` opens one of its models.

    `provider` is the entry at whose address it is, `program` the entry of what it is. `about` is what it answers to the
    first of its program's probes; that says how large the windows of its models are, if their list does not.
    """

    provider: str
    program: Provider
    base_url: str
    models: tuple[ServedModel, ...]
    about: bytes | None = None


def find_servers(places: Sequence[Place], programs: Sequence[Provider], to_list: float = 0.0) -> list[LocalServer]:
    """The servers that answer at these places, in their order. Those that begin to answer may list for longer.

    The entries of all `programs` that they may be say how to tell them.

    Nothing is raised, and nothing is left running for longer than that but for threads that wait for their sockets.
    """
    began = time.monotonic()
    search = _Search(places, programs, began + SECONDS_TO_FIND + to_list)
    search.wait(began + SECONDS_TO_FIND, began + SECONDS_TO_FIND + to_list)
    return search.found()


class _Search:
    """A thread for each place. What comes after the end of the search is forgotten."""

    def __init__(self, places: Sequence[Place], programs: Sequence[Provider], deadline: float) -> None:
        self._lock, self._changed = Lock(), Event()
        self._found: dict[int, LocalServer] = {}
        self._pending = set(range(len(places)))
        self._asked = [Asked(place.base_url, place.headers, deadline) for place in places]
        for number, place in enumerate(places):
            look = self._looking(number, place, programs)
            Thread(target=look, name=f"looking for {place.entry.name}", daemon=True).start()

    def wait(self, deadline: float, last: float) -> None:
        """Return when all have answered, or at the deadline; at the `last` one, if a server has begun to answer."""
        to_begin = deadline + SHARE_TO_BEGIN * (last - deadline)
        self._until(deadline, lambda _: True)
        self._until(to_begin, lambda asked: bool(asked.answers_at))
        self._until(last, lambda asked: asked.has_answered)

    def _until(self, moment: float, is_worth_it: Callable[[Asked], bool]) -> None:
        """Wait for those that are worth it now."""
        waited_for = {number for number in self._pending if is_worth_it(self._asked[number])}
        while waited_for & self._pending and (left := moment - time.monotonic()) > 0:
            self._changed.wait(left)
            self._changed.clear()

    def found(self) -> list[LocalServer]:
        with self._lock:
            return [self._found[number] for number in sorted(self._found)]

    def _looking(self, number: int, place: Place, programs: Sequence[Provider]) -> Callable[[], None]:
        def look() -> None:
            try:
                server = _server_at(place, self._asked[number], programs)
                with self._lock:
                    if server:
                        self._found[number] = server
            finally:
                self._pending.discard(number)
                self._changed.set()

        return look


def _server_at(place: Place, asked: Asked, programs: Sequence[Provider]) -> LocalServer | None:
    body = asked.models()
    listed = read_served(body) if body is not None else None
    if body is None or listed is None:
        return None
    known = what_it_is(listed, programs, asked.in_a_part_of_the_time(SHARE_TO_TELL).beside)
    if not (known or listed.models):
        return None  # a list of nothing, from something that nobody knows
    program = known or place.entry
    everywhere = () if known else (path for row in programs for path in row.window)
    listed = read_served(body, (*program.window, *everywhere)) or listed
    probe = next((path for path in program.probe if " " not in path), "")  # after a space, it would be about one model
    about = asked.in_a_part_of_the_time(0.5).beside(probe) if probe else None
    return LocalServer(place.entry.name, program, place.base_url, listed.models, about)
