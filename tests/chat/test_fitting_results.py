"""What is sent of results in a turn that goes on: nearly all, and as much as fits if the window is small."""

from dataclasses import replace

import pytest

from chatbot_cli.chat.context import Context
from chatbot_cli.chat.conversation import Conversation
from chatbot_cli.chat.events import CallsArrived, Finished, ReplyEnded, TextDelta
from chatbot_cli.chat.fitting_results import NO_ROOM, fitting
from chatbot_cli.chat.limits import Limits
from chatbot_cli.chat.messages import Ending, Exchange, Message, Request, cut, messages_of_round
from chatbot_cli.chat.rounds import CallOutcome, Round, ToolCall, ToolResult
from chatbot_cli.chat.sent_tools import telling_of, tokens_of
from chatbot_cli.chat.tool_rounds import NO_ROOM as ENDED_WITHOUT_ROOM
from chatbot_cli.chat.tool_rounds import Tools
from chatbot_cli.chat.window import select, surely_fits
from chatbot_cli.errors import ContextTooLong, MessageTooLong
from tests.chat.any_server import assert_any_server_takes
from tests.chat.turns import sent, take_turn
from tests.fakes import FakeApprover, FakeToolbox, Script, ScriptedModel, WordCounter, calling, setup_with, tool_named

QUESTION = Message("user", "What is there?")
STOCK = tool_named("stock")
words = WordCounter().count


def turn_with(*results: str) -> tuple[Message, ...]:
    rounds = [Round((ToolCall(f"c{number}", "stock"),), (ToolResult(text),)) for number, text in enumerate(results)]
    return (QUESTION, *(message for one in rounds for message in messages_of_round(one)))


def results_of(messages: tuple[Message, ...]) -> list[str]:
    return [message.content for message in messages if message.role == "tool"]


def characters(message: Message) -> int:
    return len(message.content)


@pytest.mark.parametrize("text", ["line\n" * 9_000, "x" * 50_000, "\ud800é中" * 20_000], ids=["lines", "one", "odd"])
def test_a_long_result_is_cut_in_the_middle_and_what_is_left_out_is_counted(text: str) -> None:
    (result,) = results_of(fitting(turn_with(text), 1_000_000, 1_000_000, characters)[0])
    assert result == cut(text, 16_000)
    assert result.startswith(text[:12_000])
    assert result.endswith(text[-4_000:])
    assert f"{len(text) - 16_000:,} characters left out" in result


def test_a_result_takes_no_more_than_a_quarter_of_the_room() -> None:
    fitted, tokens = fitting(turn_with("word " * 3_000), 400, 400, words)
    assert 60 < words(fitted[-1]) <= 100
    assert tokens == sum(map(words, fitted))


def test_without_room_the_oldest_results_are_shortened_first_then_left_out() -> None:
    turn = turn_with("a" * 8_000, "b" * 8_000, "c" * 8_000)
    short, none = len(cut("a" * 8_000, 2_000)), len(NO_ROOM)
    whole = sum(map(characters, turn))
    for free, lengths in {
        whole: [8_000, 8_000, 8_000],
        whole - 1: [short, 8_000, 8_000],
        20_000: [short, 8_000, 8_000],
        9_000: [short, short, short],
        5_000: [none, short, short],
        100: [none, none, none],
    }.items():
        assert [len(text) for text in results_of(fitting(turn, 40_000, free, characters)[0])] == lengths


def test_a_short_result_is_not_made_longer_by_leaving_it_out() -> None:
    assert results_of(fitting(turn_with("tea", "milk"), 40, 0, characters)[0]) == ["tea", "milk"]


def test_what_surely_fits_is_not_cut_whatever_the_tokenizer() -> None:
    context = Context((), (), turn_with("x" * 900, "y" * 900))
    for tokens in range(0, 8_000, 50):
        limits = Limits(20, tokens, reply_tokens=0)
        if surely_fits(context, limits):
            window = select(context, limits, lambda message: len(message.content) + 4)
            assert window.new == context.new
    assert surely_fits(context, Limits(20, 8_000, reply_tokens=0))


def test_at_every_size_a_window_is_one_that_any_server_takes() -> None:
    one = Round((ToolCall("a", "stock"), ToolCall("b", "stock")), (ToolResult("tea " * 40), ToolResult("")))
    transcript = [
        Exchange(f"Question {number}", f"Answer {number}", rounds=(one,) * (number % 3)) for number in range(9)
    ]
    context = Context((Message("system", "Be kind."),), transcript, turn_with("tea " * 60, "milk " * 60))
    setup = setup_with(ScriptedModel())
    sizes = [*range(700), *range(700, 200_000, 9_973)]
    for takes_tools in (True, False):
        told = telling_of(context, [STOCK], replace(setup, takes_tools=takes_tools))
        too_small = 0
        for size in sizes:
            try:
                window = select(told, Limits(20, size, reply_tokens=0), words)
            except MessageTooLong:
                too_small += 1
                continue
            assert window.tokens <= size
            assert_any_server_takes(Request(window.messages, tools=window.tools))
        assert window.exchanges == len(transcript)
        assert too_small < 200


def chat_with(model: ScriptedModel, context_tokens: int) -> Conversation:
    tools = Tools(FakeToolbox([STOCK], {"stock": "tea " * 300}), FakeApprover(), 20)
    return Conversation(setup_with(model, max_context_tokens=context_tokens, max_reply_tokens=10), tools=tools)


async def test_a_turn_goes_on_though_its_results_fill_the_window() -> None:
    calls = [calling(ToolCall("a", "stock", f'{{"n": {number}}}')) for number in range(6)]
    model = ScriptedModel(*calls, "Tea.")
    chat = chat_with(model, 200)
    events = await take_turn(chat, "What is there?")
    assert next(event for event in events if isinstance(event, ReplyEnded)).ending is Ending.COMPLETE
    for request in model.requests:
        assert_any_server_takes(request)
    assert NO_ROOM in [text for _, text in sent(model.requests[-1])]
    assert all(result.text == "tea " * 300 for one in chat.exchanges[-1].rounds for result in one.results)


async def test_a_message_that_the_tools_leave_no_room_for_names_them_and_what_helps() -> None:
    many = [tool_named(f"stock{number}") for number in range(40)]
    model = ScriptedModel("Tea.")
    setup = setup_with(model, max_context_tokens=100, max_reply_tokens=10)
    with pytest.raises(MessageTooLong) as caught:
        await take_turn(Conversation(setup, tools=Tools(FakeToolbox(many, {}), FakeApprover(), 20)), "What is there?")
    tokens = tokens_of([one.definition for one in many], setup)
    assert f"the definitions of 40 tools have {tokens:,}. Together they do not fit" in str(caught.value)
    assert caught.value.hint == "Offer fewer tools: fewer in `tools`, or widen the window: max_context_tokens=1000."
    with pytest.raises(MessageTooLong, match="with the system prompt, its examples and the tools"):
        await take_turn(chat_with(model, 40), "word " * 27)
    assert not model.requests


async def test_a_turn_whose_calls_alone_fill_the_window_ends_at_a_limit_with_all_that_was_found() -> None:
    long = ToolCall("a", "stock", f'{{"n": "{"word " * 150}"}}')
    model = ScriptedModel(calling(long, text="Let me look."), "Never.", "Yes?")
    chat = chat_with(model, 150)
    events = await take_turn(chat, "What is there?")
    ended = next(event for event in events if isinstance(event, ReplyEnded))
    assert (ended.ending, ended.reason) == (Ending.LIMIT, ENDED_WITHOUT_ROOM)
    assert chat.exchanges[-1].rounds[0].results[0].outcome is CallOutcome.DONE
    await take_turn(chat, "And now?")
    assert_any_server_takes(model.requests[-1])


async def test_a_server_with_less_room_than_thought_is_sent_less_of_the_results() -> None:
    refused = ContextTooLong("Too long.", limit=250)
    model = ScriptedModel(calling("stock"), [refused], "Tea.")
    chat = chat_with(model, 2_000)
    await take_turn(chat, "What is there?")
    assert chat.exchanges[-1].assistant == "Tea."
    first, second = (len(sent(request)[-1][1]) for request in model.requests[1:])
    assert second < first
    assert len(model.requests) == 3


async def test_a_server_with_no_room_at_all_for_them_ends_the_turn_at_a_limit() -> None:
    model = ScriptedModel(calling("stock"), *[[ContextTooLong("Too long.")]] * 2)
    chat = chat_with(model, 2_000)
    await take_turn(chat, "What is there?")
    assert (chat.exchanges[-1].ending, len(chat.exchanges[-1].rounds)) == (Ending.LIMIT, 1)


async def test_words_that_came_after_the_calls_stay_though_there_is_no_room() -> None:
    cut_off: Script = [TextDelta("There is"), CallsArrived((ToolCall("b", "stock"),)), Finished(Ending.COMPLETE)]
    model = ScriptedModel(calling("stock"), cut_off, "tea.")
    chat = chat_with(model, 200)
    await take_turn(chat, "What is there?")
    assert [one.text for one in chat.exchanges[-1].rounds] == ["", "There is"]
