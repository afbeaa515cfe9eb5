"""What is imported is what was exported, and messages in OpenAI's format become a conversation."""

import json
from collections.abc import Callable
from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from chatbot_cli.chat.marks import NO_MARKS, Marks, Summary
from chatbot_cli.chat.messages import Ending
from chatbot_cli.sessions.exporting.formats import FORMATS, export
from chatbot_cli.sessions.importing.fields import LIKE_A_PATH
from chatbot_cli.sessions.importing.reading import read_conversations
from chatbot_cli.sessions.records import MessageRecord, ReplyRecord, SessionRecord
from tests.sessions.importing.importing_values import AT, only, ours, path
from tests.sessions.records_to_export import record_of

HI, HO = {"role": "user", "content": "hi"}, {"role": "assistant", "content": "ho"}
HALVES_THAT_MEET = str.maketrans({chr(code): "\ud83d" for code in range(0xDC00, 0xE000)})

# JSON writes two halves in a row like the character they make, so only first halves are drawn.
ANY_TEXT = st.text(alphabet=st.characters(codec=None), max_size=20).map(lambda text: text.translate(HALVES_THAT_MEET))
TEXTS = ANY_TEXT | st.sampled_from(["\0", "\r\n\r", "\u2028\u2029\x85", "\ud83d", "\ufeff", '"\\', "</script>", ""])
TIMES = st.integers(0, 253_402_000_000 * 10**6).map(lambda microseconds: microseconds / 10**6)
AMOUNTS = st.none() | st.floats(0, 1e15)
COUNTS = st.none() | st.integers(0, 2**53)
REPLIES = st.builds(
    ReplyRecord, st.none() | st.sampled_from(Ending), TEXTS, TEXTS, TEXTS, AMOUNTS, COUNTS, COUNTS, AMOUNTS
)


@st.composite
def setups(draw: st.DrawFn) -> dict[str, object]:
    example = st.fixed_dictionaries({"user": TEXTS, "assistant": TEXTS})
    return {
        "persona": draw(TEXTS.filter(lambda name: not LIKE_A_PATH.search(name))),
        **{name: draw(TEXTS) for name in ("display_name", "system_prompt", "greeting", "model")},
        "temperature": draw(st.none() | st.floats(0, 2)),
        "top_p": draw(st.none() | st.floats(0, 1)),
        "max_reply_tokens": draw(COUNTS),
        "max_turns": draw(st.integers(0, 100)),
        "max_context_tokens": draw(COUNTS),
        "examples": draw(st.lists(example, max_size=2)),
        "chosen": draw(st.lists(TEXTS, max_size=2)),
        "of a later version": draw(st.none() | st.lists(TEXTS)),
    }


@st.composite
def marks_on(draw: st.DrawFn, count: int) -> Marks:
    """Any marks on that many exchanges."""
    numbers = st.frozensets(st.integers(0, count - 1)) if count else st.just(frozenset())
    pinned = draw(numbers)
    exchanges = draw(st.integers(0, count))
    without = st.frozensets(st.integers(0, exchanges - 1)) if exchanges else st.just(frozenset())
    summaries = st.builds(
        Summary, TEXTS.filter(str.strip), st.just(exchanges), begin=st.integers(0, exchanges), without=without
    )
    return Marks(pinned, draw(numbers) - pinned, draw(st.none() | summaries))


@st.composite
def records(draw: st.DrawFn) -> SessionRecord:
    """Any conversation, with branches, whose messages are numbered from 1."""
    messages: list[MessageRecord] = []
    for number in range(1, draw(st.integers(0, 9)) + 1):
        parent = draw(st.sampled_from([None, *messages]))
        reply = draw(REPLIES) if parent and not parent.reply else None
        messages.append(MessageRecord(number, parent.id if parent else None, draw(TEXTS), draw(TIMES), reply))
    head = draw(st.sampled_from([None, *(message.id for message in messages if message.reply)]))
    times = draw(st.tuples(TIMES, TIMES))
    record = SessionRecord(draw(TEXTS), *times, draw(setups()), tuple(messages), head, 0, draw(TEXTS), draw(TEXTS))
    count = len(record.thread) // 2
    return replace(record, trimmed=draw(st.integers(0, count)), marks=draw(marks_on(count)))


@given(records())
def test_what_is_exported_comes_back_character_for_character(record: SessionRecord) -> None:
    assert read_conversations(export(record, "json").encode("ascii"), at=AT) == [record]


def test_marks_are_numbered_as_the_history_shows_them_and_what_makes_no_sense_is_left_out() -> None:
    record = record_of("1?", "One.", "2?", "Two.", "3?", "Three.")
    summary = Summary("One.", 3, begin=1, without=frozenset({1, 2}))
    marks = Marks(frozenset({0}), frozenset({2}), summary)
    exported = json.loads(export(replace(record, marks=marks), "json"))
    assert (exported["pinned"], exported["dropped"]) == ([1], [3])
    assert exported["summary"] == {"text": "One.", "exchanges": 3, "by_user": False, "begin": 2, "without": [[2, 3]]}
    for senseless in ("1", {"1": 1}, None, [0, -1, 4, 10**400, True, None, "1", 1.5, [1]]):
        changed = {**exported, "pinned": senseless, "dropped": senseless, "summary": senseless}
        (read,) = read_conversations(json.dumps(changed).encode(), at=AT)
        assert read.marks == NO_MARKS
    (read,) = read_conversations(json.dumps({**exported, "pinned": [1, 3, 9], "dropped": [1, 2, 2]}).encode(), at=AT)
    assert read.marks == Marks(frozenset({0, 2}), frozenset({1}), summary)


@pytest.mark.parametrize(
    ("fields", "begin", "without"),
    [
        ({}, 0, ()),  # as older versions have it
        ({"begin": 9, "without": [[3, 10**300], [2, 2]]}, 3, (1,)),
        ({"begin": -1, "without": [[1, 1], [1, 2], [3, 1], [4, 9], [2], 2, "2", [None, 2], [0, "1"]]}, 0, (0, 1)),
        ({"begin": "2", "without": "all"}, 0, ()),
    ],
)
def test_a_summary_tells_of_all_exchanges_but_those_that_make_sense(
    fields: dict[str, object], begin: int, without: tuple[int, ...]
) -> None:
    record = record_of("1?", "One.", "2?", "Two.", "3?", "Three.")
    exported = {**json.loads(export(record, "json")), "summary": {"text": "One.", "exchanges": 3, **fields}}
    (read,) = read_conversations(json.dumps(exported).encode(), at=AT)
    assert read.marks.summary == Summary("One.", 3, begin=begin, without=frozenset(without))


@given(records())
def test_ids_may_be_any_numbers(record: SessionRecord) -> None:
    other = tuple(
        replace(message, id=message.id * 7 + 100, parent=None if message.parent is None else message.parent * 7 + 100)
        for message in record.messages
    )
    moved = replace(record, messages=other, head=None if record.head is None else record.head * 7 + 100)
    assert read_conversations(export(moved, "json").encode(), at=AT) == [record]


@given(records())
def test_every_format_takes_any_conversation(record: SessionRecord) -> None:
    for form in FORMATS:
        assert export(record, form).encode() or not record.thread


def test_two_halves_that_meet_become_their_character() -> None:
    record = SessionRecord("T", AT, AT, only([{"role": "user", "content": "x"}]).setup, draft="\ud83d\ude00")
    assert read_conversations(export(record, "json").encode(), at=AT)[0].draft == "😀"


def test_jsonl_brings_back_what_was_said() -> None:
    said = only([{"role": "system", "content": "Be kind."}, HI, HO, HI, HO])
    (back,) = read_conversations(export(said, "jsonl").encode(), at=AT)
    assert [replace(message, id=0, parent=None) for message in back.thread] == [
        replace(message, id=0, parent=None) for message in said.thread
    ]


def test_a_head_without_a_reply_becomes_the_draft() -> None:
    record = only(ours(head=1))
    assert (record.head, record.draft) == (None, "hi")


@pytest.mark.parametrize(
    ("persona", "name"),
    [
        ("tutor", "tutor"),
        ("my tutor 2.0", "my tutor 2.0"),
        ("", ""),
        ("../x.yaml", "x"),
        ("./p.yml", "p"),
        ("x.yaml", "x"),
        ("X.YAML", "X"),
        ("x.yaml.yml", "x"),
        ("a/x.yaml ", "x"),
        ("/etc/passwd", "passwd"),
        ("/proc/self/environ", "environ"),
        ("~", "assistant"),
        ("~/secret.yaml", "secret"),
        ("~root", "root"),
        ("../..", "assistant"),
        ("/", "assistant"),
        ("///", "assistant"),
        (".yaml", "yaml"),
        ("a/.yaml/", "yaml"),
        ("C:\\Users\\me\\x.yaml", "x"),
        ("C:x", "x"),
        ("\\\\server\\share\\x.yml", "x"),
        ("file:///etc/passwd", "passwd"),
        ("/dev/stdin", "stdin"),
    ],
)
def test_a_file_names_a_persona_by_its_name_and_by_no_path(persona: str, name: str) -> None:
    setup = {"persona": persona, "persona_prompt": "Rhyme.", "system_prompt": "Rhyme.", "model": "demo"}
    record = only(ours(setup=setup))
    assert record.setup == {**setup, "persona": name}
    assert not LIKE_A_PATH.search(str(record.setup["persona"]))


def test_no_file_says_which_server_gets_the_keys() -> None:
    setup = {
        "persona": "assistant",
        "system_prompt": "",
        "model": "demo",
        "base_url": "https://user:secret@example.org",
    }
    record = only(ours(setup=setup))
    assert "base_url" not in record.setup
    assert "secret" not in "".join(export(replace(record, setup=setup), form) for form in FORMATS)


def test_without_a_setup_the_messages_tell_it() -> None:
    setup = only({key: value for key, value in ours().items() if key != "setup"}).setup
    assert (setup["system_prompt"], setup["model"], setup["persona"]) == ("Be brief.", "demo", "assistant")
    assert set(setup) > {"examples", "chosen", "max_turns", "temperature", "display_name", "greeting"}


@pytest.mark.parametrize(
    "created", [float("nan"), float("inf"), -1, 10**400, 1e300, "soon", "9999-99-99T00:00:00Z", None, True]
)
def test_impossible_times_are_now(created: object) -> None:
    record = only(ours(created=created, active=created))
    assert (record.created, record.active) == (AT, AT)
    assert only([{"role": "user", "content": "hi", "created": created}]).created == AT


def test_a_time_may_have_a_zone() -> None:
    assert only(ours(created="2026-11-21T14:00:00.5+02:00")).created == AT


@pytest.mark.parametrize(
    "wrap", [lambda found: found, lambda found: {"messages": found}, lambda found: [{"messages": found}]]
)
def test_messages_in_openai_format(wrap: Callable[[object], object]) -> None:
    record = only(wrap([{"role": "system", "content": "Be kind."}, HI, HO]))
    assert path(record) == ["hi", "ho"]
    assert record.title == "hi"
    assert record.setup["system_prompt"] == "Be kind."
    assert record.setup["model"] == ""
    assert record.messages[1].reply == ReplyRecord(Ending.COMPLETE)
    assert (record.created, record.active) == (AT, AT)


def test_a_message_in_openai_format_may_have_a_finish_reason() -> None:
    record = only([HI, HO | {"finish_reason": "length"}])
    assert record.messages[1].reply == ReplyRecord(Ending.LENGTH)


def test_parts_tools_and_a_model() -> None:
    parts = [{"type": "text", "text": "What is"}, {"type": "image_url", "image_url": {}}, {"type": "file"}]
    messages = [
        {"role": "developer", "content": "One."},
        {"role": "user", "content": parts},
        {"role": "assistant", "content": None, "tool_calls": [{}]},
        {"role": "tool", "content": "42"},
        {"role": "assistant", "content": "A cat."},
        {"role": "assistant", "content": "Black."},
        {"role": "user", "content": "and"},
        {"role": "user", "content": "this?"},
    ]
    record = only({"model": "ollama/llava", "messages": messages})
    assert path(record) == ["What is\n[image]\n[file]", "A cat.\n\nBlack."]
    assert record.draft == "and\n\nthis?"
    assert len(record.messages) == 2
    assert record.setup["model"] == "ollama/llava"


def test_an_assistant_that_began_gets_a_question() -> None:
    record = only([HO, HI, HO])
    assert path(record) == ["(the conversation began with the assistant)", "ho", "hi", "ho"]


def test_two_questions_in_a_row_become_one_wherever_they_are() -> None:
    two = [
        {"role": "user", "content": "One"},
        {"role": "user", "content": "Two"},
        {"role": "assistant", "content": "So"},
    ]
    record = only(two + two)
    assert [message.content for message in record.messages] == ["One\n\nTwo", "So", "One\n\nTwo", "So"]
    assert record.thread == record.messages


def test_a_question_alone_is_a_draft() -> None:
    record = only([HI])
    assert (record.messages, record.head, record.draft, record.title) == ((), None, "hi", "hi")


def test_lines_of_conversations() -> None:
    line = json.dumps({"messages": [HI, HO]})
    assert len(read_conversations(f"{line}\r\n\n{line}\n".encode(), at=AT)) == 2


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16", "utf-32"])
def test_files_of_other_systems(encoding: str) -> None:
    text = json.dumps([{"role": "user", "content": "Grüße"}], ensure_ascii=False)
    assert read_conversations(text.encode(encoding), at=AT)[0].draft == "Grüße"
