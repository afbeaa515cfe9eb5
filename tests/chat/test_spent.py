"""What a conversation that is not saved has cost so far."""

from chatbot_cli.chat.events import Finished, TextDelta, TokensUsed
from chatbot_cli.chat.messages import Ending
from tests.chat.turns import conversation_with, say
from tests.fakes import Script


def costing(dollars: float | None) -> Script:
    return [TextDelta("Answer"), Finished(Ending.COMPLETE), TokensUsed(100, 20, dollars)]


async def test_every_reply_counts_even_those_that_were_undone_or_replaced() -> None:
    conversation, _ = conversation_with(costing(0.5), costing(0.25), costing(1.0))
    await say(conversation, "One")
    async for _ in conversation.retry():
        pass
    conversation.undo()
    await say(conversation, "Two")

    assert conversation.journal.spent == 1.75


async def test_a_reply_without_a_price_adds_nothing_and_is_not_taken_for_free() -> None:
    conversation, _ = conversation_with(costing(None), "No count of tokens", costing(0.0))

    await say(conversation, "One")
    await say(conversation, "Two")
    assert conversation.journal.spent is None

    await say(conversation, "Three")
    assert conversation.journal.spent == 0.0
