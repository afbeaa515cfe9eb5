"""What models have turned out to refuse, kept for thirty days in a small file that all chats of this user share.

A file that is damaged, or that others may write, is as good as none: what was in it is learnt again.
"""

import json
import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import suppress
from pathlib import Path
from typing import Any, NamedTuple

from chatbot_cli.errors import UsageError
from chatbot_cli.providers.mends import Mend
from chatbot_cli.system.private_files import make_folder, who_else_writes
from chatbot_cli.system.regular_files import read_regular_file

FILE, LOCK = "refused_parameters.json", "refused_parameters.lock"
DAYS = 30
DAY = 86_400.0  # seconds
MOST = 500  # lessons
MOST_BYTES = 512 * 1024
NEVER = ("", "model", "messages", "stream")  # what nobody can learn to leave out
LATEST = 1e11  # seconds since 1970; a later time is a mistake
LONGEST = 300  # characters of an address, a model or a field


class Lesson(NamedTuple):
    """That a model at an address wants a mend, as it turned out `at` a time, in seconds since 1970."""

    address: str
    model: str
    mend: Mend
    at: float


class Learnt:
    """The lessons. Without a `folder` they last as long as the process."""

    def __init__(self, folder: Path | None = None, now: Callable[[], float] = time.time) -> None:
        self._folder, self._now = folder, now
        self._lessons: dict[tuple[str, str, str], Lesson] | None = None

    def of(self, address: str, model: str) -> Sequence[Mend]:
        """The mends that a model at an address wants."""
        return [lesson.mend for lesson in self.all() if (lesson.address, lesson.model) == (address, model)]

    def all(self) -> Sequence[Lesson]:
        """All lessons, the oldest first."""
        if self._lessons is None:
            self._lessons = self._read()
        return [*self._lessons.values()]

    def remember(self, address: str, model: str, mend: Mend) -> None:
        """Keep a lesson. If it cannot be written, it lasts as long as the process."""
        lesson = Lesson(address, model, mend, self._now())
        known = {_key(one): one for one in self.all()} | {_key(lesson): lesson}
        if self._folder is not None and max(map(len, (address, model, mend.field))) <= LONGEST:
            from chatbot_cli.system.file_locks import locked  # imported here: few chats learn anything

            with suppress(OSError, UsageError):
                make_folder(self._folder)
                with locked(self._folder / LOCK):  # another chat may learn something meanwhile
                    known = known | self._read() | {_key(lesson): lesson}
                    _write(self._folder / FILE, known)
        self._lessons = known

    def forget(self) -> int:
        """Forget all lessons, and return how many there were."""
        count, self._lessons = len(self.all()), {}
        if self._folder is not None:
            with suppress(OSError):
                (self._folder / FILE).unlink(missing_ok=True)
        return count

    def _read(self) -> dict[tuple[str, str, str], Lesson]:
        if self._folder is None:
            return {}
        path = self._folder / FILE
        try:
            if who_else_writes(path):
                return {}
            saved = json.loads(read_regular_file(path, MOST_BYTES))
        except (OSError, ValueError, RecursionError):
            return {}
        return {_key(lesson): lesson for lesson in self._sound(saved)}

    def _sound(self, saved: object) -> Iterator[Lesson]:
        """The lessons in the JSON of the file that make sense and are not too old."""
        entries = saved if isinstance(saved, list) else []
        for entry in entries[-MOST:]:
            lesson = _lesson_in(entry)
            if lesson and 0 <= self._now() - lesson.at <= DAYS * DAY:
                yield lesson


def _write(path: Path, lessons: Mapping[tuple[str, str, str], Lesson]) -> None:
    from chatbot_cli.system.whole_files import write_whole  # imported here: few chats learn anything

    newest = sorted(lessons.values(), key=lambda lesson: lesson.at)[-MOST:]
    rows = [{**lesson._asdict(), "mend": lesson.mend._asdict()} for lesson in newest]
    write_whole(str(path), path, json.dumps(rows, indent=1).encode(), overwrite=True)


def _key(lesson: Lesson) -> tuple[str, str, str]:
    return lesson.address, lesson.model, lesson.mend.field


def _lesson_in(entry: Any) -> Lesson | None:
    """The lesson that an entry of the file holds; None if it makes no sense."""
    match entry:
        case {
            "address": str(address),
            "model": str(model),
            "at": int() | float() as at,
            "mend": {"field": str(field), "other": str(other), "among": [*among]},
        } if all(isinstance(word, str) for word in among) and field not in NEVER and 0 <= at <= LATEST:
            return Lesson(address, model, Mend(field, other, tuple(among)), float(at))
    return None
