"""Saved conversations as lines of text and as JSON, for the subcommand `chat sessions`."""

import json
from collections.abc import Sequence

from chatbot_cli.chat.attachments_in_words import attached_in_words
from chatbot_cli.chat.calls_in_words import calls_in_words
from chatbot_cli.chat.journal import SearchHit, SessionSummary
from chatbot_cli.chat.messages import Ending
from chatbot_cli.commands.session_report import about_session
from chatbot_cli.sessions.exporting.as_json import printable
from chatbot_cli.sessions.exporting.source_lines import cited_in, source_line
from chatbot_cli.sessions.records import MessageRecord, ReplyRecord, SessionRecord
from chatbot_cli.sessions.timestamps import iso_of
from chatbot_cli.text.ages import age_in_words
from chatbot_cli.text.counts import counted
from chatbot_cli.text.safe import one_line, safe
from chatbot_cli.text.sign_guard import spoken
from chatbot_cli.text.width import cells, cut

TITLE = "TITLE"
HEADINGS = ("ID", TITLE, "AGE", "EXCHANGES", "PERSONA", "MODEL")
NAME = "NAME"
DAMAGED = "damaged"  # in place of a count of exchanges
GAP = "  "
SHORTEST_TITLE = 12  # cells that a title keeps on a narrow terminal
WIDEST = 100  # cells of a column; a longer text, which only an import brings, is wider than its column
SPEAKERS = {"user": "You", "assistant": "Assistant"}
Part = tuple[str, str]  # a label of ours, and a text that may have several lines
IN_STARS, IN_BOLD = ("**", "**"), ("\x1b[1m", "\x1b[0m")


def listing(summaries: Sequence[SessionSummary], now: float, columns: int | None) -> list[str]:
    """Aligned lines below headings, at most `columns` cells wide; no line if there are no conversations.

    The column of names is left out if there are no names.
    """
    if not summaries:
        return []
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


def hit_lines(hit: SearchHit, now: float, marks: tuple[str, str], columns: int | None) -> list[str]:
    """Two lines: the conversation, the speaker and the age; then the snippet, with its hits between the marks."""
    origin = GAP.join(
        (str(hit.session), one_line(hit.title), SPEAKERS.get(hit.role, hit.role), age_in_words(now - hit.at))
    )
    return [origin if columns is None else cut(origin, columns), f"    {marked(hit.snippet, hit.hits, marks)}"]


def marked(snippet: str, hits: Sequence[tuple[int, int]], marks: tuple[str, str]) -> str:
    """A snippet, made safe, with its hits between the marks."""
    before, after = marks
    pieces, end = [], 0
    for start, stop in hits:
        pieces += [_in_line(snippet[end:start]), before, _in_line(snippet[start:stop]), after]
        end = stop
    return "".join((*pieces, _in_line(snippet[end:])))


def brief(summary: SessionSummary) -> str:
    """The number and title of a conversation, on one line."""
    return f"{summary.id}  {one_line(summary.title)}"


def removal_notice(summaries: Sequence[SessionSummary], most: int) -> str:
    """The conversations that will be removed: their count, and at most `most` of their titles."""
    lines = [f"{counted(len(summaries), 'conversation')} to remove:"]
    lines += [f"  {brief(summary)}" for summary in summaries[:most]]
    lines += [f"  … and {len(summaries) - most:,} more"] if len(summaries) > most else []
    return "\n".join(lines)


def not_removed(still_open: Sequence[SessionSummary]) -> str:
    """A sentence about conversations that are open elsewhere."""
    titles = ", ".join(f"“{one_line(summary.title)}”" for summary in still_open)
    verb = "is" if len(still_open) == 1 else "are"
    return f"{titles} {verb} open in another terminal, so not removed."


def conversation(summary: SessionSummary, record: SessionRecord, now: float, columns: int | None = None) -> str:
    """A conversation in plain text. A reply that is not whole has a note, one of another model than the conversation's
    its name; the unsent draft comes last.

    On a terminal, which has `columns`, the program's own lines begin with its sign; a pipe has None.
    """
    spoken_parts = (_spoken(message, summary.model) for message in record.thread)
    parts = [[("", one_line(about_session(summary, now)))], *spoken_parts]
    parts += [[("In the prompt: ", safe(record.draft))]] if record.draft.strip() else []
    return "\n\n".join("\n".join(_shown(line, columns) for line in part).rstrip("\n") for part in parts)


def summaries_as_json(summaries: Sequence[SessionSummary]) -> str:
    """A JSON array with an object for each conversation. Times are in ISO 8601, in UTC."""
    return as_json(
        [
            {
                "id": summary.id,
                "title": summary.title,
                "name": summary.name or None,
                "created": iso_of(summary.created),
                "active": iso_of(summary.active),
                "exchanges": summary.exchanges,
                "persona": summary.persona,
                "model": summary.model,
                "forked_from": summary.forked_from,
                "problem": summary.problem,
            }
            for summary in summaries
        ]
    )


def hits_as_json(hits: Sequence[SearchHit]) -> str:
    """A JSON array with an object for each message. Its `hits` are pairs of offsets in the snippet."""
    return as_json(
        [
            {
                "session": hit.session,
                "title": hit.title,
                "role": hit.role,
                "at": iso_of(hit.at),
                "snippet": hit.snippet,
                "hits": [list(span) for span in hit.hits],
            }
            for hit in hits
        ]
    )


def as_json(value: object) -> str:
    """A JSON document of printable ASCII only."""
    return printable(json.dumps(value, indent=2))


def _row(summary: SessionSummary, now: float) -> tuple[str, ...]:
    return (
        str(summary.id),
        one_line(summary.title),
        age_in_words(now - summary.active),
        DAMAGED if summary.problem else str(summary.exchanges),
        one_line(summary.persona) or "-",
        one_line(summary.model) or "-",
    )


def _filled(cell: str, width: int) -> str:
    return cell + " " * (width - cells(cell))


def _in_line(piece: str) -> str:
    """A piece of a line, made safe. It keeps the blanks at its ends, because other pieces follow."""
    return safe(piece).replace("\n", " ").replace("\t", " ")


def _spoken(message: MessageRecord, chosen: str) -> list[Part]:
    """The message with its speaker, all that came with it, what it cites, and a note on a reply that is not whole.

    The speaker of a reply has the name of its model, if that is not the `chosen` one.
    """
    stand_in = message.stand_in(chosen)
    said_by = f"{SPEAKERS[message.role]}{f' ({one_line(stand_in)})' if stand_in else ''}: "
    parts = [("", f"[{safe(attached_in_words(attachment))}]") for attachment in message.attached]
    rounds = message.reply.rounds if message.reply else ()
    for one in rounds:
        parts += [(said_by, safe(one.text))] if one.text.strip() else []
        parts += [("", f"[{call.fitted(None).line}]") for call in calls_in_words(one, {})]
    parts += [(said_by, safe(message.content))] if message.content or not rounds else []
    parts += [("", one_line(source_line(one))) for one in cited_in(message)]
    ending = _ending(message.reply) if message.reply else ""
    return [*parts, ("", f"[{ending}]")] if ending else parts


def _shown(part: Part, columns: int | None) -> str:
    label, text = part
    return label + text if columns is None else spoken(label, text, columns)


def _ending(reply: ReplyRecord) -> str:
    return one_line((reply.ending or Ending.LOST).in_words(reply.reason))
