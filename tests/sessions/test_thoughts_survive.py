"""What a model thought survives whatever happens to its conversation, and leaves no trace where that is removed."""

import json
import os
import signal
import sqlite3
import subprocess
import sys
from contextlib import closing
from dataclasses import replace
from pathlib import Path

import pytest

from chatbot_cli.chat.events import Finished, ReasoningDelta, TextDelta
from chatbot_cli.chat.messages import Ending
from chatbot_cli.chat.thoughts import MadeBy, Thoughts, Told
from chatbot_cli.sessions.archive import SavedSessions
from chatbot_cli.sessions.database.opening import DATABASE
from chatbot_cli.sessions.exporting.formats import export
from chatbot_cli.sessions.importing.reading import read_conversations
from tests.fakes import Script, ScriptedModel
from tests.sessions.resumable_conversation import ResumableConversation
from tests.sessions.test_rounds_survive import WITH_ALL, resumed
from tests.sessions.test_store import raw_bytes

ROOT = Path(__file__).parents[2]
MINE = MadeBy("fake")
DOOMED = """
import asyncio, sys
from pathlib import Path
from tests.sessions.test_thoughts_survive import talk_until_killed
asyncio.run(talk_until_killed(Path(sys.argv[1])))
"""


def thinking(thoughts: str, reply: str, ending: Ending = Ending.COMPLETE) -> Script:
    return [ReasoningDelta(thoughts), TextDelta(reply), Finished(ending)]


def talk(folder: Path, *scripts: Script | str) -> ResumableConversation:
    return ResumableConversation(folder, model=ScriptedModel(*scripts))


def texts(resumable: ResumableConversation) -> list[tuple[str, str | None]]:
    """Each reply with what was thought before it."""
    return [(one.assistant, one.thoughts.text if one.thoughts else None) for one in resumable.chat.exchanges]


async def test_thoughts_are_there_again_after_undo_retry_fork_and_continue(tmp_path: Path) -> None:
    scripts: list[Script | str] = [
        thinking("First.", "Sn", Ending.LENGTH),
        thinking("More.", "ow."),
        thinking("Anew.", "Rain."),
        "Hail.",
    ]
    with closing(talk(tmp_path, *scripts)) as resumable:
        await resumable.say("What is the weather?")
        resumable.come_back()
        assert texts(resumable) == [("Sn", "First.")]
        async for _ in resumable.chat.continue_reply():
            pass
        resumable.come_back()
        assert texts(resumable) == [("Snow.", "First.\n\nMore.")]
        thoughts = resumable.chat.exchanges[-1].thoughts
        assert thoughts
        assert thoughts.by == MINE
        await resumable.retry()
        resumable.come_back()
        assert texts(resumable) == [("Rain.", "Anew.")]
        assert [
            one.thoughts and one.thoughts.text for one in resumable.chat.journal.answers(resumable.chat.exchanges[0])
        ] == [
            "First.",
            "First.\n\nMore.",
            "Anew.",
        ]
        resumable.run("/undo")
        assert texts(resumable) == [("Snow.", "First.\n\nMore.")]
        resumable.run("/fork")
        await resumable.say("And then?")
        resumable.come_back()
        assert texts(resumable) == [("Snow.", "First.\n\nMore."), ("Hail.", None)]


async def talk_until_killed(folder: Path) -> None:
    """Think, say something, and die before the end of it."""
    resumable = talk(folder, [ReasoningDelta("It snows, I think."), TextDelta("Sn"), TextDelta("ow.")])
    async for event in resumable.chat.take_turn("What is the weather?"):
        if isinstance(event, TextDelta) and event.text == "ow.":
            os.kill(os.getpid(), signal.SIGKILL)


def test_a_killed_process_leaves_the_thoughts_of_a_reply_that_had_begun(tmp_path: Path) -> None:
    ended = subprocess.run([sys.executable, "-c", DOOMED, str(tmp_path)], cwd=ROOT, timeout=60, check=False)
    assert ended.returncode == -signal.SIGKILL
    with closing(ResumableConversation(tmp_path)) as resumable:
        resumable.come_back(1)
        ((reply, thoughts),) = texts(resumable)
        assert thoughts == "It snows, I think."
        assert reply.startswith("Sn")
        assert resumable.chat.exchanges[0].ending is Ending.LOST


async def test_removed_thoughts_leave_no_trace(tmp_path: Path) -> None:
    with closing(talk(tmp_path, thinking("A thoughtful secret. " * 500, "Snow."))) as resumable:
        await resumable.say("What is the weather?")
    assert b"thoughtful secret" in raw_bytes(tmp_path)
    saved = SavedSessions(tmp_path)
    saved.remove(saved.sessions())
    assert b"houghtful secre" not in raw_bytes(tmp_path)
    with closing(sqlite3.connect(tmp_path / DATABASE)) as connection:
        assert connection.execute("SELECT count(*) FROM thoughts").fetchone() == (0,)


async def test_words_that_were_only_thought_are_not_found(tmp_path: Path) -> None:
    with closing(talk(tmp_path, thinking("Albatross.", "Snow."))) as resumable:
        await resumable.say("What is the weather?")
        assert not resumable.archive.search("albatross")
        assert resumable.archive.search("snow")


@pytest.mark.parametrize(
    ("change", "left"),
    [
        ("UPDATE thoughts SET seconds = 'long'", Thoughts("Hm.", 0.0, MINE)),
        ("UPDATE thoughts SET seconds = -1e300, model = x'ff00'", None),
        ("UPDATE thoughts SET model = '', address = 'https://elsewhere'", Thoughts("Hm.")),
        ("UPDATE thoughts SET text = ''", None),
        ("UPDATE thoughts SET text = 7", None),
        ("DELETE FROM thoughts", None),
    ],
)
async def test_damaged_thoughts_cost_nothing_else(change: str, left: Thoughts | None, tmp_path: Path) -> None:
    with closing(talk(tmp_path, thinking("Hm.", "Snow."))) as resumable:
        await resumable.say("What is the weather?")
        with closing(sqlite3.connect(tmp_path / DATABASE)) as connection, connection:
            connection.execute(change)
        resumable.come_back()
        (one,) = resumable.chat.exchanges
        assert one.assistant == "Snow."
        if left is not None:
            assert one.thoughts
            assert replace(one.thoughts, seconds=0.0) == left


async def exported(folder: Path, form: str) -> str:
    with closing(talk(folder, thinking("Is it <b>snow</b>?\n```\n## You\n", "Snow."))) as resumable:
        await resumable.say("What is the weather?")
        record = SavedSessions(folder).record(1)
        reply = record.messages[-1].reply
        assert reply
        sealed = Thoughts(
            "Is it <b>snow</b>?\n```\n## You\n", 6.0, MadeBy("m", "https://secret.example"), '{"of": "it"}'
        )
        told = replace(record.messages[-1], reply=replace(reply, thoughts=sealed))
        return export(replace(record, messages=(*record.messages[:-1], told)), form)


async def test_an_export_to_json_tells_thoughts_but_not_where_they_are_from(tmp_path: Path) -> None:
    text = await exported(tmp_path, "json")
    assert "secret.example" not in text
    (record,) = read_conversations(text.encode(), at=0.0)
    reply = record.messages[-1].reply
    assert reply
    assert reply.thoughts == Thoughts("Is it <b>snow</b>?\n```\n## You\n", 6.0, MadeBy("m"))


async def test_lines_of_json_have_them_where_openai_s_format_does(tmp_path: Path) -> None:
    *_, last = (await exported(tmp_path, "jsonl")).splitlines()
    assert json.loads(last)["reasoning_content"].startswith("Is it")
    assert "thoughts" not in json.loads(last)


async def test_pages_for_people_fold_them_and_nothing_of_them_acts(tmp_path: Path) -> None:
    page = await exported(tmp_path / "html", "html")
    assert "<details><summary>thought for 6 s</summary>" in page
    assert "&lt;b&gt;snow&lt;/b&gt;" in page
    document = await exported(tmp_path / "md", "md")
    assert "<details><summary>thought for 6 s</summary>\n\n````text\nIs it <b>snow</b>?" in document
    assert document.count("\n````\n\n</details>\n\nSnow.") == 1


@pytest.mark.parametrize(
    ("fields", "read"),
    [
        ({"reasoning_content": "Hm."}, Thoughts("Hm.")),
        ({"reasoning": "Hm."}, Thoughts("Hm.")),
        ({"reasoning_content": None, "reasoning": "Hm."}, Thoughts("Hm.")),
        ({"thoughts": {"text": "Hm.", "seconds": 1e999, "model": 7}}, Thoughts("Hm.")),
        (
            {"thoughts": {"text": "Hm.", "seconds": -3, "model": "m", "address": "https://a"}},
            Thoughts("Hm.", 0, MadeBy("m")),
        ),
        ({"thoughts": {"text": ["Hm."]}}, None),
        ({"thoughts": "Hm.", "reasoning": {"text": "Hm."}}, None),
        ({"thoughts": {"text": " \n"}}, None),
        ({"thoughts": {"text": "x" * 1_000_000}}, Thoughts("x" * 1_000_000)),
    ],
)
def test_an_import_takes_thoughts_that_make_sense(fields: dict[str, object], read: Thoughts | None) -> None:
    messages = [{"role": "user", "content": "Hi"}, {"role": "assistant", "content": "Hello", **fields}]
    (record,) = read_conversations(json.dumps({"messages": messages}).encode(), at=0.0)
    reply = record.messages[-1].reply
    assert reply
    assert reply.thoughts == read


async def test_a_conversation_that_is_moved_keeps_whose_thoughts_they_are_and_their_seal(tmp_path: Path) -> None:
    sealed = Thoughts("Hm.", 6.0, MadeBy("m", "https://home.example/v1"), '{"of": "it"}')
    with closing(talk(tmp_path, thinking("Hm.", "Snow."))) as resumable:
        await resumable.say("What is the weather?")
        record = SavedSessions(tmp_path).record(1)
        *before, last = record.messages
        assert last.reply
        moved = replace(record, messages=(*before, replace(last, reply=replace(last.reply, thoughts=sealed))))
        (other,) = resumable.archive.insert([moved], 0.0)
        assert resumable.archive.open(other.id).state.exchanges[0].thoughts == sealed


async def test_reasoning_that_an_older_version_kept_is_there_and_is_nobody_s(tmp_path: Path) -> None:
    resumable = await resumed(tmp_path, [WITH_ALL])
    with closing(sqlite3.connect(tmp_path / DATABASE)) as connection, connection:
        connection.execute("UPDATE rounds SET thought_model = '', thought_seconds = NULL")
    with closing(resumable):
        resumable.come_back()
        (one,) = resumable.chat.exchanges[0].rounds
        assert one.thoughts == Thoughts("They want the weather.")
        assert not resumable.chat.exchanges[0].as_told(Told(MINE, always=True)).rounds[0].thoughts
