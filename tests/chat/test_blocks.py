"""Where the window begins: it drops exchanges in blocks, at the same places whatever the way there."""

from collections.abc import Sequence
from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from chatbot_cli.chat.blocks import Size, first_by_tokens, first_by_turns
from chatbot_cli.chat.context import Context
from chatbot_cli.chat.limits import Limits
from chatbot_cli.chat.marks import Marks, Summary
from chatbot_cli.chat.messages import Exchange, Message
from chatbot_cli.chat.window import FRAMING_BOUND, Verdict, Window, select, surely_fits
from chatbot_cli.errors import MessageTooLong
from tests.chat.test_window import SYSTEM, numbered, words

turns = st.integers(0, 12)
slides = st.none() | st.integers(1, 14)
lengths = st.integers(0, 60)
exchanges_of_any_size = st.builds(
    lambda question, answer: Exchange("q " * question, "a " * answer), st.integers(1, 9), st.integers(1, 40)
)
transcripts = st.lists(exchanges_of_any_size, max_size=30)
numbers = st.frozensets(st.integers(0, 29), max_size=6)


def window_of(transcript: Sequence[Exchange], limits: Limits, marks: Marks | None = None, new: str = "new") -> Window:
    context = Context((SYSTEM,), transcript, (Message("user", new),), marks=marks or Marks())
    return select(context, limits, words)


def test_the_default_sends_at_most_40_exchanges_and_never_fewer_than_the_last_20() -> None:
    within = Limits(40, 1_000_000)
    sent = [window_of(numbered(count), within).exchanges for count in range(200)]

    assert sent[:41] == list(range(41))
    assert sent[41] == 21
    assert set(sent[40:]) == set(range(21, 41))


def test_the_tutorials_demonstration_forgets_a_name_of_turn_one_in_turn_four() -> None:
    held = [window_of(numbered(turn - 1), Limits(2, 1_000_000)).numbers for turn in (1, 2, 3, 4, 5)]

    assert held == [(), (0,), (0, 1), (1, 2), (2, 3)]


@given(lengths, turns, slides)
def test_the_beginning_moves_at_most_once_in_as_many_turns_as_leave_at_once(
    count: int, most: int, slide: int | None
) -> None:
    limits = Limits(most, 1_000_000, slide=slide)
    begins = [window_of(numbered(length), limits).begin for length in range(count, count + limits.block + 1)]

    moves = sum(before != after for before, after in pairwise(begins))
    assert moves <= (1 if most else limits.block)
    assert begins == sorted(begins)


@given(transcripts, st.integers(30, 300), turns, slides)
def test_in_blocks_the_beginning_never_moves_back_whichever_limit_binds(
    transcript: list[Exchange], tokens: int, most: int, slide: int | None
) -> None:
    limits = Limits(most, tokens, 0, slide)
    if limits.block == 1:
        return
    begins = [
        window_of(transcript[:count], limits, new=transcript[count].user).begin for count in range(len(transcript))
    ]
    assert begins == sorted(begins)


def test_what_surely_fits_is_judged_by_the_block_that_is_sent_beside_the_pins() -> None:
    context = Context((SYSTEM,), numbered(41), (Message("user", "new"),), marks=Marks(frozenset({0})))
    sent = select(context, Limits(40, 1_000_000), words).messages
    bound = sum((message.size or 0) + FRAMING_BOUND for message in sent)

    assert surely_fits(context, Limits(40, bound, 0))
    assert not surely_fits(context, Limits(40, bound - 1, 0))


@given(lengths, turns, slides)
def test_no_fewer_exchanges_stay_than_the_most_without_a_block(count: int, most: int, slide: int | None) -> None:
    limits = Limits(most, 1_000_000, slide=slide)

    window = window_of(numbered(count), limits)

    assert min(count, most - limits.block) <= window.exchanges <= most


def test_a_full_window_of_tokens_drops_to_three_quarters_of_its_room() -> None:
    sizes = [Size(10, 4)] * 40  # an exchange of 10 tokens, 4 of them its question
    starts = [first_by_tokens(sizes[:count], 4, 104, strict=False) for count in range(41)]

    assert starts[:11] == [0] * 11  # 100 tokens fit beside a question of 4
    assert starts[11:14] == [4] * 3  # 110 do not: 75 stay at most
    assert max(count - start for count, start in enumerate(starts)) == 10


def test_the_newest_exchange_stays_if_it_fits_at_all() -> None:
    sizes = [Size(10, 2), Size(90, 2)]

    assert first_by_tokens(sizes, 5, 100, strict=False) == 1
    assert first_by_tokens(sizes, 15, 100, strict=False) == 2


@given(
    transcripts,
    st.integers(20, 400),
    turns,
    slides,
    numbers,
    numbers,
    st.integers(1, 30),
    st.none() | st.integers(0, 200),
)
def test_a_window_is_whole_in_order_within_its_limits_and_holds_every_pin(
    transcript: list[Exchange],
    tokens: int,
    most: int,
    slide: int | None,
    pinned: frozenset[int],
    dropped: frozenset[int],
    size: int,
    history: int | None,
) -> None:
    marks = Marks(pinned, dropped - pinned, Summary("what was said", 1))
    limits = Limits(most, tokens, 0, slide, 5, history)
    pins = [number for number in sorted(pinned) if number < len(transcript)]
    tokens_of_pins = sum(words(message) for number in pins for message in transcript[number].messages)
    try:
        window = window_of(transcript, limits, marks, "n " * size)
    except MessageTooLong:
        assert 3 + words(SYSTEM) + size + min(tokens_of_pins, limits.room_for_pins) > limits.room
        return

    assert window.messages[0] == SYSTEM
    assert [message.role for message in window.messages].count("system") == 1
    assert window.messages[-1].content == "n " * size
    assert list(window.numbers) == sorted(set(window.numbers))
    assert window.sent == tuple(transcript[number] for number in window.numbers)
    assert window.tokens == 3 + sum(map(words, window.messages)) <= limits.room
    assert window.history == sum(words(message) for exchange in window.sent for message in exchange.messages)
    assert window.history <= limits.room_for_exchanges
    assert not set(window.numbers) & marks.dropped
    if tokens_of_pins <= limits.room_for_pins:
        assert set(pins) <= set(window.numbers)
        assert sum(number not in pinned for number in window.numbers) <= most
    in_block = [number for number in range(window.begin, len(transcript)) if number not in marks.dropped]
    assert [number for number in window.numbers if number >= window.begin] == in_block


@given(transcripts, st.integers(20, 400), turns, slides)
def test_the_newest_exchange_is_sent_if_the_limits_allow_it_alone(
    transcript: list[Exchange], tokens: int, most: int, slide: int | None
) -> None:
    limits = Limits(most, tokens, 0, slide)
    if not transcript or not most:
        return

    try:
        alone = window_of(transcript[-1:], limits)
        window = window_of(transcript, limits)
    except MessageTooLong:
        return

    assert (len(transcript) - 1 in window.numbers) == bool(alone.numbers)


def test_pins_stand_before_the_block_and_count_only_against_the_tokens() -> None:
    window = window_of(numbered(10), Limits(4, 1_000_000), Marks(frozenset({1, 3, 8})))

    assert window.numbers == (1, 3, 6, 7, 8, 9)
    assert [window.verdict(number) for number in (1, 2, 8, 9)] == [
        Verdict.PINNED,
        Verdict.EXCHANGE_LIMIT,
        Verdict.PINNED,
        Verdict.SENT,
    ]
    assert window.left_out == 4


def test_a_trimmed_exchange_that_is_pinned_is_sent() -> None:
    context = Context((), numbered(5), (Message("user", "new"),), 4, Marks(frozenset({0}), frozenset({4})))

    window = select(context, Limits(20, 1_000_000), words)

    assert window.numbers == (0,)
    assert [window.verdict(number) for number in range(5)] == [
        Verdict.PINNED,
        *[Verdict.TRIMMED] * 3,
        Verdict.DROPPED,
    ]
    assert window.left_out == 0


def test_pins_beyond_half_of_the_room_are_sent_only_with_the_block() -> None:
    long = Exchange("q " * 20, "a " * 20)

    window = window_of([long, long, *numbered(3)], Limits(1, 103, 0), Marks(frozenset({0, 1})))

    assert window.numbers == (0, 4)
    assert window.verdict(1) is Verdict.EXCHANGE_LIMIT


def test_a_pin_without_room_among_the_pins_counts_as_any_other_in_the_block() -> None:
    long = Exchange("q " * 20, "a " * 20)

    window = window_of([long, long], Limits(4, 150, 0), Marks(frozenset({0, 1})))

    assert window.numbers == (0, 1)
    assert (window.verdict(0), window.verdict(1)) == (Verdict.PINNED, Verdict.SENT)
    assert (window.pinned, window.until_cut) == (1, 3)


def test_a_message_that_does_not_fit_beside_the_pins_says_so() -> None:
    long = Exchange("q " * 20, "a " * 20)

    with pytest.raises(MessageTooLong, match="what is pinned has 40"):
        window_of([long], Limits(20, 103, 0), Marks(frozenset({0})), "n " * 70)


def test_a_summary_stands_between_the_examples_and_the_exchanges_when_something_is_left_out() -> None:
    summary = Message("user", "Earlier: numbers.")
    context = Context((SYSTEM,), numbered(3), (Message("user", "new"),), summary=summary)

    full, left_out = (select(context, Limits(most, 1_000_000), words) for most in (3, 1))

    assert summary not in full.messages
    assert left_out.messages[1] == summary
    assert left_out.tokens == 3 + sum(map(words, left_out.messages))


@given(st.integers(0, 3000), st.integers(0, 50), st.integers(1, 60))
def test_the_first_by_turns_is_a_multiple_of_the_block(count: int, most: int, slide: int) -> None:
    block = max(1, min(most, slide))

    first = first_by_turns(count, most, block)

    assert first % block == 0 or first == count
    assert count - first <= most
