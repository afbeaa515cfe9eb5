"""However little room there is: passages become fewer, and the question goes."""

import asyncio
from collections.abc import Sequence
from contextlib import aclosing
from dataclasses import replace

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from chatbot_cli.chat.asking import limits_of
from chatbot_cli.chat.attachments import TEXT, Attachment
from chatbot_cli.chat.composing import RULE
from chatbot_cli.chat.context import Context
from chatbot_cli.chat.conversation import Conversation
from chatbot_cli.chat.document_events import PassagesFound, SourcesCited
from chatbot_cli.chat.documents import Documents
from chatbot_cli.chat.events import CallsArrived, Finished, TextDelta, TurnEvent, WindowShrunk
from chatbot_cli.chat.fitting_passages import fit, sent_with, with_fewer
from chatbot_cli.chat.limits import Limits
from chatbot_cli.chat.marks import Marks
from chatbot_cli.chat.messages import Ending, Exchange, Message, question_message
from chatbot_cli.chat.passages import Passage, Retrieved, Search
from chatbot_cli.chat.prices import PricePerMillion
from chatbot_cli.chat.rounds import ToolCall
from chatbot_cli.chat.state import State
from chatbot_cli.chat.tool_rounds import Tools
from chatbot_cli.chat.transcript import Transcript
from chatbot_cli.chat.window import select
from chatbot_cli.commands.window_report import what_shrank
from chatbot_cli.errors import ContextTooLong, CostLimitReached, DocumentsError, MessageTooLong, UsageError
from tests.fakes import (
    AnyWords,
    FakeApprover,
    FakeLibrary,
    FakeToolbox,
    Script,
    ScriptedModel,
    calling,
    passage,
    saying,
    setup_with,
    tool_named,
)

TEN = [passage(f"{number} " + "word " * 19, first=number) for number in range(1, 11)]  # 20 words each
TOO_LONG = ContextTooLong("Too long.")


def words(message: Message) -> int:
    return len(message.content.split())


def conversation_about(
    library: FakeLibrary, *scripts: Script | str, tokens: int | None = None, **fields: object
) -> tuple[Conversation, ScriptedModel]:
    model = ScriptedModel(*scripts)
    setup = replace(
        setup_with(model, max_context_tokens=tokens),
        documents=("notes",),
        **fields,  # type: ignore[arg-type]  # any
    )
    return Conversation(setup, documents=Documents(library)), model


async def turn(conversation: Conversation, text: str = "And now?") -> list[TurnEvent]:
    return [event async for event in conversation.take_turn(text)]


def found_in(events: Sequence[TurnEvent]) -> list[int]:
    return [len(event.retrieved.passages) for event in events if isinstance(event, PassagesFound)]


@given(
    tokens=st.integers(200, 200_000),
    sizes=st.lists(st.integers(1, 400), max_size=12),
    question=st.integers(1, 150),
    pinned=st.integers(0, 60),
    beside=st.integers(0, 100),
    most=st.integers(1, 3_000),
    is_whole=st.booleans(),
    number_of_exchanges=st.integers(0, 4),
)
@settings(max_examples=150, deadline=None)
def test_passages_take_half_of_what_is_free_and_never_more(
    tokens: int,
    sizes: list[int],
    question: int,
    pinned: int,
    beside: int,
    most: int,
    is_whole: bool,
    number_of_exchanges: int,
) -> None:
    exchanges = [Exchange("q " * pinned, "a")] * number_of_exchanges
    marks = Marks(pinned=frozenset({0} if exchanges else ()))
    context = Context(
        (Message("system", RULE),), exchanges, (Message("user", "why " * question),), 0, marks, None, beside
    )
    limits, all_of_them = Limits(20, tokens), tuple(passage("word " * size) for size in sizes)
    alone = select(context, limits, words) if _fits(context, limits) else None
    found = fit(Retrieved(all_of_them, is_whole=is_whole), context, limits, words, most)
    sent = sent_with(context, found.passages)
    assert [one.number for one in found.passages] == list(range(1, len(found.passages) + 1))
    assert found.left_out == len(sizes) - len(found.passages)
    if alone is None:
        assert not found.passages
        return
    window = select(sent, limits, words)  # it still fits
    free = limits.room - (alone.tokens - alone.history) - alone.pinned_tokens
    share = min(free // 2, limits.room_for_exchanges // 4 if is_whole else most)
    taken = words(window.new[0]) - question
    assert taken <= max(0, share)
    if is_whole:
        assert found.is_whole == bool(found.passages) or not sizes
    elif len(found.passages) < len(sizes):
        one_more = sent_with(context, tuple(replace(one, number=9) for one in all_of_them[: len(found.passages) + 1]))
        assert words(one_more.new[0]) - question > share
    assert sent_with(sent, ()) == context


def _fits(context: Context, limits: Limits) -> bool:
    try:
        select(context, limits, words)
    except MessageTooLong:
        return False
    return True


async def test_a_small_window_leaves_passages_out_and_sends_the_question() -> None:
    for tokens, expected in ((120, 0), (300, 3), (1_000, 8)):
        conversation, model = conversation_about(FakeLibrary(TEN), "Yes [1].", tokens=tokens)
        events = await turn(conversation)
        (found,) = [event.retrieved for event in events if isinstance(event, PassagesFound)]
        assert (len(found.passages), found.left_out) == (expected, 8 - expected)
        assert model.requests[0].messages[-1].content.endswith("And now?")
        assert len(conversation.exchanges[0].sources) == expected


@pytest.mark.parametrize("tokens", range(80, 700, 60))
async def test_where_no_passage_has_room_the_best_is_cut_at_a_line(tokens: int) -> None:
    lines = ["1 word and more", "", *(f"{number} word and more" for number in range(3, 101))]
    whole = [passage("\n".join(lines), first=11, last=110), *TEN[:1]]
    conversation, model = conversation_about(FakeLibrary(whole), "Yes [1].", "No.", tokens=tokens)
    (found,) = [event.retrieved for event in await turn(conversation) if isinstance(event, PassagesFound)]
    limits = limits_of(conversation.setup)
    assert sum(map(words, model.requests[0].messages)) <= limits.room
    context = Context(
        (Message("system", "You are helpful."), Message("system", RULE)), (), (Message("user", "And now?"),)
    )

    def has_room(number: int) -> bool:
        part = passage("\n".join(lines[:number]), first=11, last=10 + number)
        return bool(fit(Retrieved((part,)), context, limits, words, 3_000).passages)

    if not has_room(1):
        assert (found.passages, found.left_out, found.notes) == ((), 2, ())
        return
    (sent,) = found.passages
    count = sent.place.last - 10
    assert (sent.text, sent.place.first, sent.number) == ("\n".join(lines[:count]), 11, 1)
    assert lines[count - 1]
    assert has_room(count)
    assert not has_room(count + 1 if lines[count] else count + 2)
    assert found.notes == (f"Only the first {count} of 100 lines of the best passage have room.",)
    assert found.left_out == 1
    assert conversation.exchanges[0].sources == (sent,)
    assert found_in([event async for event in conversation.retry()]) == [1]
    assert model.requests[1] == model.requests[0]


async def test_a_server_with_less_room_gets_fewer_passages_and_in_the_end_none() -> None:
    said = saying("Yes [1].")
    conversation, model = conversation_about(FakeLibrary(TEN), [TOO_LONG], [TOO_LONG], said)
    events = await turn(conversation)
    assert [message.content.count("[") for message in (one.messages[-1] for one in model.requests)][2] == 0
    first, second, third = found_in(events)
    assert (first, third) == (8, 0)
    assert second == 1
    assert not conversation.exchanges[0].sources
    assert conversation.exchanges[0].assistant == "Yes [1]."
    assert [what_shrank(event).split(",")[0] for event in events if isinstance(event, WindowShrunk)] == [
        "Too long for the server: 7 passages of documents are left out",
        "Too long for the server: 1 passage of documents is left out",
    ]


async def test_a_limit_that_the_server_names_is_kept_and_holds_for_the_next_question() -> None:
    named = ContextTooLong("Too long.", limit=250)
    conversation, model = conversation_about(FakeLibrary(TEN), [named], "Yes.", "No.")
    assert found_in(await turn(conversation)) == [8, 2]
    assert found_in(await turn(conversation)) == [2]
    assert conversation.setup.learned_tokens == 250
    assert len(conversation.exchanges[0].sources) == 2
    assert all(sum(map(words, one.messages)) <= 250 for one in model.requests[1:])


async def test_a_question_that_is_too_long_is_refused_without_blame_for_passages() -> None:
    conversation, model = conversation_about(FakeLibrary(TEN), tokens=120)
    with pytest.raises(MessageTooLong, match="The message has 200 tokens"):
        await turn(conversation, "why " * 200)
    assert (model.requests, list(conversation.exchanges)) == ([], [])
    conversation, model = conversation_about(FakeLibrary(TEN), [TOO_LONG], [TOO_LONG], [TOO_LONG])
    with pytest.raises(ContextTooLong):
        await turn(conversation)
    assert len(model.requests) == 3
    assert not conversation.exchanges


class Halves(FakeLibrary):
    """Says that all it has is few, unless it is told that this does not help."""

    async def search(self, names: Sequence[str], search: Search) -> Retrieved:
        self.is_whole = search.whole > 0
        return await super().search(names, search)


async def test_what_does_not_fit_whole_is_searched_instead_of_cut_off() -> None:
    library = Halves([*TEN, *TEN, *TEN])
    conversation, _ = conversation_about(library, "Yes.", tokens=2_000)
    (found,) = [event.retrieved for event in await turn(conversation) if isinstance(event, PassagesFound)]
    assert [search.whole for _, search in library.asked] == [1_500 // 4 * 5, 0]
    assert (len(found.passages), found.is_whole) == (8, False)
    conversation, _ = conversation_about(Halves(TEN), "Yes.")
    (found,) = [event.retrieved for event in await turn(conversation) if isinstance(event, PassagesFound)]
    assert (len(found.passages), found.is_whole) == (10, True)


async def test_large_windows_do_not_make_each_turn_dear() -> None:
    conversation, _ = conversation_about(library := FakeLibrary(TEN), "Yes.")
    await turn(conversation)
    assert library.asked[0][1].whole == 64_000 // 4 * 5  # as earlier exchanges have no more than 64,000 tokens


class Searching(FakeLibrary):
    """A search that does not end."""

    was_stopped = False

    def __init__(self, passages: Sequence[Passage]) -> None:
        super().__init__(passages)
        self.began = asyncio.Event()

    async def search(self, names: Sequence[str], search: Search) -> Retrieved:
        self.began.set()
        try:
            await asyncio.Event().wait()
        except asyncio.CancelledError:
            self.was_stopped = True
            raise
        raise AssertionError


async def test_a_search_that_is_stopped_leaves_nothing() -> None:
    conversation, model = conversation_about(library := Searching(TEN))
    task = asyncio.create_task(turn(conversation))
    await library.began.wait()
    task.cancel()
    with pytest.raises(asyncio.CancelledError):
        await task
    assert library.was_stopped
    assert (model.requests, list(conversation.exchanges)) == ([], [])


class Broken(FakeLibrary):
    async def search(self, names: Sequence[str], search: Search) -> Retrieved:
        raise DocumentsError("The collection “notes” is damaged.")


async def test_a_search_that_fails_keeps_nothing_and_sends_nothing() -> None:
    conversation, model = conversation_about(Broken(TEN))
    with pytest.raises(DocumentsError, match="damaged"):
        await turn(conversation)
    assert (model.requests, list(conversation.exchanges)) == ([], [])


async def test_asked_again_it_has_the_same_passages_as_far_as_there_is_room() -> None:
    conversation, model = conversation_about(library := FakeLibrary(TEN), "One.", "Two.", "Three.", "Four.")
    await turn(conversation)
    library.passages = TEN[::-1]
    events = [event async for event in conversation.retry()]
    assert found_in(events) == [8]
    assert model.requests[1] == model.requests[0]
    assert len(library.asked) == 1
    conversation.change_setup("a smaller window", replace(conversation.setup, max_context_tokens=300))
    assert found_in([event async for event in conversation.retry()]) == [3]
    assert conversation.exchanges[0].sources[1].text == TEN[1].text
    conversation.change_setup("others", replace(conversation.setup, documents=("work",)))
    [event async for event in conversation.retry()]
    assert [names for names, _ in library.asked] == [("notes",), ("work",)]  # other documents are searched


async def test_asked_again_of_a_server_elsewhere_it_is_sent_without_the_passages_that_hold_secrets() -> None:
    cut: Script = [TextDelta("Yes"), Finished(Ending.LENGTH)]
    conversation, model = conversation_about(library := FakeLibrary(TEN), cut, "Two.")
    await turn(conversation)
    library.secret = secret = TEN[1].text.rstrip()
    with pytest.raises(UsageError, match="a key or a password"):
        [event async for event in conversation.continue_reply()]
    events = [event async for event in conversation.retry()]
    assert found_in(events) == [7]
    assert next(event.retrieved.notes for event in events if isinstance(event, PassagesFound)) == ("Left out.",)
    assert [secret in request.messages[-1].content for request in model.requests] == [True, False]


async def test_an_edited_question_is_searched_anew_and_without_documents_none_is_sent() -> None:
    conversation, model = conversation_about(library := FakeLibrary(TEN), "One.", "Two.", "Three.")
    await turn(conversation)
    [event async for event in conversation.take_turn("And then?", 0)]
    assert [search.question for _, search in library.asked] == ["And now?", "And then?"]
    conversation.change_setup("off", replace(conversation.setup, documents=()))
    assert found_in([event async for event in conversation.retry()]) == []
    assert [message.content for message in model.requests[2].messages] == ["You are helpful.", "And then?"]


async def test_the_rest_of_a_reply_is_asked_for_with_the_same_message() -> None:
    cut: Script = [TextDelta("Yes [2]"), Finished(Ending.LENGTH)]
    conversation, model = conversation_about(library := FakeLibrary(TEN), cut, " and [9].", " or not.")
    await turn(conversation)
    events = [event async for event in conversation.continue_reply()]
    before, after = (request.messages for request in model.requests)
    assert after[: len(before)] == before
    assert [message.role for message in after[len(before) :]] == ["assistant", "user"]
    (cited,) = [event.citations for event in events if isinstance(event, SourcesCited)]
    assert ([one.number for one in cited.cited], cited.unknown) == ([2], (9,))
    assert len(library.asked) == 1
    assert len(conversation.exchanges[0].sources) == 8


async def test_the_rest_has_fewer_of_them_in_a_smaller_window() -> None:
    cut: Script = [TextDelta("Yes"), Finished(Ending.LENGTH)]
    conversation, _ = conversation_about(FakeLibrary(TEN), cut, " and no.")
    await turn(conversation)
    conversation.change_setup("a smaller window", replace(conversation.setup, max_context_tokens=300))
    events = [event async for event in conversation.continue_reply()]
    before, found = [event.retrieved for event in events if isinstance(event, PassagesFound)]
    assert len(before.passages) == 8
    assert 0 < len(found.passages) < 8
    assert found.notes == (f"Only {len(found.passages)} of 8 passages have room.",)
    assert conversation.exchanges[0].sources == found.passages
    assert conversation.exchanges[0].assistant == "Yes and no."


async def test_tools_files_data_and_documents_go_together() -> None:
    call = ToolCall("c00000001", "time")
    model = ScriptedModel(calling(call), "=It is [1] noon")
    setup = replace(setup_with(model, max_context_tokens=400), documents=("notes",), shape=AnyWords())
    tools = Tools(FakeToolbox([tool_named("time")], {"time": "noon " * 30}), FakeApprover())
    conversation = Conversation(setup, tools=tools, documents=Documents(FakeLibrary(TEN)))
    conversation.attached = (Attachment("a.txt", TEXT, b"a file"),)
    events = [event async for event in conversation.take_turn("When?", attached=conversation.attached)]
    assert any(isinstance(event, CallsArrived) for event in events)
    sent = [request.messages for request in model.requests]
    assert sent[1][:2] == sent[0]
    question = sent[0][1].content
    assert question.startswith("<documents id=")
    assert question.endswith("a.txt:\n```\na file\n```\n\nWhen?")
    assert all(sum(map(words, messages)) <= limits_of(setup).room for messages in sent)
    exchange = conversation.exchanges[0]
    assert (len(exchange.rounds), len(exchange.attached), exchange.assistant) == (1, 1, "It is [1] noon")
    assert [len(one.sources) > 0 for one in conversation.exchanges] == [True]


async def test_results_that_need_the_room_displace_passages_and_not_the_turn() -> None:
    many = [ToolCall(f"c0000000{n}", "time", '{"a": "' + "long " * 12 + '"}') for n in range(9)]
    model = ScriptedModel(calling(*many), "It is noon [1].")
    setup = replace(setup_with(model, max_context_tokens=420), documents=("notes",))
    tools = Tools(FakeToolbox([tool_named("time")], {"time": "noon"}), FakeApprover())
    conversation = Conversation(setup, tools=tools, documents=Documents(FakeLibrary(TEN)))
    events = [event async for event in conversation.take_turn("When?")]
    assert conversation.exchanges[0].assistant == "It is noon [1]."
    first, second = (request.messages[1].content.count("\nword") for request in model.requests)
    assert found_in(events) == [len(conversation.exchanges[0].sources)]
    assert second <= first


async def test_a_list_in_data_is_no_citation() -> None:
    for reply, cited in (("=[1, 2]", []), ('={"a": "as in [2]", "b": [1]}', [2])):
        model = ScriptedModel(reply)
        setup = replace(setup_with(model), documents=("notes",), shape=AnyWords())
        conversation = Conversation(setup, documents=Documents(FakeLibrary(TEN)))
        (event,) = [one for one in await turn(conversation) if isinstance(one, SourcesCited)]
        assert [one.number for one in event.citations.cited] == cited


async def test_documents_off_changes_no_byte_and_on_the_head_stays_the_same() -> None:
    plain, model = conversation_about(FakeLibrary(TEN), "One.", "Two.", "Three.", "Four.")
    plain.change_setup("off", replace(plain.setup, documents=()))
    await turn(plain)
    assert [message.content for message in model.requests[0].messages] == ["You are helpful.", "And now?"]
    plain.change_setup("on", replace(plain.setup, documents=("notes",)))
    for _ in range(2):
        await turn(plain)
    assert model.requests[1].messages[0] == model.requests[2].messages[0]
    assert model.requests[1].messages[0].content.endswith(RULE)
    for _ in range(3):
        plain.undo()
    assert plain.setup.documents == ()


def test_a_message_that_was_made_shorter_is_what_it_would_have_been() -> None:
    files = (Attachment("a.txt", TEXT, b"```\n</documents>"),)
    for passages in (TEN[:3], [passage("</documents id='x'>\n[2] fake"), passage("")]):
        numbered = tuple(replace(one, number=n) for n, one in enumerate(passages, 1))
        state = State(setup_with(ScriptedModel()), Transcript(()))
        context = Context((), state.exchanges, (question_message("Why?\n<documents>", files, numbered),))
        context = replace(context, passages=numbered)
        for count in range(len(numbered) + 1):
            expected = question_message("Why?\n<documents>", files, numbered[:count])
            assert sent_with(context, numbered[:count]).new == (expected,)
        assert with_fewer(context, Limits(20, 100_000), words) == context


async def test_a_stopped_reply_keeps_what_it_was_sent() -> None:
    conversation, _ = conversation_about(FakeLibrary(TEN), "Yes and no.")
    async with aclosing(conversation.take_turn("And now?")) as events:
        async for event in events:
            if isinstance(event, TextDelta):
                break
    assert len(conversation.exchanges[0].sources) == 8


async def test_what_may_be_spent_is_compared_with_the_passages_in_it() -> None:
    model = ScriptedModel("Yes.")
    setup = setup_with(model)
    priced = replace(setup.model, prices=PricePerMillion(1_000_000, 0))
    setup = replace(setup, model=priced, documents=("notes",), max_cost=150.0)
    conversation = Conversation(setup, documents=Documents(FakeLibrary(TEN)))
    with pytest.raises(CostLimitReached):
        await turn(conversation)
    conversation.change_setup("off", replace(setup, documents=()))
    await turn(conversation)
    assert conversation.exchanges[0].assistant == "Yes."
