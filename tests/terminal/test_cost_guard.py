"""A message that may cost more than the user has allowed is asked about before it is sent."""

from dataclasses import replace
from pathlib import Path

from chatbot_cli.chat.prices import Prices, UnknownPrices
from tests.chat.test_budget import CentsPerToken, costing
from tests.terminal.at_keyboard import ChatAtKeyboard, chat_at_keyboard


def with_budget(chat: ChatAtKeyboard, max_cost: float, prices: Prices) -> None:
    setup = chat.conversation.setup
    model = replace(setup.model, prices=prices)
    options = replace(setup.options, max_reply_tokens=2)
    chat.conversation.change_setup("", replace(setup, model=model, max_cost=max_cost, options=options))


async def test_no_keeps_the_message_and_says_how_to_allow_more(history: Path) -> None:
    async with chat_at_keyboard(history, costing(0.1)) as chat:
        with_budget(chat, 0.1, CentsPerToken())
        await chat.draft()
        chat.type("one two\r")
        await chat.out.until("This message may cost up to $0.36; $0.00 of $0.10 is spent.")
        chat.type("n\r")
        assert await chat.draft() == "one two"
        assert "Nothing was sent. max_cost=0.37 allows more." in chat.out.getvalue()
        assert not chat.model.requests
        assert not chat.problems.getvalue()
        assert await chat.say(" /budget 0.72") == "one two"
        assert await chat.say("") == ""
        assert len(chat.model.requests) == 1


async def test_yes_sends_it_and_the_next_one_is_asked_about_again(history: Path) -> None:
    async with chat_at_keyboard(history, costing(0.3), costing(0.3)) as chat:
        with_budget(chat, 0.1, CentsPerToken())
        await chat.draft()
        for text in ("one", "two"):
            chat.type(f"{text}\r")
            await chat.out.until(f"{'$0.30' if text == 'two' else '$0.00'} of $0.10 is spent.")
            chat.type("y\r")
            assert await chat.draft() == ""
        assert [exchange.assistant for exchange in chat.conversation.exchanges] == ["Yes.", "Yes."]


async def test_an_unknown_price_is_asked_about_once(history: Path) -> None:
    async with chat_at_keyboard(history, costing(None), costing(None)) as chat:
        with_budget(chat, 0.1, UnknownPrices())
        await chat.draft()
        chat.type("one\r")
        await chat.out.until("The price of fake is unknown, so the budget cannot be kept.")
        chat.type("y\r")
        assert await chat.draft() == ""
        assert await chat.say("two") == ""
        assert len(chat.model.requests) == 2
