"""How large the window is: whose word counts, and how much of it may be sent."""

from dataclasses import replace

import pytest

from chatbot_cli.chat.asking import limits_of
from chatbot_cli.chat.conversation import Conversation
from chatbot_cli.chat.limits import Limits
from chatbot_cli.chat.messages import Exchange
from chatbot_cli.chat.server_window import A_GUESS, THE_SERVER, YOUR_CONFIG, YOUR_SETTING, Fact, NothingToAsk
from chatbot_cli.chat.setup import Setup
from chatbot_cli.chat.transcript import Transcript
from chatbot_cli.commands.window_report import LEARNED, limits_in_words
from chatbot_cli.errors import MessageTooLong
from tests.fakes import ScriptedModel, setup_with


def setup_of(
    told: int | None = None, most: int | None = None, learned: int | None = None, stated: int | None = None
) -> Setup:
    setup = setup_with(ScriptedModel(), max_context_tokens=most)
    model = replace(setup.model, context_tokens=8_192, server_window=NothingToAsk(told))
    return replace(setup, model=model.holding(stated) if stated else model, learned_tokens=learned)


@pytest.mark.parametrize(
    ("setup", "window"),
    [
        (setup_of(), Fact(8_192, A_GUESS)),
        (setup_of(told=4_096), Fact(4_096, THE_SERVER)),
        (setup_of(told=40_000), Fact(40_000, THE_SERVER)),
        (setup_of(told=4_096, stated=9_000), Fact(9_000, YOUR_CONFIG)),
        (setup_of(most=20_000), Fact(20_000, YOUR_SETTING)),
        (setup_of(told=4_096, most=20_000), Fact(4_096, THE_SERVER)),
        (setup_of(told=4_096, most=2_000), Fact(2_000, YOUR_SETTING)),
        (setup_of(told=4_096, learned=3_000), Fact(3_000, THE_SERVER)),
        (setup_of(stated=9_000, learned=10_000), Fact(9_000, YOUR_CONFIG)),
    ],
)
def test_the_best_word_counts(setup: Setup, window: Fact) -> None:
    assert setup.window == window
    assert limits_of(setup).are_learned == (window.source == THE_SERVER)
    report = limits_in_words(Conversation(setup))
    assert f"{window.value:,} tokens ({window.source})" in report
    assert (LEARNED in report) == (setup.learned_tokens == window.value)


def test_a_guess_at_a_local_server_says_that_it_is_not_the_last_word() -> None:
    setup = setup_of()
    unasked = replace(setup, model=replace(setup.model, server_window=NothingToAsk(may_tell=True), is_local=True))
    sentence = "8,192 tokens (a guess, until a longer request asks the server)"
    assert sentence in limits_in_words(Conversation(unasked))
    in_a_cloud = replace(unasked, model=replace(unasked.model, is_local=False))
    assert "8,192 tokens (a guess)" in limits_in_words(Conversation(in_a_cloud))


def test_no_more_is_sent_than_a_model_takes_though_its_window_has_room() -> None:
    assert Limits(400_000, 400_000, input_tokens=272_000).room == 272_000
    assert Limits(400_000, 400_000, reply_tokens=200_000, input_tokens=272_000).room == 200_000
    setup = setup_with(ScriptedModel(), system_prompt="")
    setup = replace(setup, model=replace(setup.model, context_tokens=400, input_tokens=272), max_context_tokens=400)
    assert setup.model.holding(500).input_tokens is None  # who states a window knows better
    conversation = Conversation(setup)
    conversation.change("", replace(conversation.state, exchanges=Transcript((Exchange("word " * 50, "yes"),) * 7)))

    assert conversation.window("and now?").tokens <= 272
    assert "400 tokens (your setting), of which at most 272 may be sent" in limits_in_words(conversation)
    with pytest.raises(MessageTooLong):
        conversation.window("word " * 280)
