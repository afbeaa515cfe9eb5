"""Our count of tokens is corrected by the server's, slowly and within bounds; a server that reads less is told."""

from collections.abc import Iterator
from dataclasses import replace

import pytest

from chatbot_cli.app.spelling import in_a_conversation, in_a_script
from chatbot_cli.chat.conversation import Conversation
from chatbot_cli.chat.count_events import CountsApart, ServerReadFewer
from chatbot_cli.chat.events import Finished, RequestBuilt, TextDelta, TokensUsed, TurnEvent
from chatbot_cli.chat.messages import Ending
from chatbot_cli.commands.context_report import ContextReport
from chatbot_cli.commands.memory import memory_commands
from chatbot_cli.commands.registry import Commands
from chatbot_cli.commands.who_answers import add_who_answers_commands
from chatbot_cli.commands.window_report import how_it_counted
from chatbot_cli.errors import ContextTooLong
from chatbot_cli.hints import spelled
from tests.chat.turns import say, take_turn
from tests.fakes import FakeSetups, Script, ScriptedModel, WordCounter, setup_with


class Estimate(WordCounter):
    """A counter that is as exact as it can be, and not exact."""

    def __init__(self) -> None:
        super().__init__(exact=False)

    @property
    def is_ready(self) -> bool:
        return True


def answered(sent: int) -> Script:
    """A short reply, for which the server says that so many tokens were sent."""
    return [TextDelta("Yes."), Finished(Ending.COMPLETE), TokensUsed(sent, 1)]


def conversation_with(*scripts: Script | str, exact: bool = False) -> Conversation:
    """A conversation whose requests have 3 tokens and those of the messages."""
    counter = WordCounter() if exact else Estimate()
    setup = setup_with(ScriptedModel(*scripts), system_prompt="", max_reply_tokens=1, counter=counter, max_turns=0)
    return Conversation(replace(setup, model=replace(setup.model, window_setting="OLLAMA_CONTEXT_LENGTH")))


async def of_a_thousand(conversation: Conversation) -> list[TurnEvent]:
    """A turn whose request has 1,000 tokens by our own count."""
    return await take_turn(conversation, "word " * 997)


def news(events: list[TurnEvent]) -> Iterator[ServerReadFewer | CountsApart]:
    return (event for event in events if isinstance(event, ServerReadFewer | CountsApart))


async def test_the_next_request_is_counted_as_the_server_counts() -> None:
    conversation = conversation_with(answered(1300), answered(1300))
    await of_a_thousand(conversation)

    built = next(event for event in await of_a_thousand(conversation) if isinstance(event, RequestBuilt))

    assert conversation.setup.count_factor == 1.3
    assert built.window.tokens == pytest.approx(1300, abs=2)


@pytest.mark.parametrize(
    ("counts", "factor"),
    [
        ([1015], 1.0),  # within 2 %
        ([1300, 1320, 1260, 1250], 1.3),  # not worth moving the window's beginning
        ([1300, 1500], 1.5),  # more at once: with too low a count a request could be too long
        ([1500, 1300], 1.4),  # less by half of the way
        ([600], 0.6),
        ([2000], 2.0),
        ([2001], 1.0),
        ([0], 1.0),
    ],
)
async def test_a_correction_changes_seldom_and_within_bounds(counts: list[int], factor: float) -> None:
    conversation = conversation_with(*map(answered, counts))
    for _ in counts:
        await of_a_thousand(conversation)

    assert conversation.setup.count_factor == factor


async def test_a_small_request_teaches_nothing() -> None:
    conversation = conversation_with(answered(190))
    await take_turn(conversation, "word " * 150)
    assert conversation.setup.count_factor == 1


@pytest.mark.parametrize(("words", "factor", "is_loaded"), [(997, 1.3, True), (990, 1.0, False)])
async def test_a_script_loads_the_vocabulary_after_a_request_that_can_teach_something(
    words: int, factor: float, *, is_loaded: bool
) -> None:
    conversation = conversation_with(answered(1300))
    counter = WordCounter(exact=False)
    conversation.change_setup("", replace(conversation.setup, model=replace(conversation.setup.model, counter=counter)))
    await take_turn(conversation, "word " * words)
    assert (conversation.setup.count_factor, counter.is_ready) == (factor, is_loaded)


async def test_a_script_loads_no_vocabulary_where_the_estimate_agrees() -> None:
    conversation = conversation_with(answered(1010))
    counter = WordCounter(exact=False)
    conversation.change_setup("", replace(conversation.setup, model=replace(conversation.setup.model, counter=counter)))
    await of_a_thousand(conversation)
    assert not counter.is_ready


async def test_an_exact_count_that_is_corrected_is_exact_no_more() -> None:
    conversation = conversation_with(answered(1010), answered(1100), exact=True)
    await of_a_thousand(conversation)
    assert conversation.setup.counts_exactly
    await of_a_thousand(conversation)
    assert not conversation.setup.counts_exactly
    assert "~" in ContextReport(conversation).chart().after


async def test_counts_that_are_too_far_apart_are_said_once() -> None:
    conversation = conversation_with(answered(5000), answered(5000))
    first, second = [list(news(await of_a_thousand(conversation))) for _ in range(2)]

    assert second == []
    assert [how_it_counted(event) for event in first] == [
        "The server counts 5,000 tokens where chat counts ~1,000. They are too far apart to correct the count."
    ]


async def test_a_server_that_cuts_in_silence_is_told_once_with_what_mends_it() -> None:
    conversation = conversation_with(answered(420), answered(420))
    first, second = [list(news(await of_a_thousand(conversation))) for _ in range(2)]

    assert conversation.setup.count_factor == 1
    assert second == []
    (event,) = first
    assert spelled(how_it_counted(event), in_a_conversation) == (
        "The server read 420 of ~1,000 tokens. OLLAMA_CONTEXT_LENGTH widens its window; /window 400 tokens sends no"
        " more than it reads."
    )
    unknown = ServerReadFewer(2050, 7900)
    assert spelled(how_it_counted(unknown), in_a_script) == (
        "The server read 2,050 of 7,900 tokens. --max-context-tokens 2000 sends no more than it reads."
    )


def on_a_server_that_cuts(*scripts: Script) -> Conversation:
    conversation = conversation_with(*scripts)
    model = replace(conversation.setup.model, cuts_in_silence=True)
    conversation.change_setup("", replace(conversation.setup, model=model))
    return conversation


async def read(conversation: Conversation, tokens: int) -> list[tuple[int, int]]:
    """A turn with a request of so many tokens; what the line says that the server has read, and of how many."""
    events = await take_turn(conversation, "word " * (tokens - 3))
    return [(event.read, event.counted) for event in news(events) if isinstance(event, ServerReadFewer)]


@pytest.mark.parametrize(("said", "factor"), [(640, 1.0), (840, 1.0), (860, 0.86), (1300, 1.3)])
async def test_where_a_server_is_known_to_cut_a_count_far_below_ours_teaches_nothing(said: int, factor: float) -> None:
    conversation = on_a_server_that_cuts(answered(said))
    assert await read(conversation, 1000) == ([(said, 1000)] if factor == 1 else [])
    assert conversation.setup.count_factor == factor


async def test_where_our_count_was_right_before_a_count_well_below_it_is_a_cut() -> None:
    conversation = conversation_with(*map(answered, (1010, 2400, 2800)))
    assert await read(conversation, 1000) == []
    assert await read(conversation, 3000) == [(2400, 3000)]
    assert await read(conversation, 4000) == []  # said once
    assert conversation.setup.count_factor == 1


async def test_where_a_correction_was_learned_a_count_well_below_it_is_a_cut() -> None:
    conversation = conversation_with(*map(answered, (1300, 3000)))
    assert await read(conversation, 1000) == []
    assert await read(conversation, 3000) == [(3000, 3900)]
    assert conversation.setup.count_factor == 1.3


async def test_a_count_that_stays_while_the_request_grows_is_a_cut_and_what_it_taught_is_forgotten() -> None:
    conversation = conversation_with(*map(answered, (2000, 2005, 2000)))
    assert [await read(conversation, tokens) for tokens in (2300, 2450, 2600)] == [[], [], [(2000, 2600)]]
    assert conversation.setup.count_factor == 1


async def test_what_another_conversation_or_model_was_counted_as_tells_nothing() -> None:
    conversation = conversation_with(*map(answered, (1000, 1600)))
    await read(conversation, 1000)
    other = replace(conversation.setup.model, spec="other")
    conversation.change_setup("", replace(conversation.setup, model=other))
    assert await read(conversation, 2000) == []
    assert conversation.setup.count_factor == 0.8


async def test_what_was_learned_of_a_request_that_was_cut_a_little_is_forgotten_when_more_is_cut() -> None:
    conversation = conversation_with(answered(700), answered(400))
    await of_a_thousand(conversation)
    assert conversation.setup.count_factor == 0.7
    await take_turn(conversation, "word " * 1497)
    assert conversation.setup.count_factor == 1


async def test_another_model_begins_anew_and_the_same_keeps_its_correction() -> None:
    conversation = conversation_with(answered(1300))
    await of_a_thousand(conversation)
    same = conversation.setup.model
    commands = Commands()
    others = {"same": same, "other": replace(same, spec="other"), "elsewhere": replace(same, address="http://b")}
    add_who_answers_commands(commands, FakeSetups(opened=others))
    for name, factor in (("same", 1.3), ("other", 1.0), ("elsewhere", 1.0)):
        commands.run(f"/model {name}", conversation)
        assert conversation.setup.count_factor == factor
        conversation.undo()
    for name, factor in (("other", 1.0), ("elsewhere", 1.0), ("same", 1.3)):  # and back again
        commands.run(f"/model {name}", conversation)
        assert conversation.setup.count_factor == factor
    memory_commands.run("/window 5000 tokens", conversation)
    assert conversation.setup.count_factor == 1.3


def test_what_was_learned_is_kept_of_a_bounded_number_of_models() -> None:
    setup = conversation_with().setup
    for number in range(30):
        setup = replace(setup, model=replace(setup.model, spec=f"m{number}")).having_learned_of(setup)
        setup = replace(setup, count_factor=1.2)
    assert [one.of[0] for one in setup.all_learned] == [f"m{number}" for number in range(10, 30)]


async def test_a_refusal_that_says_what_it_counted_makes_the_second_try_fit() -> None:
    refusal = ContextTooLong("Too long.", limit=1500, counted=2400)
    model = ScriptedModel("Yes.", "Yes.", "Yes.", [refusal], "Good.")
    counter = Estimate()
    conversation = Conversation(setup_with(model, system_prompt="", max_reply_tokens=1, counter=counter))
    for _ in range(3):
        await say(conversation, "word " * 400)

    assert await say(conversation, "word " * 390) == "Good."

    ours = 3 + sum(map(counter.count, model.requests[-1].messages))
    assert ours * 2400 / 1596 < 1500  # as the server counts; by our own count, another exchange would have fitted
    assert ours + 401 < 1500
    assert conversation.setup.count_factor == round(2400 / 1596, 3)
    assert conversation.setup.learned_tokens == 1500


async def test_what_a_server_adds_to_a_small_request_is_no_reason_to_call_a_large_one_cut() -> None:
    conversation = conversation_with(answered(450), answered(5200), answered(5200))
    await take_turn(conversation, "word " * 247)  # 250 tokens by our own count
    large = [list(news(await take_turn(conversation, "word " * 4997))) for _ in range(2)]

    assert large == [[], []]
    assert conversation.setup.count_factor < 1.3
