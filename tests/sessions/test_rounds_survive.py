"""An exchange with rounds and attachments survives whatever happens to its conversation."""

import asyncio
import signal
import subprocess
import sys
from collections.abc import Sequence
from contextlib import closing
from dataclasses import replace
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from chatbot_cli.chat.conversation import Conversation
from chatbot_cli.chat.journal import Asked, Calling, Replied
from chatbot_cli.chat.messages import Ending, Exchange
from chatbot_cli.chat.ports import Journal
from chatbot_cli.chat.rounds import UNANSWERED, Round
from chatbot_cli.chat.state import State
from chatbot_cli.chat.thoughts import Thoughts
from chatbot_cli.chat.transcript import Transcript
from chatbot_cli.cli.session_listing import conversation
from chatbot_cli.sessions.archive import SavedSessions
from chatbot_cli.sessions.database.opening import open_database
from chatbot_cli.sessions.exporting.unsaved import export_unsaved
from chatbot_cli.sessions.importing.reading import read_conversations
from tests.fakes import ScriptedModel, setup_with
from tests.rounds import A_CALL, A_PICTURE, A_ROUND, EXCHANGES
from tests.sessions.resumable_conversation import ResumableConversation

WITH_ALL = Exchange(
    "What is the weather?", "It snows.", rounds=(A_ROUND,), attached=(A_PICTURE,), thoughts=Thoughts("So it is.", 2.5)
)

ROOT = Path(__file__).parents[2]
DOOMED = """
import asyncio, os, signal, sys
from pathlib import Path
from tests.sessions.test_rounds_survive import begin_to_call
in_use = asyncio.run(begin_to_call(Path(sys.argv[1])))
os.kill(os.getpid(), signal.SIGKILL)
"""


async def keep(journal: Journal, exchange: Exchange, state: State) -> Exchange:
    """Tell a journal of an exchange as it happens, round by round."""
    await journal.asked(Asked(exchange.user, "the exchange", state, attached=exchange.attached))
    for one in exchange.rounds:
        journal.calling(Calling(one.calls, one.text, one.thoughts))
        for number, result in enumerate(one.results):
            journal.called(number, result)
    key = journal.replied(
        Replied(
            exchange.assistant, exchange.ending, 1.0, None, exchange.reason, exchange.rounds, thoughts=exchange.thoughts
        )
    )
    return replace(exchange, key=key)


async def resumed(folder: Path, exchanges: Sequence[Exchange]) -> ResumableConversation:
    """A conversation of these exchanges, resumed from what is saved of them."""
    resumable = ResumableConversation(folder)
    state = resumable.chat.state
    for exchange in exchanges:
        kept = await keep(resumable.chat.journal, exchange, state)
        state = replace(state, exchanges=state.exchanges.followed_by(kept))
    assert resumable.chat.journal.problem is None
    resumable.come_back()
    return resumable


async def begin_to_call(folder: Path) -> ResumableConversation:
    """Ask, call, get one result, call again: and there the process ends."""
    resumable = ResumableConversation(folder)
    journal = resumable.chat.journal
    question = Asked("What is the weather?", "the exchange", resumable.chat.state, attached=(A_PICTURE,))
    await journal.asked(question)
    journal.calling(Calling(A_ROUND.calls, A_ROUND.text, A_ROUND.thoughts))
    journal.called(0, A_ROUND.results[0])
    journal.calling(Calling((A_CALL, A_CALL._replace(id="c2")), "Once more."))
    return resumable


@given(st.lists(EXCHANGES, min_size=1, max_size=3))
@settings(max_examples=15, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
def test_saving_resuming_exporting_and_importing(
    tmp_path_factory: pytest.TempPathFactory, exchanges: list[Exchange]
) -> None:
    with closing(asyncio.run(resumed(tmp_path_factory.mktemp("conversation"), exchanges))) as resumable:
        assert tuple(resumable.chat.exchanges) == tuple(exchanges)
        (record,) = read_conversations(resumable.archive.export(resumable.session, "json").text.encode(), at=0.0)
        assert [message.reply.rounds for message in record.thread if message.reply] == [one.rounds for one in exchanges]
        assert [one.attached for one in record.thread if not one.reply] == [one.attached for one in exchanges]
        (imported,) = resumable.archive.insert([record], 0.0)
        opened = resumable.archive.open(imported.id)
        assert tuple(opened.state.exchanges) == tuple(exchanges)


@given(st.lists(EXCHANGES, min_size=1, max_size=3))
@settings(max_examples=40, deadline=None)
def test_lines_of_json_are_messages_as_openai_has_them(exchanges: list[Exchange]) -> None:
    state = replace(Conversation(setup_with(ScriptedModel())).state, exchanges=Transcript(exchanges))
    (record,) = read_conversations(export_unsaved(state, "jsonl", 0.0).text.encode(), at=0.0)
    rounds = [[_as_openai_has_it(one) for one in exchange.rounds] for exchange in exchanges]
    assert [[*message.reply.rounds] for message in record.thread if message.reply] == rounds
    assert [one.attached for one in record.thread if not one.reply] == [one.attached for one in exchanges]


async def test_undo_retry_alt_and_fork(tmp_path: Path) -> None:
    with closing(await resumed(tmp_path, [WITH_ALL])) as resumable:
        await resumable.retry()
        assert resumable.model.requests[-1].messages[-1].parts == (A_PICTURE,)  # what was attached goes along again
        assert (resumable.chat.exchanges[-1].rounds, resumable.chat.exchanges[-1].attached) == ((), (A_PICTURE,))
        resumable.run("/alt")
        assert resumable.chat.exchanges == (WITH_ALL,)
        resumable.run("/undo 2")
        assert resumable.chat.exchanges == (WITH_ALL,)
        await resumable.say("And tomorrow?")
        roles = [message.role for message in resumable.model.requests[-1].messages]
        assert roles == ["system", "user", "assistant", "tool", "assistant", "user"]
        resumable.run("/fork")
        fork = resumable.session
        resumable.come_back(fork)
        assert resumable.chat.exchanges[0] == WITH_ALL


async def test_the_rest_of_a_cut_reply_keeps_its_rounds(tmp_path: Path) -> None:
    with closing(await resumed(tmp_path, [replace(WITH_ALL, ending=Ending.LENGTH)])) as resumable:
        async for _ in resumable.chat.continue_reply():
            pass
        assert resumable.chat.exchanges[-1].rounds == (A_ROUND,)
        resumable.come_back()
        assert (resumable.chat.exchanges[-1].rounds, resumable.chat.exchanges[-1].attached) == (
            (A_ROUND,),
            (A_PICTURE,),
        )


def test_a_process_that_is_killed_leaves_every_round_and_a_call_without_result_is_told_as_such(tmp_path: Path) -> None:
    done = subprocess.run([sys.executable, "-c", DOOMED, str(tmp_path)], check=False, cwd=ROOT)
    assert done.returncode == -signal.SIGKILL
    with closing(ResumableConversation(tmp_path)) as resumable:
        opened = resumable.archive.open(resumable.archive.last())
        (exchange,) = opened.state.exchanges
        assert (exchange.user, exchange.assistant, exchange.ending) == ("What is the weather?", "", Ending.LOST)
        assert exchange.attached == (A_PICTURE,)
        first, second = exchange.rounds
        assert first == A_ROUND
        assert second.results == (UNANSWERED, UNANSWERED)
        assert [message.role for message in exchange.messages][-1] == "assistant"


def test_the_same_bytes_are_kept_once_and_go_with_the_last_message_that_has_them(tmp_path: Path) -> None:
    def rows(table: str) -> int:
        with closing(open_database(tmp_path)) as connection:
            (count,) = connection.execute(f"SELECT count(*) FROM {table}").fetchone()  # noqa: S608  a name of ours
            return int(count)

    with closing(asyncio.run(resumed(tmp_path, [WITH_ALL, replace(WITH_ALL, user="And now?")]))) as resumable:
        assert (rows("attachments"), rows("contents"), rows("calls")) == (2, 1, 2)
        summary = resumable.archive.summary(resumable.session)
    SavedSessions(tmp_path).remove([summary])
    assert [rows(table) for table in ("attachments", "contents", "calls", "rounds", "messages")] == [0] * 5


def test_words_are_searched_and_results_are_not(tmp_path: Path) -> None:
    with closing(asyncio.run(resumed(tmp_path, [replace(WITH_ALL, assistant="It is cold.")]))) as resumable:
        assert len(resumable.archive.search("cold")) == 1
        assert resumable.archive.search("Snow") == []
        for words in ("let me look", "look cold", "oo"):  # before the calls, on both sides of them, a part of a word
            (hit,) = resumable.archive.search(words)
            assert hit.snippet.startswith("Let me look.")


def test_a_saved_conversation_is_shown_with_each_call_on_a_line(tmp_path: Path) -> None:
    lost = replace(WITH_ALL, assistant="", ending=Ending.LOST, rounds=(A_ROUND, Round((A_CALL,), (UNANSWERED,))))
    with closing(asyncio.run(resumed(tmp_path, [WITH_ALL, lost]))) as resumable:
        archive = SavedSessions(tmp_path)
        lines = conversation(archive.find(str(resumable.session)), archive.record(resumable.session), 0.0).splitlines()
    told = ["Assistant: Let me look.", '[✓ weather  city="Oslo"  → Snow., 0.50 s]']
    assert lines[-5:] == ["", *told, '[? weather  city="Oslo"  unknown, it may have run]', "[cut off]"]
    assert [*told, "Assistant: It snows."] == lines[5:8]


@pytest.mark.parametrize("form", ["md", "html"])
def test_a_document_tells_calls_results_and_files(tmp_path: Path, form: str) -> None:
    with closing(asyncio.run(resumed(tmp_path, [WITH_ALL]))) as resumable:
        text = resumable.archive.export(resumable.session, form).text
        for words in ("weather", "Oslo", "Snow.", "Let me look.", "cat.png", "It snows."):
            assert words in text


def _as_openai_has_it(one: Round) -> Round:
    """The round without what has no place in OpenAI's format: who thought before it, and how long."""
    return replace(one, thoughts=one.thoughts and Thoughts(one.thoughts.text))
