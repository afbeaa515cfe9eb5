"""A program that asks once needs no text of the reply afterwards: its memory does not grow with it."""

from contextlib import closing
from pathlib import Path

from chatbot_cli.chat.conversation import Conversation
from chatbot_cli.chat.events import TextDelta
from chatbot_cli.chat.growing_text import ForgottenText, GrowingText, PassingText
from chatbot_cli.chat.messages import Ending
from tests.fakes import ScriptedModel, setup_with
from tests.sessions.resumable_conversation import ResumableConversation


async def test_what_comes_is_passed_on_and_nothing_of_it_is_kept() -> None:
    talk = Conversation(setup_with(ScriptedModel("one two three")))
    talk.forget_replies()
    said = [event.text async for event in talk.take_turn("count") if isinstance(event, TextDelta)]
    assert "".join(said) == "one two three"
    assert (talk.exchanges[-1].assistant, talk.exchanges[-1].ending) == ("", Ending.COMPLETE)


async def test_the_journal_keeps_it_all_the_same(tmp_path: Path) -> None:
    with closing(ResumableConversation(tmp_path)) as resumable:
        resumable.chat.forget_replies()
        await resumable.say("count")
        resumable.come_back()
        assert resumable.chat.exchanges[-1].assistant == "answer 1"


def test_a_growing_text_keeps_every_character() -> None:
    text = GrowingText("né ")
    for piece in ("\ud83d", "\U0001f600", ""):
        text.append(piece)
    assert (str(text), len(text)) == ("né \ud83d\U0001f600", 11)
    assert [bytes(text.part(start, 4)) for start in (0, 4, 7, 11)] == [
        b"n\xc3\xa9 ",
        b"\xed\xa0\xbd",
        b"\xf0\x9f\x98\x80",
        b"",
    ]
    forgotten = ForgottenText("né")
    forgotten.append("e")
    assert (str(forgotten), len(forgotten)) == ("", 0)


def test_a_passing_text_counts_what_it_has_let_go_of() -> None:
    text, all_of_it = PassingText("né "), GrowingText("né ")
    for stop, rest in ((0, "né "), (3, " "), (4, ""), (4, "")):
        text.let_go(stop)
        all_of_it.let_go(stop)
        assert (str(text), len(text), str(all_of_it)) == (rest, 4, "né ")
    text.append("😀!")
    assert (text.part(4, 4), text.part(8, 100), len(text)) == (bytearray("😀".encode()), bytearray(b"!"), 9)
