"""`chat docs search`: the passages that a question would be sent, with their places."""

import asyncio
import json as json_text
import re
from collections.abc import Sequence
from typing import Annotated

import typer

from chatbot_cli.app.documents_in_use import DocumentsInUse
from chatbot_cli.app.messages import tell
from chatbot_cli.chat.passages import Passage, Search, Unit
from chatbot_cli.cli.docs_place import settings_of
from chatbot_cli.cli.exit_codes import failures_become_exit_codes
from chatbot_cli.cli.session_listing import marked
from chatbot_cli.cli.session_streams import SessionStreams
from chatbot_cli.errors import ChatError, UsageError
from chatbot_cli.retrieval.words import asked_words
from chatbot_cli.sessions.exporting.as_json import printable
from chatbot_cli.sessions.search_words import Sought
from chatbot_cli.sessions.snippets import Span, Words
from chatbot_cli.system.folders import Folders
from chatbot_cli.system.surroundings import Surroundings
from chatbot_cli.text.safe import one_line
from chatbot_cli.text.width import cells, cut

MOST = 8  # passages, as a turn is sent
BETWEEN = " › "  # headings
MARGIN = "    "
UNMARKED = ("", "")  # in a pipe a text is what it is
_REST = re.compile(r"[0-9A-Za-zÀ-ɏͰ-ӿ]*")  # of a word, in scripts that have blanks between words
_ENDING = re.compile(r"(?<=\w{4})(?:ings?|ies|es|ed|s|e)$")  # of an English word: the search is not about it


def search(
    name: Annotated[str, typer.Argument(metavar="NAME", hidden=True)],
    words: Annotated[list[str], typer.Argument(metavar="WORDS", hidden=True)],
    most: Annotated[int, typer.Option("--most", "-k", metavar="N", min=1, help="No more than N.")] = MOST,
    json: Annotated[bool, typer.Option("--json", help="As JSON.")] = False,
    why: Annotated[bool, typer.Option("--why", help="Say why each was found, and what rank it has.")] = False,
) -> None:
    """Find the passages that a question would be sent with."""
    with failures_become_exit_codes():
        question = " ".join(words)
        if not question.strip():
            raise UsageError("There is nothing to search for.", f"For example: chat docs search {name} install")
        surroundings = Surroundings.of_process()
        folders = Folders.of(surroundings.environ, surroundings.home)
        settings = settings_of(surroundings, folders)
        library = DocumentsInUse(settings, folders.data, environ=surroundings.environ)
        library.check([name])
        found = asyncio.run(library.search([name], Search(question, passages=most)))
        for note in found.notes:
            tell(f"chat: {one_line(note)}", surroundings.stderr)
        if json:
            print(as_json(found.passages))
        elif found.passages:
            streams = SessionStreams(surroundings)
            shown, columns = hits_of(question), streams.columns
            marks = UNMARKED if columns is None else streams.marks
            for rank, passage in enumerate(found.passages, 1):
                reason = f"no. {rank}, {passage.why.value}" if why else ""
                print("\n".join(passage_lines(passage, shown, marks, columns, reason)))
        if not found.passages:
            raise ChatError(f"Nothing in {name} fits “{one_line(question)}”.", "Try other words.")


def hits_of(question: str) -> Words:
    """What is shown as a hit: words that begin as those of the question do; in other scripts they stand anywhere."""
    words = [Sought(_ENDING.sub("", word)) for word in asked_words(question)]
    return Words(words or [Sought(question)], whole=question.isascii())


def passage_lines(
    passage: Passage, words: Words, marks: tuple[str, str], columns: int | None, reason: str = ""
) -> list[str]:
    """Where the passage is, below which headings, and the reason; then what stands around the first hit.

    On a terminal, lines are broken between words.
    """
    origin = one_line(BETWEEN.join(passage.headings))
    told = "  ".join(filter(None, (one_line(passage.at), origin, reason)))
    snippet, spans = words.snippet(passage.text)
    hits = whole_words(snippet, spans)
    if columns is None:
        return [told, f"{MARGIN}{marked(snippet, hits, marks)}"]
    rows = rows_of(snippet, columns - len(MARGIN))
    return [cut(told, columns), *(f"{MARGIN}{_row(snippet, hits, row, marks)}" for row in rows)]


def rows_of(text: str, columns: int) -> list[Span]:
    """The parts of a text, broken at blanks, that are at most so many cells wide; a longer word has one to itself."""
    rows: list[Span] = []
    start = end = 0
    for word in re.finditer(r"\S+", text):
        if end > start and cells(text[start : word.end()]) > columns:
            rows.append((start, end))
            start = word.start()
        end = word.end()
    return [*rows, (start, end)]


def _row(text: str, hits: Sequence[Span], row: Span, marks: tuple[str, str]) -> str:
    """A part of a text with the hits in it marked."""
    begin, end = row
    within = [(max(a, begin) - begin, min(b, end) - begin) for a, b in hits if a < end and b > begin]
    return marked(text[begin:end], within, marks)


def whole_words(text: str, spans: Sequence[Span]) -> list[Span]:
    """The spans, each up to the end of its word."""
    whole: list[Span] = []
    for start, stop in spans:
        if not whole or start >= whole[-1][1]:
            rest = _REST.match(text, stop)
            whole.append((start, rest.end() if rest else stop))
    return whole


def as_json(passages: Sequence[Passage]) -> str:
    """A JSON array with an object for each passage; of its line and its page one is null."""
    return printable(json_text.dumps([_as_object(one) for one in passages], indent=2))


def _as_object(passage: Passage) -> dict[str, object]:
    place = passage.place
    return {
        "path": passage.path,
        "line": place.first if place.unit is Unit.LINE else None,
        "page": place.first if place.unit is Unit.PAGE else None,
        "headings": list(passage.headings),
        "text": passage.text,
        "score": float(f"{passage.score:.4g}"),  # in a small collection scores are tiny
        "why": passage.why.value,
    }
