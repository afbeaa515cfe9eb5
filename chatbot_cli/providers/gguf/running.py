"""The models that this process serves itself: each loaded once, for all conversations, and ended with the process.

Only the newest stays. An older one is ended as soon as its last reply is.
"""

import atexit
import os
import threading

from chatbot_cli.frozen import frozen
from chatbot_cli.providers.gguf.child import PROGRAM, Child, Command, Served, Unloaded
from chatbot_cli.providers.gguf.memory import needed
from chatbot_cli.providers.gguf.weights import Weights


@frozen
class Wanted:
    """A model with the size of its window in tokens, and so many threads."""

    weights: Weights
    window: int
    threads: int


class Running:
    """A model whose child is loading it, in a thread that waits for that, or has loaded it, or has failed."""

    def __init__(self, child: Child) -> None:
        self._child, self._settled = child, threading.Event()
        self._served: Served | None = None
        self._failure = Unloaded("")
        self._is_ended = False
        self.users = 0
        threading.Thread(target=self._load, name="weights", daemon=True).start()

    @property
    def is_settled(self) -> bool:
        """Whether it is loaded, or has failed."""
        return self._settled.is_set()

    @property
    def is_usable(self) -> bool:
        """Whether it answers, or may soon."""
        return not self._is_ended and not self._child.is_gone

    @property
    def has_died(self) -> bool:
        """Whether its process has ended by itself."""
        return not self._is_ended and self._child.is_gone

    @property
    def pid(self) -> int:
        """The number of the process."""
        return self._child.pid

    def served(self) -> Served:
        """Where it answers. Blocks until it is settled. Raises Unloaded."""
        self._settled.wait()
        if self._served is None:
            raise self._failure
        return self._served

    def why_it_died(self) -> str:
        """The last that it has said; empty if that is nothing."""
        return self._child.why_it_ended()

    def end(self) -> None:
        """End it, whatever it does."""
        self._is_ended = True
        self._child.end()

    def leave(self) -> None:
        """Have nothing more to do with it."""
        self._is_ended = True
        self._child.leave()

    def _load(self) -> None:
        try:
            self._served = self._child.served()
        except Unloaded as failure:
            self._failure = failure
        self._settled.set()


class Servers:
    """The models of one process. `command` starts a child; all methods may be called in any thread."""

    def __init__(self, command: Command = PROGRAM) -> None:
        self._command, self._lock = command, threading.RLock()
        self._newest: tuple[Wanted, Running] | None = None
        self._older: list[Running] = []
        self._holders: dict[Wanted, int] = {}

    def begin(self, wanted: Wanted, *, uses: bool = False) -> Running:
        """Begin to load a model, if it is not there. Returns at once. Raises OSError if no process can be started.

        Whoever `uses` it has to `release` it: until then it is not ended for another.
        """
        with self._lock:
            self.make_room(wanted)
            if self._newest is None:
                child = Child(self._command, wanted.weights, wanted.window, wanted.threads)
                self._newest = wanted, Running(child)
            running = self._newest[1]
            running.users += uses
            return running

    def make_room(self, wanted: Wanted) -> None:
        """End what is not this model, unless somebody is being answered."""
        with self._lock:
            if self._newest and not self.has(wanted):
                self._older.append(self._newest[1])
                self._newest = None
                self._end_unused()

    def held(self) -> int:
        """About how many bytes of memory the newest model has, which another would get in its place."""
        with self._lock:
            return needed(self._newest[0].weights, self._newest[0].window) if self._newest else 0

    def has(self, wanted: Wanted) -> bool:
        """Whether a model is loaded, or is being loaded."""
        with self._lock:
            return self._newest is not None and self._newest[0] == wanted and self._newest[1].is_usable

    def release(self, running: Running) -> None:
        """Note that a reply has come from it, or never will."""
        with self._lock:
            running.users -= 1
            self._end_unused()

    def give_up(self, running: Running) -> None:
        """End one that nobody waits for any more, or that has failed."""
        with self._lock:
            if running.users <= 1 and self._newest and self._newest[1] is running:
                self._newest = None
                running.end()

    def hold(self, wanted: Wanted) -> None:
        """Note that a conversation may ask for a model."""
        with self._lock:
            self._holders[wanted] = self._holders.get(wanted, 0) + 1

    def let_go(self, wanted: Wanted) -> None:
        """Note that it will not any more: the model is ended with the last that could."""
        with self._lock:
            self._holders[wanted] = self._holders.get(wanted, 1) - 1
            if self._holders[wanted] <= 0:
                del self._holders[wanted]
                if self._newest and self._newest[0] == wanted:
                    self._older.append(self._newest[1])
                    self._newest = None
                    self._end_unused()

    def end(self) -> None:
        """End all."""
        with self._lock:
            for running in self._all():
                running.end()
            self._newest, self._older = None, []

    def leave(self) -> None:
        """Forget all: they are another process's."""
        for running in self._all():
            running.leave()
        self._newest, self._older, self._lock = None, [], threading.RLock()

    def _end_unused(self) -> None:
        for running in [one for one in self._older if not one.users]:
            self._older.remove(running)
            running.end()

    def _all(self) -> list[Running]:
        return [*([self._newest[1]] if self._newest else []), *self._older]


SERVERS = Servers()
"""Those of this process."""

atexit.register(SERVERS.end)
if hasattr(os, "register_at_fork"):  # not on Windows
    os.register_at_fork(after_in_child=SERVERS.leave)  # a copy of this process would keep the pipe open
