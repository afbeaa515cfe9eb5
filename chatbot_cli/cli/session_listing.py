"""Saved conversations as lines of text and as JSON, for the subcommand `chat sessions`."""

import json
import unicodedata
from collections.abc import Sequence
from datetime import UTC, datetime

from chatbot_cli.chat.journal import SearchHit, SessionSummary
from chatbot_cli.chat.messages import Ending
from chatbot_cli.commands.session_report import about_session, age_in_words
from chatbot_cli.commands.window_report import counted
from chatbot_cli.sessions.exporting.rounds_in_words import attached_in_words, rounds_in_words
from chatbot_cli.sessions.records import MessageRecord, ReplyRecord, SessionRecord
from chatbot_cli.text.safe import one_line, safe

TITLE = "TITLE"
HEADINGS = ("ID", TITLE, "AGE", "EXCHANGES", "PERSONA", "MODEL")
NAME = "NAME"
GAP = "  "
SHORTEST_TITLE = 12  # cells that a narrow terminal leaves of it
WIDEST = 100  # cells of a column; a longer text, which only an import brings, stands out of it
SAID_BY = {"user": "You", "assistant": "Assistant"}
IN_STARS, IN_BOLD = ("**", "**"), ("\x1b[1m", "\x1b[0m")


def listing(summaries: Sequence[SessionSummary], now: float, columns: int | None) -> list[str]:
    """Aligned lines below headings, no wider than so many cells; the names only if there are any."""
    rows = [HEADINGS, *(_row(summary, now) for summary in summaries)]
    if any(summary.name for summary in summaries):
        names = (NAME, *(one_line(summary.name) or "-" for summary in summaries))
        rows = [(row[0], name, *row[1:]) for row, name in zip(rows, names, strict=True)]
    widths = [min(WIDEST, max(map(cells, column))) for column in zip(*rows, strict=True)]
    if columns is None:
        return [GAP.join(map(_filled, row, widths)).rstrip() for row in rows]
    title = rows[0].index(TITLE)
    too_much = max(0, sum(widths) + len(GAP) * (len(widths) - 1) - columns)
    widths[title] = min(widths[title], max(SHORTEST_TITLE, widths[title] - too_much))
    return [cut(GAP.join(map(_filled, map(cut, row, widths), widths)).rstrip(), columns) for row in rows]


def hit_lines(found: SearchHit, now: float, marks: tuple[str, str], columns: int | None) -> list[str]:
    """A message that was found: where, whose and when, and below it the snippet with its hits between the marks."""
    where = GAP.join(
        (str(found.session), one_line(found.title), SAID_BY.get(found.role, found.role), age_in_words(now - found.at))
    )
    return [where if columns is None else cut(where, columns), f"    {_marked(found, marks)}"]


def brief(summary: SessionSummary) -> str:
    """A conversation's number and title, on one line."""
    return f"{summary.id}  {one_line(summary.title)}"


def about_to_go(found: Sequence[SessionSummary], most: int) -> str:
    """What is going to be removed, at most so many by title."""
    lines = [f"{counted(len(found), 'conversation')} to remove:", *(f"  {brief(summary)}" for summary in found[:most])]
    return "\n".join(lines + ([f"  … and {len(found) - most:,} more"] if len(found) > most else []))


def conversation(summary: SessionSummary, record: SessionRecord, now: float) -> str:
    """A conversation in plain text; what is not whole says so, and what was not sent stands last."""
    parts = [one_line(about_session(summary, now))]
    parts += [_said(message) for message in record.thread]
    parts += [f"In the prompt: {safe(record.draft)}"] if record.draft.strip() else []
    return "\n\n".join(part.rstrip("\n") for part in parts)


def summaries_as_json(summaries: Sequence[SessionSummary]) -> str:
    """An array of objects; times are ISO 8601, in UTC."""
    return as_json(
        [
            {
                "id": summary.id,
                "title": summary.title,
                "name": summary.name or None,
                "created": _iso(summary.created),
                "active": _iso(summary.active),
                "exchanges": summary.exchanges,
                "persona": summary.persona,
                "model": summary.model,
                "forked_from": summary.forked_from,
            }
            for summary in summaries
        ]
    )


def hits_as_json(found: Sequence[SearchHit]) -> str:
    """An array of objects; `hits` are pairs of where each begins and ends in the snippet, in characters."""
    return as_json(
        [
            {
                "session": hit.session,
                "title": hit.title,
                "role": hit.role,
                "at": _iso(hit.at),
                "snippet": hit.snippet,
                "hits": [list(span) for span in hit.hits],
            }
            for hit in found
        ]
    )


def as_json(value: object) -> str:
    """One JSON document of nothing but printable ASCII."""
    return ascii_json(json.dumps(value, indent=2))


def ascii_json(text: str) -> str:
    """A JSON text with the one control character escaped that JSON may hold as it is."""
    return text.replace("\x7f", "\\u007f")


def cells(text: str) -> int:
    """How many cells of a terminal a line takes."""
    return len(text) if text.isascii() else sum(map(_cells_of, text))


def cut(text: str, columns: int) -> str:
    """The line, or as much of it as fits into so many cells, with an ellipsis at its end."""
    if cells(text) <= columns:
        return text
    taken = kept = 0
    for character in text:
        taken += _cells_of(character)
        if taken >= columns:
            break
        kept += 1
    return f"{text[:kept].rstrip()}…"


def _cells_of(character: str) -> int:
    if unicodedata.east_asian_width(character) in "WF":
        return 2
    return 0 if unicodedata.category(character) in ("Mn", "Me", "Cf") else 1


def _row(summary: SessionSummary, now: float) -> tuple[str, ...]:
    return (
        str(summary.id),
        one_line(summary.title),
        age_in_words(now - summary.active),
        str(summary.exchanges),
        one_line(summary.persona) or "-",
        one_line(summary.model) or "-",
    )


def _filled(cell: str, width: int) -> str:
    return cell + " " * (width - cells(cell))


def _marked(found: SearchHit, marks: tuple[str, str]) -> str:
    before, after = marks
    pieces, end = [], 0
    for start, stop in found.hits:
        pieces += [_in_line(found.snippet[end:start]), before, _in_line(found.snippet[start:stop]), after]
        end = stop
    return "".join((*pieces, _in_line(found.snippet[end:])))


def _in_line(piece: str) -> str:
    """A piece of a line, made safe; the blanks at its ends stay, since other pieces follow."""
    return safe(piece).replace("\n", " ").replace("\t", " ")


def _said(message: MessageRecord) -> str:
    before = [attached_in_words(attachment) for attachment in message.attached]
    before += rounds_in_words(message.reply.rounds) if message.reply else []
    text = "\n".join([*(f"[{safe(line)}]" for line in before), f"{SAID_BY[message.role]}: {safe(message.content)}"])
    ending = _how_it_ended(message.reply) if message.reply else ""
    return f"{text}\n[{ending}]" if ending else text


def _how_it_ended(reply: ReplyRecord) -> str:
    return one_line((reply.ending or Ending.LOST).told(reply.reason))


def _iso(at: float) -> str | None:
    try:
        return datetime.fromtimestamp(at, UTC).isoformat()
    except (ValueError, OverflowError, OSError):  # no date that a calendar has; an import may bring such
        return None
