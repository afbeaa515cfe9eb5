"""Asks a model that may call tools: each round of calls is decided, run, and told to the model, until it answers."""

from collections.abc import AsyncGenerator
from contextlib import aclosing
from dataclasses import dataclass, field, replace

from chatbot_cli.chat.context import Context, ContextStep
from chatbot_cli.chat.messages import Ending, Exchange, Message, messages_of_round
from chatbot_cli.chat.ports import Approver, Journal, Toolbox
from chatbot_cli.chat.reply_so_far import ReplySoFar
from chatbot_cli.chat.rounds import Round
from chatbot_cli.chat.sent_tools import telling_of
from chatbot_cli.chat.setup import Setup
from chatbot_cli.chat.shaping import ShapedEvent, ask_in_shape
from chatbot_cli.chat.tool_events import ToolEvent, ToolsLeftOut
from chatbot_cli.chat.tools import MAX_ROUNDS, Tool
from chatbot_cli.errors import InvalidReply, ToolsRefused


@dataclass(frozen=True)
class Tools:
    """The tools that a conversation has, who decides about their calls, and how many rounds a turn may have."""

    toolbox: Toolbox
    approver: Approver
    max_rounds: int = MAX_ROUNDS

    def offered(self, setup: Setup) -> tuple[Tool, ...]:
        """The tools that a request with this setup tells the model of."""
        return tuple(self.toolbox.offered(setup.tools)) if setup.takes_tools else ()


@dataclass
class ToolTurn:
    """One turn with tools. `kept` is the setup that is saved with it.

    `replaced` is the exchange whose answer it replaces: what its tools did stays done.
    """

    tools: Tools | None
    journal: Journal
    kept: Setup
    replaced: Exchange | None = None
    messages: list[Message] = field(default_factory=list)  # of the rounds so far

    async def ask(
        self, context: Context, setup: Setup, reply: ReplySoFar, steps: tuple[ContextStep, ...] = ()
    ) -> AsyncGenerator[ShapedEvent | ToolEvent, None]:
        """As `ask_in_shape`. If the model calls tools, `reply` has the rounds, and asks for what comes after them.

        Raises ChatError. Whatever happens, each call in `reply.rounds` has a result.
        """
        running = None
        while True:
            begun = str(reply.text)
            try:
                async with aclosing(self._request(context, setup, reply, steps)) as events:
                    async for event in events:
                        yield event
            except ToolsRefused as error:
                if reply.says_something or not setup.takes_tools:
                    raise
                reply.takes_tools, setup = False, replace(setup, takes_tools=False)
                reply.forget_its_end()
                yield ToolsLeftOut(error)
                continue
            if not reply.calls:
                return
            reply.forget_its_end()
            if running is None:
                # Imported here: most turns call no tool.
                from chatbot_cli.chat.running_calls import RunningCalls

                running = RunningCalls(self.tools, self.journal, self.kept, self.replaced)
            if running.is_over:
                self._stop(reply, setup, running.why_over)
                return
            async with aclosing(running.round(reply)) as tool_events:
                async for tool_event in tool_events:
                    yield tool_event
            self._tell(reply.rounds[-1], begun)

    def _request(
        self, context: Context, setup: Setup, reply: ReplySoFar, steps: tuple[ContextStep, ...]
    ) -> AsyncGenerator[ShapedEvent, None]:
        offered = self.tools.offered(setup) if self.tools else ()
        context = replace(context, new=(*context.new, *self.messages))
        return ask_in_shape(telling_of(context, offered, setup), setup, reply, steps)

    def _tell(self, one: Round, begun: str) -> None:
        """Send a round along from now on, without what the reply had `begun` with: the model has that already."""
        self.messages += messages_of_round(replace(one, text=one.text.removeprefix(begun)), in_its_turn=True)

    def _stop(self, reply: ReplySoFar, setup: Setup, why: str) -> None:
        """End the turn though the model goes on to call. Raises InvalidReply if data was asked for."""
        reply.calls, reply.ending, reply.reason = (), Ending.LIMIT, why
        if setup.shape:
            raise InvalidReply(str(reply.text), (), ended=Ending.LIMIT.value, hint="Ask for less at once.")
