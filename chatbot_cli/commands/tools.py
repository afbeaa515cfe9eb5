"""The commands about tools: which there are, what becomes of their calls, and what a call brought."""

from collections.abc import Iterator, Sequence
from dataclasses import replace
from difflib import get_close_matches
from fnmatch import fnmatchcase

from chatbot_cli.chat.conversation import Conversation
from chatbot_cli.chat.tool_rounds import Tools
from chatbot_cli.chat.tools import Policy, SourceReport, Tool
from chatbot_cli.commands.calls import call_number, numbers_of_calls
from chatbot_cli.commands.outcomes import Outcome, Restart, Say, Show
from chatbot_cli.commands.registry import Commands, quoted, whole_number
from chatbot_cli.commands.tool_report import labels_of, one_call, one_tool, standing_of, tools_chart
from chatbot_cli.errors import UsageError
from chatbot_cli.text.counts import counted

ON, OFF, ASK, RESTART = "on", "off", "ask", "restart"
MOST_NAMED = 6  # tools in a sentence
ALL = "*"
NO_TOOLS = "There are no tools in this chat. chat --tool time, or chat --tools FILE.py, brings some."


class ToolCommands:
    """/tools, /tool, /allow and /deny. It remembers which tools were switched off together."""

    def __init__(self) -> None:
        self._off: tuple[str, ...] = ()  # labels

    def register(self, commands: Commands) -> None:
        commands.command("/tools [NAME]", example="/tools off", choices=_choices)(self.tools)
        commands.include(call_commands)

    def tools(self, conversation: Conversation, argument: str) -> Outcome:
        """Show or switch the model's tools.

        /tools NAME shows one whole, and offers it to the model. /tools off and /tools on switch all of them, /tools off
        NAME those of a name, a server or a pattern such as files.*. /tools ask NAME asks about its calls again. /tools
        restart SERVER starts a server anew.
        """
        tools = tools_of(conversation)
        if not argument:
            chart = tools_chart(tools, conversation.setup)
            return Show(chart) if chart.rows else Say(NO_TOOLS)
        word, _, name = argument.partition(" ")
        name = name.strip()
        if word == OFF:
            return self._switch_off(conversation, tools, name)
        if word == ON:
            return self._switch_on(conversation, tools, name)
        if word in (ASK, RESTART) and not name:
            raise UsageError(f"/tools {word} wants a name.", "/tools lists them.")
        if word == ASK:
            return _rule(conversation, name, Policy.ASK)
        return Restart(name) if word == RESTART else _show(conversation, tools, argument)

    def _switch_off(self, conversation: Conversation, tools: Tools, name: str) -> Outcome:
        offered = tools.offered(conversation.setup)
        if name:
            return Say(f"Off: {_named(tools.toolbox.switch(name, on=False))}. {_now(conversation, tools)}")
        self._off = tuple(tool.label for tool in offered) or self._off
        for label in self._off:
            tools.toolbox.switch(label, on=False)
        return Say("The model is offered no tool now. /tools on offers them again.")

    def _switch_on(self, conversation: Conversation, tools: Tools, name: str) -> Outcome:
        for label in (name,) if name else self._off or (ALL,):
            tools.toolbox.switch(label, on=True)
        if not conversation.setup.takes_tools:  # its server may be another version by now
            conversation.change_setup("/tools on", replace(conversation.setup, takes_tools=True))
        return Say(_now(conversation, tools))


call_commands = Commands()


@call_commands.command("/tool [N]", example="/tool 2", choices=numbers_of_calls)
def tool(conversation: Conversation, argument: str) -> Outcome:
    """Show a tool's last call, or call N.

    Calls are counted from the last one back: /tool 2 shows the one before it, with its arguments and its whole result.
    /save tool 2 FILE saves the result, /copy tool 2 copies it.
    """
    number = whole_number("tool", argument) if argument else 1
    call, result = call_number(conversation, number)
    return Say(one_call(call, result, labels_of(conversation).get(call.name, ""), number))


@call_commands.command("/allow PATTERN", example="/allow files.read_*", choices=lambda talk: _names(talk))
def allow(conversation: Conversation, argument: str) -> Outcome:
    """Let calls of a tool run unasked.

    It holds for this chat. PATTERN is a tool, a server, or several such as files.read_*. /tools ask PATTERN takes it
    back.
    """
    return _rule(conversation, argument, Policy.ALLOW)


@call_commands.command("/deny PATTERN", example="/deny *.delete_*", choices=lambda talk: _names(talk))
def deny(conversation: Conversation, argument: str) -> Outcome:
    """Let no call of a tool run.

    It holds for this chat; the model is not offered the tool any more. /tools ask PATTERN takes it back.
    """
    return _rule(conversation, argument, Policy.DENY)


def tools_of(conversation: Conversation) -> Tools:
    """The tools of a conversation. Raises UsageError if it can have none."""
    if conversation.tools is None:
        raise UsageError("There are no tools in this chat.", "chat --tool time begins one with a tool.")
    return conversation.tools


def _rule(conversation: Conversation, pattern: str, policy: Policy) -> Outcome:
    tools = tools_of(conversation)
    if not pattern:
        raise UsageError(f"/{policy.value} wants a tool, or a pattern.", f"For example: /{policy.value} files.read_*")
    meant = _matching(pattern, tools)
    tools.approver.rule(pattern, policy)
    does = {
        Policy.ALLOW: ("runs unasked", "run unasked"),
        Policy.DENY: ("is denied", "are denied"),
        Policy.ASK: ("asks first", "ask first"),
    }[policy][len(meant) != 1]
    return Say(f"In this chat, {_named(meant)} {does}.")


def _show(conversation: Conversation, tools: Tools, name: str) -> Outcome:
    meant, setup = _matching(name, tools), conversation.setup
    hidden = [one for one in meant if standing_of(one, tools, tools.offered(setup)) == OFF]
    for one in hidden:
        tools.toolbox.switch(one.label, on=True)
    offered = tools.offered(setup)
    if len(meant) > 1:
        return Say(f"{_named(meant)}: {_now(conversation, tools)}")
    news = "\nThe model is offered it from now on." if hidden else ""
    return Say(one_tool(meant[0], standing_of(meant[0], tools, offered), setup) + news)


def _matching(pattern: str, tools: Tools) -> list[Tool]:
    """The tools of a name, a source or a pattern. Raises UsageError if there is none."""
    reports = tools.toolbox.sources()
    meant = [one for report in reports for one in report.tools if _is_meant(pattern, one, report)]
    if meant:
        return meant
    labels = [one.label for report in reports for one in report.tools]
    nearest = get_close_matches(pattern, labels, n=1)
    raise UsageError(
        f"There is no tool {quoted(pattern)}.", f"Did you mean {nearest[0]}?" if nearest else "/tools lists them."
    )


def _is_meant(pattern: str, one: Tool, report: SourceReport) -> bool:
    return pattern == report.name or fnmatchcase(one.label, pattern)


def _now(conversation: Conversation, tools: Tools) -> str:
    count = len(tools.offered(conversation.setup))
    return f"The model is offered {counted(count, 'tool') if count else 'no tool'} now."


def _named(tools: Sequence[Tool]) -> str:
    more = len(tools) - MOST_NAMED
    named = ", ".join(one.label for one in tools[:MOST_NAMED])
    return f"{named} and {more} more" if more > 0 else named


def _names(conversation: Conversation) -> Iterator[tuple[str, str]]:
    """Each tool, and each source that has several."""
    for report in conversation.tools.toolbox.sources() if conversation.tools else ():
        if len(report.tools) > 1:
            yield report.name, f"all of {report.origin or report.name}"
        for one in report.tools:
            yield one.label, one.definition.description.partition("\n")[0]


def _choices(conversation: Conversation) -> Iterator[tuple[str, str]]:
    yield OFF, "offer the model no tool"
    yield ON, "offer them again"
    for report in conversation.tools.toolbox.sources() if conversation.tools else ():
        yield f"{RESTART} {report.name}", "start it anew"
    yield from _names(conversation)
