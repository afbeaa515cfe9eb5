"""The window: which messages are sent, whatever the transcript and the limits."""

from collections.abc import Sequence
from copy import deepcopy

import pytest
from hypothesis import given
from hypothesis import strategies as st

from chatbot_cli.chat import window as windows
from chatbot_cli.chat.blocks import first_by_turns
from chatbot_cli.chat.context import Context
from chatbot_cli.chat.limits import REPLY_FRAMING_TOKENS, Limits
from chatbot_cli.chat.messages import Exchange, Message
from chatbot_cli.chat.window import Count, Verdict, Window
from chatbot_cli.errors import MessageTooLong

SYSTEM = Message("system", "Be kind.")
EXAMPLE = Exchange("example question", "example answer")
HEAD = (SYSTEM, *EXAMPLE.messages)
NEW = Message("user", "new question")


def context(head: Sequence[Message], exchanges: Sequence[Exchange], new: Message | None, trimmed: int = 0) -> Context:
    return Context(tuple(head), exchanges, () if new is None else (new,), trimmed)


def select(
    head: Sequence[Message], exchanges: Sequence[Exchange], new: Message | None, limits: Limits, count: Count
) -> Window:
    return windows.select(context(head, exchanges, new), limits, count)


def surely_fits(head: Sequence[Message], exchanges: Sequence[Exchange], new: Message, limits: Limits) -> bool:
    return windows.surely_fits(context(head, exchanges, new), limits)


def words(message: Message) -> int:
    return len(message.content.split())


def greedy_bytes(message: Message) -> int:
    """The hungriest tokenizer there can be: a token for every byte, one for the role, and three of framing."""
    return len(message.content.encode("utf-8", "replace")) + 4


def numbered(count: int) -> list[Exchange]:
    return [Exchange(f"question {n}", f"answer {n}") for n in range(1, count + 1)]


def verdicts(window: Window) -> list[Verdict]:
    return [window.verdict(number) for number in range(window.transcript)]


def roomy(turns: int, slide: int = 1) -> Limits:
    return Limits(turns, tokens=1_000_000, slide=slide)


texts = st.text("aé中🎉\ud800  \n", max_size=30)  # with many short words, and a lone surrogate
exchanges = st.builds(Exchange, texts, texts)
transcripts = st.lists(exchanges, max_size=12)
heads = st.builds(
    lambda prompt, examples: (
        *([Message("system", prompt)] if prompt else []),
        *(message for example in examples for message in example.messages),
    ),
    texts,
    st.lists(exchanges, max_size=2),
)
new_messages = st.builds(Message, st.just("user"), texts)
tokens = st.integers(1, 100) | st.integers(1, 3000)
replies = st.none() | st.integers(0, 50)
strict = st.builds(Limits, st.integers(0, 12), tokens, replies, st.just(1))
in_blocks = st.builds(Limits, st.integers(0, 12), tokens, replies, st.none() | st.integers(1, 14))
limits = strict | in_blocks


def test_the_system_message_is_first_and_once_then_the_examples_then_the_newest_message_last() -> None:
    window = select(HEAD, numbered(3), NEW, roomy(20), words)

    assert window.messages[: len(HEAD)] == HEAD
    assert window.messages[-1] == NEW
    assert [message.role for message in window.messages].count("system") == 1


def test_only_the_newest_exchanges_are_kept_in_their_order() -> None:
    window = select((SYSTEM,), numbered(5), NEW, roomy(2), words)

    assert [message.content for message in window.messages[1:-1]] == [
        "question 4",
        "answer 4",
        "question 5",
        "answer 5",
    ]
    assert (window.exchanges, window.left_out) == (2, 3)


def test_every_exchange_is_told_whether_it_is_sent_and_why_not() -> None:
    by_count = windows.select(context((SYSTEM,), numbered(5), NEW, trimmed=1), roomy(2), words)
    by_tokens = windows.select(context((), numbered(3), NEW), Limits(20, 11, reply_tokens=0), words)

    assert verdicts(by_count) == [Verdict.TRIMMED, *[Verdict.EXCHANGE_LIMIT] * 2, *[Verdict.SENT] * 2]
    assert (by_count.exchanges, by_count.left_out) == (2, 2)
    assert verdicts(by_tokens) == [Verdict.TOKEN_LIMIT, Verdict.TOKEN_LIMIT, Verdict.SENT]


def test_no_turns_at_all_sends_the_new_message_alone() -> None:
    assert select((SYSTEM,), numbered(3), NEW, roomy(0), words).messages == (SYSTEM, NEW)


def test_the_token_limit_counts_the_system_message_the_examples_and_the_new_message() -> None:
    fixed = REPLY_FRAMING_TOKENS + sum(map(words, (*HEAD, NEW)))
    one_exchange = sum(map(words, numbered(1)[0].messages))

    fits_two = select(HEAD, numbered(5), NEW, Limits(20, fixed + 2 * one_exchange, 0, slide=1), words)
    one_token_less = select(HEAD, numbered(5), NEW, Limits(20, fixed + 2 * one_exchange - 1, 0, slide=1), words)

    assert (fits_two.exchanges, one_token_less.exchanges) == (2, 1)
    assert fits_two.tokens == fixed + 2 * one_exchange


def test_an_exchange_that_does_not_fit_ends_the_window_even_if_an_older_one_would() -> None:
    long = Exchange("long " * 50, "answer")

    window = select((), [*numbered(1), long, *numbered(1)], NEW, Limits(20, 40, reply_tokens=0), words)

    assert (window.exchanges, window.left_out) == (1, 2)


def test_room_is_kept_free_for_the_reply() -> None:
    assert Limits(20, 1000, reply_tokens=300).room == 700
    assert Limits(20, 1000).room == 750  # a quarter when the reply has no limit
    assert Limits(20, 1_000_000).room == 1_000_000 - 4096  # and no more than a long reply needs
    assert Limits(20, 100, reply_tokens=500).room == 0


@given(st.integers(1, 100_000), st.none() | st.integers(1, 9000))
def test_the_window_that_a_hint_names_has_room_and_a_smaller_one_of_whole_thousands_has_not(
    request: int, reply: int | None
) -> None:
    tokens = Limits(20, 100, reply).tokens_for(request)
    assert Limits(20, tokens, reply).room >= request
    assert Limits(20, tokens - 1000, reply).room < request


def test_without_a_new_message_it_shows_what_stands_before_the_next_one() -> None:
    window = select((SYSTEM,), numbered(2), None, roomy(20), words)

    assert window.messages == (SYSTEM, *(message for exchange in numbered(2) for message in exchange.messages))


def test_a_message_larger_than_the_window_says_its_size_and_the_limit() -> None:
    with pytest.raises(MessageTooLong) as caught:
        select((SYSTEM,), (), Message("user", "word " * 1234), Limits(20, 1000), words)

    assert "1,234 tokens" in str(caught.value)
    assert "holds 1,000" in str(caught.value)
    assert "250 of them" in str(caught.value)
    assert caught.value.hint == "Send less of it, or widen the window: max_context_tokens=2000."


def test_a_message_too_large_only_beside_the_system_prompt_says_so() -> None:
    with pytest.raises(MessageTooLong, match=r"has 90 tokens, 113 with the system prompt .* holds 100"):
        select((Message("system", "word " * 20),), (), Message("user", "word " * 90), Limits(20, 100, 0), words)


def test_whether_all_fits_for_sure_is_judged_by_bytes_and_only_by_what_may_be_sent() -> None:
    within = Limits(1, 150, reply_tokens=0)

    assert surely_fits((SYSTEM,), numbered(1), Message("user", "x" * 50), within)
    assert surely_fits((SYSTEM,), numbered(1000), Message("user", "x" * 50), within)
    assert surely_fits((SYSTEM,), numbered(1000), Message("user", "x" * 50), Limits(0, 150, reply_tokens=0))
    assert not surely_fits((SYSTEM,), numbered(1), Message("user", "中" * 50), within)
    assert not surely_fits((SYSTEM,), numbered(1), Message("user", "\ud800" * 150), within)


def windowed(head: tuple[Message, ...], transcript: list[Exchange], new: Message, within: Limits) -> Window | None:
    try:
        return select(head, transcript, new, within, words)
    except MessageTooLong:
        return None


@given(heads, transcripts, new_messages, limits)
def test_a_window_is_the_head_whole_newest_exchanges_and_the_new_message(
    head: tuple[Message, ...], transcript: list[Exchange], new: Message, within: Limits
) -> None:
    window = windowed(head, transcript, new, within)
    if window is None:
        assert REPLY_FRAMING_TOKENS + sum(map(words, (*head, new))) > within.room
        return

    newest = transcript[len(transcript) - window.exchanges :]
    assert window.messages == (*head, *(message for exchange in newest for message in exchange.messages), new)
    assert window.exchanges + window.left_out == len(transcript)
    assert window.exchanges <= within.exchanges
    assert window.tokens == REPLY_FRAMING_TOKENS + sum(map(words, window.messages)) <= within.room


@given(heads, transcripts, new_messages, strict)
def test_a_strict_window_is_as_full_as_the_limits_allow(
    head: tuple[Message, ...], transcript: list[Exchange], new: Message, within: Limits
) -> None:
    window = windowed(head, transcript, new, within)
    if window is None or not window.left_out or window.exchanges == within.exchanges:
        return

    next_older = transcript[window.left_out - 1]
    assert window.tokens + sum(map(words, next_older.messages)) > within.room


@given(heads, transcripts, new_messages, limits)
def test_selecting_changes_nothing(
    head: tuple[Message, ...], transcript: list[Exchange], new: Message, within: Limits
) -> None:
    before = deepcopy((head, transcript, new))

    first, second = windowed(head, transcript, new, within), windowed(head, transcript, new, within)

    assert (head, transcript, new) == before
    assert first == second


@given(heads, transcripts, new_messages, limits)
def test_what_surely_fits_does_fit_even_for_the_hungriest_tokenizer(
    head: tuple[Message, ...], transcript: list[Exchange], new: Message, within: Limits
) -> None:
    if surely_fits(head, transcript, new, within):
        window = select(head, transcript, new, within, greedy_bytes)
        assert window.exchanges == len(transcript) - first_by_turns(len(transcript), within.exchanges, within.block)
