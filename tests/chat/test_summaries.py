"""What leaves the window is folded into a summary, if the conversation says so: bounded, and never twice."""

import asyncio
import re
from collections.abc import AsyncGenerator
from dataclasses import replace
from typing import Any, Literal

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from chatbot_cli.chat.conversation import Conversation
from chatbot_cli.chat.events import Finished, ModelEvent, TextDelta, TokensUsed
from chatbot_cli.chat.folding import Folded, due_now, fold
from chatbot_cli.chat.marks import Marks, Summary
from chatbot_cli.chat.messages import Ending, Exchange, Request
from chatbot_cli.chat.options import DROP, SUMMARIZE, Options
from chatbot_cli.chat.prices import NothingToPay, Prices
from chatbot_cli.chat.state import State
from chatbot_cli.chat.summaries import FIRST_LINE, INSTRUCTION, beginning, due, room_for_summary, summary_request
from chatbot_cli.chat.transcript import Transcript
from chatbot_cli.chat.unsaved import Unsaved
from chatbot_cli.chat.usage_sums import UsageSum
from chatbot_cli.commands.branches import alt
from chatbot_cli.commands.window_report import remembered, summarized
from chatbot_cli.errors import CostLimitReached, ProviderError, ServerFailed
from chatbot_cli.text.counts import dollars
from tests.chat.test_budget import CentsPerToken
from tests.chat.turns import say, sent
from tests.fakes import Script, ScriptedModel, saying, setup_with

COST = TokensUsed(90, 4, 0.0004)
SUMMARY: Script = [*saying("Ada likes tea."), COST]


def folding(*scripts: Script | str, **changes: Any) -> tuple[Conversation, ScriptedModel]:
    """A conversation that holds two exchanges and summarizes one at a time."""
    model = ScriptedModel(*scripts)
    setup = replace(setup_with(model, max_turns=2), overflow=SUMMARIZE)
    return Conversation(replace(setup, **changes)), model


async def fold_now(conversation: Conversation) -> Folded | None:
    found = await due_now(conversation)
    assert found is not None
    return await fold(conversation, found)


async def told(conversation: Conversation, *texts: str) -> None:
    for text in texts:
        await say(conversation, text)


def summary_in(conversation: Conversation) -> str | None:
    message = conversation.window().summary
    return message.content if message else None


async def test_what_left_is_sent_as_one_marked_message_after_the_examples() -> None:
    examples = (Exchange("2 + 2?", "4."),)
    conversation, model = folding("Hi Ada.", "Good.", "Fine.", SUMMARY, "Tea.", examples=examples)
    await told(conversation, "I am Ada.", "I like tea.", "Well?")
    assert await fold_now(conversation) == Folded(1, 0, COST)
    assert conversation.journal.spent == 0.0004
    await say(conversation, "What do I like?")
    assert sent(model.requests[-1])[1:4] == [
        ("user", "2 + 2?"),
        ("assistant", "4."),
        ("user", f"{FIRST_LINE}\nAda likes tea."),
    ]
    assert [text for _, text in sent(model.requests[-1])[4:]] == [
        "I like tea.",
        "Good.",
        "Well?",
        "Fine.",
        "What do I like?",
    ]


async def test_the_same_model_is_asked_with_what_leaves_and_the_summary_so_far_and_nothing_else() -> None:
    conversation, model = folding("One.", "Two.", "Three.", SUMMARY, "Four.", "New.")
    await told(conversation, "1", "2", "3")
    await fold_now(conversation)
    (_, instruction), (_, first) = sent(model.requests[-1])
    assert instruction == INSTRUCTION
    assert first.startswith("What was said then:\n\nUser: 1\n\nAssistant: One.\n\nWrite the summary, in at most 7")
    await say(conversation, "4")
    await fold_now(conversation)
    _, (_, second) = sent(model.requests[-1])
    assert "The summary so far:\n\nAda likes tea.\n\nWhat was said then:\n\nUser: 2\n\nAssistant: Two." in second
    assert conversation.state.marks.summary == Summary("New.", 2)


async def test_nothing_is_due_twice_nor_while_all_fits_nor_with_drop() -> None:
    conversation, _ = folding("One.", "Two.", "Three.", SUMMARY)
    await told(conversation, "1", "2")
    assert await due_now(conversation) is None
    await say(conversation, "3")
    await fold_now(conversation)
    assert await due_now(conversation) is None
    conversation.change_setup("/window", replace(conversation.setup, overflow=DROP))
    assert await due_now(conversation) is None
    assert summary_in(conversation) is None
    assert conversation.limits.summary_tokens == 0


async def test_pinned_dropped_and_trimmed_exchanges_do_not_go_in() -> None:
    conversation, _ = folding(*(f"Reply {n}." for n in range(8)))
    await told(conversation, *map(str, range(8)))
    state = conversation.state
    conversation.change("/trim", replace(state, trimmed=1, marks=Marks().pin(2).drop(3)))
    found = await due_now(conversation)
    assert found is not None
    assert (found.numbers, found.exchanges) == ((1, 4, 5), 6)


class Parrot:
    """A ChatModel whose summary is the numbers of all questions that it was sent, those of the summary so far too."""

    async def stream(self, request: Request) -> AsyncGenerator[ModelEvent, None]:
        yield TextDelta(" ".join(re.findall(r"#\d+#", request.messages[-1].content)) or "nothing")
        yield Finished(Ending.COMPLETE)


STEPS = st.sampled_from(
    ["say", "say", "say", "pin", "unpin", "unpin", "drop", "keep", "off", "trim", "wide", "narrow", "lose", "sum"]
)


@settings(max_examples=60)
@given(st.lists(st.tuples(STEPS, st.integers(0, 6)), max_size=30))
def test_what_is_called_sent_as_a_summary_was_read_when_it_was_made(steps: list[tuple[str, int]]) -> None:
    conversation = Conversation(replace(setup_with(Parrot(), max_turns=2), overflow=SUMMARIZE, slide=1))
    for verb, number in [*[("say", 0)] * 3, *steps]:
        state, marks = conversation.state, conversation.state.marks
        if verb == "say":
            said = Exchange(f"#{len(state.exchanges)}#", "long " * 40)
            conversation.change("", replace(state, exchanges=state.exchanges.followed_by(said)))
        elif verb == "trim":
            conversation.change("", replace(state, trimmed=max(state.trimmed, min(number, len(state.exchanges)))))
        elif verb in ("wide", "narrow"):
            tokens = 2_000 if verb == "wide" else 250
            conversation.change_setup("", replace(state.setup, max_context_tokens=tokens))
        elif verb in ("lose", "sum"):
            conversation.change_setup("", replace(state.setup, overflow=DROP if verb == "lose" else SUMMARIZE))
        elif verb == "off" and marks.summary:
            off = Summary("", marks.summary.exchanges, by_user=True)
            conversation.change("", replace(state, marks=replace(marks, summary=off)))
        elif verb != "off" and number < len(state.exchanges):
            conversation.change("", replace(state, marks=getattr(marks, verb)(number)))
        if found := asyncio.run(due_now(conversation)):
            asyncio.run(fold(conversation, found))

        window, exchanges = conversation.window(), list(remembered(conversation))
        told = {int(number) for number in re.findall(r"\d+", window.summary.content)} if window.summary else set()
        assert {one.number - 1 for one in exchanges if one.summarized} == {n for n in told if n >= window.trimmed}
        assert summarized(window) == [one.standing for one in exchanges].count("sent as a summary alone")


async def test_what_is_trimmed_later_takes_its_summary_with_it() -> None:
    conversation, _ = folding("One.", "Two.", "Three.", SUMMARY)
    await told(conversation, "1", "2", "3")
    await fold_now(conversation)
    assert summary_in(conversation)
    conversation.change("/trim", replace(conversation.state, trimmed=1))
    assert summary_in(conversation) is None
    conversation.undo()
    assert summary_in(conversation)


async def test_a_summary_is_no_step_of_its_own() -> None:
    conversation, _ = folding("One.", "Two.", "Three.", SUMMARY, "Four.")
    await told(conversation, "1", "2", "3")
    await fold_now(conversation)
    await say(conversation, "4")
    assert conversation.undo() == "the exchange “4”"
    assert summary_in(conversation)
    assert conversation.undo() == "the exchange “3”"
    assert not conversation.state.marks


@pytest.mark.parametrize(
    "script",
    [
        [ServerFailed("It is busy.")],
        [TextDelta("I would rather not."), Finished(Ending.REFUSED)],
        [TextDelta(" "), Finished(Ending.COMPLETE)],
        [TextDelta("Ada li")],
    ],
    ids=["failure", "refusal", "empty", "cut"],
)
async def test_what_is_no_summary_is_not_kept(script: Script) -> None:
    conversation, _ = folding("One.", "Two.", "Three.", script)
    await told(conversation, "1", "2", "3")
    with pytest.raises(ProviderError):
        await fold_now(conversation)
    assert not conversation.state.marks


CHANGES = {
    "reset": lambda state: replace(state, exchanges=Transcript(), marks=Marks()),
    "persona": lambda state: replace(state, setup=replace(state.setup, persona="chef")),
    "pin": lambda state: replace(state, marks=Marks().pin(0)),
    "trim": lambda state: replace(state, trimmed=1),
    "edit": lambda state: replace(state, exchanges=Transcript([Exchange("other", "Other.", key=(98, 99))])),
}


@pytest.mark.parametrize("change", CHANGES)
async def test_a_summary_of_what_was_changed_meanwhile_is_discarded(change: str) -> None:
    conversation, _ = folding("One.", "Two.", "Three.", SUMMARY)
    await told(conversation, "1", "2", "3")
    found = await due_now(conversation)
    assert found is not None
    conversation.change(change, CHANGES[change](conversation.state))
    after = conversation.state
    assert await fold(conversation, found) is None
    assert conversation.state is after
    assert conversation.journal.spent == 0.0004  # it was paid all the same


async def test_a_summary_that_comes_after_one_more_turn_is_kept() -> None:
    conversation, _ = folding("One.", "Two.", "Three.", "Four.", SUMMARY)
    await told(conversation, "1", "2", "3")
    found = await due_now(conversation)
    assert found is not None
    await say(conversation, "4")
    assert await fold(conversation, found)
    assert conversation.state.marks.summary == Summary("Ada likes tea.", 1)


async def test_a_longer_text_is_cut_to_its_room() -> None:
    conversation, _ = folding("One.", "Two.", "Three.", " ".join(map(str, range(3000))))
    await told(conversation, "1", "2", "3")
    await fold_now(conversation)
    summary = conversation.state.marks.summary
    assert summary is not None
    assert summary.text.endswith(" 988…")
    message = conversation.window().summary
    assert message is not None
    assert conversation.setup.count(message) == conversation.limits.summary_tokens == 1000


@pytest.mark.parametrize("text", ["a b c d e f g h", "語" * 30, "", "one"])
def test_a_cut_text_is_a_beginning_within_its_limit(text: str) -> None:
    for most in range(40):
        cut = beginning(text, most, len)
        assert len(cut) <= most
        assert cut == text or not cut or (cut.endswith("…") and text.startswith(cut[:-1]))


def test_of_more_than_the_model_holds_the_oldest_is_left_out() -> None:
    said = [Exchange(f"{n}", f"{n} " + "word " * 97 + "end") for n in range(10)]
    setup = replace(setup_with(ScriptedModel(), max_turns=1, max_context_tokens=600), overflow=SUMMARIZE)
    conversation = Conversation(setup)
    state = State(setup, Transcript(said))
    conversation.change("all", state)
    found = due(state, conversation.window(), setup.count)
    assert found is not None
    request, unread, untold = summary_request(found, conversation.limits, setup.count)
    assert len(found.numbers) == 9
    assert (unread, untold) == (6, 5)
    summary = found.summary("Of the newest.", untold)
    question = request.messages[-1].content
    assert "Assistant: 8 word" in question
    assert "Assistant: 6 word" in question
    assert "Assistant: 4 word" not in question
    tokens = sum(map(setup.count, request.messages))
    assert request.options.max_reply_tokens == 150
    assert tokens <= 600 - 150

    assert [summary.tells_of(number) for number in range(10)] == [False] * 5 + [True] * 4 + [False]
    more = State(setup, state.exchanges.followed_by(Exchange("10", "Ten.")), marks=Marks(summary=summary))
    conversation.change("more", more)
    found = due(more, conversation.window(), setup.count)
    assert found is not None
    assert found.numbers == (*range(5), 9)
    conversation.change("fewer", replace(more, exchanges=more.exchanges[:10]))
    assert due(conversation.state, conversation.window(), setup.count) is None  # not for those alone


async def test_a_window_too_small_for_a_summary_makes_none() -> None:
    conversation, _ = folding("One.", "Two.", "Three.", max_context_tokens=200)
    await told(conversation, "1", "2", "3")
    assert await due_now(conversation) is None


async def test_the_options_of_the_conversation_hold_but_the_length_of_a_reply_does_not() -> None:
    options = Options(temperature=0.3, max_reply_tokens=5)
    conversation, model = folding("One.", "Two.", "Three.", SUMMARY, options=options)
    await told(conversation, "1", "2", "3")
    await fold_now(conversation)
    assert model.requests[-1].options == Options(temperature=0.3, max_reply_tokens=4096)


async def test_a_summary_beyond_the_budget_is_not_asked_for() -> None:
    conversation, model = folding("One.", "Two.", "Three.", SUMMARY)
    await told(conversation, "1", "2", "3")
    setup = conversation.setup
    priced = replace(setup.model, prices=CentsPerToken())
    conversation.change_setup("a budget", replace(setup, model=priced, max_cost=1.0))
    with pytest.raises(CostLimitReached, match=r"It may cost up to \$\d+\.\d\d; \$0\.00 of \$1\.00 is spent"):
        await fold_now(conversation)
    assert len(model.requests) == 3


class Never(asyncio.Event):
    """What never happens."""

    def __init__(self) -> None:
        super().__init__()
        self.is_awaited = asyncio.Event()

    async def wait(self) -> Literal[True]:
        self.is_awaited.set()
        return await super().wait()


async def stopped(prices: Prices, script: Script) -> tuple[Conversation, UsageSum]:
    """A conversation with a budget whose summary was stopped while it was written, and what it took."""
    journal, never = Unsaved(), Never()
    model = ScriptedModel("One.", "Two.", "Three.", [*script, never])
    setup = replace(setup_with(model, max_turns=2), overflow=SUMMARIZE, max_cost=1000.0)
    priced = replace(setup, model=replace(setup.model, prices=prices))
    conversation = Conversation(replace(priced, max_cost=None), journal=journal)
    await told(conversation, "1", "2", "3")
    before = journal.usage().whole
    conversation.change_setup("a budget", priced)
    folding_now = asyncio.create_task(fold_now(conversation))
    await never.is_awaited.wait()
    folding_now.cancel()
    await asyncio.wait([folding_now])
    after = journal.usage().whole
    assert (before.summaries, after.summaries) == (0, 1)
    return conversation, replace(after, unpriced=after.unpriced - before.unpriced)


async def test_a_summary_that_is_stopped_is_paid_but_nobody_says_how_much() -> None:
    for script in ([], [TextDelta("Ada")]):
        conversation, took = await stopped(CentsPerToken(), script)
        unreported = conversation.budget.unreported
        assert (took.unpriced, took.unpriced_summaries) == (1, 1)
        assert unreported.in_words == f", and up to {dollars(unreported.most)} for 1 summary whose cost nobody reported"


async def test_a_summary_that_is_stopped_is_free_where_the_model_is() -> None:
    conversation, took = await stopped(NothingToPay(), [])
    assert (took.unpriced, conversation.budget.unreported.in_words) == (0, "")


async def test_a_summary_whose_cost_is_known_counts_with_that_alone() -> None:
    conversation, _ = await stopped(CentsPerToken(), [TextDelta("Ada"), COST])
    assert (conversation.journal.spent, conversation.budget.unreported.in_words) == (0.0004, "")


async def test_a_summary_that_was_refused_costs_nothing() -> None:
    conversation, _ = folding("One.", "Two.", "Three.", [ServerFailed("It is busy.")])
    await told(conversation, "1", "2", "3")
    priced = replace(conversation.setup.model, prices=CentsPerToken())
    conversation.change_setup("a budget", replace(conversation.setup, model=priced, max_cost=1000.0))
    with pytest.raises(ServerFailed):
        await fold_now(conversation)
    assert isinstance(conversation.journal, Unsaved)
    assert conversation.journal.usage().whole.summaries == 0
    assert conversation.budget.unreported.in_words == ""


async def test_a_summary_never_takes_what_was_said_to_a_server_where_it_has_not_been() -> None:
    conversation, _ = folding("One.", "Two.", "Three.")
    home = replace(conversation.setup.model, address="https://home")
    conversation.change_setup("home", replace(conversation.setup, model=home))
    await told(conversation, "1", "2", "3")
    before = await due_now(conversation)
    elsewhere = replace(home, spec="other", address="https://elsewhere")
    conversation.change_setup("another model", replace(conversation.setup, model=elsewhere))

    assert before is not None
    assert conversation.state.new_server
    assert await due_now(conversation) is None


@pytest.mark.parametrize("again", ["retry", "alt"])
async def test_another_answer_takes_away_the_summary_that_tells_of_the_first(again: str) -> None:
    conversation, _ = folding("One.", SUMMARY, "Another one.", max_turns=0)
    await told(conversation, "1")
    await fold_now(conversation)
    async for _ in conversation.retry():
        pass
    if again == "alt":
        conversation.note(replace(conversation.state.marks, summary=Summary("Of another one.", 1)))
        alt(conversation, "")

    assert conversation.exchanges[-1].assistant == ("One." if again == "alt" else "Another one.")
    assert conversation.state.marks.summary is None


WORDS = st.integers(0, 60).map(lambda count: " ".join(["word"] * count))


@given(
    said=st.lists(st.builds(Exchange, WORDS, WORDS), max_size=12),
    text=WORDS.filter(bool),
    stands_for=st.integers(1, 12),
    tokens=st.integers(120, 900),
    new=WORDS,
)
def test_a_summary_never_moves_the_window_nor_makes_it_too_large(
    said: list[Exchange], text: str, stands_for: int, tokens: int, new: str
) -> None:
    setup = replace(setup_with(ScriptedModel(), max_turns=5, max_context_tokens=tokens), overflow=SUMMARIZE)
    windows = []
    for summary in (None, Summary(text, stands_for)):
        conversation = Conversation(setup)
        conversation.change("all", State(setup, Transcript(said), marks=Marks(summary=summary)))
        windows.append(conversation.window(new))
    without, with_one = windows
    assert with_one.numbers == without.numbers
    assert with_one.tokens <= with_one.limits.room
    if with_one.summary:
        assert with_one.left_out
        assert setup.count(with_one.summary) <= room_for_summary(with_one.limits)
