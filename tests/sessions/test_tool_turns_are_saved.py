"""A turn with tools on its way to the disk: locked, full, moved, removed elsewhere, stopped, undone and forked."""

import asyncio
import sqlite3
from collections.abc import AsyncGenerator, Callable
from contextlib import aclosing, closing
from dataclasses import replace
from pathlib import Path

import pytest

from chatbot_cli.chat.events import CallsArrived, Finished, TextDelta, TokensUsed, TurnEvent
from chatbot_cli.chat.messages import Ending, Exchange
from chatbot_cli.chat.rounds import CallOutcome, ToolCall
from chatbot_cli.chat.tool_events import ToolBegan
from chatbot_cli.chat.tool_rounds import Tools
from chatbot_cli.sessions.database.failures import DATABASE
from chatbot_cli.sessions.importing.reading import read_conversations
from tests.fakes import FakeApprover, FakeToolbox, Script, ScriptedModel, calling, tool_named
from tests.sessions.calling_model import CallingModel, check_request
from tests.sessions.resumable_conversation import ResumableConversation
from tests.sessions.test_file_goes_away import DAMAGES, LOSSES, back_up
from tests.sessions.test_saving_again import SHORT, locked

STOCK, ORDER = tool_named("stock"), tool_named("order")


def chat_with_tools(folder: Path, ordered: Callable[[str], str] = str, patience: float = 5.0) -> ResumableConversation:
    """A conversation whose model calls `stock` and `order` twice a turn; `ordered` is what `order` does."""
    tools = Tools(FakeToolbox([STOCK, ORDER], {"order": ordered}), FakeApprover())
    return ResumableConversation(folder, patience, model=CallingModel(), tools=tools)


def saved(resumable: ResumableConversation) -> tuple[Exchange, ...]:
    """The conversation as the next start finds it."""
    resumable.come_back()
    return tuple(resumable.chat.exchanges)


def calls_in(folder: Path) -> list[tuple[str, str | None]]:
    """The name and the outcome of each call that is on the disk."""
    with closing(sqlite3.connect(folder / DATABASE)) as other:
        return other.execute("SELECT name, outcome FROM calls ORDER BY reply, round, number").fetchall()


async def test_a_call_is_on_the_disk_before_it_runs_and_each_result_right_after(tmp_path: Path) -> None:
    seen: list[list[tuple[str, str | None]]] = []

    def ordered(arguments: str) -> str:
        seen.append(calls_in(tmp_path))
        return "ordered"

    with closing(chat_with_tools(tmp_path, ordered)) as resumable:
        await resumable.say("first")
        first = [("stock", "done"), ("order", None)]
        assert seen == [first, [("stock", "done"), ("order", "done"), *first]]
        assert saved(resumable) == tuple(resumable.chat.exchanges)
        assert [one.text for one in resumable.chat.exchanges[0].rounds] == ["Let me look."] * 2
        assert resumable.chat.exchanges[0].assistant == "There is tea."
        assert [tool.name for tool in resumable.chat.setup.used_tools] == ["stock", "order"]


async def test_a_tool_waits_for_a_short_lock_since_its_call_must_be_on_the_disk(tmp_path: Path) -> None:
    with closing(chat_with_tools(tmp_path)) as resumable:
        await resumable.say("first")
        async with aclosing(resumable.chat.take_turn("second")) as events:
            await anext(events)
            with locked(tmp_path):
                going_on = asyncio.create_task(_until_a_tool_runs(events))
                for _ in range(100):
                    await asyncio.sleep(0)
                assert not going_on.done()
            await going_on
            async for _ in events:
                pass
        assert resumable.chat.journal.problem is None
        assert saved(resumable) == tuple(resumable.chat.exchanges)


async def test_a_turn_that_is_stopped_while_its_call_waits_for_a_lock_runs_nothing(tmp_path: Path) -> None:
    with closing(chat_with_tools(tmp_path)) as resumable:
        await resumable.say("first")
        with locked(tmp_path):
            events = resumable.chat.take_turn("second")
            asking = asyncio.create_task(_until_a_tool_runs(events))
            for _ in range(100):
                await asyncio.sleep(0)
            asking.cancel()
            with pytest.raises(asyncio.CancelledError):
                await asking
            await events.aclose()
        before = tuple(resumable.chat.exchanges)
        assert saved(resumable) == before


@pytest.mark.parametrize("trouble", ["lock", "full disk"])
async def test_what_cannot_be_saved_in_a_turn_is_saved_with_the_next_one(tmp_path: Path, trouble: str) -> None:
    with closing(chat_with_tools(tmp_path, patience=SHORT)) as resumable:
        await resumable.say("first")
        connection = resumable.archive.store.connection
        if trouble == "lock":
            with locked(tmp_path):
                await resumable.say("second")
        else:
            (pages,) = connection.execute("PRAGMA page_count").fetchone()
            connection.execute(f"PRAGMA max_page_count = {pages}")
            await resumable.say("x" * 100_000)
            connection.execute(f"PRAGMA max_page_count = {pages + 1_000_000}")
        assert resumable.chat.journal.problem
        assert len(resumable.chat.exchanges[-1].rounds) == 2  # the turn went on
        await resumable.say("third")
        before = tuple(resumable.chat.exchanges)
        assert resumable.chat.journal.problem is None
        assert saved(resumable) == before
        assert [len(one.rounds) for one in before] == [2, 2, 2]


@pytest.mark.parametrize("lose", [*LOSSES, *DAMAGES])
async def test_a_file_that_goes_away_while_a_tool_runs_costs_nothing(
    lose: Callable[[Path], None], tmp_path: Path
) -> None:
    folder, losses = tmp_path / "chat", [lose]

    def ordered(arguments: str) -> str:
        if len(resumable.chat.exchanges) == 1 and losses:
            losses.pop()(folder)
        return "ordered"

    with closing(chat_with_tools(folder, ordered)) as resumable:
        await resumable.say("first")
        back_up(folder)
        await resumable.say("second")
        await resumable.say("third")
        before = tuple(resumable.chat.exchanges)
        assert [(one.user, len(one.rounds)) for one in before] == [("first", 2), ("second", 2), ("third", 2)]
        assert saved(resumable) == before


async def test_a_conversation_removed_elsewhere_while_a_tool_runs_is_saved_once_more(tmp_path: Path) -> None:
    def ordered(arguments: str) -> str:
        if len(resumable.chat.exchanges) == 1:
            with closing(sqlite3.connect(tmp_path / DATABASE)) as other, other:
                other.execute("PRAGMA foreign_keys = ON")
                for table in ("steps", "messages", "sessions"):
                    other.execute(f"DELETE FROM {table}")  # noqa: S608  a name of ours
        return "ordered"

    with closing(chat_with_tools(tmp_path, ordered)) as resumable:
        await resumable.say("first")
        await resumable.say("second")
        await resumable.say("third")
        before = tuple(resumable.chat.exchanges)
        assert [len(one.rounds) for one in before] == [2, 2, 2]
        assert saved(resumable) == before


async def test_undo_retry_alt_and_fork_take_the_rounds_of_each_answer_along(tmp_path: Path) -> None:
    with closing(chat_with_tools(tmp_path)) as resumable:
        await resumable.say("first")
        (first,) = resumable.chat.exchanges
        await resumable.retry()
        (second,) = resumable.chat.exchanges
        assert first.rounds != second.rounds
        resumable.run("/alt")
        assert resumable.chat.exchanges == (first,)
        resumable.run("/fork")
        await resumable.say("next", 0)
        resumable.run("/undo")
        assert saved(resumable) == (first,)
        resumable.run("/undo")
        assert saved(resumable) == (second,)
        await resumable.say("thanks")
        for request in resumable.asked.requests:  # type: ignore[attr-defined]  # the fake's
            check_request(request)


@pytest.mark.parametrize("remembers", [True, False])
async def test_a_long_text_before_calls_is_kept_once_as_a_part_of_their_round(tmp_path: Path, remembers: bool) -> None:
    words = "é" * 100_000
    script: Script = [*[TextDelta(words)] * 3, CallsArrived((ToolCall("a", "stock"),)), Finished(Ending.COMPLETE)]
    tools = Tools(FakeToolbox([STOCK]), FakeApprover())
    with closing(ResumableConversation(tmp_path, model=ScriptedModel(script, "Tea."), tools=tools)) as resumable:
        if not remembers:
            resumable.chat.forget_replies()
            used = (*resumable.chat.setup.used_tools, STOCK.definition)
            resumable.chat.change_setup("", replace(resumable.chat.setup, used_tools=used))
            resumable.chat.tools.toolbox.off = {"stock"}  # type: ignore[union-attr]  # the fake's
        await resumable.say("first")
        (exchange,) = saved(resumable)
        assert (exchange.assistant, [one.text for one in exchange.rounds]) == ("Tea.", [words * 3])
        with closing(sqlite3.connect(tmp_path / DATABASE)) as other:
            assert other.execute("SELECT count(*) FROM reply_pieces").fetchone() == (0,)


async def test_what_a_turn_cost_is_the_sum_of_its_requests(tmp_path: Path) -> None:
    paid = TokensUsed(100, 10, 0.25)
    scripts: list[Script] = [[*calling("stock")[:-1], paid, Finished(Ending.COMPLETE)] for _ in range(2)]
    model = ScriptedModel(*scripts, [TextDelta("Tea."), paid, Finished(Ending.COMPLETE)], *scripts[:1])
    tools = Tools(FakeToolbox([STOCK, ORDER]), FakeApprover())
    with closing(ResumableConversation(tmp_path, model=model, tools=tools)) as resumable:
        await resumable.say("first")
        assert resumable.chat.journal.spent == 0.75
        async with aclosing(resumable.chat.take_turn("second")) as events:
            await _until_a_tool_runs(events)
        resumable.come_back()
        assert resumable.chat.journal.spent == 1.0
        (record,) = read_conversations(resumable.archive.export(resumable.session, "json").text.encode(), at=0.0)
        assert [(one.reply.tokens_sent, one.reply.cost) for one in record.thread if one.reply] == [
            (300, 0.75),
            (100, 0.25),
        ]


async def test_a_turn_stopped_in_a_tool_is_saved_as_it_is(tmp_path: Path) -> None:
    with closing(chat_with_tools(tmp_path)) as resumable:
        async with aclosing(resumable.chat.take_turn("first")) as events:
            await _until_a_tool_runs(events)
        (exchange,) = resumable.chat.exchanges
        assert [result.outcome for result in exchange.rounds[0].results] == [CallOutcome.STOPPED] * 2
        assert (exchange.assistant, exchange.ending) == ("", Ending.STOPPED)
        assert saved(resumable) == (replace(exchange, key=None),)


async def test_a_turn_stopped_in_a_tool_goes_on_after_a_resume_with_what_it_had(tmp_path: Path) -> None:
    with closing(chat_with_tools(tmp_path)) as resumable:
        async with aclosing(resumable.chat.take_turn("first")) as events:
            await _until_a_tool_runs(events)
        (before,) = saved(resumable)
        async for _ in resumable.chat.continue_reply():
            pass
        (after,) = resumable.chat.exchanges
        assert (after.rounds[:1], len(after.rounds) > 1, after.assistant) == (before.rounds, True, "There is tea.")
        assert saved(resumable) == (after,)
        assert {call.id for one in after.rounds[1:] for call in one.calls}.isdisjoint(
            call.id for call in before.rounds[0].calls
        )
        for request in resumable.asked.requests:  # type: ignore[attr-defined]  # the fake's
            check_request(request)
        resumable.run("/alt")
        assert resumable.chat.exchanges == (before,)


async def _until_a_tool_runs(events: AsyncGenerator[TurnEvent, None]) -> None:
    async for event in events:
        if isinstance(event, ToolBegan):
            return
