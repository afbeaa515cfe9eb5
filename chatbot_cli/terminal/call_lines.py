"""Tool calls on the full screen: a line for each, those that run with a spinner and a bar of their progress."""

from collections.abc import Sequence

from rich.console import Console
from rich.segment import Segment

from chatbot_cli.chat.calls_in_words import FAILED, GAP, CallInWords
from chatbot_cli.terminal.calls_in_turn import WIDEST_NAME, OpenCall, running_in_words
from chatbot_cli.terminal.markdown.view import Line
from chatbot_cli.text.signs import MESSAGE
from chatbot_cli.text.width import cells

BAR = 10  # cells
LEAST_ALIGNED = 60  # cells of a line whose names are padded
LEAST_BESIDE_BAR = 50  # cells of a line that has a bar beside it
IS_DONE, IS_LEFT = "━", "╌"


def call_lines(console: Console, calls: Sequence[CallInWords], name_width: int) -> list[Line]:
    """Lines that fit the console; the names of the tools take `name_width` cells, except on a narrow console."""
    return [_line(console, call, name_width) for call in calls]


def width_of_names(calls: Sequence[CallInWords]) -> int:
    """The cells of the longest name that is not too long for a column."""
    return max((width for call in calls if (width := cells(call.tool)) <= WIDEST_NAME), default=0)


def running_line(console: Console, one: OpenCall, seconds: float, frame: str, name_width: int) -> Line:
    """A call that runs, with this `frame` of the spinner."""
    has_bar = one.share is not None and console.width >= LEAST_BESIDE_BAR + BAR
    before_ending = _bar(console, one.share or 0.0) if has_bar else []
    return _line(console, running_in_words(one, seconds, frame), name_width, before_ending)


def _line(console: Console, call: CallInWords, name_width: int, before_ending: Sequence[Segment] = ()) -> Line:
    quiet = console.get_style("quiet")
    beside = sum(segment.cell_length for segment in before_ending)
    spare = max(0, name_width - cells(call.tool)) if console.width >= LEAST_ALIGNED else 0
    shown = call.fitted(console.width - len(MESSAGE) - beside - spare)
    padding = " " * spare if shown.arguments or shown.ending else ""
    sign = console.get_style("problem") if shown.sign == FAILED else quiet
    return [
        Segment(MESSAGE, quiet),
        Segment(f"{shown.sign} ", sign),
        Segment(shown.tool + padding),
        *([Segment(GAP + shown.arguments, quiet)] if shown.arguments else []),
        *([Segment(GAP), *before_ending] if before_ending else []),
        *([Segment((" " if before_ending else GAP) + shown.ending, quiet)] if shown.ending else []),
    ]


def _bar(console: Console, share: float) -> list[Segment]:
    done = round(min(1.0, max(0.0, share)) * BAR)
    return [
        Segment(IS_DONE * done, console.get_style("bar")),
        Segment(IS_LEFT * (BAR - done), console.get_style("quiet")),
    ]
