"""Asks a model that may call tools: each round of calls is decided, run, and told to the model, until it answers."""

from collections.abc import AsyncGenerator, Sequence
from contextlib import aclosing
from dataclasses import replace
from typing import TYPE_CHECKING

from chatbot_cli.chat.context import Context, ContextStep
from chatbot_cli.chat.events import ImagesLeftOut, RequestBuilt, WindowShrunk
from chatbot_cli.chat.messages import Ending, Exchange, Message, messages_of_round
from chatbot_cli.chat.model import Model
from chatbot_cli.chat.ports import Journal
from chatbot_cli.chat.reply_so_far import ReplySoFar
from chatbot_cli.chat.rounds import Round
from chatbot_cli.chat.sent_tools import telling_of
from chatbot_cli.chat.setup import Setup
from chatbot_cli.chat.shaping import ShapedEvent, ask_in_shape
from chatbot_cli.chat.tool_events import CallInText, ToolEvent, ToolsIgnored, ToolsLeftOut
from chatbot_cli.chat.tools import MAX_ROUNDS, Tool
from chatbot_cli.chat.window import Window
from chatbot_cli.errors import ContextTooLong, ImagesRefused, InvalidReply, MessageTooLong, ToolsRefused
from chatbot_cli.frozen import frozen

if TYPE_CHECKING:
    from chatbot_cli.chat.running_calls import RunningCalls
    from chatbot_cli.chat.tool_ports import Approver, Toolbox

NO_ROOM = "the window has no room left for what the tools found"
ASK_FOR_LESS = "Ask for less at once."


@frozen
class Tools:
    """The tools that a conversation has, who decides about their calls, and how many rounds a turn may have."""

    toolbox: "Toolbox"
    approver: "Approver"
    max_rounds: int = MAX_ROUNDS

    def offered(self, setup: Setup) -> tuple[Tool, ...]:
        """The tools that a request with this setup tells the model of."""
        return tuple(self.toolbox.offered(setup.tools)) if setup.takes_tools else ()


class ToolTurn:
    """One turn with tools. `kept` is the setup that is saved with it; the `model` that is asked may be another.

    `replaced` are the exchanges whose answers it replaces or sets aside: what their tools did stays done. `seen_before`
    are those from which the model may have what it calls a tool with.
    """

    def __init__(
        self,
        tools: Tools | None,
        journal: Journal,
        kept: Setup,
        model: Model,
        replaced: Sequence[Exchange] = (),
        seen_before: Sequence[Exchange] = (),
    ) -> None:
        self._tools, self._journal, self._kept, self._model = tools, journal, kept, model
        self._replaced, self._seen_before = replaced, seen_before
        self._messages: list[Message] = []  # of the rounds so far
        self._running: RunningCalls | None = None

    async def ask(
        self, context: Context, setup: Setup, reply: ReplySoFar, steps: tuple[ContextStep, ...] = ()
    ) -> AsyncGenerator[ShapedEvent | ToolEvent | ImagesLeftOut, None]:
        """As `ask_in_shape`. If the model calls tools, `reply` has the rounds, and asks for what comes after them.

        Raises ChatError. Whatever happens, each call in `reply.rounds` has a result. What has no room beside the
        results ends the turn as a limit does.
        """
        try:
            async with aclosing(self._rounds(context, setup, reply, steps)) as events:
                async for event in events:
                    yield event
        except (MessageTooLong, ContextTooLong):
            if not reply.rounds or reply.says_something:
                raise
            stop_at_limit(reply, setup, NO_ROOM)
        finally:
            # Also when the turn is stopped before its calls run, or while it is asked about them. Nothing may await.
            if reply.calls and reply.is_to_keep:
                self._calls().leave(reply)
            elif reply.calls:
                reply.drop_calls()
                reply.forget_its_end()

    async def _rounds(
        self, context: Context, setup: Setup, reply: ReplySoFar, steps: tuple[ContextStep, ...]
    ) -> AsyncGenerator[ShapedEvent | ToolEvent | ImagesLeftOut, None]:
        window = None
        while True:
            begun = str(reply.text)
            try:
                async with aclosing(self._request(context, setup, reply, steps)) as events:
                    async for event in events:
                        window = event.window if isinstance(event, RequestBuilt | WindowShrunk) else window
                        yield event
            except (ImagesRefused, ToolsRefused) as error:
                context, setup, left_out = _without(error, context, setup, reply)
                yield left_out
                continue
            if not reply.calls:
                if window and window.tools and (sign := _sign_in(window, reply, setup)):
                    yield sign
                return
            reply.forget_its_end()
            running = self._calls()
            if running.why_over:
                stop_at_limit(reply, setup, running.why_over)
                return
            async with aclosing(running.round(reply)) as tool_events:
                async for tool_event in tool_events:
                    yield tool_event
            if running.why_stuck:
                stop_at_limit(reply, setup, running.why_stuck)
                return
            self._tell(reply.rounds[-1], begun)

    def _calls(self) -> "RunningCalls":
        if self._running is None:
            # Imported here: most turns call no tool.
            from chatbot_cli.chat.running_calls import RunningCalls

            calling = self._kept, self._model, self._replaced, self._seen_before
            self._running = RunningCalls(self._tools, self._journal, *calling)
        return self._running

    def _request(
        self, context: Context, setup: Setup, reply: ReplySoFar, steps: tuple[ContextStep, ...]
    ) -> AsyncGenerator[ShapedEvent, None]:
        offered = self._tools.offered(setup) if self._tools else ()
        context = replace(context, new=(*context.new, *self._messages))
        return ask_in_shape(telling_of(context, offered, setup, reply.called_tools), setup, reply, steps)

    def _tell(self, one: Round, begun: str) -> None:
        """Send a round along from now on, without what the reply had `begun` with: the model has that already."""
        self._messages += messages_of_round(replace(one, text=one.text.removeprefix(begun)))


def stop_at_limit(reply: ReplySoFar, setup: Setup, why: str) -> None:
    """End a turn, whatever the model goes on to call; `why` is a clause. Raises InvalidReply if data was asked for."""
    reply.stop_at_limit(why)
    if setup.shape:
        hint = f"{why[:1].upper()}{why[1:]}. {ASK_FOR_LESS}"
        raise InvalidReply(str(reply.text), (), ended=Ending.LIMIT.value, hint=hint)


def _sign_in(window: Window, reply: ReplySoFar, setup: Setup) -> CallInText | ToolsIgnored | None:
    # Imported here: few turns have tools.
    from chatbot_cli.chat.tool_signs import sign_in

    return sign_in(window, reply, setup)


def _without(
    error: ImagesRefused | ToolsRefused, context: Context, setup: Setup, reply: ReplySoFar
) -> tuple[Context, Setup, ImagesLeftOut | ToolsLeftOut]:
    """What is sent in place of a refused request: earlier images are named, or no tools are. Else raises the error."""
    left_out: ImagesLeftOut | ToolsLeftOut
    if isinstance(error, ImagesRefused):
        named = context.without_earlier_images()
        context, left_out, is_less = named or context, ImagesLeftOut(error), named is not None
    else:
        is_less, setup, left_out = setup.takes_tools, replace(setup, takes_tools=False), ToolsLeftOut(error)
    if reply.says_something or not is_less:
        raise error
    reply.takes_tools = reply.takes_tools and setup.takes_tools
    reply.forget_its_end()
    return context, setup, left_out
