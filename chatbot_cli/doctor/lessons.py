"""Lists what models have turned out to refuse, and how that is forgotten."""

import shlex
from collections.abc import Iterator

from chatbot_cli.doctor.report import Check
from chatbot_cli.providers.learnt import DAYS, FILE, Learnt
from chatbot_cli.providers.mends import Mend
from chatbot_cli.system.folders import Folders
from chatbot_cli.text.counts import counted
from chatbot_cli.text.safe import one_line

SHOWN = 10  # lessons


def check_lessons(folders: Folders) -> Iterator[Check]:
    """A line for each lesson, the newest first, then how they are forgotten; none if nothing was learnt."""
    lessons = [*reversed(Learnt(folders.state).all())]
    for lesson in lessons[:SHOWN]:
        yield Check("ok", "learnt", one_line(f"{lesson.model} {_in_words(lesson.mend)}"), lesson.address)
    if len(lessons) > SHOWN:
        yield Check("ok", "learnt", f"{counted(len(lessons) - SHOWN, 'lesson')} more")
    if lessons:
        yield Check("ok", "to forget", f"rm {shlex.quote(str(folders.state / FILE))}", f"by itself after {DAYS} days")


def _in_words(mend: Mend) -> str:
    if mend.among:
        return f"takes {', '.join(mend.among)} as {mend.field}"
    return f"takes {mend.other} in place of {mend.field}" if mend.other else f"takes no {mend.field}"
