"""However large the model: earlier exchanges take at most 64,000 tokens by default, as each turn pays for them."""

from dataclasses import replace

import pytest

from chatbot_cli.chat.asking import limits_of
from chatbot_cli.chat.conversation import Conversation
from chatbot_cli.chat.events import WindowSlid
from chatbot_cli.chat.limits import Limits
from chatbot_cli.chat.messages import Exchange
from chatbot_cli.chat.setup import Setup
from chatbot_cli.chat.transcript import Transcript
from chatbot_cli.chat.window import Verdict
from chatbot_cli.commands.context_report import ContextReport
from chatbot_cli.commands.window_report import limits_in_words, what_slid_out
from chatbot_cli.terminal.input.toolbar import window_line
from tests.fakes import ScriptedModel, setup_with

TEN_THOUSAND = Exchange("word " * 4_000, "word " * 6_000)


def of_a_large_model(**changes: object) -> Setup:
    setup = setup_with(ScriptedModel(), system_prompt="Be kind.")
    model = replace(setup.model, context_tokens=1_000_000)
    return replace(setup, model=model, **changes)  # type: ignore[arg-type]  # fields of a Setup


def conversation_of(exchanges: int, **changes: object) -> Conversation:
    conversation = Conversation(of_a_large_model(**changes))
    conversation.change("", replace(conversation.state, exchanges=Transcript((TEN_THOUSAND,) * exchanges)))
    return conversation


def test_earlier_exchanges_drop_as_a_block_though_the_model_could_hold_them() -> None:
    sent = [conversation_of(count).window("and now?").exchanges for count in range(12)]

    assert sent == [0, 1, 2, 3, 4, 5, 6, 4, 5, 6, 4, 5]  # 60,000 tokens at most; then three quarters of 64,000 stay


def test_a_single_long_message_is_sent_whole() -> None:
    window = conversation_of(7).window("word " * 500_000)

    assert window.tokens > 500_000
    assert window.exchanges == 4


@pytest.mark.parametrize(("most", "sent"), [(1_000_000, 20), (30_000, 2)])
def test_max_context_tokens_takes_its_place(most: int, sent: int) -> None:
    conversation = conversation_of(20, max_context_tokens=most)

    assert conversation.limits.history_tokens is None
    assert conversation.window("and now?").exchanges == sent
    assert "64,000" not in limits_in_words(conversation) + ContextReport(conversation).chart().after


def test_a_model_that_holds_less_has_its_own_limit() -> None:
    setup = replace(of_a_large_model(), model=replace(of_a_large_model().model, context_tokens=8_000))

    assert limits_of(setup).room_for_exchanges == 6_000
    assert Conversation(setup).window().history_limit is None


def test_pins_have_half_of_it() -> None:
    assert Limits(40, 1_000_000, history_tokens=64_000).room_for_pins == 32_000


def test_every_report_names_it_and_the_setting() -> None:
    conversation = conversation_of(6)

    assert "60k of 64k tokens" in window_line(conversation, 80)
    assert limits_in_words(conversation).splitlines()[:2] == [
        "The window sends at most 20 exchanges and 64,000 tokens of them: they are paid for with each turn. "
        "/window N tokens sends more.",
        "A request may have 1,000,000 tokens (a guess), of which 4,096 are kept free for the reply.",
    ]
    assert (
        "Exchanges: 60,000 of 64,000 tokens.\n"
        "Earlier exchanges take no more: they are paid for with each turn. /window N tokens sends more."
        in ContextReport(conversation).chart().after
    )

    slid = conversation_of(7).window("and now?")
    assert slid.limit_in_force is Verdict.TOKEN_LIMIT
    assert what_slid_out(WindowSlid(slid)).startswith(
        "The 3 exchanges at the start are not sent any more: earlier exchanges take at most 64,000 tokens. "
    )
    assert "max_context_tokens" in what_slid_out(WindowSlid(slid))
