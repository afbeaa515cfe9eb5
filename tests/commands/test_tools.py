"""/tools, /tool, /allow and /deny, and what /save and /copy take of a call."""

from dataclasses import replace

import pytest

from chatbot_cli.app.slash_commands import slash_commands
from chatbot_cli.chat.conversation import Conversation
from chatbot_cli.chat.messages import Ending, Exchange
from chatbot_cli.chat.rounds import CallOutcome, Round, ToolCall, ToolResult
from chatbot_cli.chat.tool_rounds import Tools
from chatbot_cli.chat.tools import Policy, SourceReport
from chatbot_cli.chat.transcript import Transcript
from chatbot_cli.commands.calls import has_changed_something
from chatbot_cli.commands.outcomes import Copy, Outcome, Restart, Save, Say, Show
from chatbot_cli.commands.tool_report import LONGEST_SHOWN, not_offered, one_call
from chatbot_cli.errors import ToolsRefused, UsageError
from chatbot_cli.text.chart import plain_lines
from tests.chat.turns import take_turn
from tests.fakes import FakeApprover, FakeSetups, FakeToolbox, ScriptedModel, calling, saying, setup_with, tool_named

STOCK = tool_named("stock", read_only=True, source="shop.py:3")
ORDER = tool_named("shop__order", label="shop.order", source="shop.py:9")


class Shop:
    """A conversation with two tools, and its commands."""

    def __init__(self) -> None:
        self.model = ScriptedModel(
            calling(ToolCall("c1", "stock", '{"item": "tea"}'), ToolCall("c2", "shop__order")), "Bought."
        )
        self.toolbox, self.approver = FakeToolbox([STOCK, ORDER], {"stock": "3 boxes"}), FakeApprover()
        self.conversation = Conversation(setup_with(self.model), tools=Tools(self.toolbox, self.approver))
        self.commands = slash_commands(FakeSetups())

    def type(self, line: str) -> Outcome:
        return self.commands.run(line, self.conversation)

    def read(self, line: str) -> str:
        outcome = self.type(line)
        if isinstance(outcome, Show):
            return "\n".join(plain_lines(outcome.chart))
        assert isinstance(outcome, Say)
        return outcome.text

    async def ask(self) -> None:
        await take_turn(self.conversation, "Buy tea.")


async def test_a_server_that_refused_tools_is_sent_them_again_after_tools_on() -> None:
    shop = Shop()
    shop.model._scripts[:0] = [[ToolsRefused("It takes no tools.")], saying("Words.")]
    await shop.ask()
    assert "/tools on tries again" in shop.read("/tools")
    assert shop.read("/tools on") == "The model is offered 2 tools now."
    await shop.ask()
    assert shop.conversation.exchanges[-1].rounds
    assert shop.conversation.setup.takes_tools


def test_each_tool_is_listed_with_source_policy_and_tokens() -> None:
    shop = Shop()
    shop.approver.policies = {"shop__order": Policy.ASK}
    before, _, stock, order, *after = shop.read("/tools").splitlines()
    assert before.startswith("The model is offered 2 tools: ")
    assert stock.split()[:3] == ["stock", "shop.py:3", "runs"]
    assert order.split()[:3] == ["shop.order", "shop.py:9", "asks"]
    assert after


def test_the_server_that_is_gone_is_named_with_what_starts_it_again() -> None:
    shop = Shop()
    assert "/tools restart" not in shop.read("/tools")
    shop.toolbox.reports = [SourceReport("files", "npx files", "ended", "It ended. Its last words: disk full.")]
    *_, problem, restart, _ = shop.read("/tools").splitlines()
    assert (problem.strip(), restart.strip()) == (
        "files: ended. Its last words: disk full.",
        "/tools restart files starts it again.",
    )


def test_of_a_long_command_the_end_is_seen() -> None:
    shop = Shop()
    command = "npx -y @modelcontextprotocol/server-filesystem /home/ada/notes"
    shop.toolbox.reports = [SourceReport("files", command, "ready", tools=(tool_named("files__read", source=command),))]
    shown = shop.type("/tools")
    assert isinstance(shown, Show)
    [row] = [line for line in plain_lines(shown.chart, 60) if line.startswith("files__read")]
    assert "npx -y" in row
    assert "/ada/notes" in row


def test_a_reply_without_a_word_is_not_saved_as_an_empty_file() -> None:
    shop = Shop()
    stopped = Exchange(
        "Buy tea.", "", Ending.STOPPED, rounds=(Round((ToolCall("c1", "stock"),), (ToolResult("3 boxes"),)),)
    )
    shop.conversation.change("", replace(shop.conversation.state, exchanges=Transcript([stopped])))
    with pytest.raises(UsageError, match="only calls") as refusal:
        shop.type("/save reply.md")
    assert "/save tool 1 FILE" in str(refusal.value.hint)
    assert shop.type("/save tool 1 reply.md") == Save("3 boxes", None, "reply.md")


def test_tools_are_switched_off_and_on_together_and_one_by_one() -> None:
    shop = Shop()
    shop.read("/tools off")
    assert shop.toolbox.offered() == []
    assert "offered no tool" in shop.read("/tools")
    shop.toolbox.off = {"stock", "shop__order"}
    assert "The model is offered it from now on." in shop.read("/tools stock")
    assert [tool.name for tool in shop.toolbox.offered()] == ["stock"]
    shop.read("/tools off stock")
    assert shop.toolbox.offered() == []


def test_a_tool_is_shown_whole() -> None:
    told = Shop().read("/tools stock")
    for part in ("runs unasked", "shop.py:3, which calls it read-only", "The tool stock.", '"type": "object"'):
        assert part in told


def test_rules_hold_for_this_chat_and_name_what_they_mean() -> None:
    shop = Shop()
    assert shop.read("/allow s*") == "In this chat, stock, shop.order run unasked."
    assert shop.read("/deny shop.order") == "In this chat, shop.order is denied."
    assert shop.read("/tools ask stock") == "In this chat, stock asks first."
    assert shop.approver.policies == {"s*": Policy.ALLOW, "shop.order": Policy.DENY, "stock": Policy.ASK}
    assert shop.type("/tools restart files") == Restart("files")


@pytest.mark.parametrize(
    ("line", "words"),
    [
        ("/allow", "wants a tool"),
        ("/deny shop.ordr", "no tool “shop.ordr”"),
        ("/tools nothing", "no tool “nothing”"),
        ("/tools restart", "wants a name"),
        ("/tool", "No tool has been called yet"),
        ("/tool x", "whole number"),
    ],
)
def test_what_makes_no_sense_is_refused(line: str, words: str) -> None:
    with pytest.raises(UsageError, match=words):
        Shop().type(line)


async def test_a_call_is_shown_copied_and_saved_whole_by_its_number() -> None:
    shop = Shop()
    await shop.ask()
    assert shop.read("/tool").startswith("shop.order: ✓ done")
    assert shop.read("/tool 2").splitlines() == [
        "stock: ✓ done",
        "Arguments: {",
        '  "item": "tea"',
        "}",
        "Result: 7 characters",
        "3 boxes",
    ]
    assert shop.type("/save tool 2 stock.txt") == Save("3 boxes", None, "stock.txt")
    assert shop.type("/save --raw tool 2 'a b.txt'") == Save("3 boxes", None, "a b.txt", raw=True)
    assert shop.type("/save tool box.txt") == Save("Bought.", None, "tool box.txt")
    assert shop.type("/copy tool 2") == Copy("3 boxes", None)
    with pytest.raises(UsageError, match="there are 2"):
        shop.type("/tool 3")
    assert shop.commands.completions("/tool ", shop.conversation) == [("1", "shop.order"), ("2", 'stock item="tea"')]


def test_undo_tells_of_what_the_tools_did_and_not_of_calls_that_never_began() -> None:
    shop = Shop()
    for seconds, told in ((0.0, False), (1.5, True)):
        stopped = ToolResult("(stopped)", CallOutcome.STOPPED, seconds)
        bought = Exchange("Buy tea.", "", Ending.STOPPED, rounds=(Round((ToolCall("c1", "shop__order"),), (stopped,)),))
        assert has_changed_something(shop.conversation, bought) is told


def test_of_a_huge_result_the_screen_has_the_beginning_and_a_file_all() -> None:
    told = one_call(ToolCall("c", "stock"), ToolResult("x" * (LONGEST_SHOWN + 5), CallOutcome.FAILED), "", 4)
    assert told.endswith("… 5 characters more; /save tool 4 FILE saves all of it.")
    assert "stock: ✗ failed" in told


def test_without_tools_the_commands_say_how_to_get_some() -> None:
    commands, chat = slash_commands(FakeSetups()), Conversation(setup_with(ScriptedModel()))
    with pytest.raises(UsageError, match="no tools in this chat"):
        commands.run("/tools", chat)
    with pytest.raises(UsageError, match="no tools in this chat"):
        commands.run("/allow x", chat)


def test_names_and_patterns_are_completed() -> None:
    shop = Shop()
    offered = [word for word, _ in shop.commands.completions("/allow s", shop.conversation)]
    assert offered == ["stock", "shop.order"]
    assert "restart fake" in [word for word, _ in shop.commands.completions("/tools r", shop.conversation)]


def test_what_would_ask_where_nobody_can_be_asked_is_named() -> None:
    assert not_offered([]) == ""
    assert not_offered([ORDER]) == "Not offered: shop.order (it would ask; --allow shop.order)."
    many = [tool_named(f"t{number}") for number in range(6)]
    assert not_offered(many) == "Not offered: t0, t1, t2, t3 and 2 more (they would ask; --allow t0, or a pattern)."
    one_server = [tool_named(name, label=f"files.{name}") for name in ("read", "write")]
    assert not_offered(one_server) == "Not offered: files.read, files.write (they would ask; --allow files)."
