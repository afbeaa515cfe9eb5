"""A step of the price is named before it is crossed, once, and again when it is crossed."""

import threading
from collections.abc import Sequence
from dataclasses import dataclass, field, replace

import pytest

from chatbot_cli.chat.conversation import Conversation
from chatbot_cli.chat.events import PriceRises, RequestBuilt, TextDelta, TokensUsed
from chatbot_cli.chat.prices import Cost, PriceStep, step_ahead
from tests.chat.turns import take_turn
from tests.fakes import ScriptedModel, model_with, setup_with

TWICE = PriceStep(20_000, 2.0)


@dataclass
class Stepped:
    """Prices with a step at 20,000 tokens. It keeps the threads in which it was asked."""

    threads: list[threading.Thread] = field(default_factory=list)

    def cost(self, used: TokensUsed) -> Cost | None:
        return None

    def steps(self) -> Sequence[PriceStep]:
        self.threads.append(threading.current_thread())
        return [TWICE]


def conversation_at(prices: Stepped, replies: int = 9) -> Conversation:
    model = replace(model_with(ScriptedModel(*["Yes."] * replies)), prices=prices)
    return Conversation(replace(setup_with(ScriptedModel(), system_prompt=""), model=model))


async def rises(conversation: Conversation, words: int) -> list[PriceRises]:
    """What is said of the price with a message of so many tokens."""
    events = await take_turn(conversation, "word " * words)
    return [event for event in events if isinstance(event, PriceRises)]


async def test_a_step_is_named_when_it_comes_near_and_again_when_it_is_crossed() -> None:
    conversation = conversation_at(Stepped())

    said = [await rises(conversation, words) for words in (15_000, 2_990, 100, 2_000, 100)]

    assert said == [[], [], [PriceRises(18_095, 20_000, 2.0)], [PriceRises(20_096, 20_000, 2.0)], []]


async def test_a_count_that_is_corrected_is_told_as_an_estimate() -> None:
    conversation = conversation_at(Stepped())
    conversation.change_setup("", replace(conversation.setup, count_factor=1.35))

    assert await rises(conversation, 15_000) == [PriceRises(20_253, 20_000, 2.0, is_estimate=True)]


async def test_a_step_that_is_crossed_at_once_is_named_once_and_before_the_reply() -> None:
    events = await take_turn(conversation_at(Stepped()), "word " * 25_000)

    kinds = [type(event) for event in events]
    assert kinds.count(PriceRises) == 1
    assert kinds.index(RequestBuilt) < kinds.index(PriceRises) < kinds.index(TextDelta)


async def test_it_is_named_again_after_the_request_was_short_and_with_another_model() -> None:
    conversation = conversation_at(Stepped())
    assert await rises(conversation, 19_000)
    conversation.undo()
    assert not await rises(conversation, 10)
    assert await rises(conversation, 19_000)

    other = replace(conversation.setup.model, prices=Stepped([threading.main_thread()]))
    conversation.change_setup("model", replace(conversation.setup, model=other))

    assert await rises(conversation, 10)


async def test_the_list_of_prices_is_read_in_a_thread_and_not_for_short_requests() -> None:
    prices = Stepped()
    conversation = conversation_at(prices)

    await rises(conversation, 100)
    assert prices.threads == []

    await rises(conversation, 15_000)
    assert len(prices.threads) == 1
    assert threading.main_thread() not in prices.threads


@pytest.mark.parametrize(
    ("before", "tokens", "step"),
    [
        (0, 17_999, None),
        (0, 18_000, TWICE),
        (17_999, 20_000, TWICE),
        (18_000, 20_000, None),
        (20_000, 20_001, TWICE),
        (20_001, 30_000, None),
        (30_000, 19_000, None),
        (0, 60_000, PriceStep(50_000, 3.0)),
        (19_000, 45_000, PriceStep(50_000, 3.0)),
    ],
)
def test_the_highest_step_counts_that_the_request_before_had_not_reached(
    before: int, tokens: int, step: PriceStep | None
) -> None:
    assert step_ahead([TWICE, PriceStep(50_000, 3.0)], before, tokens) == step
