"""The figures below a reply: what is known, in one line, and nothing that is not."""

from dataclasses import replace

import pytest

from chatbot_cli.chat.events import Finished, PriceRises, ReplyEnded, TextDelta, TokensUsed
from chatbot_cli.chat.messages import Ending
from chatbot_cli.terminal.figures import figures_in_a_sentence, footers, price_rise_in_words
from tests.terminal.panel_window import Window, play

ALL = TokensUsed(9450, 312, 0.0031, cached=8930, written=120, reasoning=128, saved=0.0158)


def footer(seconds: float, used: TokensUsed | None, ending: Ending = Ending.COMPLETE) -> str:
    return footers(ReplyEnded(ending, seconds, used))[0]


@pytest.mark.parametrize(
    ("seconds", "used", "shown"),
    [
        (0.44, None, "0.4 s · price unknown"),
        (1.2, TokensUsed(491, 38), "491 tokens sent, 38 received · 1.2 s · 32/s · price unknown"),
        (1.2, TokensUsed(491, 38, 0.0), "491 tokens sent, 38 received · 1.2 s · 32/s"),
        (1.2, TokensUsed(491, 38, 1.254), "491 tokens sent, 38 received · 1.2 s · 32/s · $1.25"),
        (8.0, TokensUsed(491, 38, 0.0), "491 tokens sent, 38 received · 8.0 s · 4.8/s"),
        (0.0, TokensUsed(491, 38, 0.0), "491 tokens sent, 38 received · 0.0 s"),
        (1.0, TokensUsed(491, 0, 0.0), "491 tokens sent, 0 received · 1.0 s"),
        (4.2, ALL, "9,450 tokens sent (8,930 cached), 312 received (128 thinking) · 4.2 s · 74/s · $0.0031"),
    ],
)
def test_the_footer_says_what_is_known_and_no_more(seconds: float, used: TokensUsed | None, shown: str) -> None:
    assert footer(seconds, used) == shown


def test_of_a_free_reply_without_a_count_only_the_time_is_known() -> None:
    assert footers(ReplyEnded(Ending.COMPLETE, 0.44, None, is_free=True))[0] == "0.4 s"


def test_the_footer_says_first_why_a_reply_is_not_whole() -> None:
    assert footer(1, TokensUsed(1234, 5), Ending.LENGTH) == (
        "cut at its token limit · 1,234 tokens sent, 5 received · 1.0 s · 5.0/s · price unknown"
    )


@pytest.mark.parametrize(
    ("columns", "line"),
    [
        (100, "── 9,450 tokens sent (8,930 cached), 312 received (128 thinking) · 4.2 s · 74/s · $0.0031 ──────"),
        (80, "── 9,450 sent (8,930 cached), 312 received (128 thinking) · 4.2 s · $0.0031 ──"),
        (60, "── 9,450 sent, 312 received · 4.2 s · $0.0031 ────────────"),
        (50, "── 9,450 sent, 312 received · 4.2 s · $0.0031 ──"),
        (40, "── 9,450 sent, 312 received · $0.0031 ──"),
    ],
)
async def test_the_footer_is_one_line_of_as_many_figures_as_fit(columns: int, line: str) -> None:
    window = Window(columns=columns)

    await play(window, [TextDelta("Hi."), Finished(Ending.COMPLETE), ALL, ReplyEnded(Ending.COMPLETE, 4.2, ALL)])

    assert window.lines[-1].rstrip("─ ") == line.rstrip("─ ")
    assert len(window.lines[-1]) < columns


def test_a_listener_hears_sentences_without_signs() -> None:
    assert figures_in_a_sentence(ReplyEnded(Ending.COMPLETE, 4.2, ALL)) == (
        "9,450 tokens sent, 8,930 of them cached; 312 received, 128 of them thinking; 4.2 s, 74 a second; $0.0031"
    )
    assert figures_in_a_sentence(ReplyEnded(Ending.COMPLETE, 0.01, TokensUsed(5, 2))) == (
        "5 tokens sent; 2 received; 0.0 s; price unknown"
    )
    assert figures_in_a_sentence(ReplyEnded(Ending.STOPPED, 4.2, None)) == ""


@pytest.mark.parametrize(
    ("rises", "sentence"),
    [
        (PriceRises(250_000, 272_000, 2.0), "250,000 tokens; above 272,000, each token sent costs twice as much."),
        (PriceRises(272_000, 272_000, 2.0), "272,000 tokens; above 272,000, each token sent costs twice as much."),
        (
            PriceRises(272_001, 272_000, 2.0),
            "272,001 tokens, more than 272,000: from here on, each token sent costs twice as much.",
        ),
        (PriceRises(95_000, 100_000, 5.0), "95,000 tokens; above 100,000, each token sent costs 5 times as much."),
        (PriceRises(30_000, 32_000, 5 / 3), "30,000 tokens; above 32,000, each token sent costs 1.7 times as much."),
        (
            PriceRises(30_000, 32_000, 1.04, is_estimate=True),
            "~30,000 tokens; above 32,000, each token sent costs more.",
        ),
    ],
)
def test_a_step_of_the_price_is_named(rises: PriceRises, sentence: str) -> None:
    assert price_rise_in_words(rises) == f"This request has {sentence}"


def test_who_answered_in_anothers_place_is_named() -> None:
    ended = ReplyEnded(Ending.LENGTH, 1.0, TokensUsed(12, 10, 0.0), stood_in="llama3.3")
    assert (
        footers(ended, 1)[0]
        == "cut at its token limit · llama3.3 · 1 call · 12 tokens sent, 10 received · 1.0 s · 10/s"
    )
    heard = "llama3.3 answered; 12 tokens sent; 10 received; 1.0 s, 10 a second"
    assert figures_in_a_sentence(replace(ended, ending=Ending.COMPLETE)) == heard
