"""A killed update loses at most what it has in hand: the next one ends as if nothing had been."""

import os
import subprocess
import sys
from pathlib import Path

import pytest

from chatbot_cli.retrieval.collection import Root
from chatbot_cli.retrieval.sqlite.collection import FileCollection
from chatbot_cli.retrieval.sqlite.shelf import FileShelf
from chatbot_cli.retrieval.updating import update

pytestmark = pytest.mark.skipif(sys.platform == "win32", reason="needs fork and alarms")
KILLS = int(os.environ.get("CHAT_TEST_KILLS", "8"))  # 20 and more where there is time
# Each fork is killed, as by kill -9, a little later than the one before it. Python knows nothing of it.
UPDATES = """
import os, signal, sys
from pathlib import Path
from chatbot_cli.retrieval.postgres.shelf import PostgresShelf
from chatbot_cli.retrieval.sqlite.shelf import FileShelf
from chatbot_cli.retrieval.updating import update
from chatbot_cli.readers.reading import read_document
from chatbot_cli.retrieval.words import indexed_words
where, kills = sys.argv[1], 0
for number in range(int(sys.argv[2])):
    child = os.fork()
    if not child:
        signal.signal(signal.SIGALRM, signal.SIG_DFL)
        signal.setitimer(signal.ITIMER_REAL, float(sys.argv[3]) * (2 + number))
        shelf = PostgresShelf(where) if "://" in where else FileShelf(Path(where))
        with shelf.writing("notes"):
            update(shelf.open("notes"))
        os._exit(0)
    kills += os.WIFSIGNALED(os.waitpid(child, 0)[1])
print(kills)
"""


def rows(collection: FileCollection) -> list[list[tuple[object, ...]]]:
    """All that is kept, but for numbers and for when it was read; the index is compared with the texts."""
    execute = collection._connection.execute
    execute("INSERT INTO words (words, rank) VALUES ('integrity-check', 1)")
    assert execute("PRAGMA integrity_check").fetchone() == ("ok",)
    documents = "SELECT path, size, modified, digest, state, reason, kind, encoding FROM documents ORDER BY path"
    passages = "SELECT path, n, first, last, unit, headings, text FROM placed ORDER BY path, n"
    return [execute(documents).fetchall(), execute(passages).fetchall()]


def write_notes(folder: Path, count: int = 150) -> Path:
    """Write so many files."""
    for number in range(count):
        path = folder / f"{number % 7}/{number}.md"
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(f"# Note {number}\n\n" + f"The heliotrope of camelCase{number} blooms. " * 60)
    return folder


def kill_updates(where: str, seconds: float, kills: int = KILLS) -> int:
    """Begin to update the collection notes, time and again, and kill each update so much later than the one before."""
    command = [sys.executable, "-c", UPDATES, where, str(kills), str(seconds)]
    return int(subprocess.run(command, capture_output=True, text=True, check=True).stdout)


def test_a_killed_update_is_gone_on_with(tmp_path: Path) -> None:
    folder = write_notes(tmp_path / "notes")
    shelf = FileShelf(tmp_path / "docs")
    for name in ("undisturbed", "notes"):
        shelf.make(name).set_roots([Root(str(folder))])
    undisturbed = shelf.open("undisturbed")
    update(undisturbed)
    assert kill_updates(str(tmp_path / "docs"), 0.007) > 0
    notes = shelf.open("notes")
    update(notes)
    assert rows(notes) == rows(undisturbed)
