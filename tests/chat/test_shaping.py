"""Answers as data: what is demanded of a server, a reply that is mended, and what is kept of it."""

from collections.abc import AsyncGenerator
from contextlib import aclosing, suppress
from dataclasses import replace
from typing import Any

import pytest

from chatbot_cli.chat.budget import most_of
from chatbot_cli.chat.conversation import Conversation
from chatbot_cli.chat.events import (
    AskedAgain,
    DocumentArrived,
    Finished,
    ModelEvent,
    ReplyEnded,
    RequestBuilt,
    RowsArrived,
    SteppedDown,
    TextDelta,
    TokensUsed,
)
from chatbot_cli.chat.messages import Ending, Request
from chatbot_cli.chat.prices import NothingToPay, PricePerMillion
from chatbot_cli.chat.shape import Level
from chatbot_cli.chat.unsaved import Unsaved
from chatbot_cli.errors import InvalidReply, MessageTooLong, ReplyCut, ServerFailed, ShapeRefused
from tests.chat.turns import take_turn
from tests.fakes import AnyWords, Script, ScriptedModel, saying, setup_with

WORDS = AnyWords()


class Refusing(ScriptedModel):
    """A model whose server takes only one level."""

    def __init__(self, *scripts: Script | str, takes: Level) -> None:
        super().__init__(*[""] * list(Level).index(takes), *scripts)
        self._takes = takes

    async def stream(self, request: Request) -> AsyncGenerator[ModelEvent, None]:
        if request.demand is None or request.demand.level is self._takes:
            async for event in super().stream(request):
                yield event
            return
        self.requests.append(request)
        raise ShapeRefused("The server takes no schema.")


def conversation_with(
    *scripts: Script | str, shape: AnyWords | None = WORDS, **setup: Any
) -> tuple[Conversation, ScriptedModel]:
    model = ScriptedModel(*scripts)
    return Conversation(replace(setup_with(model), shape=shape, **setup)), model


def last_message(request: Request) -> str:
    return request.messages[-1].content


async def test_a_valid_reply_is_kept_as_its_document() -> None:
    conversation, model = conversation_with("=one two")
    events = await take_turn(conversation, "Say it")
    (request,) = model.requests
    assert request.demand is not None
    assert (request.demand.shape, request.demand.level, last_message(request)) == (WORDS, Level.SCHEMA, "Say it")
    assert [event.document for event in events if isinstance(event, DocumentArrived)] == ["one two"]
    (kept,) = conversation.exchanges
    assert (kept.user, kept.assistant, kept.ending) == ("Say it", "one two", Ending.COMPLETE)


async def test_a_reply_that_is_not_valid_is_asked_for_once_more_and_both_are_paid() -> None:
    paid = TokensUsed(100, 10, 0.01, cached=50, saved=0.002)
    conversation, model = conversation_with([*saying("nonsense"), paid], [*saying("=right"), paid])
    events = await take_turn(conversation, "Say it")
    (again,) = [event for event in events if isinstance(event, AskedAgain)]
    assert (again.problems, again.attempt) == (("there is no equals sign",), 2)
    question, wrong, mend = model.requests[1].messages[-3:]
    assert (question.content, wrong.content) == ("Say it", "nonsense")
    assert mend.content == "Not valid: there is no equals sign.\n\nBegin with an equals sign."
    ended = events[-1]
    assert isinstance(ended, ReplyEnded)
    assert ended.used == TokensUsed(200, 20, 0.02, cached=100, saved=0.004)
    assert [kept.assistant for kept in conversation.exchanges] == ["right"]
    assert conversation.journal.spent == 0.02


@pytest.mark.parametrize(
    ("second", "cost"), [("=right", None), ([ServerFailed("The server failed (500).", retryable=False)], 0.01)]
)
async def test_a_second_try_that_came_and_told_no_price_makes_the_price_unknown(
    second: Script | str, cost: float | None
) -> None:
    conversation, _ = conversation_with([*saying("nonsense"), TokensUsed(100, 10, 0.01)], second)
    with suppress(ServerFailed):
        await take_turn(conversation, "Say it")
    assert isinstance(conversation.journal, Unsaved)
    assert conversation.journal.spent == cost


async def test_a_server_that_does_not_keep_to_the_schema_is_told_it_from_then_on() -> None:
    conversation, model = conversation_with("nonsense", "=right", "=again")
    await take_turn(conversation, "Say it")
    await take_turn(conversation, "Once more")
    assert last_message(model.requests[0]) == "Say it"
    assert last_message(model.requests[2]) == "Once more\n\nBegin with an equals sign."
    assert conversation.exchanges[1].user == "Once more"


async def test_a_reply_that_comes_after_a_refusal_says_nothing_of_that() -> None:
    conversation = Conversation(replace(setup_with(Refusing("=yes", takes=Level.OBJECT)), shape=WORDS))
    async with aclosing(conversation.take_turn("Say it")) as events:
        async for event in events:
            if isinstance(event, TextDelta):
                break
    assert (conversation.exchanges[0].ending, conversation.exchanges[0].reason) == (Ending.STOPPED, "")


@pytest.mark.parametrize(
    ("last", "kept"), [(Finished, ("=yes", Ending.STOPPED)), (DocumentArrived, ("yes", Ending.COMPLETE))]
)
async def test_a_reply_that_is_left_before_it_was_looked_at_is_not_whole(last: type, kept: tuple[str, Ending]) -> None:
    conversation, _ = conversation_with("=yes")
    async with aclosing(conversation.take_turn("Say it")) as events:
        async for event in events:
            if isinstance(event, last):
                break
    assert (conversation.exchanges[0].assistant, conversation.exchanges[0].ending) == kept


async def test_a_reply_that_was_mended_says_nothing_of_what_was_wrong() -> None:
    conversation, _ = conversation_with("nonsense", [TextDelta("=right"), Finished(Ending.LENGTH)])
    await take_turn(conversation, "Say it")
    assert (conversation.exchanges[0].ending, conversation.exchanges[0].reason) == (Ending.LENGTH, "")


@pytest.mark.parametrize("takes", [Level.OBJECT, Level.WORDS])
async def test_a_server_that_refuses_a_way_is_asked_in_the_next_one_from_then_on(takes: Level) -> None:
    model = Refusing("=yes", "=also", takes=takes)
    conversation = Conversation(replace(setup_with(model), shape=WORDS))
    events = await take_turn(conversation, "Say it")
    assert [event.level for event in events if isinstance(event, SteppedDown)][-1] is takes
    refused = len(model.requests)
    await take_turn(conversation, "And that")
    assert len(model.requests) == refused + 1
    assert model.requests[-1].demand is not None
    assert (model.requests[-1].demand.level, last_message(model.requests[-1])) == (
        takes,
        "And that\n\nBegin with an equals sign.",
    )
    assert [kept.assistant for kept in conversation.exchanges] == ["yes", "also"]


async def test_a_reply_that_stays_wrong_is_an_error_and_is_kept_as_it_came() -> None:
    conversation, _ = conversation_with("nonsense", "more nonsense")
    with pytest.raises(InvalidReply) as failure:
        await take_turn(conversation, "Say it")
    assert (failure.value.text, failure.value.tries, failure.value.exit_code) == ("more nonsense", 2, 65)
    (kept,) = conversation.exchanges
    assert (kept.assistant, kept.ending, kept.reason) == ("more nonsense", Ending.INVALID, "there is no equals sign")


async def test_a_reply_that_is_cut_at_its_limit_is_not_asked_for_again() -> None:
    conversation, model = conversation_with([TextDelta("no"), Finished(Ending.LENGTH)], "=yes")
    with pytest.raises(InvalidReply) as failure:
        await take_turn(conversation, "Say it")
    assert (failure.value.exit_code, len(model.requests)) == (3, 1)
    assert conversation.exchanges[0].ending is Ending.LENGTH
    await take_turn(conversation, "Once more")
    assert last_message(model.requests[1]) == "Once more"  # its server kept to the schema, as far as it came


@pytest.mark.parametrize("ending", [Ending.FILTERED, Ending.REFUSED])
async def test_a_refusal_is_not_asked_for_again(ending: Ending) -> None:
    conversation, model = conversation_with([TextDelta("I would rather not."), Finished(ending)])
    with pytest.raises(InvalidReply, match=f"^The reply is {ending.value}: there is no equals sign.$") as failure:
        await take_turn(conversation, "Say it")
    assert (failure.value.exit_code, len(model.requests), conversation.exchanges[0].ending) == (3, 1, ending)


async def test_a_reply_that_leaves_no_room_for_a_second_try_is_not_valid() -> None:
    conversation, _ = conversation_with("nonsense " * 50, max_context_tokens=60)
    with pytest.raises(InvalidReply) as failure:
        await take_turn(conversation, "Say it")
    assert failure.value.hint.startswith("There is no room for a second try: ")
    assert (failure.value.exit_code, conversation.exchanges[0].ending) == (65, Ending.INVALID)
    with pytest.raises(MessageTooLong):  # and one that leaves no room for the first is as ever
        await take_turn(conversation, "Say it " * 50)


async def test_a_valid_reply_that_ended_at_its_limit_is_a_document() -> None:
    conversation, _ = conversation_with([TextDelta("=yes"), Finished(Ending.LENGTH)])
    events = await take_turn(conversation, "Say it")
    assert DocumentArrived("yes") in events
    assert (conversation.exchanges[0].assistant, conversation.exchanges[0].ending) == ("yes", Ending.LENGTH)


async def test_a_second_try_is_told_and_reckoned_once_though_its_server_steps_down() -> None:
    refusal: Script = [ShapeRefused("The server takes no schema.")]
    conversation, model = conversation_with("nonsense", refusal, "=right")
    setup = conversation.setup
    conversation.change_setup("prices", replace(setup, model=replace(setup.model, prices=NothingToPay())))
    events = await take_turn(conversation, "Say it")
    told = [event for event in events if isinstance(event, AskedAgain | SteppedDown)]
    assert [type(event) for event in told] == [AskedAgain, SteppedDown]
    assert isinstance(told[0], AskedAgain)
    assert told[0].is_free
    assert [request.demand and request.demand.level for request in model.requests[1:]] == [Level.SCHEMA, Level.OBJECT]
    assert conversation.exchanges[0].assistant == "right"


async def test_rows_are_never_taken_back_and_the_others_are_asked_for() -> None:
    rows = AnyWords(many=True)
    conversation, _ = conversation_with("=a\nb\nc!\nd\n", "=c\nd", shape=rows)
    events = await take_turn(conversation, "List them")
    assert [row for event in events if isinstance(event, RowsArrived) for row in event.rows] == ["a", "b", "c"]
    assert conversation.exchanges[0].assistant == "a\nb\nc\nd"


async def test_rows_of_the_first_try_stay_with_a_reply_that_stays_wrong() -> None:
    conversation, _ = conversation_with("=a\nb!\nc\n", "nonsense", shape=AnyWords(many=True))
    with pytest.raises(InvalidReply):
        await take_turn(conversation, "List them")
    assert conversation.exchanges[0].assistant == "=a\nb!\nc\n\nnonsense"


async def test_a_mending_that_fails_leaves_the_reply_that_there_was() -> None:
    conversation, _ = conversation_with("nonsense", [ReplyCut("the connection was lost")])
    with pytest.raises(ReplyCut):
        await take_turn(conversation, "Say it")
    (kept,) = conversation.exchanges
    assert (kept.assistant, kept.ending, kept.reason) == ("nonsense", Ending.INVALID, "there is no equals sign")


async def test_the_rest_of_a_cut_document_completes_it() -> None:
    conversation, model = conversation_with([TextDelta("=on"), ReplyCut("the connection was lost")], "e two")
    with pytest.raises(ReplyCut):
        await take_turn(conversation, "Say it")
    async for _ in conversation.continue_reply():
        pass
    assert model.requests[1].demand is None
    assert [kept.assistant for kept in conversation.exchanges] == ["one two"]


async def test_a_rest_that_makes_no_document_is_mended_as_a_whole_and_its_server_is_not_blamed() -> None:
    cut: Script = [TextDelta("on"), ReplyCut("the connection was lost")]
    conversation, model = conversation_with(cut, "e two", "=one two", "=more")
    with pytest.raises(ReplyCut):
        await take_turn(conversation, "Say it")
    async for _ in conversation.continue_reply():
        pass
    await take_turn(conversation, "Once more")
    assert [request.demand and request.demand.level for request in model.requests[1:]] == [None, *[Level.SCHEMA] * 2]
    assert last_message(model.requests[-1]) == "Once more"
    assert [kept.assistant for kept in conversation.exchanges] == ["one two", "more"]


async def test_the_schema_has_its_place_in_the_window() -> None:
    conversation, _ = conversation_with("=yes", shape=AnyWords("word " * 50))
    events = await take_turn(conversation, "Say it")
    window = conversation.window("Say it")
    (built,) = [event for event in events if isinstance(event, RequestBuilt)]
    assert built.window.tokens == window.tokens - 1 - 2 == 3 + 3 + 50 + 2


async def test_a_schema_that_is_told_is_counted_once() -> None:
    model = Refusing("=yes", takes=Level.WORDS)
    conversation = Conversation(replace(setup_with(model), shape=WORDS))
    built = [event for event in await take_turn(conversation, "Say it") if isinstance(event, RequestBuilt)]
    assert built[-1].window.tokens == 3 + sum(map(conversation.setup.count, model.requests[-1].messages))


async def test_a_server_that_refuses_a_schema_amid_its_reply_is_not_asked_in_another_way() -> None:
    conversation, model = conversation_with([TextDelta("=y"), ShapeRefused("The server takes no schema.")])
    with pytest.raises(ShapeRefused):
        await take_turn(conversation, "Say it")
    assert (len(model.requests), conversation.exchanges[0].assistant) == (1, "=y")


async def test_a_mending_stays_within_the_budget() -> None:
    conversation, model = conversation_with([*saying("nonsense"), TokensUsed(100, 10, 1.0)], max_cost=1.0)
    setup = conversation.setup
    conversation.change_setup("prices", replace(setup, model=replace(setup.model, prices=PricePerMillion(0.1, 0.1))))
    with pytest.raises(InvalidReply) as failure:
        await take_turn(conversation, "Say it")
    assert "Nobody is asked for a second try: This message may cost up to" in failure.value.hint
    assert failure.value.tries == 1
    assert [(kept.assistant, kept.ending) for kept in conversation.exchanges] == [("nonsense", Ending.INVALID)]
    assert (len(model.requests), conversation.journal.spent) == (1, 1.0)


@pytest.mark.parametrize("said", [[], [TokensUsed(5, 1, None)]], ids=["nothing", "tokens alone"])
async def test_a_mending_stays_within_the_budget_when_nobody_says_what_the_first_try_cost(
    said: list[TokensUsed],
) -> None:
    conversation, model = conversation_with([*saying("nonsense"), *said], "=right")
    setup = conversation.setup
    prices = PricePerMillion(1.0, 1.0)
    conversation.change_setup("prices", replace(setup, model=replace(setup.model, prices=prices)))
    window = conversation.window("Say it")
    most = most_of(window.tokens, window.limits.reserve, prices)
    assert most
    conversation.change_setup("limit", replace(conversation.setup, max_cost=most * 1.5))
    with pytest.raises(InvalidReply) as failure:
        await take_turn(conversation, "Say it")
    assert (len(model.requests), "Nobody is asked for a second try" in failure.value.hint) == (1, True)


async def test_of_two_tries_whose_cost_nobody_says_both_count() -> None:
    conversation, _ = conversation_with("nonsense", "=right", max_cost=100.0)
    setup = conversation.setup
    prices = PricePerMillion(1.0, 1.0)
    conversation.change_setup("prices", replace(setup, model=replace(setup.model, prices=prices)))
    events = await take_turn(conversation, "Say it")
    windows = [event.window for event in events if isinstance(event, RequestBuilt | AskedAgain)]
    most = sum(most_of(window.tokens, window.limits.reserve, prices) or 0.0 for window in windows)
    assert conversation.budget.unreported.most == pytest.approx(most)


async def test_without_a_shape_nothing_is_demanded() -> None:
    conversation, model = conversation_with("nonsense", shape=None)
    await take_turn(conversation, "Say it")
    assert model.requests[0].demand is None


async def test_a_shape_may_be_that_of_one_turn_alone() -> None:
    conversation, model = conversation_with("=one", "free", shape=None)
    async for _ in conversation.take_turn("Say it", shape=WORDS):
        pass
    await take_turn(conversation, "And now?")
    assert [bool(request.demand) for request in model.requests] == [True, False]
    assert [kept.assistant for kept in conversation.exchanges] == ["one", "free"]
    assert conversation.setup.shape is None
