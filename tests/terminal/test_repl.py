"""The loop of a chat: what becomes of a line, of a failure, of a stop, and of what is typed meanwhile."""

import asyncio
import base64
from pathlib import Path

import pytest

from chatbot_cli.chat.events import Finished, TextDelta
from chatbot_cli.chat.messages import Ending, Exchange
from chatbot_cli.chat.turn import GO_ON
from chatbot_cli.errors import ConnectionFailed, ReplyCut
from tests.fakes import FakeSetups, Script, ScriptedModel, setup_with
from tests.terminal.at_keyboard import LEAVE, Gate, chat_at_keyboard

COMPLETE = Finished(Ending.COMPLETE)
CUT: Script = [TextDelta("Half a"), ReplyCut("the line broke")]


async def test_a_line_is_sent_and_its_reply_shown(history: Path) -> None:
    async with chat_at_keyboard(history, "Hello Ada.", "Your name is Ada.") as chat:
        assert await chat.draft() == ""
        assert await chat.say("I am Ada.") == ""
        assert await chat.say("Who am I?") == ""
        assert chat.out.getvalue() == "Assistant: Hello Ada.\nAssistant: Your name is Ada.\n"
        assert [message.content for message in chat.last_request.messages] == [
            "You are helpful.",
            "I am Ada.",
            "Hello Ada.",
            "Who am I?",
        ]
        chat.type(LEAVE)
        await chat.ended()


async def test_a_question_from_the_command_line_comes_before_the_first_prompt(history: Path) -> None:
    async with chat_at_keyboard(history, "Four.", first="2 + 2?") as chat:
        assert await chat.draft() == ""
        assert chat.conversation.exchanges == (Exchange("2 + 2?", "Four."),)


async def test_a_failure_is_shown_and_the_question_is_in_the_prompt_again(history: Path) -> None:
    async with chat_at_keyboard(history, [ConnectionFailed("Nobody answers.", "Try again.")], "Four.") as chat:
        await chat.draft()
        assert await chat.say("2 + 2?") == "2 + 2?"
        assert chat.problems.getvalue() == "Nobody answers.\nTry again.\n"
        assert not chat.conversation.exchanges
        assert await chat.say("") == ""  # Enter alone
        assert chat.asked == ["2 + 2?"]
        assert chat.conversation.exchanges == (Exchange("2 + 2?", "Four."),)


async def test_a_cut_reply_is_kept_and_enter_asks_again_in_its_place(history: Path) -> None:
    async with chat_at_keyboard(history, "One.", CUT, "A whole answer.") as chat:
        await chat.draft()
        await chat.say("1")
        assert await chat.say("2") == "2"
        assert chat.conversation.exchanges[1:] == (Exchange("2", "Half a", Ending.LOST),)
        assert chat.out.getvalue().count("the line broke") == 1
        assert await chat.say("") == ""
        assert chat.asked == ["1", "2"]
        assert chat.conversation.exchanges[1:] == (Exchange("2", "A whole answer."),)


async def test_a_command_typed_after_the_question_is_the_command(history: Path) -> None:
    async with chat_at_keyboard(history, CUT, [TextDelta(" reply."), COMPLETE], [ConnectionFailed("No.")]) as chat:
        await chat.draft()
        assert await chat.say("2") == "2"
        assert await chat.say("/continue") == ""
        assert chat.conversation.exchanges == (Exchange("2", "Half a reply."),)
        assert await chat.say("3") == "3"
        assert await chat.say("/history") == "3"  # it failed, and is not lost by looking something up
        assert "Half a reply." in chat.out.getvalue()
        assert [request.messages[-1].content for request in chat.model.requests] == ["2", GO_ON, "3"]


async def test_a_rest_that_is_cut_too_leaves_the_question_in_the_prompt(history: Path) -> None:
    async with chat_at_keyboard(history, CUT, [TextDelta(" rep"), ReplyCut("the line broke")], "Whole.") as chat:
        await chat.draft()
        assert await chat.say("2") == "2"
        assert await chat.say("/continue") == "2"
        assert chat.conversation.exchanges == (Exchange("2", "Half a rep", Ending.LOST),)
        assert await chat.say("") == ""
        assert chat.conversation.exchanges == (Exchange("2", "Whole."),)


async def test_an_edited_message_keeps_its_place_while_the_user_looks_something_up(history: Path) -> None:
    async with chat_at_keyboard(history, "One.", "Two.", "Other.") as chat:
        await chat.draft()
        await chat.say("1")
        await chat.say("2")
        assert await chat.say("/edit 1") == "1"
        assert await chat.say(" /tokens") == "1"
        await chat.say("!")
        assert chat.conversation.exchanges == (Exchange("1!", "Other."),)


@pytest.mark.parametrize("line", ["/or not", "/", " and /help"])
async def test_what_is_no_command_belongs_to_the_question(history: Path, line: str) -> None:
    async with chat_at_keyboard(history, [ConnectionFailed("No.")], "Yes.") as chat:
        await chat.draft()
        assert await chat.say("2") == "2"
        await chat.say(line)
        assert chat.asked == [f"2{line}"]


async def test_another_question_after_a_cut_reply_is_another_turn(history: Path) -> None:
    async with chat_at_keyboard(history, CUT, "Three.") as chat:
        await chat.draft()
        assert await chat.say("2") == "2"
        await chat.say(" + 1")
        assert chat.asked == ["2", "2 + 1"]
        assert [exchange.assistant for exchange in chat.conversation.exchanges] == ["Half a", "Three."]


async def test_the_same_question_after_an_undone_cut_is_asked_once(history: Path) -> None:
    async with chat_at_keyboard(history, CUT, "Whole.") as chat:
        await chat.draft()
        await chat.say("2")
        await chat.say("\x03/undo")  # Ctrl-C clears the question first
        await chat.say("2")
        assert chat.asked == ["2"]
        assert chat.conversation.exchanges == (Exchange("2", "Whole."),)


@pytest.mark.parametrize("key", ["\x03", "\x1b"], ids=["Ctrl-C", "Esc"])
async def test_a_stopped_reply_keeps_its_text(history: Path, key: str) -> None:
    gate = Gate()
    async with chat_at_keyboard(history, [TextDelta("Half a"), gate, COMPLETE], "Whole.") as chat:
        await chat.draft()
        chat.type("Count!\r")
        await chat.out.until("Half a")
        chat.type(key)
        assert await chat.draft() == ""
        assert chat.model.open == 0
        assert chat.out.getvalue().endswith("Half a\n(The reply was stopped.)\n")
        assert chat.conversation.exchanges == (Exchange("Count!", "Half a", Ending.STOPPED),)
        await chat.say("Count!")
        assert chat.asked == ["Count!", "Count!"]  # it was stopped on purpose: this is a turn of its own


async def test_a_question_stopped_before_any_reply_is_in_the_prompt_again(history: Path) -> None:
    gate = Gate()
    async with chat_at_keyboard(history, [gate], "Four.") as chat:
        await chat.draft()
        chat.type("2 + 2?\r")
        await gate.reached.wait()
        chat.type("\x03")
        assert await chat.draft() == "2 + 2?"
        assert chat.out.getvalue() == "Stopped before an answer came.\n"
        assert not chat.conversation.exchanges


async def test_text_typed_while_a_reply_streams_is_in_the_next_prompt(history: Path) -> None:
    gate = Gate()
    async with chat_at_keyboard(history, [TextDelta("Wait"), gate, TextDelta("."), COMPLETE], "Ok.") as chat:
        await chat.draft()
        chat.type("1\r")
        await chat.out.until("Wait")
        chat.type("and ano")
        chat.type("ther")
        gate.set()
        assert await chat.draft() == "and another"
        assert chat.out.getvalue() == "Assistant: Wait.\n"
        await chat.say(" one")
        assert chat.asked[-1] == "and another one"


async def test_enter_while_a_reply_streams_sends_nothing(history: Path) -> None:
    gate = Gate()
    async with chat_at_keyboard(history, [TextDelta("Wait"), gate, COMPLETE]) as chat:
        await chat.draft()
        chat.type("1\r")
        await chat.out.until("Wait")
        chat.type("two\rlines\r")
        gate.set()
        assert await chat.draft() == "two\nlines\n"
        assert len(chat.model.requests) == 1


async def test_text_typed_meanwhile_follows_the_question_that_failed(history: Path) -> None:
    gate = Gate()
    async with chat_at_keyboard(history, [gate, ConnectionFailed("Nobody answers.")]) as chat:
        await chat.draft()
        chat.type("2 + 2?\r")
        await gate.reached.wait()
        chat.type("please")
        gate.set()
        assert await chat.draft() == "2 + 2?\nplease"


async def test_a_command_that_fails_is_explained_and_sent_nowhere(history: Path) -> None:
    async with chat_at_keyboard(history, "Hello.") as chat:
        await chat.draft()
        assert await chat.say("/rset") == ""
        assert "/reset" in chat.problems.getvalue()
        await chat.say("/trim many")
        await chat.say("/persona nobody")
        await chat.say("/retry")
        assert chat.model.requests == []
        await chat.say("Hello?")
        assert chat.asked == ["Hello?"]


async def test_two_slashes_send_one(history: Path) -> None:
    async with chat_at_keyboard(history, "A folder.") as chat:
        await chat.draft()
        await chat.say("//etc is what?")
        assert chat.asked == ["/etc is what?"]


async def test_retry_shows_a_new_answer_to_the_last_question(history: Path) -> None:
    async with chat_at_keyboard(history, "Five.", "Four.") as chat:
        await chat.draft()
        await chat.say("2 + 2?")
        await chat.say("/retry")
        assert chat.asked == ["2 + 2?"]
        assert chat.conversation.exchanges == (Exchange("2 + 2?", "Four."),)
        assert chat.out.getvalue() == "Assistant: Five.\nAssistant: Four.\n"


async def test_a_retry_that_fails_keeps_the_old_answer_and_offers_the_question_in_its_place(history: Path) -> None:
    async with chat_at_keyboard(history, "Five.", [ConnectionFailed("Nobody answers.")], "Four.") as chat:
        await chat.draft()
        await chat.say("2 + 2?")
        assert await chat.say("/retry") == "2 + 2?"
        assert chat.conversation.exchanges == (Exchange("2 + 2?", "Five."),)
        await chat.say("")
        assert chat.conversation.exchanges == (Exchange("2 + 2?", "Four."),)


async def test_history_shows_the_exchanges(history: Path) -> None:
    async with chat_at_keyboard(history, "Four.") as chat:
        await chat.draft()
        await chat.say("2 + 2?")
        await chat.say("/history")
        assert "1\nYou: 2 + 2?\nAssistant: Four.\n" in chat.out.getvalue()


async def test_another_persona_and_model_answer_from_where_they_are_chosen(history: Path) -> None:
    poet = ScriptedModel("Roses.")
    setups = FakeSetups({"poet": setup_with(poet, persona="poet", system_prompt="Rhyme.")})
    async with chat_at_keyboard(history, "Hello.", setups=setups) as chat:
        await chat.draft()
        await chat.say("Hello?")
        await chat.say("/persona poet")
        await chat.say("And now?")
        assert [message.content for message in poet.requests[0].messages] == ["Rhyme.", "Hello?", "Hello.", "And now?"]


@pytest.mark.parametrize("leaving", [LEAVE, "/exit\r", "/quit\r"])
async def test_leaving_ends_the_chat(history: Path, leaving: str) -> None:
    async with chat_at_keyboard(history) as chat:
        await chat.draft()
        chat.type(leaving)
        await chat.ended()


async def test_a_chat_that_is_cancelled_ends_and_keeps_the_text_of_the_reply(history: Path) -> None:
    async with chat_at_keyboard(history, [TextDelta("Half a"), Gate()]) as chat:
        await chat.draft()
        chat.type("1\r")
        await chat.out.until("Half a")
        assert chat.running
        chat.running.cancel()
        with pytest.raises(asyncio.CancelledError):
            await chat.ended()
        assert chat.conversation.exchanges == (Exchange("1", "Half a", Ending.STOPPED),)
        assert chat.model.open == 0


async def test_a_defect_is_not_swallowed(history: Path) -> None:
    async with chat_at_keyboard(history, [ZeroDivisionError()]) as chat:
        await chat.draft()
        chat.type("1\r")
        with pytest.raises(ZeroDivisionError):
            await chat.ended()


async def test_code_is_copied_and_saved_and_overwritten_only_if_wanted(history: Path, tmp_path: Path) -> None:
    async with chat_at_keyboard(history, "```python\nprint(1)\n```") as chat:
        await chat.draft()
        await chat.say("Show me")
        await chat.say("/copy 1")
        assert base64.b64encode(b"print(1)\n").decode() in chat.out.getvalue()
        target = tmp_path / "one.py"
        await chat.say(f"/save 1 {target}")
        assert target.read_text() == "print(1)\n"
        target.write_text("mine")
        await chat.say(f"/save 1 {target}\rn")
        assert target.read_text() == "mine"
        await chat.say(f"/save 1 {target}\ry")
        assert target.read_text() == "print(1)\n"
        await chat.say("/copy 2")
        assert "no code block 2" in chat.problems.getvalue()


async def test_control_characters_are_replaced_in_what_is_copied_and_saved(history: Path, tmp_path: Path) -> None:
    async with chat_at_keyboard(history, "a\x1b[2J\r\n```sh\nls \u202e\n```") as chat:
        await chat.draft()
        await chat.say("Show me")
        await chat.say("/copy")
        assert base64.b64encode("a␛[2J\r\n```sh\nls ‹RLO›\n```".encode()).decode() in chat.out.getvalue()
        assert (
            "Copied: 4 lines. 2 control characters were replaced; /save --raw FILE keeps them." in chat.out.getvalue()
        )
        target = tmp_path / "one.sh"
        await chat.say(f"/save 1 {target}")
        assert target.read_text() == "ls ‹RLO›\n"
        assert "1 line. 1 control character was replaced; --raw FILE keeps them." in chat.out.getvalue()
        await chat.say(f"/save --raw {target}\ry")
        assert target.read_bytes().decode() == "a\x1b[2J\r\n```sh\nls \u202e\n```\n"


# Secrets in a message

TOKEN, OTHER = "ghp_a8Kd93kLmQx2Vb7Ty5Rw1Np6Zc4Hs0Jf9uk3", "ghp_b8Kd93kLmQx2Vb7Ty5Rw1Np6Zc4Hs0Jf9uk4"  # nobody's
NAMED = "This message holds what looks like a GitHub token (ghp_…k3).\n"


async def test_a_secret_is_named_and_sent_only_if_wanted(history: Path) -> None:
    async with chat_at_keyboard(history, "A token.") as chat:
        await chat.draft()
        assert await chat.say(f"What is {TOKEN}?\rn") == f"What is {TOKEN}?"
        assert chat.out.getvalue() == f"{NAMED}Nothing was sent.\n"
        assert chat.model.requests == []
        assert await chat.say("\ry") == ""  # Enter alone: it is asked again
        assert chat.out.getvalue().count(NAMED) == 2
        assert chat.asked == [f"What is {TOKEN}?"]


@pytest.mark.parametrize("answer", ["", "nonsense", "\x03"], ids=["Enter", "another word", "Ctrl-C"])
async def test_any_answer_but_yes_sends_nothing(history: Path, answer: str) -> None:
    async with chat_at_keyboard(history, "Never.") as chat:
        await chat.draft()
        chat.type(f"What is {TOKEN}?\r")
        await chat.out.until(NAMED)
        chat.type(answer if answer == "\x03" else f"{answer}\r")
        assert await chat.draft() == f"What is {TOKEN}?"
        assert chat.model.requests == []


async def test_a_value_that_was_sent_once_is_not_asked_about_again(history: Path) -> None:
    async with chat_at_keyboard(history, "One.", "Two.", "Three.", "Four.") as chat:
        await chat.draft()
        await chat.say(f"What is {TOKEN}?\ry")
        await chat.say("/retry")
        await chat.say(f"And {TOKEN}?")
        assert (chat.out.getvalue().count("holds what looks like"), len(chat.model.requests)) == (1, 3)
        await chat.say(f"Which is older, {TOKEN} or {OTHER}?\ry")
        assert chat.out.getvalue().endswith("looks like a GitHub token (ghp_…k4).\nAssistant: Four.\n")


async def test_a_question_from_the_command_line_is_checked_too(history: Path) -> None:
    async with chat_at_keyboard(history, "Never.", first=f"What is {TOKEN}?") as chat:
        await chat.out.until(NAMED)
        chat.type("n\r")
        assert await chat.draft() == f"What is {TOKEN}?"
        assert chat.model.requests == []


async def test_a_system_prompt_is_checked_too(history: Path) -> None:
    async with chat_at_keyboard(history, "Fine.") as chat:
        await chat.draft()
        assert await chat.say(f" /system Use {TOKEN}.\rn") == f" /system Use {TOKEN}."
        assert NAMED in chat.out.getvalue()
        assert TOKEN not in chat.conversation.setup.system_prompt
        await chat.say("\ry")
        assert chat.conversation.setup.system_prompt == f"Use {TOKEN}."


async def test_a_question_without_the_secret_is_sent_unasked(history: Path) -> None:
    async with chat_at_keyboard(history, "Fine.") as chat:
        await chat.draft()
        assert await chat.say(f"What is {TOKEN}?\rn") == f"What is {TOKEN}?"
        await chat.say("\x03What is a token?")  # Ctrl-C clears the line
        assert chat.asked == ["What is a token?"]


async def test_asking_for_a_cut_reply_again_is_a_retry_and_asks_nothing(history: Path) -> None:
    async with chat_at_keyboard(history, CUT, "Whole.") as chat:
        await chat.draft()
        assert await chat.say(f"What is {TOKEN}?\ry") == f"What is {TOKEN}?"
        await chat.say("")
        assert chat.out.getvalue().count(NAMED) == 1
        assert len(chat.model.requests) == 2


async def test_a_reply_that_is_no_data_is_kept_explained_and_the_chat_goes_on(history: Path) -> None:
    async with chat_at_keyboard(history, "no!", "no!", "=yes") as chat:
        await chat.draft()
        await chat.say("/schema words")
        assert await chat.say("Hi") == ""
        assert chat.conversation.exchanges[-1].ending is Ending.INVALID
        assert "The reply is not the data that was asked for, even after 2 tries" in chat.problems.getvalue()
        assert "/retry asks again, in its place; /schema off takes any answer." in chat.out.getvalue()
        await chat.say("/retry")
        assert [exchange.assistant for exchange in chat.conversation.exchanges] == ["yes"]
        assert "Assistant: row 1\nline: yes\n" in chat.out.getvalue()
