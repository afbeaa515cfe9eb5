"""The tool calls of a turn, as a screen follows them: which run, how far they are, and what came of them."""

from collections.abc import Callable
from dataclasses import dataclass

from chatbot_cli.chat.calls_in_words import LONGEST_VALUE, CallInWords, arguments_in_words, in_words, shown_name
from chatbot_cli.chat.events import CallsArrived, TurnEvent
from chatbot_cli.chat.rounds import CallOutcome, ToolCall, ToolResult
from chatbot_cli.chat.tool_events import ToolBegan, ToolEnded, ToolProgress
from chatbot_cli.text.width import cells

WIDEST_NAME = 24  # cells up to which the names of a turn's tools are written below each other as a column


@dataclass(slots=True)
class OpenCall:
    """A call that has no result yet. It `began` at a time by the clock; None if it does not run yet."""

    call: ToolCall
    tool: str
    arguments: str = ""  # in words
    began: float | None = None
    said: str = ""
    share: float | None = None


class CallsInTurn:
    """The calls of one turn; `clock` returns seconds."""

    def __init__(self, clock: Callable[[], float]) -> None:
        self._clock = clock
        self._open: dict[str, OpenCall] = {}
        self.count = 0  # of calls that have a result
        self.name_width = 0  # cells that the name of a tool takes in a column

    def note(self, event: TurnEvent) -> CallInWords | None:
        """Take in an event. Returns the call that has ended with it, if one has."""
        match event:
            case CallsArrived(calls):
                self._open = {call.id: OpenCall(call, shown_name(call.name)) for call in calls}
                for one in self._open.values():
                    self._make_room(one.tool)
            case ToolBegan(call, tool):
                self._open[call.id] = OpenCall(call, tool.label, arguments_in_words(call.arguments), self._clock())
                self._make_room(tool.label)
            case ToolProgress(call, _, text, share) if call.id in self._open:
                self._open[call.id].said, self._open[call.id].share = text[:LONGEST_VALUE], share
            case ToolEnded(call, result, tool):
                self._open.pop(call.id, None)
                self.count += 1
                return in_words(call, result, tool.label if tool else "")
        return None

    @property
    def running(self) -> list[OpenCall]:
        """The calls that run now, in the order in which they began."""
        return [one for one in self._open.values() if one.began is not None]

    def stopped(self) -> list[CallInWords]:
        """What is to be said of the calls that have no result, now that the turn is stopped."""
        left, self._open = self._open, {}
        self.count += len(left)
        results = ((one, ToolResult("", CallOutcome.STOPPED, self.seconds_of(one))) for one in left.values())
        return [in_words(one.call, result, one.tool) for one, result in results]

    def seconds_of(self, one: OpenCall) -> float:
        """How long a call has been running."""
        return 0.0 if one.began is None else self._clock() - one.began

    def _make_room(self, tool: str) -> None:
        if self.name_width < (width := cells(tool)) <= WIDEST_NAME:
            self.name_width = width


def running_in_words(one: OpenCall, seconds: float, sign: str) -> CallInWords:
    """A call that runs: how far it is, as far as it tells, and how long it has been running."""
    share = "" if one.share is None else f"{min(1.0, max(0.0, one.share)):.0%}".replace("%", " %")
    told = ", ".join(part for part in (share, one.said, f"{seconds:.0f} s" if seconds >= 1 else "") if part)
    return CallInWords(sign, one.tool, one.arguments, told)
