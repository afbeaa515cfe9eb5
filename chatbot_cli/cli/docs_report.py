"""Collections of documents as lines and as JSON, for the subcommand `chat docs`."""

import json
from collections.abc import Mapping, Sequence

from chatbot_cli.chat.passages import CollectionReport, Passage
from chatbot_cli.readers.document import wants_a_library, what_reads_them
from chatbot_cli.retrieval.collection import FileRecord, State
from chatbot_cli.retrieval.update import Plan, Updated
from chatbot_cli.sessions.exporting.as_json import printable
from chatbot_cli.sessions.timestamps import iso_of
from chatbot_cli.text.ages import age_in_words
from chatbot_cli.text.counts import counted
from chatbot_cli.text.safe import one_line, safe
from chatbot_cli.text.short import LONGEST_NAME
from chatbot_cli.text.width import cells, cut

HEADINGS = ("NAME", "DOCUMENTS", "PASSAGES", "SIZE", "UPDATED", "PROBLEMS")
GAP = "  "
MOST_FAILED = 3  # files that the end of an update names
DOT = " · "


def updated_lines(name: str, done: Updated) -> list[str]:
    """What an update has done: counts that add up to all files, then what was left out, then notes."""
    parts = [
        f"{done.read:,} read" + (f", {done.moved:,} moved" if done.moved else "") + _unchanged(done),
        f"{sum(done.skipped.values()):,} skipped ({_by_reason(done.skipped)})" if done.skipped else "",
        _failed(done.failed, name),
        f"{done.removed:,} dropped" if done.removed else "",
    ]
    others = ((done.ignored, "ignored"), (done.hidden, "hidden"), (done.special, "links, pipes or devices"))
    left_out = [f"{count:,} {kind}" for count, kind in others if count]
    lines = [f"{name}: {DOT.join(filter(None, parts))}"]
    lines += [what_reads_them()] if any(wants_a_library(reason) for _, reason in done.failed) else []
    lines += [f"Left out: {', '.join(left_out)}."] if left_out else []
    return [one_line(line) for line in (*lines, *done.notes)]


def stopped_line(name: str, done: Updated) -> str:
    """What is said after Ctrl-C."""
    verb = "is" if done.kept == 1 else "are"
    return f"Stopped. {counted(done.kept, 'document')} {verb} kept; chat docs update {name} goes on."


def plan_lines(name: str, plan: Plan) -> list[str]:
    """What an update would do."""
    to_read = [one for one in plan.candidates if not one.is_just_compared]
    new = [one for one in to_read if one.known is None]
    size = sum(one.found.size for one in to_read)
    compared = len(plan.candidates) - len(to_read)
    parts = (
        f"{counted(len(to_read), 'file')} to read ({len(new):,} new, {size_in_words(size)})",
        f"{compared:,} to compare, changed just before they were read" if compared else "",
        f"{len(plan.same):,} unchanged",
        f"{len(plan.gone):,} to drop" if plan.gone else "",
    )
    lines = [f"{name}: {DOT.join(filter(None, parts))}"]
    lines += [f"  read {one.name}" for one in to_read]
    lines += [f"  drop {file.name}" for file in plan.gone]
    return [safe_line(line) for line in (*lines, *plan.notes)]


def listing(reports: Sequence[CollectionReport], now: float, columns: int | None) -> list[str]:
    """Aligned lines below headings, each with its roots below it; where they have no room, what they say in words."""
    rows = [HEADINGS, *(_row(report, now) for report in reports)]
    widths = [max(map(cells, column)) for column in zip(*rows, strict=True)]
    fits = columns is None or sum(widths) + len(GAP) * (len(widths) - 1) <= columns
    lines = [_aligned(HEADINGS, widths)] if fits else []
    for report, row in zip(reports, rows[1:], strict=True):
        lines += [_aligned(row, widths)] if fits or columns is None else _in_words(report, row, columns)
        lines += [f"  {one_line(root)}" for root in report.roots]
        lines += [f"  {one_line(report.problem)}"] if report.problem else []
        meant = f"{report.vectors:,} of {counted(report.passages, 'passage')} by {one_line(report.meaning)}"
        lines += [f"  by meaning, too: {meant}"] if report.meaning else []
    return [line if columns is None else cut(line, columns) for line in lines]


def problem_lines(files: Sequence[FileRecord]) -> list[str]:
    """Each file that was not read, with the reason: first those that failed."""
    worst_first = sorted(files, key=lambda file: (file.state is not State.FAILED, file.name))
    lines = [f"  {file.state.value:7}  {file.name}: {file.reason}" for file in worst_first]
    lines += [f"  {what_reads_them()}"] if any(wants_a_library(file.reason) for file in files) else []
    return [safe_line(line) for line in lines]


def listing_as_json(
    reports: Sequence[CollectionReport], problems: Mapping[str, Sequence[FileRecord]] | None = None
) -> str:
    """A JSON array with an object for each collection; with `problems`, each has the files that were not read."""
    return printable(json.dumps([_as_object(one, problems) for one in reports], indent=2))


def document_lines(file: FileRecord, passages: Sequence[Passage]) -> list[str]:
    """A document as it is kept: what it is, then its passages with their places."""
    about = [file.kind, file.encoding, size_in_words(file.size)]
    about += [counted(len(passages), "passage")] if file.state is State.READ else [f"{file.state.value}: {file.reason}"]
    lines = [one_line(f"{file.name}{DOT}{DOT.join(filter(None, about))}")]
    for passage in passages:
        lines += ["", one_line(DOT.join(filter(None, (f"── {passage.place}", " › ".join(passage.headings)))))]
        lines += safe(passage.text).splitlines()
    return lines


def size_in_words(size: int) -> str:
    """A number of bytes: 700 B, 12 kB, 3.4 MB."""
    for unit, name in ((10**9, "GB"), (10**6, "MB"), (10**3, "kB")):
        if size >= unit:
            return f"{size / unit:.1f} {name}" if size < 10 * unit else f"{size / unit:,.0f} {name}"
    return f"{size} B"


def safe_line(line: str) -> str:
    """A line that begins with blanks, safe for a terminal."""
    return line[: len(line) - len(line.lstrip(" "))] + one_line(line)


def _unchanged(done: Updated) -> str:
    return f", {done.unchanged:,} unchanged" if done.unchanged else ""


def _by_reason(skipped: Mapping[str, int]) -> str:
    return ", ".join(
        counted(count, reason[2:]) if reason.startswith("a ") else f"{count:,} {reason}"  # "2 key files", "2 binary"
        for reason, count in skipped.items()
    )


def _failed(failed: Sequence[tuple[str, str]], name: str) -> str:
    if not failed:
        return ""
    named = ", ".join(f"{_end(file.partition('/')[2] or file)} ({reason})" for file, reason in failed[:MOST_FAILED])
    more = f", … chat docs list {name} --problems names all" if len(failed) > MOST_FAILED else ""
    return f"{len(failed):,} failed: {named}{more}"


def _end(name: str) -> str:
    """The name of a file in a sentence: the end of it, which tells it from others, if it is long."""
    return name if len(name) <= LONGEST_NAME else f"…{name[1 - LONGEST_NAME :]}"


def _row(report: CollectionReport, now: float) -> tuple[str, ...]:
    problems = [f"{report.failed:,} failed"] if report.failed else []
    problems += [f"{report.skipped:,} skipped"] if report.skipped else []
    if report.problem:
        return (report.name, "-", "-", "-", "-", "cannot be read")
    return (
        report.name,
        f"{report.documents:,}",
        f"{report.passages:,}",
        size_in_words(report.bytes),
        "never" if report.updated is None else age_in_words(now - report.updated),
        ", ".join(problems) or "-",
    )


def _in_words(report: CollectionReport, row: Sequence[str], columns: int) -> list[str]:
    """A row as its name, and lines of what it says, none of which is cut as long as a part of it has room."""
    name, _, _, size, updated, problems = row
    parts = [counted(report.documents, "document"), counted(report.passages, "passage"), size]
    parts += [
        "never read" if report.updated is None else f"read {updated}",
        *(problems.split(", ") if problems != "-" else []),
    ]
    lines = [name, f"  {parts[0]}"]
    if report.problem:
        return lines[:1]
    for part in parts[1:]:
        longer = f"{lines[-1]}{DOT}{part}"
        lines = [*lines[:-1], longer] if cells(longer) <= columns else [*lines, f"  {part}"]
    return lines


def _aligned(row: Sequence[str], widths: Sequence[int]) -> str:
    return GAP.join(text + " " * (width - cells(text)) for text, width in zip(row, widths, strict=True)).rstrip()


def _as_object(report: CollectionReport, problems: Mapping[str, Sequence[FileRecord]] | None) -> dict[str, object]:
    made: dict[str, object] = {
        "name": report.name,
        "roots": list(report.roots),
        "documents": report.documents,
        "passages": report.passages,
        "skipped": report.skipped,
        "failed": report.failed,
        "bytes": report.bytes,
        "updated": None if report.updated is None else iso_of(report.updated),
    }
    if problems is not None:
        made["problems"] = [
            {"path": file.path, "state": file.state.value, "reason": file.reason} for file in problems[report.name]
        ]
    return made
