"""One answer for a script, from a model that calls tools: stdout has its words, stderr what was called."""

import io
import json
from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path

from chatbot_cli.app.assembly import open_chat
from chatbot_cli.app.one_answer import answer_once
from chatbot_cli.app.shapes import shape_named
from chatbot_cli.app.tools_in_use import ToolsInUse
from chatbot_cli.chat.conversation import Conversation
from chatbot_cli.chat.rounds import ToolCall
from chatbot_cli.chat.tool_rounds import Tools
from chatbot_cli.chat.tools import Tool
from chatbot_cli.settings.tool_settings import ToolSettings
from chatbot_cli.system.surroundings import Surroundings
from tests.fakes import FakeApprover, FakeToolbox, Script, ScriptedModel, calling, setup_with, tool_named

STOCK = tool_named("stock")


class Unasked(ToolsInUse):
    """Tools of which one would ask."""

    def not_offered(self, named: Sequence[str] = ()) -> Sequence[Tool]:
        return [tool_named("files__write", label="files.write")]


async def answered(*scripts: Script | str, schema: str = "", max_rounds: int = 10) -> tuple[str, str, bool]:
    """What is on stdout and on stderr, and whether the answer is whole."""
    out, err, here = io.StringIO(), io.StringIO(), Path("/nowhere")
    around = Surroundings({}, here, here, None, out, err)
    setup = setup_with(ScriptedModel(*scripts))
    if schema:
        setup = replace(setup, shape=shape_named(schema, here))
    tools = Tools(FakeToolbox([STOCK], {"stock": "3 boxes"}), FakeApprover(), max_rounds)
    ready = replace(
        open_chat({"model": "demo"}, around),
        conversation=Conversation(setup, tools=tools),
        tools=Unasked(ToolSettings()),
    )
    whole = await answer_once(ready, "What is there?", around)
    return out.getvalue(), err.getvalue(), whole


async def test_a_pipe_has_the_models_words_and_stderr_the_calls_and_what_is_not_offered() -> None:
    out, err, whole = await answered(calling("stock", text="Let me look."), "There is tea.")
    assert (out, whole) == ("Let me look.\n\nThere is tea.\n", True)
    assert err.splitlines() == [
        "Not offered: files.write (it would ask; --allow files.write).",
        "✓ stock  → 3 boxes",
    ]


async def test_data_has_stdout_for_itself() -> None:
    data = '{"name": "tea", "count": 3}'
    out, err, whole = await answered(calling("stock", text="I look."), data, schema="name, count int")
    assert (json.loads(out), whole) == ({"name": "tea", "count": 3}, True)
    assert err.splitlines()[1:] == ["✓ stock  → 3 boxes"]


async def test_an_answer_that_is_stopped_at_the_bound_is_not_whole() -> None:
    scripts = [calling(ToolCall("c1", "stock", f'{{"n": {n}}}')) for n in range(4)]
    out, err, whole = await answered(*scripts, max_rounds=2)
    assert (out, whole) == ("", False)
    assert "(The reply was stopped at a limit: 2 rounds of tools are used up.)" in err
