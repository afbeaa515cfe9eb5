"""A tool call on one line: what is told of its arguments and its result, and how it fits a narrow screen."""

import json

import pytest
from hypothesis import given
from hypothesis import strategies as st

from chatbot_cli.chat.calls_in_words import CallInWords, arguments_in_words, in_words, summary_of
from chatbot_cli.chat.repeats import Repeats
from chatbot_cli.chat.rounds import CallOutcome, ToolCall, ToolResult
from chatbot_cli.text.width import cells

STOCK = ToolCall("c1", "stock", '{"item": "tea", "count": 3}')
AGAIN = Repeats()


@pytest.mark.parametrize(
    ("result", "line"),
    [
        (ToolResult('[{"a": 1}]', seconds=0.04), '✓ stock  item="tea" count=3  → [{"a": 1}], 0.04 s'),
        (ToolResult(json.dumps([{"a": n} for n in range(30)])), '✓ stock  item="tea" count=3  → 30 rows'),
        (ToolResult("a\nb\nc\n", seconds=12.3), '✓ stock  item="tea" count=3  → 3 lines, 12 s'),
        (ToolResult(""), '✓ stock  item="tea" count=3  → nothing'),
        (
            [AGAIN.noted(STOCK, ToolResult("12", seconds=0.04)) for _ in range(3)][-1],
            '✓ stock  item="tea" count=3  → 12, the same 3 times, 0.04 s',
        ),
        (ToolResult("x" * 2000), '✓ stock  item="tea" count=3  → 2,000 characters'),
        (
            ToolResult("KeyError: 'tea'\nmore", CallOutcome.FAILED, 1.5),
            "✗ stock  item=\"tea\" count=3  → failed: KeyError: 'tea', 1.5 s",
        ),
        (ToolResult("", CallOutcome.DENIED), '– stock  item="tea" count=3  not allowed'),
        (ToolResult("", CallOutcome.UNKNOWN), '? stock  item="tea" count=3  unknown, it may have run'),
        (
            ToolResult("", CallOutcome.STOPPED, 3.2),
            '– stock  item="tea" count=3  stopped after 3.2 s; it may have had effects',
        ),
        (ToolResult("", CallOutcome.STOPPED), '– stock  item="tea" count=3  not run: stopped before'),
        (
            ToolResult("(not run) 10 rounds of tools are used up.", CallOutcome.NOT_RUN),
            '– stock  item="tea" count=3  not run: 10 rounds of tools are used up.',
        ),
        (
            ToolResult("(not run) The arguments do not fit: item: a text.", CallOutcome.INVALID),
            '✗ stock  item="tea" count=3  not run: The arguments do not fit: item: a text.',
        ),
    ],
)
def test_a_call_is_told_on_one_line(result: ToolResult, line: str) -> None:
    assert in_words(STOCK, result).line == line


@pytest.mark.parametrize("outcome", CallOutcome)
def test_every_outcome_is_told_in_words(outcome: CallOutcome) -> None:
    assert in_words(STOCK, ToolResult("Why.", outcome)).ending


@pytest.mark.parametrize(
    ("arguments", "told"),
    [
        ("{}", ""),
        ("[1]", "[1]"),
        ("no json", "no json"),
        ("[" * 9999, None),
        (f'{{"a": {"[" * 990}{"]" * 990}}}', None),
    ],
)
def test_arguments_that_are_no_object_are_shown_as_they_are(arguments: str, told: str | None) -> None:
    assert arguments_in_words(arguments) == told or told is None


def test_a_json_document_is_told_by_its_size_and_what_only_looks_like_one_by_its_length() -> None:
    assert summary_of(json.dumps({str(n): "some text" for n in range(12)})) == "12 fields"
    assert summary_of("[" * 300) == "300 characters"


@given(st.text(max_size=80), st.text(max_size=300), st.text(max_size=300), st.integers(20, 120))
def test_a_line_fits_and_cannot_act_on_the_terminal(tool: str, arguments: str, ending: str, columns: int) -> None:
    line = CallInWords("✓", tool, arguments, ending).fitted(columns).line
    assert cells(line) <= columns
    assert not set(line) & {"\n", "\r", "\x1b", "\x07", "\u202e"}


def test_on_a_narrow_screen_an_error_has_the_room_of_the_arguments() -> None:
    call = CallInWords("✗", "stock", 'item="a very long name of a tea" count=3', "failed: KeyError: 'nix'")
    assert call.fitted(40).ending == call.ending


def test_huge_parts_of_a_line_cost_next_to_nothing() -> None:
    huge = "日" * 1_000_000
    assert cells(CallInWords("✓", huge, huge, huge).fitted(80).line) <= 80
    assert in_words(ToolCall("c", "t", json.dumps({"text": huge})), ToolResult(f"{huge}\n{huge}")).ending == "→ 2 lines"
