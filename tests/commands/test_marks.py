"""What /pin, /unpin, /drop and /keep do, without a screen."""

from dataclasses import replace

import pytest

from chatbot_cli.chat.marks import NO_MARKS
from chatbot_cli.commands.outcomes import Recall
from chatbot_cli.errors import MessageTooLong, UsageError
from tests.commands.test_commands import Talk


async def talked(count: int, *, most: int = 2) -> Talk:
    """A talk of that many exchanges, two tokens each, of which `most` are sent."""
    talk = Talk(*["Yes."] * (count + 3))
    talk.conversation.change_setup("start", replace(talk.conversation.setup, max_turns=most, slide=1))
    await talk.ask(*(f"question-{number}" for number in range(1, count + 1)))
    return talk


def questions_of(talk: Talk) -> list[str]:
    return [content for content in talk.sent if content.startswith("question")]


async def test_a_pinned_exchange_stays_in_whatever_falls_out() -> None:
    talk = await talked(5)
    assert talk.read("/pin 1") == "Exchange 1 is pinned: it is always sent, 2 tokens each time."
    await talk.ask("question-6")
    assert questions_of(talk) == ["question-1", "question-4", "question-5", "question-6"]
    assert talk.read("/unpin 1").startswith(
        "Exchange 1 is no longer pinned. It is not sent: it is beyond the limit of exch"
    )
    await talk.ask("question-7")
    assert questions_of(talk) == ["question-5", "question-6", "question-7"]


async def test_a_dropped_exchange_is_not_sent_and_leaves_its_place_to_another() -> None:
    talk = await talked(3)
    assert talk.read("/drop 2").startswith("Exchange 2 is dropped: it is not sent any more.")
    await talk.ask("question-4")
    assert questions_of(talk) == ["question-1", "question-3", "question-4"]
    assert talk.read("/keep 2").startswith("Exchange 2 is no longer dropped. It is not sent: it is beyond")
    assert "Exchange 3 is dropped" in talk.read("/drop 3")
    assert talk.read("/keep 3") == "Exchange 3 is no longer dropped. It is sent."


async def test_without_a_number_the_last_exchange_is_meant() -> None:
    talk = await talked(3)
    talk.read("/pin")
    assert talk.conversation.state.marks == NO_MARKS.pin(2)
    assert "and no longer pinned" in talk.read("/drop")
    assert talk.conversation.state.marks == NO_MARKS.drop(2)
    assert "and no longer dropped" in talk.read("/pin")
    assert talk.conversation.state.marks == NO_MARKS.pin(2)


async def test_each_is_one_step_to_undo_and_none_if_nothing_changes() -> None:
    talk = await talked(3)
    for line in ("/pin 1", "/pin 1", "/drop 2", "/drop 2", "/unpin 1", "/keep 2"):
        talk.read(line)
    assert talk.read("/undo 4") == "Undone: /keep 2.\nUndone: /unpin 1.\nUndone: /drop 2.\nUndone: /pin 1."
    assert not talk.conversation.state.marks


async def test_pins_may_take_half_of_the_room_and_more_is_refused_with_numbers() -> None:
    talk = await talked(3)
    talk.read("/window 20 tokens")  # 5 are for the reply, and 7 of the other 15 for pins
    talk.read("/pin 1")
    assert talk.read("/pin 2").endswith("\n2 exchanges are pinned: 4 of 7 tokens.")
    talk.read("/pin 3")
    await talk.ask("question-4")
    with pytest.raises(
        UsageError, match="Exchange 4 has 2 tokens, and what is pinned has 6; pins may take 7"
    ) as caught:
        talk.read("/pin 4")
    assert "/unpin N" in caught.value.hint
    talk.read("/undo 4")
    talk.read("/window 4 tokens")
    with pytest.raises(UsageError, match=r"Exchange 1 has 2 tokens; pins may take 1, half of the room") as caught:
        talk.read("/pin 1")
    assert "/unpin" not in caught.value.hint


async def test_a_message_that_does_not_fit_beside_the_pins_says_how_to_take_one_away() -> None:
    talk = await talked(3)
    talk.read("/window 20 tokens")
    for line in ("/pin 1", "/pin 2", "/pin 3"):
        talk.read(line)
    with pytest.raises(MessageTooLong, match="has 5 tokens, and what is pinned has 6") as caught:
        await talk.ask("a message of five words")
    assert "Marks.unpin" in caught.value.hint


async def test_a_pin_holds_after_a_trim_and_goes_with_a_reset() -> None:
    talk = await talked(3)
    talk.read("/pin 1")
    talk.read("/trim 0")
    await talk.ask("question-4")
    assert questions_of(talk) == ["question-1", "question-4"]
    talk.read("/reset")
    assert not talk.conversation.state.marks


async def test_a_pin_outlasts_another_answer_and_the_rest_of_one_but_a_drop_no_other_answer() -> None:
    talk = await talked(2)
    talk.read("/pin 2")
    await talk.retry()
    assert talk.conversation.state.marks == NO_MARKS.pin(1)
    talk.read("/drop 2")
    await talk.retry()
    assert talk.conversation.state.marks == NO_MARKS


async def test_what_is_marked_is_listed() -> None:
    talk = await talked(11)
    assert (talk.read("/unpin"), talk.read("/keep")) == ("Nothing is pinned.", "Nothing is dropped.")
    for line in ("/pin 11", "/pin 2", "/drop 10"):
        talk.read(line)
    assert talk.read("/unpin").splitlines() == [
        "Pinned:",
        " 2  2 tokens  question-2",
        "11  2 tokens  question-11",
        "/unpin N takes a pin away.",
    ]
    assert talk.read("/keep").splitlines()[1] == "10  2 tokens  question-10"


async def test_the_history_shows_what_is_pinned_dropped_or_fallen_out() -> None:
    talk = await talked(5)
    talk.read("/pin 1")
    talk.read("/drop 5")
    outcome = talk.type("/history")
    assert isinstance(outcome, Recall)
    standing = [exchange.standing for exchange in outcome.exchanges]
    assert standing == ["pinned", "not sent any more", "", "", "dropped, not sent"]
    talk.read("/window 4 tokens")
    outcome = talk.type("/history")
    assert isinstance(outcome, Recall)
    assert outcome.exchanges[0].standing == "pinned, but too large to be sent"


@pytest.mark.parametrize("line", ["/pin", "/pin 1", "/drop", "/unpin 1", "/keep 1"])
def test_where_nothing_was_said_nothing_can_be_marked(line: str) -> None:
    with pytest.raises(UsageError, match="There are no exchanges yet"):
        Talk().type(line)


@pytest.mark.parametrize(
    ("line", "sentence"),
    [
        ("/pin 4", "from 1 to 3, not “4”"),
        ("/drop 0", "from 1 to 3, not “0”"),
        ("/pin all", "not “all”"),
        ("/unpin 2", "Exchange 2 is not pinned"),
        ("/keep 2", "Exchange 2 is not dropped"),
    ],
)
async def test_what_cannot_be_marked_is_refused(line: str, sentence: str) -> None:
    talk = await talked(3)
    with pytest.raises(UsageError, match=sentence):
        talk.type(line)
    assert not talk.conversation.state.marks


async def test_completion_offers_the_numbers_that_make_sense_with_their_first_words() -> None:
    talk = await talked(4)
    talk.read("/pin 1")
    talk.read("/drop 4")

    def offered(line: str) -> list[tuple[str, str]]:
        return talk.commands.completions(line, talk.conversation)

    assert offered("/pin ") == [("3", "question-3"), ("2", "question-2")]
    assert [number for number, _ in offered("/drop ")] == ["3", "2", "1"]
    assert offered("/unpin ") == [("1", "question-1")]
    assert offered("/keep ") == [("4", "question-4")]
