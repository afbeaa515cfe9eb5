"""The answers of a comparison are saved while they come, and survive whatever happens to their conversation."""

import asyncio
import sqlite3
from contextlib import aclosing, closing
from dataclasses import replace
from pathlib import Path

import pytest

from chatbot_cli.chat.compared import answered_by
from chatbot_cli.chat.comparing import compare as compare_at_once
from chatbot_cli.chat.events import Finished, TextDelta, TokensUsed
from chatbot_cli.chat.messages import Ending
from chatbot_cli.sessions.archive import SavedSessions
from chatbot_cli.sessions.database.opening import DATABASE
from chatbot_cli.sessions.importing.reading import read_conversations
from tests.chat.test_comparing import NO_KEY, Never
from tests.fakes import Script, ScriptedModel, model_with
from tests.sessions.resumable_conversation import ResumableConversation


async def compare(talk: ResumableConversation, text: str | None, **scripts: Script | str) -> None:
    models = [model_with(ScriptedModel(script), spec=name) for name, script in scripts.items()]
    setups = [answered_by(talk.chat.setup, model, is_named=True) for model in models]
    async with aclosing(compare_at_once(talk.chat, setups, text)) as events:
        async for _ in events:
            pass


def replies(folder: Path) -> list[tuple[str, str, str | None]]:
    with closing(sqlite3.connect(folder / DATABASE)) as database:
        return database.execute("SELECT model, content, ending FROM messages WHERE is_reply ORDER BY id").fetchall()


def answers(talk: ResumableConversation) -> list[str]:
    return [one.assistant for one in talk.chat.journal.answers(talk.chat.exchanges[-1])]


async def test_all_are_siblings_and_one_step(tmp_path: Path) -> None:
    talk = ResumableConversation(tmp_path)
    await talk.say("one")
    held = Never()
    late: Script = [held, TextDelta("A."), Finished(Ending.COMPLETE)]
    task = asyncio.create_task(compare(talk, "two", a=late, b=[TextDelta("B."), Finished(Ending.COMPLETE)]))
    await held.reached.wait()
    held.set()
    await task
    assert [one.assistant for one in talk.chat.exchanges] == ["answer 1", "A."]
    talk.come_back()
    assert [one.assistant for one in talk.chat.exchanges] == ["answer 1", "A."]  # though B. came first
    assert sorted(answers(talk)) == ["A.", "B."]
    talk.run("/alt")
    assert talk.chat.exchanges[-1].assistant == "B."
    talk.run("/undo")
    talk.run("/undo")
    assert [one.assistant for one in talk.chat.exchanges] == ["answer 1"]
    talk.close()
    assert [(model, ending) for model, _, ending in replies(tmp_path)] == [
        ("fake", "complete"),
        ("b", "complete"),
        ("a", "complete"),
    ]


async def test_what_has_come_of_each_is_there_after_a_kill(tmp_path: Path) -> None:
    talk, first, second = ResumableConversation(tmp_path), Never(), Never()
    task = asyncio.create_task(compare(talk, "count", a=[TextDelta("one "), first], b=[TextDelta("eins "), second]))
    await first.reached.wait()
    await second.reached.wait()
    assert replies(tmp_path) == [("a", "one ", None), ("b", "eins ", None)]  # what a kill now would leave
    other = ResumableConversation(tmp_path)
    other.chat.go_to(other.archive.open(1))  # it is open elsewhere, so this is a fork
    assert [(one.user, one.assistant, one.ending) for one in other.chat.exchanges] == [("count", "one ", Ending.LOST)]
    assert answers(other) == ["one ", "eins "]
    other.close()
    task.cancel()
    with pytest.raises(asyncio.CancelledError):
        await task
    assert [(text, ending) for _, text, ending in replies(tmp_path)] == [("one ", "stopped"), ("eins ", "stopped")]
    talk.close()


async def test_what_is_typed_meanwhile_survives_the_answer_that_begins_last(tmp_path: Path) -> None:
    talk, held, late, last = ResumableConversation(tmp_path), Never(), Never(), Never()
    task = asyncio.create_task(compare(talk, "count", a=[TextDelta("one "), held], b=[late, TextDelta("eins "), last]))
    await held.reached.wait()
    talk.chat.journal.draft("and then", talk.chat.setup)
    late.set()
    await last.reached.wait()
    assert [text for _, text, _ in replies(tmp_path)] == ["one ", "eins "]
    with closing(sqlite3.connect(tmp_path / DATABASE)) as database:
        drafts = database.execute("SELECT draft FROM sessions").fetchall()
    assert drafts == [("and then",)]  # what a kill now would leave
    task.cancel()
    with pytest.raises(asyncio.CancelledError):
        await task
    talk.close()


async def test_a_killed_one_goes_on_at_the_servers_where_it_was(tmp_path: Path) -> None:
    talk, held = ResumableConversation(tmp_path), Never()
    models = [model_with(ScriptedModel([TextDelta("a "), held]), spec=name) for name in "ab"]
    there = [replace(model, address=f"https://{model.name}.example") for model in models]
    setups = [answered_by(talk.chat.setup, model, is_named=False) for model in there]
    async with aclosing(compare_at_once(talk.chat, setups, "Hi")) as events:
        async for _ in events:
            if held.reached.is_set():
                break
        other = ResumableConversation(tmp_path)
        other.chat.go_to(other.archive.open(1))
        assert other.chat.setup.been_at == {"https://a.example", "https://b.example"}
        other.close()
    talk.close()


async def test_a_question_that_nobody_answered_is_a_draft(tmp_path: Path) -> None:
    talk = ResumableConversation(tmp_path)
    await talk.say("one")
    await compare(talk, "two", a=[NO_KEY], b=[NO_KEY])
    assert talk.come_back() == "two"
    assert len(talk.chat.exchanges) == 1
    talk.close()


async def test_they_are_exported_and_imported_with_their_models_and_paid_once(tmp_path: Path) -> None:
    talk = ResumableConversation(tmp_path)
    paid: Script = [TextDelta("A."), TokensUsed(5, 2, 0.5), Finished(Ending.COMPLETE)]
    await compare(talk, "Hi", a=paid, b=[TextDelta("B."), TokensUsed(5, 2, 0.25), Finished(Ending.COMPLETE)])
    assert talk.chat.journal.spent == 0.75
    exported = talk.archive.export(talk.session, "json").text
    usage = talk.archive.usage(talk.session)
    assert {name: used.replies for name, used in usage.models} == {"a": 1, "b": 1}
    talk.close()
    there = tmp_path / "there"
    there.mkdir()
    SavedSessions(there).insert(list(read_conversations(exported.encode(), at=0.0)), 1.0)
    assert [(model, text) for model, text, _ in replies(there)] == [("a", "A."), ("b", "B.")]
