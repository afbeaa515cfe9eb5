"""A tool call in a few words, for people: its arguments, and what came of it. Pure."""

from collections.abc import Mapping, Sequence

from chatbot_cli.chat.rounds import CallOutcome, Round, ToolCall, ToolResult
from chatbot_cli.chat.same_again import as_it_came
from chatbot_cli.errors import FULL_STOPS
from chatbot_cli.frozen import frozen
from chatbot_cli.text.counts import counted
from chatbot_cli.text.json_documents import as_json, document_in
from chatbot_cli.text.safe import one_line
from chatbot_cli.text.short import shorten
from chatbot_cli.text.width import cells, cut

LONGEST_VALUE = 200  # characters of an argument or a result in words, before a screen fits them to its width
SHORT = 60  # characters of a result that is shown as it is
LONGEST_JSON = 200_000  # characters of a result that is read to count its rows
LONGEST_READ = 2_000  # characters of a part that is looked at for a line
LONGEST_LINE = 400  # cells of a line that is written to no terminal
LEAST = 4  # cells that a part of a line needs in order to tell something
WIDE = 45  # cells for the arguments and what came of them; with less, what came matters more
GAP = "  "
SHORTEST = 0.005  # seconds; what took less is not worth telling

DONE, FAILED, NOT_RUN, UNKNOWN = "✓", "✗", "–", "?"
SIGNS = {
    CallOutcome.DONE: DONE,
    CallOutcome.FAILED: FAILED,
    CallOutcome.TIMED_OUT: FAILED,
    CallOutcome.INVALID: FAILED,
    CallOutcome.NO_SUCH_TOOL: FAILED,
    CallOutcome.UNKNOWN: UNKNOWN,
}

_BEFORE_FAILURE = {
    CallOutcome.FAILED: "failed",
    CallOutcome.INVALID: "not run",
    CallOutcome.NOT_RUN: "not run",
}


@frozen
class CallInWords:
    """A call as it is shown on one line: a sign, the tool, its arguments, and what came of it; empty while it runs."""

    sign: str
    tool: str
    arguments: str
    ending: str = ""

    @property
    def line(self) -> str:
        """All of it on one line."""
        return f"{self.sign} {GAP.join(part for part in (self.tool, self.arguments, self.ending) if part)}"

    def fitted(self, columns: int | None) -> "CallInWords":
        """The same without what could act on a terminal, and cut to so many cells; None cuts what is very long."""
        tool, arguments, ending = (one_line(text[:LONGEST_READ]) for text in (self.tool, self.arguments, self.ending))
        room = (LONGEST_LINE if columns is None else columns) - len(f"{self.sign} ")
        tool = cut(tool, max(LEAST, room // 2))
        room -= cells(tool) + len(GAP) * (bool(arguments) + bool(ending))
        if arguments and ending and room < 2 * LEAST:
            arguments, room = "", room + len(GAP)
        if cells(arguments) + cells(ending) > room:
            least = min(cells(arguments), max(LEAST, room // (3 if room >= WIDE else 6)))
            arguments = cut(arguments, room - min(cells(ending), room - least)) if arguments else ""
            ending = cut(ending, max(1, room - cells(arguments))) if ending else ""
        return CallInWords(self.sign, tool, arguments, ending)


def in_words(call: ToolCall, result: ToolResult, tool: str = "") -> CallInWords:
    """A call that has a result; `tool` is how the tool is called for people, if that is known."""
    sign = SIGNS.get(result.outcome, NOT_RUN)
    return CallInWords(sign, tool or shown_name(call.name), arguments_in_words(call.arguments), _ending(result))


def calls_in_words(one: Round, labels: Mapping[str, str]) -> list[CallInWords]:
    """The calls of a round, in order; `labels` are what people call the tools, by their names on the wire."""
    answers = zip(one.calls, one.results, strict=True)
    return [in_words(call, result, labels.get(call.name, "")) for call, result in answers]


def shown_name(name: str) -> str:
    """The name on the wire as people write it, as far as it tells: a server and its tool have a dot in between."""
    return name.replace("__", ".", 1)


def arguments_in_words(arguments: str) -> str:
    """The arguments of a call, a JSON object, as `item="tea" count=3`."""
    found = document_in(arguments)
    if not isinstance(found, dict):
        return shorten(arguments, LONGEST_VALUE)
    try:
        values = [(name, as_json(one)) for name, one in found.items()]
    except RecursionError:  # an abyss of brackets
        return shorten(arguments, LONGEST_VALUE)
    return " ".join(f"{name}={shorten(value, LONGEST_VALUE)}" for name, value in values)


def seconds_in_words(seconds: float) -> str:
    """A duration as short as it tells something: "0.04 s", "3.2 s", "75 s"; empty for next to nothing."""
    if seconds < SHORTEST:
        return ""
    return f"{seconds:.2f} s" if seconds < 1 else f"{seconds:.1f} s" if seconds < 10 else f"{seconds:.0f} s"


def summary_of(text: str) -> str:
    """What a result is, in words: itself if it is short, or how many rows, lines or characters it has."""
    if not (stripped := text.strip()):
        return "nothing"
    if stripped[0] in "[{" and (rows := _rows_of(stripped)):
        return rows
    lines = stripped.splitlines()
    if len(lines) > 1:
        return counted(len(lines), "line")
    return stripped if len(stripped) <= SHORT else counted(len(stripped), "character")


def is_shown_whole(result: ToolResult) -> bool:
    """Whether the line of a call, if it fits the screen, has all that the tool has found."""
    found = as_it_came(result.text)[0].strip()
    return result.outcome is not CallOutcome.DONE or not found or summary_of(found) == found


def _rows_of(text: str) -> str:
    """How many elements a JSON array or object has; empty for what is no JSON, or is short enough to be shown."""
    if len(text) <= SHORT and "\n" not in text:
        return text
    found = document_in(text) if len(text) <= LONGEST_JSON else None
    if found is None:
        return ""
    if isinstance(found, list):
        return counted(len(found), "row" if all(isinstance(one, dict) for one in found) else "element")
    return counted(len(found), "field")


def _ending(result: ToolResult) -> str:
    outcome, seconds = result.outcome, seconds_in_words(result.seconds)
    match outcome:
        case CallOutcome.DONE:
            text, times = as_it_came(result.text)
            again = f"the same {times} times" if times else ""
            return ", ".join(filter(None, (f"→ {summary_of(text)}", again, seconds)))
        case CallOutcome.DENIED:
            return "not allowed"
        case CallOutcome.NO_SUCH_TOOL:
            return "no such tool is offered"
        case CallOutcome.STOPPED:
            return f"stopped after {seconds}; it may have had effects" if seconds else "not run: stopped before"
        case CallOutcome.UNKNOWN:
            return "unknown, it may have run"
        case CallOutcome.TIMED_OUT:
            return f"timed out{f' after {seconds}' if seconds else ''}; it may have had effects"
    before, said = _BEFORE_FAILURE.get(outcome, outcome.value), _first_line(result.text)
    words = f"{before}: {said}" if said else before
    return f"→ {_joined(words, seconds)}" if outcome is CallOutcome.FAILED else _joined(words, seconds)


def _first_line(text: str) -> str:
    """The first line of what the model is told, without the words that are there already."""
    lines: Sequence[str] = text.strip().removeprefix("(not run)").strip().splitlines() or [""]
    return shorten(lines[0], LONGEST_VALUE)


def _joined(words: str, seconds: str) -> str:
    return f"{words.rstrip(FULL_STOPS)}, {seconds}" if seconds else words
