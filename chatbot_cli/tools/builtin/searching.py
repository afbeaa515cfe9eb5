"""The tool `folder.search`: looks for words in the files of a folder."""

import os
import time
from collections.abc import Callable, Iterator
from fnmatch import fnmatchcase
from pathlib import Path
from typing import Annotated

from chatbot_cli.text.short import shorten
from chatbot_cli.tools.builtin.folder import ReadableFolder
from chatbot_cli.tools.python.marks import tool
from chatbot_cli.tools.result_text import ToolFailed

MOST_HITS = 100
LONGEST_SEARCH = 10.0  # seconds
LONGEST_LINE = 200  # characters of a line that is told
PASSED_OVER = frozenset(("node_modules", "__pycache__", "venv"))  # folders of what others have written, and much of it


def search_in(folder: ReadableFolder) -> Callable[..., str]:
    """The tool that searches a folder."""

    @tool(read_only=True, parallel=True, open_world=True)
    def search_files(
        text: Annotated[str, "words as they stand on one line; upper and lower case are the same"],
        path: Annotated[str, "a folder in it; by default it itself"] = ".",
        files: Annotated[str, "only files of such names, for example *.py"] = "*",
    ) -> str:
        """The lines with a text in the files of the user's folder, each with its file and number."""
        if not text.strip():
            raise ToolFailed("There is no text to look for.")
        hits: list[str] = []
        end = time.monotonic() + LONGEST_SEARCH
        for place in _files(folder, folder.inside(path), files):
            for hit in _hits(folder, place, text.lower()):
                hits.append(hit)
                if len(hits) == MOST_HITS:
                    return "\n".join([*hits, f"(only the first {MOST_HITS}: look for more words, or in one folder)"])
            if time.monotonic() > end:
                return "\n".join([*hits, f"(not all files were searched in {LONGEST_SEARCH:g} s: name a folder)"])
        return "\n".join(hits) or "(no line has it)"

    return search_files


def _files(folder: ReadableFolder, top: Path, names: str) -> Iterator[Path]:
    """The files below a folder, or the one that it is, in an order that does not change."""
    if top.is_file():
        yield top
        return
    for place, folders, files in os.walk(top):
        folders[:] = sorted(name for name in folders if not name.startswith(".") and name not in PASSED_OVER)
        for name in sorted(files):
            if fnmatchcase(name, names) and folder.shows(Path(place, name)):
                yield Path(place, name)


def _hits(folder: ReadableFolder, place: Path, text: str) -> Iterator[str]:
    path = str(place.relative_to(folder.root))
    try:
        whole = folder.text_of(folder.inside(path), path)
    except ToolFailed:  # it is no text, or too large
        return
    if text not in whole.lower():
        return
    for number, line in enumerate(whole.splitlines(), 1):
        if text in line.lower():
            yield f"{path}:{number}: {shorten(line, LONGEST_LINE)}"
