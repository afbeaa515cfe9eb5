"""How a reply ended: what is made of the finish reasons of all servers, and of tools that nobody offered."""

import pytest

from chatbot_cli.chat.events import Finished, TextDelta, TokensUsed
from chatbot_cli.chat.messages import Ending
from chatbot_cli.errors import EmptyReply, ReplyCut, ServerFailed
from tests.providers.asking import ask, chat_at
from tests.streaming_server import DONE, RESET, StreamingServer, chunk, event, stream, text


@pytest.mark.parametrize(
    ("reason", "ending"),
    [
        ("stop", Ending.COMPLETE),
        ("eos", Ending.COMPLETE),
        ("a word that nobody knows", Ending.COMPLETE),
        ("length", Ending.LENGTH),
        ("MAX_TOKENS", Ending.LENGTH),
        ("content_filter", Ending.FILTERED),
        ("SAFETY", Ending.FILTERED),
        ("refusal", Ending.REFUSED),
    ],
)
async def test_the_finish_reason_says_how_the_reply_ended(reason: str, ending: Ending) -> None:
    with StreamingServer(stream(text("Yes"), chunk(reason), chunk("stop"), DONE)) as server:
        reply = await ask(chat_at(server.base_url))
    assert reply.events == [TextDelta("Yes"), Finished(ending)]


async def test_a_finish_reason_that_nobody_knows_is_named_in_the_log(caplog: pytest.LogCaptureFixture) -> None:
    with caplog.at_level("DEBUG", "chatbot_cli"), StreamingServer(stream(text("Yes"), chunk("hiccup"), DONE)) as server:
        await ask(chat_at(server.base_url))
    assert "the finish reason 'hiccup' is not known, so the reply counts as complete" in caplog.text


@pytest.mark.parametrize("word", ["null", "None", ""])
async def test_a_word_for_no_reason_ends_no_reply(word: str) -> None:
    with StreamingServer(stream(chunk(word, content="Ye"), chunk(word, content="s"), chunk("length"))) as server:
        reply = await ask(chat_at(server.base_url))
    assert reply.events == [TextDelta("Ye"), TextDelta("s"), Finished(Ending.LENGTH)]


@pytest.mark.parametrize(
    "word", ["error", "abort", "Network_Error", "insufficient_system_resource", "cancelled", "OTHER"]
)
async def test_a_reply_that_the_server_gave_up_is_cut_with_its_word_as_the_reason(word: str) -> None:
    given_up = chunk(word) + chunk(usage=(5, 2)) + DONE
    with StreamingServer(stream(text("Half"), given_up), stream(given_up)) as server:
        cut, none = await ask(chat_at(server.base_url)), await ask(chat_at(server.base_url))
    assert cut.events == [TextDelta("Half"), TokensUsed(5, 2)]
    assert isinstance(cut.error, ReplyCut)
    assert cut.error.reason == f"the server gives the reason {word}"
    assert none.events == []
    assert isinstance(none.error, ServerFailed)
    assert str(none.error) == f"The server ended the reply before it began: {word}."


async def test_the_words_of_an_error_say_more_than_its_finish_reason() -> None:
    late = event({"error": {"message": "GPU 7 is on fire"}})
    with StreamingServer(
        stream(text("Half"), chunk("error"), late), stream(text("Half"), chunk("error"), RESET)
    ) as server:
        told, lost = await ask(chat_at(server.base_url)), await ask(chat_at(server.base_url))
    assert str(told.error) == "The reply was cut off: GPU 7 is on fire."
    assert str(lost.error) == "The reply was cut off: the server gives the reason error."


def call(name: object, index: int = 0) -> bytes:
    return chunk(tool_calls=[{"index": index, "id": "1", "function": {"name": name, "arguments": "{}"}}])


@pytest.mark.parametrize(
    ("ending", "reason"),
    [
        (call("look_up") + chunk("tool_calls"), "the model called the tool look_up, and this chat has none"),
        (
            call("look_up") + call("cook", 1) + chunk("stop"),
            "the model called the tool look_up, and this chat has none",
        ),
        (
            chunk(function_call={"name": "look_up", "arguments": ""}) + chunk("function_call"),
            "the model called the tool look_up, and this chat has none",
        ),
        (call(None) + chunk("tool_use"), "the model called a tool, and this chat has none"),
        (chunk("TOOL_CALLS"), "the model called a tool, and this chat has none"),
        (call("a\x1b[31m b") + chunk("stop"), "the model called the tool a [31m b, and this chat has none"),
    ],
)
async def test_a_tool_that_is_called_after_text_is_told(ending: bytes, reason: str) -> None:
    with StreamingServer(stream(text("Let me see."), ending, chunk(usage=(5, 2)) + DONE)) as server:
        reply = await ask(chat_at(server.base_url))
    assert reply.events == [TextDelta("Let me see."), TokensUsed(5, 2)]
    assert isinstance(reply.error, ReplyCut)
    assert reply.error.reason == reason


@pytest.mark.parametrize(
    ("steps", "ending"),
    [
        ((text("I look."), call("search"), text(" It is a cat."), chunk("stop")), Ending.COMPLETE),
        ((text("I look."), call("search"), chunk("length")), Ending.LENGTH),
    ],
)
async def test_a_tool_that_the_server_runs_and_a_call_that_is_cut_leave_the_ending_as_it_is(
    steps: tuple[bytes, ...], ending: Ending
) -> None:
    with StreamingServer(stream(*steps, DONE)) as server:
        reply = await ask(chat_at(server.base_url))
    assert (reply.error, reply.events[-1]) == (None, Finished(ending))


@pytest.mark.parametrize("before", [b"", text("\n"), chunk(reasoning="Hm.")])
async def test_a_tool_that_is_called_without_text_is_told_too(before: bytes) -> None:
    with StreamingServer(stream(before + call("look_up"), chunk("stop") + DONE)) as server:
        reply = await ask(chat_at(server.base_url))
    assert isinstance(reply.error, EmptyReply)
    assert str(reply.error) == "The model called the tool look_up, and this chat has none."
