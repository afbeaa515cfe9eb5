"""Updates a collection: only what has changed is read, and whatever stops it, what was read before is kept."""

import time
from collections import Counter
from collections.abc import Callable, Sequence
from contextlib import closing, suppress
from pathlib import Path, PurePath

from chatbot_cli.errors import DocumentsError
from chatbot_cli.retrieval.collection import Collection, FileRecord, State
from chatbot_cli.retrieval.planning import is_below, look
from chatbot_cli.retrieval.reading_ahead import read_in_turn
from chatbot_cli.retrieval.reading_files import ReadFile, read_file
from chatbot_cli.retrieval.update import Candidate, Plan, Progress, Rules, Silent, Updated

MOST_IN_HAND, MOST_SECONDS_IN_HAND = 64, 0.5  # documents, and seconds, that a killed process has to read again
MOST_CHARACTERS_IN_HAND = 1_000_000
USUAL = Rules()


def update(
    collection: Collection, rules: Rules = USUAL, progress: Progress | None = None, never: Sequence[Path] = ()
) -> Updated:
    """Bring a collection up to date. On Ctrl-C it stops and keeps what it has read. Raises DocumentsError.

    Whoever calls it holds `Shelf.writing`.
    """
    shown = progress or Silent()
    try:
        plan = look(collection, rules, shown, never)
    except KeyboardInterrupt:
        return Updated(stopped=True, kept=collection.report().documents)
    work = _Work(collection, rules, plan)
    try:
        work.carry_out(shown)
    except KeyboardInterrupt:
        work.stopped = True
    work.writes.flush()
    work.leave_no_traces()
    return work.result()


class _Writes:
    """What is to be written, in one transaction for several documents. Those that Ctrl-C breaks off are read again."""

    def __init__(self, collection: Collection) -> None:
        self._collection = collection
        self._waiting: list[Callable[[], None]] = []
        self._characters, self._since = 0, 0.0

    def add(self, write: Callable[[], None], characters: int = 0) -> None:
        if not self._waiting:
            self._since = time.monotonic()
        self._waiting.append(write)
        self._characters += characters
        too_many = len(self._waiting) >= MOST_IN_HAND or self._characters >= MOST_CHARACTERS_IN_HAND
        if too_many or time.monotonic() - self._since > MOST_SECONDS_IN_HAND:
            self.flush()

    def flush(self) -> None:
        writes, self._waiting, self._characters = self._waiting, [], 0
        if writes:
            with self._collection.together():
                for write in writes:
                    write()


class _Work:
    """The state of one update."""

    def __init__(self, collection: Collection, rules: Rules, plan: Plan) -> None:
        self._collection, self._rules, self._plan = collection, rules, plan
        self.writes = _Writes(collection)
        self.stopped = False
        self._counts: Counter[str] = Counter()
        self._skipped: Counter[str] = Counter()
        self._failed: list[tuple[str, str]] = []
        self._notes = list(plan.notes)
        self._absent: dict[tuple[int, str], list[FileRecord]] = {}
        for file in plan.absent:
            if file.state is State.READ and file.digest:
                self._absent.setdefault((file.size, file.digest), []).append(file)
        self._moved: set[str] = set()

    def carry_out(self, progress: Progress) -> None:
        for file in (*self._plan.same, *self._plan.problems):
            self._count(file, "unchanged")
        for file in (*self._plan.renamed, *self._plan.problems):
            self._write_record(file)
        self._read_all(progress)
        self._drop_gone()
        self._drop_empty_roots()
        self.writes.add(lambda: self._collection.updated(time.time()))

    def leave_no_traces(self) -> None:
        """Rewrite what is kept if documents were dropped, unless somebody reads it just now."""
        if self._counts["removed"] and not self.stopped:
            with suppress(DocumentsError):
                self._collection.compact()

    def result(self) -> Updated:
        return Updated(
            self._counts["read"],
            self._counts["moved"],
            self._counts["unchanged"],
            self._counts["removed"],
            dict(self._skipped.most_common()),
            tuple(self._failed),
            self._plan.ignored,
            self._plan.hidden,
            self._plan.special,
            tuple(self._notes),
            self.stopped,
            self._collection.report().documents,
        )

    def _read_all(self, progress: Progress) -> None:
        size = 0
        progress.begins(len(self._plan.candidates), sum(one.found.size for one in self._plan.candidates))
        with closing(read_in_turn(self._plan.candidates, self._read)) as turns:
            for done, (one, read) in enumerate(turns):
                progress.reading(one.name, done, size)
                self._keep(one, read())
                size += one.found.size

    def _read(self, one: Candidate) -> ReadFile | None:
        return read_file(one, self._same_content, again=self._rules.retry or one.is_named)

    def _keep(self, one: Candidate, read: ReadFile | None) -> None:
        if read is not None and read.moved_from in self._moved:  # a copy, that was read at the same time
            read = self._read(one)
        if read is None:
            if one.known is not None:  # it has gone just now
                self._forget(one.known)
            return
        record, pieces = read.record, read.pieces
        if read.moved_from:
            self._counts["moved"] += 1
            self._moved.add(read.moved_from)
            moved_from = read.moved_from
            self.writes.add(lambda: self._collection.update(record, moved_from))
            return
        self._count(record, "unchanged" if pieces is None else "read")
        if pieces is None:
            self.writes.add(lambda: self._collection.update(record))
        else:
            kept = pieces
            self.writes.add(lambda: self._collection.put(record, kept), sum(len(piece.text) for piece in kept))

    def _same_content(self, record: FileRecord) -> str:
        """Where a document of the same kind with this content was that is not there any more."""
        suffix = PurePath(record.path).suffix.lower()
        for file in self._absent.get((record.size, record.digest), ()):
            if file.path not in self._moved and file.cut_by == record.cut_by and _suffix(file) == suffix:
                return file.path
        return ""

    def _count(self, file: FileRecord, read_as: str) -> None:
        match file.state:
            case State.READ:
                self._counts[read_as] += 1
            case State.SKIPPED:
                self._skipped[file.reason.partition(" (")[0].partition(";")[0]] += 1
            case State.FAILED:
                self._failed.append((file.name, file.reason))

    def _write_record(self, file: FileRecord) -> None:
        if file.state is State.READ or file.digest or file.size:
            self.writes.add(lambda: self._collection.update(file))
        else:
            self.writes.add(lambda: self._collection.put(file, ()))

    def _drop_gone(self) -> None:
        for file in self._plan.gone:
            if file.path not in self._moved:
                self._forget(file)

    def _forget(self, file: FileRecord) -> None:
        self._counts["removed"] += file.state is State.READ
        self.writes.add(lambda: self._collection.forget([file.path]))

    def _drop_empty_roots(self) -> None:
        """Drop the roots that are not there, and of whose documents none is left: they have moved, or were dropped."""
        if not self._plan.missing:
            return
        self.writes.flush()
        left = self._collection.files()
        dropped = [root for root in self._plan.missing if not any(is_below(path, root) for path in left)]
        moved = [root for root in dropped if any(is_below(path, root) for path in self._moved)]
        if moved or self._rules.prune:
            roots = self._collection.roots()
            gone = dropped if self._rules.prune else moved
            self.writes.add(lambda: self._collection.set_roots([root for root in roots if root.path not in gone]))
            self._notes = [note for note in self._notes if not note.startswith(tuple(f"{root}: " for root in gone))]
            self._notes += [f"{root} is not there any more, and no part of the collection now." for root in gone]


def _suffix(file: FileRecord) -> str:
    return PurePath(file.path).suffix.lower()
