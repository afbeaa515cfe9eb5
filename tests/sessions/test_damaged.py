"""A conversation with a row that makes no sense is named with what is wrong; the others work as if nothing was."""

import asyncio
from collections.abc import Callable
from pathlib import Path

import pytest

from chatbot_cli.errors import ChatError, SessionDamaged
from chatbot_cli.sessions.archive import SavedSessions
from chatbot_cli.sessions.database.opening import DATABASE
from chatbot_cli.sessions.exporting.formats import FORMATS
from tests.sessions.damaged_database import make_sound, raw
from tests.sessions.resumable_conversation import ResumableConversation

TALK, FORK, TOOLS, OTHER = 1, 2, 3, 4  # the conversations of `make_sound`; the last has the messages 16 and 17
SETUP = "UPDATE setups SET json = {} WHERE id = (SELECT setup FROM steps WHERE session = 3 ORDER BY id DESC LIMIT 1)"
MARKS = "UPDATE marks SET json = {} WHERE id = (SELECT max(id) FROM marks)"
FIELD = SETUP.format("json_set(json, '$.{}', json('{}'))")

FOR_GOING_ON = [  # the conversation can be read, but not gone on with
    (SETUP.format("'{{'"), "its setup is no JSON"),
    (SETUP.format("x'ff00'"), "its setup is no JSON"),
    (SETUP.format("'[]'"), "its setup is no JSON object"),
    (SETUP.format("'null'"), "its setup is no JSON object"),
    (SETUP.format("NULL"), "its setup is missing"),
    ("UPDATE steps SET setup = 99 WHERE session = 3", "its setup is missing"),
    (FIELD.format("temperature", '"hot"'), "'temperature' in its setup makes no sense"),
    (FIELD.format("temperature", "1e308"), "'temperature' in its setup makes no sense"),
    (FIELD.format("max_turns", "-1"), "'max_turns' in its setup makes no sense"),
    (FIELD.format("max_turns", "null"), "'max_turns' in its setup makes no sense"),
    (FIELD.format("persona", '["assistant"]'), "'persona' in its setup makes no sense"),
    (FIELD.format("model", "7"), "'model' in its setup makes no sense"),
    (FIELD.format("base_url", "{}"), "'base_url' in its setup makes no sense"),
    (FIELD.format("examples", '[{"user": 1}]'), "'examples' in its setup makes no sense"),
    (FIELD.format("chosen", '{"model": 1}'), "'chosen' in its setup makes no sense"),
    (
        FIELD.format("learned", '[{"of": ["a", "b"], "tokens": 1, "factor": 1.0}]'),
        "'learned' in its setup makes no sense",
    ),
    (FIELD.format("learned", '[{"of": ["a", "", ""], "factor": 9.0}]'), "'learned' in its setup makes no sense"),
    (FIELD.format("learned_tokens", '"few"'), "'learned_tokens' in its setup makes no sense"),
]
FOR_READING = [
    ("UPDATE messages SET content = NULL WHERE id = 13", "the text of a message is missing"),
    ("UPDATE messages SET parent = 99 WHERE id = 14", "missing"),
    ("DELETE FROM messages WHERE id = 13", "missing"),
    ("UPDATE messages SET parent = id WHERE id = 14", "or a later one"),
    ("UPDATE messages SET parent = NULL WHERE id = 13", "one of its replies answers no question"),
    ("UPDATE messages SET parent = 13 WHERE id = 15", "one of its replies answers no question"),
    ("UPDATE messages SET is_reply = 1 WHERE id = 14", "one of its replies answers no question"),
    ("UPDATE messages SET is_reply = 'no' WHERE id = 13", "neither a question nor a reply"),
    ("UPDATE messages SET depth = 'deep' WHERE id = 15", "the order of its messages makes no sense"),
    ("UPDATE messages SET depth = 1000000000000 WHERE id = 15", "the order of its messages makes no sense"),
    ("UPDATE messages SET depth = -1 WHERE id = 15", "the order of its messages makes no sense"),
    ("UPDATE sessions SET step = NULL WHERE id = 3", "its last step is missing"),
    ("UPDATE sessions SET step = 99 WHERE id = 3", "its last step is missing"),
    ("UPDATE steps SET head = 99 WHERE session = 3", "its last message is missing"),
    ("UPDATE steps SET head = 'end' WHERE session = 3", "its last message is missing"),
    ("UPDATE reply_pieces SET content = NULL WHERE start = 18", "the text of a message is missing"),
    ("UPDATE reply_pieces SET content = 'It thaws' WHERE start = 9", "a part of a reply is missing"),
    ("UPDATE reply_pieces SET start = 'first' WHERE start = 9", "a part of a reply is missing"),
    ("UPDATE reply_pieces SET start = NULL WHERE start = 9", "a part of a reply is missing"),
    ("DELETE FROM contents", "the content of an attachment is missing"),
    ("UPDATE contents SET bytes = 1000000000000", "the content of an attachment is missing"),
    (
        "INSERT INTO calls (reply, round, number, call_id, name, arguments, extra)"
        " SELECT reply, round, 9, call_id, name, arguments, extra FROM calls",
        "two tool calls of a reply have the same id",
    ),
]
HARMLESS = [
    "UPDATE sessions SET title = NULL, draft = NULL, created = 'yesterday', active = x'00' WHERE id = 3",
    "UPDATE sessions SET title = x'ff', draft = x'ff00', created = 1e308, active = 9e999 WHERE id = 3",
    "UPDATE sessions SET forked_from = 'x' WHERE id = 3",
    "UPDATE sessions SET title = replace(hex(zeroblob(500000)), '0', char(27)), name = x'00' WHERE id = 3",
    "UPDATE steps SET trimmed = -5, what = NULL, at = 'never' WHERE session = 3",
    "UPDATE steps SET trimmed = 1000000000000 WHERE session = 3",
    "UPDATE steps SET before = id WHERE session = 3",
    "UPDATE steps SET marks = 1 WHERE session = 3",  # those of another conversation
    "UPDATE steps SET marks = 'x' WHERE session = 3",
    *(
        MARKS.format(value)
        for value in (
            *("NULL", "7", "x'ff'", "'{'", "'[]'", "'null'", """replace(hex(zeroblob(50000)), '0', '[')"""),
            *("""'{"pinned": 1, "dropped": {}, "summary": []}'""", """'{"summary": {"text": 1, "exchanges": 1}}'"""),
            *(
                """'{"pinned": [-1, "a", null, 0.5, true, 1e400, 99999, [0]]}'""",
                """'{"pinned": [0], "dropped": [0]}'""",
            ),
            """'{"summary": {"text": "Tea.", "exchanges": -1}, "pinned": [123456789012345678901234567890]}'""",
        )
    ),
    "UPDATE messages SET content = x'6869ff' WHERE id = 13",
    "UPDATE messages SET content = CAST(x'eda080' AS TEXT) WHERE id = 13",
    "UPDATE messages SET ending = 'exploded', reason = NULL, model = x'00', persona = NULL WHERE id = 13",
    "UPDATE messages SET seconds = 'long', tokens_sent = -1, tokens_received = 1.5, cost = 9e999, created = 'x'",
    "UPDATE reply_pieces SET content = x'6869ff' WHERE start = 18",
    "DELETE FROM reply_pieces",
    "UPDATE reply_usage SET cached = -1, written = 'many', reasoning = 1e300, saved = 9e999",
    "UPDATE summary_usage SET cost = 'much', sent = NULL, model = x'ff', session = 99",
    "UPDATE token_counts SET tokens = 'many', vocabulary = x'ff'",
    "UPDATE token_counts SET tokens = 9007199254740000",
    "UPDATE calls SET arguments = '{', outcome = 'exploded', seconds = 'long', result = NULL, extra = x'ff'",
    "UPDATE rounds SET text = NULL, reasoning = x'ff'",
    "UPDATE attachments SET name = NULL, media_type = x'ff', made_from = x'ff'",
    "UPDATE contents SET bytes = 'text'",
    FIELD.format("chosen", '["nonsense", "chosen", "model"]'),
    FIELD.format("something_newer", "[1]"),
]


@pytest.fixture(scope="module")
def sound(tmp_path_factory: pytest.TempPathFactory) -> bytes:
    """A sound database."""
    folder = tmp_path_factory.mktemp("sound")
    asyncio.run(make_sound(folder))
    return (folder / DATABASE).read_bytes()


@pytest.fixture
def folder(sound: bytes, tmp_path: Path) -> Path:
    (tmp_path / DATABASE).write_bytes(sound)
    return tmp_path


def damage(folder: Path, statement: str) -> None:
    with raw(folder) as connection:
        connection.execute(statement)


def failure(call: Callable[[], object]) -> SessionDamaged:
    with pytest.raises(SessionDamaged) as caught:
        call()
    return caught.value


async def others_work(folder: Path) -> None:
    saved = SavedSessions(folder)
    assert sorted(summary.id for summary in saved.sessions()) == [TALK, FORK, TOOLS, OTHER]
    assert {hit.session for hit in saved.search("question")} >= {TALK}
    for session in (TALK, FORK, OTHER):
        assert saved.summary(session).problem == ""
        assert all(saved.export(session, form).text for form in FORMATS)
    resumable = ResumableConversation(folder)
    resumable.chat.go_to(resumable.archive.open(OTHER))
    await resumable.say("How is that?")
    assert resumable.chat.journal.problem is None
    resumable.close()


@pytest.mark.parametrize(("statement", "words"), FOR_GOING_ON)
async def test_a_conversation_whose_setup_is_damaged_can_be_read(folder: Path, statement: str, words: str) -> None:
    damage(folder, statement)
    saved = SavedSessions(folder)
    assert saved.summary(TOOLS).problem == words
    assert all("It is late." in saved.export(TOOLS, form).text for form in FORMATS)
    resumable = ResumableConversation(folder)
    told = failure(lambda: resumable.archive.open(TOOLS))
    resumable.close()
    assert str(told) == f"Conversation 3, “What is the weather?”, is damaged: {words}."
    assert "chat begins a new one" in told.hint
    await others_work(folder)


@pytest.mark.parametrize(("statement", "words"), FOR_READING)
async def test_a_conversation_that_cannot_be_read_is_named(folder: Path, statement: str, words: str) -> None:
    damage(folder, statement)
    resumable = ResumableConversation(folder)
    for told in (
        failure(lambda: SavedSessions(folder).export(TOOLS, "md")),
        failure(lambda: resumable.archive.open(TOOLS)),
    ):
        assert str(told).startswith("Conversation 3, “What is the weather?”, is damaged: ")
        assert words in str(told)
    resumable.close()
    await others_work(folder)


@pytest.mark.parametrize("statement", HARMLESS)
async def test_what_a_conversation_can_do_without_is_no_damage(folder: Path, statement: str) -> None:
    damage(folder, statement)
    saved = SavedSessions(folder)
    assert saved.summary(TOOLS).problem == ""
    assert all("It is late." in saved.export(TOOLS, form).text for form in FORMATS)
    resumable = ResumableConversation(folder)
    resumable.chat.go_to(resumable.archive.open(TOOLS))
    await resumable.say("Is it?")
    assert resumable.chat.journal.problem is None
    resumable.close()
    await others_work(folder)


@pytest.mark.parametrize("statement", [statement for statement, _ in FOR_GOING_ON + FOR_READING] + HARMLESS)
async def test_any_conversation_can_be_renamed_and_removed(folder: Path, statement: str) -> None:
    damage(folder, statement)
    saved = SavedSessions(folder)
    saved.rename(TOOLS, "Broken")
    assert saved.find("broken").id == TOOLS
    removed, _ = saved.remove([saved.summary(TOOLS)])
    assert [summary.id for summary in removed] == [TOOLS]
    assert [summary.id for summary in saved.sessions()] == [OTHER, FORK, TALK]


async def test_a_walk_stops_where_the_messages_go_round_in_a_circle(folder: Path) -> None:
    damage(folder, "UPDATE messages SET parent = 15 WHERE id = 12")
    assert "follows one that is missing, or a later one" in str(failure(lambda: SavedSessions(folder).record(TOOLS)))
    resumable = ResumableConversation(folder)
    assert [exchange.user for exchange in resumable.archive.open(TOOLS).state.exchanges] == [
        "What is the weather?",
        "question 7",
    ]
    resumable.close()
    await others_work(folder)


async def test_undoing_ends_where_the_steps_go_round_in_a_circle(folder: Path) -> None:
    damage(folder, "UPDATE steps SET before = (SELECT step FROM sessions WHERE id = 1) WHERE id = 3")
    resumable = ResumableConversation(folder)
    resumable.chat.go_to(resumable.archive.open(TALK))
    with_end = resumable.run("/undo 1000")
    assert str(with_end).count("Undone") < 10
    resumable.close()


async def test_undoing_to_a_damaged_step_is_told_and_all_is_saved_as_before(folder: Path) -> None:
    damage(folder, "INSERT INTO setups (id, json) VALUES (99, '{')")
    damage(folder, "UPDATE steps SET setup = 99 WHERE session = 3 AND id < (SELECT step FROM sessions WHERE id = 3)")
    resumable = ResumableConversation(folder)
    resumable.chat.go_to(resumable.archive.open(TOOLS))
    with pytest.raises(ChatError, match=r"Conversation 3, .* is damaged: its setup is no JSON"):
        resumable.run("/undo")
    assert resumable.chat.journal.problem is None
    await resumable.say("And now?")
    assert resumable.chat.journal.saving
    resumable.close()


async def test_a_chat_does_not_go_to_a_damaged_conversation(folder: Path) -> None:
    damage(folder, "UPDATE messages SET content = NULL WHERE id = 13")
    resumable = ResumableConversation(folder)
    await resumable.say("I am here.")
    here = resumable.session
    with pytest.raises(SessionDamaged):
        resumable.run("/resume 3")
    assert resumable.session == here
    resumable.close()
