"""One answer as data: stdout is one valid document or empty, rows come at once, and stderr says all else."""

import asyncio
import csv
import io
import json
import re
from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path
from types import MappingProxyType
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from chatbot_cli.app.assembly import ReadyChat, open_chat
from chatbot_cli.app.data_answer import LONGEST, show_data
from chatbot_cli.app.data_output import DataWriter
from chatbot_cli.app.one_answer import answer_once
from chatbot_cli.app.shapes import shape_named
from chatbot_cli.chat.conversation import Conversation
from chatbot_cli.chat.events import Finished, TextDelta, TokensUsed
from chatbot_cli.chat.messages import Ending
from chatbot_cli.chat.shape import Level
from chatbot_cli.chat.unsaved import Unsaved
from chatbot_cli.errors import InvalidReply, ReplyCut, ShapeRefused
from chatbot_cli.system.surroundings import Surroundings
from tests.fakes import Script, ScriptedModel, setup_with

PERSON = "name, age int"
ADA, BOB = '{"name": "Ada", "age": 36}', '{"name": "Bob", "age": 7}'
OLD = '{"name": "Ada", "age": "old"}'
SECRET = "sk-made-up-0123456789abcdef"


class Terminal(io.StringIO):
    def isatty(self) -> bool:
        return True


class Asked:
    """One question to a scripted model, with what was written of its answer."""

    def __init__(self, *scripts: Script | str, schema: str = PERSON, many: bool = False, out: io.StringIO) -> None:
        self.model, self.out, self.err = ScriptedModel(*scripts), out, io.StringIO()
        self.folder = Path("/nowhere")
        self.around = Surroundings({}, self.folder, self.folder, None, out, self.err)
        ready = open_chat({"model": "demo"}, self.around)
        setup = replace(setup_with(self.model), shape=shape_named(schema, self.folder, many=many))
        values = replace(ready.settings, keys=MappingProxyType({"OPENAI_API_KEY": SECRET}))
        self.ready: ReadyChat = replace(ready, conversation=Conversation(setup), settings=values)

    async def answer(self, output: str | None = None, *, raw: bool = False) -> int:
        """Answer, and return the exit code."""
        try:
            whole = await answer_once(self.ready, "Who?", self.around, output=output, raw=raw)
        except (InvalidReply, ReplyCut) as error:
            return error.exit_code
        return 0 if whole else 3

    @property
    def printed(self) -> str:
        return self.out.getvalue()

    @property
    def said(self) -> str:
        return self.err.getvalue()


def asked(*scripts: Script | str, schema: str = PERSON, many: bool = False, terminal: bool = False) -> Asked:
    return Asked(*scripts, schema=schema, many=many, out=Terminal() if terminal else io.StringIO())


def cut(text: str) -> Script:
    return [TextDelta(text), Finished(Ending.LENGTH)]


FRIENDS = '{"type": "array", "items": {"type": "object", "properties": {"name": {"type": "string"}}}}'
NESTED = '{"type": "object", "properties": {"who": {"type": "object", "properties": {"tags": {"type": "array"}}}}}'
LONG = "x" * 1_000_000
KINDS: dict[str, tuple[str, tuple[str, ...], int, Any]] = {  # a schema, the replies, the exit code, what is printed
    "clean": (PERSON, (ADA,), 0, json.loads(ADA)),
    "fenced": (PERSON, (f"```json\n{ADA}\n```",), 0, json.loads(ADA)),
    "prose around": (PERSON, (f"Here {{you}} are:\n{ADA}\nAnything [else]?",), 0, json.loads(ADA)),
    "cut": (PERSON, (ADA[:-4],), 3, None),
    "wrong type": (PERSON, (OLD, OLD), 65, None),
    "wrong then right": (PERSON, (OLD, ADA), 0, json.loads(ADA)),
    "array root": (FRIENDS, ('{"items": [{"name": "Ada"}, {"name": "Bob"}]}',), 0, [{"name": "Ada"}, {"name": "Bob"}]),
    "optional": ("name, age int?", ('{"name": "Ada", "age": null}',), 0, {"name": "Ada"}),
    "enum": ("mood good|bad", ('{"mood": "great"}', '{"mood": "good"}'), 0, {"mood": "good"}),
    "nested": (NESTED, ('{"who": {"tags": ["a", ["b"]]}}',), 0, {"who": {"tags": ["a", ["b"]]}}),
    "unicode": ("name", (r'{"name": "Zoë 日本 \ud83d\ude00\u2028"}',), 0, {"name": "Zoë 日本 😀\u2028"}),
    "1 MB": ("name", (json.dumps({"name": LONG}),), 0, {"name": LONG}),
}


@pytest.mark.parametrize("level", Level)
@pytest.mark.parametrize("kind", KINDS)
async def test_at_every_level_stdout_is_one_valid_document_or_empty_and_all_tries_are_paid(
    kind: str, level: Level
) -> None:
    schema, replies, code, document = KINDS[kind]
    refusals: list[Script] = [[ShapeRefused("Not that.")]] * list(Level).index(level)
    ending = Ending.LENGTH if kind == "cut" else Ending.COMPLETE
    tries: list[Script] = [[TextDelta(reply), TokensUsed(100, 10, 0.25), Finished(ending)] for reply in replies]
    answer = asked(*refusals, *tries, schema=schema)
    assert await answer.answer() == code
    assert answer.printed == (f"{json.dumps(document, indent=2, ensure_ascii=False)}\n" if document else "")
    demanded = [request.demand and request.demand.level for request in answer.model.requests]
    assert demanded == [*list(Level)[: len(refusals)], *[level] * len(tries)]
    journal, count = answer.ready.conversation.journal, len(tries)
    assert isinstance(journal, Unsaved)
    paid = journal.usage().whole
    assert (paid.sent, paid.received, paid.cost) == (100 * count, 10 * count, 0.25 * count)


async def test_each_form_holds_the_data_and_nothing_else() -> None:
    one = {
        None: f"{json.dumps(json.loads(ADA), indent=2)}\n",
        "json": f"{json.dumps(json.loads(ADA), indent=2)}\n",
        "jsonl": f"{ADA}\n",
        "csv": "name,age\r\nAda,36\r\n",
    }
    for output, expected in one.items():
        answer = asked(f"Here you are: {ADA}")
        assert await answer.answer(output) == 0
        assert (answer.printed, answer.said) == (expected, "")


async def test_a_list_is_an_array_or_a_line_for_each_row() -> None:
    rows = f"[{ADA},\n{BOB}]"
    for output, expected in (("jsonl", f"{ADA}\n{BOB}\n"), ("csv", "name,age\r\nAda,36\r\nBob,7\r\n")):
        answer = asked(rows, many=True)
        assert await answer.answer(output) == 0
        assert (answer.printed, answer.said) == (expected, "")
    whole = asked(rows, many=True)
    assert await whole.answer() == 0
    assert json.loads(whole.printed) == json.loads(rows)
    root = asked('["a", "b"]', schema='{"type": "array", "items": {"type": "string"}}')
    assert await root.answer("jsonl") == 0
    assert root.printed == '"a"\n"b"\n'


async def test_a_row_is_printed_before_the_next_one_is_there() -> None:
    printed = asyncio.Event()

    class Watched(io.StringIO):
        def flush(self) -> None:
            super().flush()
            if self.getvalue():
                printed.set()

    script: Script = [TextDelta(f"[{ADA},"), printed, TextDelta(f"{BOB}]"), Finished(Ending.COMPLETE)]
    answer = Asked(script, many=True, out=Watched())
    assert await asyncio.wait_for(answer.answer("jsonl"), 10) == 0
    assert answer.printed == f"{ADA}\n{BOB}\n"


@pytest.mark.parametrize("output", ["json", "jsonl", "csv", "table"])
async def test_a_reply_that_stays_wrong_is_told_on_stderr_alone(output: str) -> None:
    answer = asked(OLD, f"My key is {SECRET}. \x1b[2J{OLD}")
    assert await answer.answer(output) == InvalidReply.exit_code
    assert answer.printed == ""
    assert answer.said.startswith("The reply was not valid ($.age: 'old' is not an integer); asked once more.\n")
    assert "␛[2J" in answer.said
    assert OLD in answer.said
    assert SECRET not in answer.said
    assert "\x1b" not in answer.said
    assert "\n- " not in answer.said  # the only reason is in the failure


async def test_all_reasons_are_told() -> None:
    answer = asked(*['{"name": 1, "age": "old"}'] * 2)
    assert await answer.answer() == InvalidReply.exit_code
    assert answer.said.endswith("\n- $.age: 'old' is not an integer\n- $.name: 1 is not a string\n")


async def test_the_reasons_hold_no_key_either() -> None:
    wrong = json.dumps({"name": "Ada", "age": SECRET})
    answer = asked(wrong, wrong)
    with pytest.raises(InvalidReply) as failure:
        await answer_once(answer.ready, "Who?", answer.around)
    assert "[key]" in str(failure.value)
    assert SECRET not in f"{failure.value}{failure.value.problems}{answer.said}"


async def test_of_a_reply_that_breaks_off_its_own_text_is_told_without_a_key() -> None:
    answer = asked(OLD, [TextDelta(f'{{"name": "{SECRET}'), ReplyCut("it broke")])
    assert await answer.answer() == ReplyCut.exit_code
    assert answer.said.endswith('The reply:\n{"name": "[key]\n')
    assert OLD not in answer.said


async def test_a_secret_in_the_schema_is_named() -> None:
    answer = asked(ADA, schema=f"name: not {SECRET}, age int")
    assert await answer.answer("json") == 0
    assert "CHAT_SECRETS=refuse prevents that" in answer.said
    assert SECRET not in answer.said


async def test_of_a_long_reply_that_is_not_valid_the_beginning_is_told() -> None:
    answer = asked(*["x" * (LONGEST + 1)] * 2)
    assert await answer.answer() == InvalidReply.exit_code
    assert f"{'x' * LONGEST}…\n(1 character more; --raw prints all of it.)\n" in answer.said


async def test_raw_prints_the_last_reply_all_the_same_and_the_exit_code_stays() -> None:
    answer = asked("Nobody.", "Still\nnobody.\x1b\n")
    assert await answer.answer(raw=True) == InvalidReply.exit_code
    assert answer.printed == "Still\nnobody.\n"
    assert "Still" not in answer.said


async def test_on_a_terminal_no_row_of_what_a_model_says_looks_like_the_program() -> None:
    raw = asked("Nobody.", "» Saved.\n\x1b[2JNobody.", terminal=True)
    assert await raw.answer("json", raw=True) == InvalidReply.exit_code
    table = asked('{"name": "» Saved.", "age": 1}', terminal=True)
    assert await table.answer("csv") == 0
    assert (raw.printed, table.printed) == ("> Saved.\n␛[2JNobody.\n", "name,age\n> Saved.,1\n")


async def test_wrong_then_right_is_right_and_both_tries_are_paid() -> None:
    paid = TokensUsed(100, 10, 0.25)
    tries: Sequence[Script] = [[TextDelta(text), paid, Finished(Ending.COMPLETE)] for text in (OLD, ADA)]
    answer = asked(*tries, terminal=True)
    assert await answer.answer("json") == 0
    assert json.loads(answer.printed) == json.loads(ADA)
    assert "200 tokens sent; 20 received" in answer.said
    assert "$0.50" in answer.said
    assert answer.ready.conversation.journal.spent == 0.5


async def test_a_reply_cut_at_its_limit_is_data_only_if_it_is_valid() -> None:
    whole = asked(cut(ADA))
    assert await whole.answer() == 3
    assert json.loads(whole.printed) == json.loads(ADA)
    assert "limit" in whole.said
    half = asked(cut('{"name": "Ada", "a'))
    assert await half.answer() == 3
    assert half.printed == ""
    assert '{"name": "Ada", "a' in half.said
    assert len(half.model.requests) == 1


async def test_a_reply_that_is_stopped_says_so() -> None:
    answer = asked([TextDelta(f"[{ADA}, "), asyncio.CancelledError()], many=True)
    with pytest.raises(asyncio.CancelledError):
        await answer.answer("jsonl")
    assert (answer.printed, answer.said) == (f"{ADA}\n", "(The reply was stopped.)\n")


async def test_rows_that_were_printed_stay_and_are_counted() -> None:
    lost: Script = [TextDelta(f"[{ADA}, "), TextDelta(f"{BOB}, "), TextDelta('{"name": '), ReplyCut("it broke")]
    for script in (cut(f"[{ADA}, {BOB}, "), lost):
        answer = asked(script, many=True)
        assert await answer.answer("jsonl") == 3
        assert answer.printed == f"{ADA}\n{BOB}\n"
        assert "2 rows are valid and printed." in answer.said
        assert ADA not in answer.said or script is not lost


async def test_rows_are_neither_printed_twice_nor_taken_back_when_the_model_is_asked_again() -> None:
    answer = asked(f"[{ADA}, {OLD}]", f"[{BOB}]", many=True)
    assert await answer.answer("jsonl") == 0
    assert answer.printed == f"{ADA}\n{BOB}\n"


async def test_the_rest_of_a_list_does_not_print_the_rows_of_its_beginning_again() -> None:
    answer = asked([TextDelta(f"[{ADA}, "), ReplyCut("it broke")], f"{BOB}]", many=True)
    conversation = answer.ready.conversation
    with pytest.raises(ReplyCut):
        async for _ in conversation.take_turn("Who?"):
            pass
    begun, shape = conversation.exchanges[-1].assistant, conversation.setup.shape
    assert shape
    rest = conversation.continue_reply()
    await show_data(rest, shape, answer.ready, answer.around, output="jsonl", raw=False, begun=begun)
    assert answer.printed == f"{BOB}\n"


async def test_a_server_that_takes_no_schema_is_told_on_stderr() -> None:
    answer = asked([ShapeRefused("No schema.")], [ShapeRefused("No JSON.")], ADA)
    assert await answer.answer() == 0
    assert json.loads(answer.printed) == json.loads(ADA)
    assert answer.said.splitlines()[-1] == "The server has no JSON mode; the model is told the schema in words."
    assert [request.demand and request.demand.level for request in answer.model.requests] == list(Level)


async def test_what_stdout_cannot_write_is_an_escape_in_json() -> None:
    class Ascii(io.StringIO):
        encoding = "ascii"

    for out, shown in ((Ascii(), "\\u65e5\\ud83d\\ude00"), (Terminal(), "日😀")):
        answer = Asked('{"name": "日😀\\u009b\\u202e", "age": 1}', out=out)
        assert await answer.answer("json") == 0
        assert f'"{shown}\\u009b\\u202e"' in answer.printed
        assert json.loads(answer.printed)["name"] == "日😀\x9b\u202e"
    answer = Asked('{"name": "x\\u007f", "age": 1}', out=Terminal())
    assert await answer.answer("json") == 0
    assert '"x\\u007f"' in answer.printed


async def test_csv_keeps_what_a_spreadsheet_may_take_for_a_formula() -> None:
    rows = [{"name": name, "age": 1} for name in ("=1+1", "+1", "-1", "@x", 'a "b", c\nd', "ünï")]
    answer = asked(json.dumps(rows), many=True)
    assert await answer.answer("csv") == 0
    read = list(csv.reader(io.StringIO(answer.printed, newline="")))
    assert read == [["name", "age"], *([str(row["name"]), "1"] for row in rows)]


async def test_csv_ends_its_lines_in_the_same_way_where_a_system_has_ends_of_its_own() -> None:
    written = io.BytesIO()
    shape = shape_named(PERSON, Path())
    out = io.TextIOWrapper(written, "utf-8", newline="\r\n")
    DataWriter(shape, "csv", out, lambda table: None).document(ADA)
    assert written.getvalue() == b"name,age\r\nAda,36\r\n"


async def test_on_a_terminal_it_is_a_table() -> None:
    answer = asked(f"[{ADA}, {BOB}]", many=True, terminal=True)
    assert await answer.answer() == 0
    printed = re.sub(r"\x1b\[[\d;]*m", "", answer.printed)
    assert [line.split() for line in printed.splitlines()] == [["name", "age"], ["Ada", "36"], ["Bob", "7"]]


TEXTS = st.lists(
    st.sampled_from([ADA, BOB, OLD, "[", "]", ", ", "\n", "```json\n", "```", "{", '"', "Sure: ", "1e999", "\ud800"])
    | st.text(max_size=3),
    max_size=6,
).map("".join)


@given(
    TEXTS, TEXTS, st.booleans(), st.sampled_from(["json", "jsonl"]), st.sampled_from([Ending.COMPLETE, Ending.LENGTH])
)
@settings(max_examples=60, deadline=None)
def test_whatever_a_model_says_stdout_is_valid_or_empty(
    first: str, second: str, many: bool, output: str, ending: Ending
) -> None:
    scripts: list[Script] = [[TextDelta(text or " "), Finished(ending)] for text in (f"{first}.", f"{second}.")]
    answer = asked(*scripts, many=many)
    code = asyncio.run(answer.answer(output))
    rows = [json.loads(line) for line in answer.printed.splitlines()] if output == "jsonl" else []
    if output == "json" and answer.printed:
        document = json.loads(answer.printed)
        rows = document if many else [document]
        assert answer.printed.endswith(("}\n", "]\n"))
    assert all(row.keys() == {"name", "age"} and isinstance(row["age"], int) for row in rows)
    assert code in (0, 3, 65)
    if not (code == 0 or ending is Ending.LENGTH) and output == "json":
        assert answer.printed == ""
