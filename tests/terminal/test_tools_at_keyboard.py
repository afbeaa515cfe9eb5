"""Turns with tools at the keyboard: what the user is told afterwards, and what stands in the prompt."""

from pathlib import Path

from chatbot_cli.chat.events import TextDelta
from chatbot_cli.chat.messages import Ending
from chatbot_cli.chat.rounds import ToolCall
from chatbot_cli.chat.tool_rounds import Tools
from chatbot_cli.errors import ConnectionFailed, ReplyCut, ToolsError
from tests.fakes import FakeApprover, FakeToolbox, Script, calling, tool_named
from tests.terminal.at_keyboard import chat_at_keyboard

CUT: Script = [TextDelta("Half a"), ReplyCut("the line broke")]


def shop(**results: str) -> tuple[FakeToolbox, Tools]:
    toolbox = FakeToolbox([tool_named("stock", read_only=True), tool_named("order")], results)
    return toolbox, Tools(toolbox, FakeApprover(), max_rounds=2)


async def test_a_reply_that_is_lost_after_calls_goes_on_with_what_they_found(history: Path) -> None:
    toolbox, tools = shop()
    async with chat_at_keyboard(history, calling("order"), CUT, " reply.", tools=tools) as chat:
        await chat.draft()
        assert await chat.say("Buy tea.") == "/continue"
        assert "/continue goes on with what the tools have found" in chat.out.getvalue()
        await chat.say("")  # Enter alone
        assert [name for name, _ in toolbox.ran] == ["order"]
        assert "order ran" in [message.content for message in chat.last_request.messages]


async def test_a_server_that_fails_after_calls_is_told_whole_and_no_tool_runs_again(history: Path) -> None:
    toolbox, tools = shop()
    failing: Script = [ConnectionFailed("Nobody answers.", "Try again.")]
    async with chat_at_keyboard(history, calling("order"), failing, "Bought.", tools=tools) as chat:
        await chat.draft()
        assert await chat.say("Buy tea.") == "/continue"
        assert chat.problems.getvalue() == "Nobody answers.\nTry again.\n"
        assert await chat.say("") == ""
        assert [name for name, _ in toolbox.ran] == ["order"]
        assert chat.conversation.exchanges[-1].assistant == "Bought."


async def test_at_the_bound_the_prompt_holds_what_goes_on(history: Path) -> None:
    toolbox, tools = shop()
    scripts = [calling(ToolCall("c1", "stock", f'{{"n": {n}}}')) for n in range(4)]
    async with chat_at_keyboard(history, *scripts, "Done.", tools=tools) as chat:
        await chat.draft()
        assert await chat.say("Go on.") == "/continue"
        assert "(The reply was stopped at a limit: 2 rounds of tools are used up.)" in chat.out.getvalue()
        assert chat.conversation.exchanges[-1].ending is Ending.LIMIT
        assert await chat.say("") == ""
        assert len(toolbox.ran) == 2


async def test_once_in_a_chat_the_user_is_told_what_shows_a_result_that_no_line_can_hold(history: Path) -> None:
    _, tools = shop(stock="tea\ncoffee")
    scripts = (calling("order"), "Bought.", calling("stock"), "Both.", calling("stock"), "Both.")
    async with chat_at_keyboard(history, *scripts, tools=tools) as chat:
        await chat.draft()
        await chat.say("Buy tea.")
        assert "/tool" not in chat.out.getvalue()
        for _ in range(2):
            await chat.say("What is there?")
            assert chat.out.getvalue().count("/tool shows the last call with its whole result.") == 1


async def test_undo_and_retry_say_what_becomes_of_what_the_tools_did(history: Path) -> None:
    toolbox, tools = shop()
    scripts = (calling("order"), "Bought.", calling("order"), "Again.", calling("stock"), "Tea.")
    async with chat_at_keyboard(history, *scripts, tools=tools) as chat:
        await chat.draft()
        await chat.say("Buy tea.")
        await chat.say("/retry")
        assert "Its tools run anew; what they did before stays done." in chat.out.getvalue()
        await chat.say("What is there?")
        await chat.say("/undo")
        assert "stays done.\n" not in chat.out.getvalue().replace("before stays done", "")  # it only read
        await chat.say("/undo")
        assert chat.out.getvalue().endswith("What its tools did stays done.\n")
        assert len(toolbox.ran) == 3


async def test_a_server_is_started_again_and_a_failure_is_told(history: Path) -> None:
    class Failing(FakeToolbox):
        async def restart(self, source: str) -> None:
            if source != "fake":
                raise ToolsError(f"There is no server {source}.", "/tools lists them.")

    tools = Tools(Failing([tool_named("stock")]), FakeApprover())
    async with chat_at_keyboard(history, tools=tools) as chat:
        await chat.draft()
        await chat.say("/tools restart fake")
        assert "fake is ready: 1 tool." in chat.out.getvalue()
        await chat.say("/tools restart files")
        assert "There is no server files." in chat.problems.getvalue()
