"""A reply that is data, on the plain screen: in lines that can be listened to."""

import io

import pytest

from chatbot_cli.chat.events import AskedAgain, DocumentArrived, RowsArrived, TextDelta, TurnEvent
from chatbot_cli.chat.limits import Limits
from chatbot_cli.chat.messages import Ending, Exchange
from chatbot_cli.chat.shape import Shape
from chatbot_cli.commands.outcomes import Remembered
from chatbot_cli.errors import InvalidReply
from chatbot_cli.structured.shape import JsonShape
from chatbot_cli.terminal.failing import fail_on
from chatbot_cli.terminal.plain_screen import PlainScreen
from tests.chat.turns import window_holding
from tests.terminal.panel_window import end

SCHEMA = '{"type": "object", "properties": {"name": {"type": "string"}, "age": {"type": "integer"}}}'
PERSON, PEOPLE = JsonShape(SCHEMA, "name, age int"), JsonShape(SCHEMA, "name, age int", many=True)
ADA, BOB = '{"name": "Ada", "age": 36}', '{"name": "Bob"}'
AGAIN = AskedAgain(window_holding(0, 0, 10, Limits(40, 8000, None)), ("$[1].age: 'x' is not an integer",), 2)


async def heard(shape: Shape, *events: TurnEvent, error: Exception | None = None) -> str:
    out = io.StringIO()
    screen = PlainScreen(out, out, out, labels=True)
    try:
        async with screen.reply("t", "", shape) as view:
            for event in events:
                view.show(event)
            if error:
                raise error
    except InvalidReply:
        pass
    return out.getvalue()


async def test_one_object_is_read_when_it_is_whole() -> None:
    assert (
        await heard(PERSON, TextDelta(ADA[:9]), TextDelta(ADA[9:])) == f"Assistant: {ADA}\n(The reply was stopped.)\n"
    )
    text = await heard(PERSON, TextDelta(ADA), DocumentArrived(ADA), *end())
    assert text.startswith("Assistant: data\nname: Ada\nage: 36\n(12 tokens sent")


async def test_rows_are_read_as_soon_as_they_are_valid_and_once() -> None:
    events = (TextDelta(f"[{ADA}"), RowsArrived((ADA,)), TextDelta(f", {BOB}]"), RowsArrived((BOB,)))
    assert await heard(PEOPLE, *events[:2]) == "Assistant: row 1\nname: Ada\nage: 36\n(The reply was stopped.)\n"
    text = await heard(PEOPLE, *events, DocumentArrived(f"[{ADA}, {BOB}]"), *end())
    assert text.startswith("Assistant: row 1\nname: Ada\nage: 36\nrow 2\nname: Bob\n(12 tokens sent")


async def test_what_is_asked_again_is_told_and_the_rows_before_it_stand() -> None:
    text = await heard(
        PEOPLE, TextDelta(f"[{ADA}, 1]"), RowsArrived((ADA,)), AGAIN, TextDelta(f"[{BOB}]"), RowsArrived((BOB,))
    )
    assert (
        "age: 36\nThe reply was not valid ($[1].age: 'x' is not an integer); asked once more.\nrow 2\nname: Bob\n"
        in text
    )


async def test_what_is_not_valid_is_read_as_it_came_and_its_error_alone_says_so() -> None:
    text = await heard(PERSON, TextDelta("No."), error=InvalidReply("No.", ("there is no JSON",)))
    assert text == "Assistant: No.\n"


def test_the_next_problems_stand_between_the_first_and_the_hint() -> None:
    out = io.StringIO()
    fail_on(PlainScreen(out, out, out), InvalidReply("x", tuple(f"$[{n}]: wrong" for n in range(6)), 2))
    first, *others, hint = out.getvalue().splitlines()
    assert first.endswith(": $[0]: wrong.")
    assert others == ["Also $[1]: wrong.", "Also $[2]: wrong.", "Also $[3]: wrong.", "And 2 more."]
    assert hint.startswith("Another model may do better")


@pytest.mark.parametrize(
    ("reply", "expected"),
    [(f'[{ADA}, {{"na', "row 1\nname: Ada\nage: 36"), (ADA[:9], ADA[:9]), ("No *data*", "No *data*")],
)
def test_earlier_data_that_broke_off_is_read_as_it_was(reply: str, expected: str) -> None:
    out = io.StringIO()
    exchange = Exchange("Who?", reply, Ending.STOPPED)
    PlainScreen(out, out, out, labels=True).recall([Remembered(1, exchange, sent=True)], PEOPLE)
    assert f"Assistant: {expected}\n(stopped)\n" in out.getvalue()


def test_earlier_data_is_read_in_the_same_way() -> None:
    out = io.StringIO()
    document = '{\n  "name": "Ada",\n  "age": 36\n}'
    PlainScreen(out, out, out, labels=True).recall([Remembered(1, Exchange("Who?", document), sent=True)], PERSON)
    assert "Assistant: data\nname: Ada\nage: 36\n" in out.getvalue()
