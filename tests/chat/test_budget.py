"""What a conversation may cost: a request that could pass it is not sent, and nothing is lost."""

import re
from collections.abc import Sequence
from dataclasses import replace

import pytest

from chatbot_cli.app.spelling import in_a_conversation, in_a_script
from chatbot_cli.chat.conversation import Conversation
from chatbot_cli.chat.events import Finished, TextDelta, TokensUsed
from chatbot_cli.chat.messages import Ending
from chatbot_cli.chat.prices import Cost, NothingToPay, PricePerMillion, Prices, PriceStep, UnknownPrices
from chatbot_cli.chat.unsaved import Unsaved
from chatbot_cli.commands.budget import budget_commands
from chatbot_cli.commands.outcomes import Say
from chatbot_cli.errors import CostLimitReached, EmptyReply, PriceUnknown, UsageError
from tests.chat.turns import say, take_turn
from tests.fakes import Script, ScriptedModel, setup_with


class CentsPerToken:
    """A cent for each token that is sent, two if it is written into the cache, ten for each of the reply."""

    def cost(self, used: TokensUsed) -> Cost:
        return Cost((used.sent + used.written + 10 * used.reply) / 100)

    def steps(self) -> Sequence[PriceStep]:
        return ()


def costing(dollars: float | None) -> Script:
    return [TextDelta("Yes."), Finished(Ending.COMPLETE), TokensUsed(7, 1, dollars)]


def read(conversation: Conversation, line: str) -> str:
    outcome = budget_commands.run(line, conversation)
    assert isinstance(outcome, Say)
    return outcome.text


def conversation_with(
    *scripts: Script, max_cost: float | None, prices: Prices | None = None
) -> tuple[Conversation, ScriptedModel]:
    """A conversation whose requests have 3 tokens and those of the messages, with room for a reply of 2."""
    chat_model = ScriptedModel(*scripts)
    setup = setup_with(chat_model, system_prompt="", max_reply_tokens=2, max_turns=0)
    model = replace(setup.model, prices=prices or CentsPerToken())
    return Conversation(replace(setup, model=model, max_cost=max_cost)), chat_model


async def test_a_request_that_could_pass_the_limit_is_not_sent() -> None:
    conversation, model = conversation_with(costing(0.30), max_cost=0.60)
    await say(conversation, "one two three four")  # 7 tokens, written into the cache, and 2 of the reply: $0.34

    with pytest.raises(CostLimitReached) as caught:
        await take_turn(conversation, "one two three four")

    assert str(caught.value) == "This message may cost up to $0.34; $0.30 of $0.60 is spent."
    assert caught.value.hint_for(in_a_script) == "--max-cost 0.65 allows more."
    assert caught.value.hint_for(in_a_conversation) == "/budget 0.65 allows more."
    assert caught.value.hint == "max_cost=0.65 allows more."
    assert caught.value.exit_code == 1
    assert len(model.requests) == len(conversation.exchanges) == 1


@pytest.mark.parametrize("command", ["retry", "continue_reply"])
async def test_asking_again_and_going_on_count_the_same(command: str) -> None:
    cut: Script = [TextDelta("Half"), TokensUsed(4, 1, 0.9), Finished(Ending.LENGTH)]
    conversation, model = conversation_with(cut, max_cost=1.0)
    await say(conversation, "one")
    with pytest.raises(CostLimitReached):
        async for _ in getattr(conversation, command)():
            pass
    assert len(model.requests) == 1


async def test_what_the_user_allows_is_sent_once() -> None:
    conversation, model = conversation_with(costing(0.3), costing(0.3), max_cost=0.1)
    with pytest.raises(CostLimitReached) as caught:
        await say(conversation, "one")
    conversation.budget.allow(caught.value, conversation.setup)

    assert await say(conversation, "one") == "Yes."
    with pytest.raises(CostLimitReached):
        await say(conversation, "two")
    assert len(model.requests) == 1


async def test_a_reply_of_which_nobody_says_what_it_cost_counts_with_the_most() -> None:
    conversation, _ = conversation_with([TextDelta("Yes."), Finished(Ending.COMPLETE)], costing(0.1), max_cost=0.5)
    await say(conversation, "one")  # $0.28 at most
    with pytest.raises(
        CostLimitReached, match=r"up to \$0.28; \$0.00 of \$0.50 is spent, and up to \$0.28 for 1 reply whose"
    ):
        await say(conversation, "two")
    assert read(conversation, "/budget") == (
        "You have spent $0.00 so far, and up to $0.28 for 1 reply whose cost nobody reported."
        " This conversation may cost $0.50."
    )


@pytest.mark.parametrize("cents_spent", [0.0, 0.0003, 0.07, 1.0, 12.34567, 999.0])
async def test_the_hint_names_a_little_more_than_is_needed(cents_spent: float) -> None:
    conversation, _ = conversation_with(costing(cents_spent / 100), costing(0.1), max_cost=1000)
    await say(conversation, "one")
    conversation.change_setup("/budget", replace(conversation.setup, max_cost=cents_spent / 100))
    with pytest.raises(CostLimitReached) as caught:
        await say(conversation, "two")  # $0.28 at most
    named = caught.value.hint_for(in_a_conversation).removesuffix(" allows more.")
    assert 1 < float(named.removeprefix("/budget ")) / (cents_spent / 100 + 0.28) < 1.1

    read(conversation, named)

    assert await say(conversation, "two") == "Yes."


@pytest.mark.parametrize("needed", [1e-9, 3.33e-7, 0.0123, 0.09])
async def test_where_a_cent_is_much_the_hint_names_two_digits(needed: float) -> None:
    conversation, _ = conversation_with(max_cost=0, prices=PricePerMillion(0.0, needed * 500_000))
    with pytest.raises(CostLimitReached) as caught:
        await say(conversation, "one")  # its reply has room for 2 tokens
    named = re.fullmatch(r"/budget (0\.0*[1-9]\d?) allows more\.", caught.value.hint_for(in_a_conversation))
    assert named
    assert 1 < float(named[1]) / needed < 1.1


async def test_without_a_price_nothing_is_sent_until_the_user_says_so() -> None:
    conversation, model = conversation_with(costing(None), costing(None), max_cost=5, prices=UnknownPrices())
    with pytest.raises(PriceUnknown) as caught:
        await say(conversation, "one")
    assert str(caught.value) == "The price of fake is unknown, so the budget cannot be kept."
    assert 'prices."fake" = { input = …, cached = …, output = … }' in caught.value.hint
    assert caught.value.exit_code == 2
    assert not model.requests

    conversation.budget.allow(caught.value, conversation.setup)
    for text in ("one", "two"):
        assert await say(conversation, text) == "Yes."


async def test_a_model_on_ones_own_machine_costs_nothing_whatever_was_spent() -> None:
    conversation, _ = conversation_with(costing(1.0), costing(0.0), max_cost=1.5)
    await say(conversation, "one")
    own = replace(conversation.setup.model, prices=NothingToPay())
    conversation.change_setup("/model", replace(conversation.setup, model=own, max_cost=0.5))
    assert await say(conversation, "one") == "Yes."


class Untouchable(CentsPerToken):
    def cost(self, used: TokensUsed) -> Cost:
        raise AssertionError


async def test_without_a_limit_no_price_is_looked_up() -> None:
    conversation, _ = conversation_with(costing(1.0), max_cost=None, prices=Untouchable())
    assert await say(conversation, "one") == "Yes."


async def test_the_budget_is_shown_changed_and_taken_back() -> None:
    conversation, _ = conversation_with(costing(0.25), costing(0.25), max_cost=None)

    assert read(conversation, "/budget") == "No reply has a known price yet. There is no limit; /budget 1.00 sets one."
    await say(conversation, "one")
    assert read(conversation, "/budget $0.30") == "You have spent $0.25 so far. This conversation may cost $0.30."
    with pytest.raises(CostLimitReached):
        await say(conversation, "two")
    off = read(conversation, "/budget off")
    assert off == "You have spent $0.25 so far. There is no limit; /budget 1.00 sets one."
    assert await say(conversation, "two") == "Yes."
    conversation.undo()
    conversation.undo()
    assert conversation.setup.max_cost == 0.30


@pytest.mark.parametrize("argument", ["-1", "much", "nan", "1e9", "0,50", "1,000", "1_0"])
def test_a_budget_that_makes_no_sense(argument: str) -> None:
    conversation, _ = conversation_with(max_cost=None)
    with pytest.raises(UsageError, match="from 0 to 1,000,000"):
        budget_commands.run(f"/budget {argument}", conversation)


async def test_a_reply_that_used_its_tokens_up_before_it_said_a_word_is_paid() -> None:
    thoughts: Script = [TokensUsed(7, 1000, 0.5), Finished(Ending.LENGTH)]
    conversation, model = conversation_with(thoughts, costing(0.1), max_cost=0.6)
    with pytest.raises(EmptyReply):
        await say(conversation, "one")
    assert conversation.journal.spent == 0.5
    assert isinstance(conversation.journal, Unsaved)
    taken = conversation.journal.usage().whole
    assert (taken.replies, taken.summaries, taken.unanswered) == (0, 0, 1)
    with pytest.raises(CostLimitReached):
        await say(conversation, "one two three four")
    assert len(model.requests) == 1
