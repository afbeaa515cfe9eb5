"""A reply that is data, on an emulated screen: a table that fills, and what becomes of one that is not valid."""

import json
from collections.abc import Sequence
from functools import partial

import pytest

from chatbot_cli.chat.events import (
    AskedAgain,
    CallsArrived,
    DocumentArrived,
    Finished,
    RequestBuilt,
    RowsArrived,
    SteppedDown,
    TextDelta,
    TokensUsed,
    TurnEvent,
)
from chatbot_cli.chat.limits import Limits
from chatbot_cli.chat.messages import Ending, Exchange
from chatbot_cli.chat.rounds import ToolCall, ToolResult
from chatbot_cli.chat.shape import Level, Shape
from chatbot_cli.chat.tool_events import ToolBegan, ToolEnded
from chatbot_cli.commands.outcomes import Remembered
from chatbot_cli.errors import InvalidReply, ShapeRefused
from chatbot_cli.structured.shape import JsonShape
from chatbot_cli.terminal.data_body import DataBody
from chatbot_cli.terminal.reply_panel import ReplyPanel
from chatbot_cli.terminal.rich_screen import RichScreen
from tests.chat.turns import window_holding
from tests.fakes import tool_named
from tests.terminal.panel_window import Clock, Window, end

SCHEMA = '{"type": "object", "properties": {"name": {"type": "string"}, "age": {"type": "integer"}}}'
PERSON, PEOPLE = JsonShape(SCHEMA, "name, age int"), JsonShape(SCHEMA, "name, age int", many=True)
ADA, OLD = '{"name": "Ada", "age": 36}', '{"name": "Ada", "age": "old"}'
WRONG = "$.age: 'old' is not an integer"
NOW = window_holding(0, 0, 10, Limits(40, 8000, None))


class EagerDataPanel(ReplyPanel):
    """A panel that has time to paint after every event."""

    def __init__(self, window: Window, shape: Shape) -> None:
        self._time = Clock()
        super().__init__(window.console, "t · demo", clock=self._time, body=partial(DataBody, window.console, shape))

    def show(self, event: TurnEvent) -> None:
        self._time.now += 1
        super().show(event)


def pieces(text: str) -> list[TurnEvent]:
    return [TextDelta(text[start : start + 5]) for start in range(0, len(text), 5)]


def listed(first: int, last: int) -> str:
    return json.dumps([{"name": f"Person {number}", "age": number} for number in range(first, last)])


async def shown(
    window: Window, shape: Shape, events: Sequence[TurnEvent], error: BaseException | None = None
) -> list[str]:
    """The lines between the title and the footer, and below."""
    try:
        async with EagerDataPanel(window, shape) as panel:
            for event in events:
                panel.show(event)
            if error is not None:
                raise error
    except InvalidReply:
        pass
    return window.lines


async def test_a_table_fills_and_stays() -> None:
    window = Window(40, 12)
    async with EagerDataPanel(window, PERSON) as panel:
        panel.show(TextDelta('Sure:\n```json\n{"name": "Ad'))
        assert "name  Ad" in window.screen
        panel.show(TextDelta('a", "age": 36}\n```'))
        assert "name  Ada\nage   36" in window.screen.replace(" \n", "\n")
        for event in (DocumentArrived(ADA), *end()):
            panel.show(event)
    assert window.lines[2:4] == ["name  Ada", "age   36"]
    assert window.lines[5].startswith("── 12 sent, 34 received")


async def test_until_there_is_data_it_says_how_much_text_has_come() -> None:
    window = Window(60, 12)
    async with EagerDataPanel(window, PERSON) as panel:
        panel.show(TextDelta("Let me think."))
        assert "13 characters so far, no data yet" in window.screen


async def test_a_list_longer_than_the_screen_is_in_the_scrollback_once_below_its_titles() -> None:
    window = Window(40, 10)
    async with EagerDataPanel(window, PEOPLE) as panel:
        for event in pieces(listed(0, 60)):
            panel.show(event)
        assert window.screen.splitlines()[2].split() == ["name", "age"]
        assert "Person 59" in window.screen
        for event in (DocumentArrived(listed(0, 60)), *end()):
            panel.show(event)
    for number in range(60):
        assert sum(line.split()[:2] == ["Person", str(number)] for line in window.lines) == 1


async def test_a_reply_that_is_asked_for_again_makes_the_table_anew_and_counts_all_tries() -> None:
    window = Window(80, 20)
    used = TokensUsed(10, 5, 0.5)
    first = [RequestBuilt(NOW), *pieces(OLD), used, Finished(Ending.COMPLETE)]
    async with EagerDataPanel(window, PERSON) as panel:
        for event in (*first, AskedAgain(NOW, (WRONG,), 2)):
            panel.show(event)
        assert "old" not in window.lines[-1]
        assert "waiting" in window.screen
        for event in (*pieces(ADA), used):
            panel.show(event)
        assert "age   36" in window.screen
        panel.show(DocumentArrived(ADA))
    text = "\n".join(window.lines)
    assert f"» The reply was not valid ({WRONG}); asked once more." in text
    assert text.count("Ada") == 1
    assert "20 tokens sent, 10 received" in text
    assert "$1.00" in text


async def test_rows_that_are_right_stay_above_those_that_are_asked_for_again() -> None:
    window = Window(60, 20)
    async with EagerDataPanel(window, PEOPLE) as panel:
        for event in (*pieces(f"[{ADA}, {OLD}]"), RowsArrived((ADA,)), AskedAgain(NOW, (WRONG,), 2)):
            panel.show(event)
        assert ("Ada    36" in window.screen, "old" in window.screen.split("asked once")[1]) == (True, False)
        panel.show(TextDelta(f'[{ADA}, {{"name": "Bob", "age": 7}}]'))
        assert window.screen.count("Ada") == 1
        assert "Bob" in window.screen


async def test_rows_that_are_right_stay_above_what_is_not_valid_in_the_end() -> None:
    window = Window(60, 20)
    events = (*pieces(f"[{ADA}, {OLD}]"), RowsArrived((ADA,)), AskedAgain(NOW, (WRONG,), 2), *pieces(f"[{OLD}]"))
    lines = await shown(window, PEOPLE, events, InvalidReply(f"[{OLD}]", (WRONG,), 2))
    begin = lines.index("Ada    36")
    assert lines[begin + 1 : begin + 3] == ["", f"[{OLD}]"]


async def test_what_is_not_valid_stands_there_as_it_came() -> None:
    window = Window(60, 20)
    hostile = '{"name": "*soft* [red]\x1b[31m", "age": "old"}'
    lines = await shown(window, PERSON, pieces(hostile), InvalidReply(hostile, (WRONG,), 2))
    assert lines[2] == '{"name": "*soft* [red]␛[31m", "age": "old"}'
    assert lines[4].startswith("── not the data that was asked for · ")


@pytest.mark.parametrize("text", ['[{"name": "Ada", "age": 36}, {"na', "no data"])
async def test_a_table_that_is_stopped_stays_as_far_as_it_came(text: str) -> None:
    window = Window(60, 20)
    async with EagerDataPanel(window, PEOPLE) as panel:
        panel.show(TextDelta(text))
    assert ("Ada" if "Ada" in text else "no data") in "\n".join(window.lines)
    assert "stopped" in window.lines[-1]


async def test_a_second_try_that_is_stopped_before_a_word_leaves_the_first() -> None:
    window = Window(60, 20)
    async with EagerDataPanel(window, PERSON) as panel:
        for event in (TextDelta("no data"), AskedAgain(NOW, (WRONG,), 2)):
            panel.show(event)
    assert "no data" in window.lines


async def test_a_server_that_takes_no_schema_is_told_above_the_table() -> None:
    window = Window(80, 20)
    refused = SteppedDown(Level.WORDS, ShapeRefused("No schema."))
    lines = await shown(window, PERSON, [refused, *pieces(ADA), DocumentArrived(ADA), *end()])
    assert lines[0] == "» The server has no JSON mode; the model is told the schema in words."


async def test_an_empty_list_says_so() -> None:
    lines = await shown(Window(60, 20), PEOPLE, [*pieces("[]"), DocumentArrived("[]"), *end()])
    assert lines[2] == "» (There is nothing in it.)"


def test_earlier_data_is_a_table_if_the_shape_is_in_force_and_else_json() -> None:
    document = json.dumps(json.loads(ADA), indent=2)
    for shape, expected in (
        (PERSON, "name  Ada"),
        (None, '  "name": "Ada",'),
        (JsonShape('{"type": "array"}', ""), "{"),
    ):
        window = Window(60, 20)
        RichScreen(window.console, window.console).recall([Remembered(1, Exchange("Who?", document), sent=True)], shape)
        assert expected in window.lines
    window = Window(60, 20)
    RichScreen(window.console, window.console).recall([Remembered(1, Exchange("?", f"*See* {ADA}"), sent=True)], PERSON)
    assert f"See {ADA}" in window.lines


@pytest.mark.parametrize(
    ("ending", "reply", "expected"),
    [
        (Ending.STOPPED, '[{"name": "Ada", "age": 36}, {"na', "Ada    36"),
        (Ending.LOST, '[{"name": "Ada", "age": 36}, {"na', "Ada    36"),
        (Ending.LOST, "*No* data", "*No* data"),
        (Ending.INVALID, '[{"name": "Ada"}]', '[{"name": "Ada"}]'),
    ],
)
def test_earlier_data_that_broke_off_is_a_table_as_far_as_it_came(ending: Ending, reply: str, expected: str) -> None:
    window = Window(60, 20)
    exchange = Exchange("Who?", reply, ending)
    RichScreen(window.console, window.console).recall([Remembered(1, exchange, sent=True)], PEOPLE)
    assert expected in window.lines


async def test_what_is_said_before_calls_of_tools_is_no_part_of_the_data() -> None:
    window = Window(60, 20)
    look, stock = ToolCall("c1", "stock"), tool_named("stock")
    events = [
        *pieces("Let me look."),
        CallsArrived((look,)),
        ToolBegan(look, stock),
        ToolEnded(look, ToolResult("3 boxes"), stock),
        RequestBuilt(NOW),
        *pieces(ADA),
        DocumentArrived(ADA),
        *end(),
    ]
    lines = await shown(window, PERSON, events)
    assert lines[2:6] == ["Let me look.", "", "» ✓ stock  → 3 boxes", ""]
    assert "Ada" in "\n".join(lines[6:])
    assert "look" not in "\n".join(lines[6:])
