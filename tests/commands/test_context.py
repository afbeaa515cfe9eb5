"""/context: a row for each message as it is sent, what is not sent and why, and where the next block is cut."""

from dataclasses import replace

import pytest

from chatbot_cli.chat.attachments import TEXT, Attachment
from chatbot_cli.chat.conversation import Conversation
from chatbot_cli.chat.documents import Documents
from chatbot_cli.chat.events import Finished, TextDelta, TokensUsed
from chatbot_cli.chat.limits import Limits
from chatbot_cli.chat.marks import NO_MARKS, Marks
from chatbot_cli.chat.messages import Ending, Exchange
from chatbot_cli.chat.next_cut import next_cut
from chatbot_cli.chat.shape import Level
from chatbot_cli.chat.tool_rounds import Tools
from chatbot_cli.chat.transcript import Transcript
from chatbot_cli.commands.memory import memory_commands
from chatbot_cli.commands.outcomes import Show
from chatbot_cli.commands.window_report import limits_in_words
from chatbot_cli.terminal.input.toolbar import window_line
from chatbot_cli.text.chart import Chart, Divider, Row, laid_out, plain_lines
from chatbot_cli.text.width import cells
from tests.chat.turns import conversation_with, say
from tests.fakes import (
    AnyWords,
    FakeApprover,
    FakeLibrary,
    FakeToolbox,
    Script,
    ScriptedModel,
    WordCounter,
    passage,
    setup_with,
    tool_named,
)
from tests.rounds import A_PICTURE, A_ROUND

EXAMPLE = Exchange("Tea?", "With milk.")


def conversation(
    exchanges: int,
    max_turns: int,
    *,
    slide: int | None = None,
    trimmed: int = 0,
    marks: Marks = NO_MARKS,
    **more: object,
) -> Conversation:
    """One whose exchanges have two words each, with a system prompt of two words."""
    setup = setup_with(ScriptedModel(), system_prompt="Be kind.", max_turns=max_turns)
    begun = Conversation(replace(setup, slide=slide, **more))  # type: ignore[arg-type]  # fields of a setup
    said = Transcript(Exchange(f"q{number}", f"a{number}") for number in range(1, exchanges + 1))
    begun.change("", replace(begun.state, exchanges=said, trimmed=trimmed, marks=marks))
    return begun


def chart_of(conversation: Conversation) -> Chart:
    outcome = memory_commands.run("/context", conversation)
    assert isinstance(outcome, Show)
    return outcome.chart


def rows_of(conversation: Conversation) -> list[str]:
    """The rows of the table, each on one line without its columns, up to the opening of the reply."""
    rows = chart_of(conversation).rows
    lines = [row.words if isinstance(row, Divider) else " ".join(" ".join(row.cells).split()) for row in rows]
    return lines[: lines.index("reply its opening 3")]


def test_the_tutorials_demonstration_can_be_read_in_it() -> None:
    assert rows_of(conversation(3, 2)) == [
        "system Be kind. 2",
        "2 older messages, 2 tokens, are not sent: the window holds 2 exchanges",
        *("2 you q2 1", "assistant a2 1"),
        "the next cut is here: the exchange above leaves after 1 more",
        *("3 you q3 1", "assistant a3 1"),
    ]


def test_a_line_says_where_the_next_block_is_cut_and_when() -> None:
    lines = rows_of(conversation(7, 6))
    assert lines[1] == "6 older messages, 6 tokens, are not sent: the window holds 6 exchanges, and drops 3 at once"
    assert lines[-4:] == [
        "assistant a6 1",
        "the next cut is here: the 3 exchanges above leave after 3 more",
        *("7 you q7 1", "assistant a7 1"),
    ]
    assert "cut" not in "".join(rows_of(conversation(2, 6)))  # that of exchanges which are still to come


def test_pins_and_drops_have_rows_with_their_marks_wherever_they_are() -> None:
    marks = Marks(frozenset({0}), frozenset({1, 6}))
    lines = rows_of(conversation(9, 4, slide=1, trimmed=2, marks=marks))
    assert lines[1:] == [
        *("1 you, pinned q1 1", "assistant a1 1", "2 you, dropped q2 1", "assistant a2 1"),
        "4 older messages, 4 tokens, are not sent: the window holds 4 exchanges",
        *("5 you q5 1", "assistant a5 1"),
        "the next cut is here: the exchange above leaves after 1 more",
        *("6 you q6 1", "assistant a6 1", "7 you, dropped q7 1", "assistant a7 1"),
        *("8 you q8 1", "assistant a8 1", "9 you q9 1", "assistant a9 1"),
    ]
    rows = [row for row in chart_of(conversation(9, 4, marks=marks)).rows if isinstance(row, Row)]
    assert {row.quiet for row in rows if row.cells[1] == "you, dropped"} == {True}
    assert {row.share for row in rows if row.cells[1] == "you, dropped"} == {None}


def test_what_was_trimmed_is_not_told_as_what_does_not_fit() -> None:
    assert rows_of(conversation(6, 4, trimmed=4))[1:3] == [
        "8 older messages, 8 tokens, are not sent: /trim left them out",
        "5 you q5 1",
    ]


def test_a_pin_without_room_says_so() -> None:
    lines = rows_of(conversation(4, 1, slide=1, marks=Marks(frozenset({0})), max_context_tokens=4))
    assert "1 you, pinned, no room q1 1" in lines


@pytest.mark.parametrize("columns", [40, 30, 24])
def test_a_narrow_screen_shows_the_tokens_of_each_row(columns: int) -> None:
    begun = conversation(4, 1, slide=1, marks=Marks(frozenset({0})), max_context_tokens=4)
    begun.change_setup("", replace(begun.setup, system_prompt="word " * 1_200))
    chart = chart_of(begun)
    numbers = [row.cells[3] for row in chart.rows if isinstance(row, Row)]
    width, layout = cells(laid_out(chart, columns).titles), laid_out(chart, columns)
    assert width <= columns
    assert [layout.line(row.cells).split()[-1] for row in chart.rows if isinstance(row, Row)] == numbers


def test_the_sums_are_those_of_the_window_and_the_toolbar() -> None:
    begun = conversation(4, 2, marks=Marks(frozenset({0})), examples=(EXAMPLE,), max_context_tokens=100)
    chart, window = chart_of(begun), begun.window()
    sent = [row for row in chart.rows if isinstance(row, Row) and row.share is not None]
    assert [row.cells[1] for row in sent[:3]] == ["system", "example", "example"]
    assert sum(int(row.cells[3]) for row in sent) + 3 == window.tokens
    assert sum(chart.shares) == pytest.approx(1 - 3 / window.tokens)
    assert chart.after.splitlines() == [
        f"In all: {window.tokens} of 75 tokens, 2 of 2 exchanges and 1 pinned, before your message.",
        "The window holds 100 tokens (your setting); 25 of them are kept free for the reply.",
    ]
    assert window_line(begun, 100).endswith(f" · {window.tokens} of 75 tokens")


@pytest.mark.parametrize("level", Level)
def test_what_replies_are_to_be_has_a_row_and_its_share(level: Level) -> None:
    begun = conversation(2, 2, max_context_tokens=100)
    begun.change_setup("", replace(begun.setup, shape=AnyWords(), model=replace(begun.setup.model, shape_level=level)))
    chart, window = chart_of(begun), begun.window()
    sent = [row for row in chart.rows if isinstance(row, Row) and row.share is not None]
    beside = 1 if level is Level.SCHEMA else 5  # the words of the schema; those that tell of it
    assert sent[-1].cells == ("", "schema", "words", f"{beside}")
    assert sum(int(row.cells[3]) for row in sent) + 3 == window.tokens
    assert chart.after.startswith(f"In all: {window.tokens} of ")


@pytest.mark.parametrize(
    ("slide", "leave"), [(3, "3 leave at once."), (5, "3 leave at once; slide is 5, but no more than 3 can leave.")]
)
def test_the_window_in_words_is_that_of_the_report(slide: int, leave: str) -> None:
    begun = conversation(5, 3, slide=slide, marks=Marks(frozenset({0})), max_context_tokens=100)
    lines = limits_in_words(begun).splitlines()
    assert lines[1] == f"When there are more, {leave}"
    assert lines[2].startswith("In it now: 1 of 3 exchanges and 1 pinned, ")
    assert ", 1 of 3 exchanges and 1 pinned, " in chart_of(begun).after


def test_calls_and_attachments_are_named_and_nothing_foreign_is_raw() -> None:
    begun = conversation(0, 5)
    exchange = Exchange("Look\n\x1b[2J", "Snow.", rounds=(A_ROUND,), attached=(A_PICTURE,))
    begun.change("", replace(begun.state, exchanges=Transcript([exchange])))
    lines = list(plain_lines(chart_of(begun)))
    assert any(f"you        Look ␛[2J [{A_PICTURE.name}] " in line for line in lines)
    assert any("assistant  Let me look. [weather] " in line for line in lines)
    assert any("tool       Snow. " in line for line in lines)


def test_tools_have_a_row_with_the_tokens_of_their_definitions_and_the_toolbar_says_them() -> None:
    toolbox = FakeToolbox([tool_named("stock"), tool_named("order")])
    begun = Conversation(setup_with(ScriptedModel()), tools=Tools(toolbox, FakeApprover()))
    assert rows_of(begun)[-1] == "tools 2: stock, order 12"
    assert (begun.window().tokens, rows_of(begun)[0]) == (18, "system You are helpful. 3")
    assert window_line(begun, 100).endswith(" · 0 of 64k tokens · tools 12")
    assert window_line(begun, 70).endswith(" · 0 of 64k tokens")
    begun.change_setup("", replace(begun.setup, shape=AnyWords()))
    assert rows_of(begun)[-2:] == ["tools 2: stock, order 12", "schema words 1"]
    assert window_line(begun, 100).endswith(" · 0 of 64k tokens · tools 12 · data: words")
    toolbox.off = {"stock"}
    assert "tools order 6" in rows_of(begun)


def test_estimates_are_marked() -> None:
    begun = conversation(1, 5)
    assert "~" not in "".join(plain_lines(chart_of(begun)))
    estimating = replace(begun.setup.model, counter=WordCounter(exact=False))
    begun.change_setup("", replace(begun.setup, model=estimating))
    assert rows_of(begun)[1:] == ["1 you q1 ~1", "assistant a1 ~1"]


def test_too_many_to_read_are_counted_by_exchanges() -> None:
    (line,) = [line for line in rows_of(conversation(3_000, 2)) if "older" in line]
    assert line == "2,998 older exchanges are not sent: the window holds 2 exchanges"


async def test_what_the_server_counted_is_told_as_long_as_its_model_answers() -> None:
    begun, _ = conversation_with([TextDelta("Hi"), Finished(Ending.COMPLETE), TokensUsed(1_211, 3)], "Ho", "Ha")
    await say(begun, "Hello")
    assert begun.last_counts == (3 + 3 + 1, 1_211)
    assert "The last request was counted as 7 tokens; the server said 1,211." in chart_of(begun).after
    other = replace(begun.setup.model, spec="other")
    begun.change_setup("/model", replace(begun.setup, model=other))
    assert begun.last_counts is None
    begun.undo()
    await say(begun, "again")
    assert begun.last_counts is None


def test_the_old_name_still_works() -> None:
    assert memory_commands.run("/tokens", conversation(1, 2)) == memory_commands.run("/context", conversation(1, 2))


@pytest.mark.parametrize("exchanges", [1, 2, 5, 9, 14])
@pytest.mark.parametrize(
    ("limits", "roughly"), [(Limits(6, 10**6), False), (Limits(6, 10**6, slide=1), False), (Limits(99, 28), True)]
)
def test_the_cut_comes_where_and_when_it_was_foreseen(exchanges: int, limits: Limits, roughly: bool) -> None:
    begun = conversation(exchanges, limits.exchanges)
    cut = next_cut(begun.context(), limits, WordCounter().count)
    assert cut is not None
    assert cut.roughly is roughly
    setup = replace(begun.setup, max_context_tokens=limits.tokens, slide=limits.slide)
    begun.change_setup("", setup)
    before = begun.window()
    for more in range(1, cut.after + 1):
        said = begun.exchanges.followed_by(Exchange("q", "a"))
        begun.change("", replace(begun.state, exchanges=said))
        assert (begun.window().begin == before.begin) is (more < cut.after)
    then = begun.window()
    assert then.begin == cut.begin
    assert len(set(before.numbers) - set(then.numbers)) == cut.leaving


def test_no_cut_is_foreseen_where_nothing_was_said_or_all_fits_for_long() -> None:
    for exchanges, most in ((0, 4), (3, 100_000)):
        begun = conversation(exchanges, most, max_context_tokens=10**8)
        assert next_cut(begun.context(), begun.limits, WordCounter().count) is None
    assert "cut" not in "".join(rows_of(conversation(0, 4)))


async def test_files_and_passages_have_rows_and_the_last_request_adds_up() -> None:
    said: Script = [TextDelta("With water [1]."), Finished(Ending.COMPLETE), TokensUsed(0, 3)]
    model = ScriptedModel(said)
    setup = replace(setup_with(model, system_prompt="Be kind."), documents=("notes",))
    documents = Documents(FakeLibrary([passage("Tea is made with water."), passage("Or milk.", first=7)]))
    asked = Conversation(setup, documents=documents)
    asked.attached = (Attachment("list.txt", TEXT, b"tea milk"),)
    assert "attached list.txt 5" in rows_of(asked)
    assert ", before your message and what goes with it." in chart_of(asked).after
    assert rows_of(asked)[-1] == "passages of notes, with your question alone ≤ 3,000"
    asked.change_setup("", replace(setup, max_context_tokens=2_000))  # half of what is free
    free = 2_000 - asked.window().limits.reserve - asked.window().tokens
    assert rows_of(asked)[-1] == f"passages of notes, with your question alone ≤ {free // 2}"
    asked.change_setup("", setup)
    async for _ in asked.take_turn("How?", attached=()):
        pass
    sent = sum(len(message.content.split()) for message in model.requests[0].messages) + 3
    passages = len(model.requests[0].messages[-1].content.split()) - 1
    assert f"The last request was counted as {sent:,} tokens, {passages} of them passages; the server said 0." in (
        chart_of(asked).after
    )
    assert "passages" not in " ".join(rows_of(conversation(1, 5)))
