"""Plays a turn: shows it while it streams, lets the user stop it, and says what the next prompt begins with."""

import asyncio
from collections.abc import AsyncGenerator, Callable, Sequence
from contextlib import AbstractAsyncContextManager
from typing import NamedTuple

from chatbot_cli.chat.conversation import Conversation
from chatbot_cli.chat.events import TurnEvent
from chatbot_cli.chat.model import told_apart
from chatbot_cli.chat.setup import Setup
from chatbot_cli.errors import ChatError, CostLimitReached, PriceUnknown
from chatbot_cli.terminal.cost_guard import may_cost
from chatbot_cli.terminal.failing import fail_on, is_in_the_footer
from chatbot_cli.terminal.files_to_send import FilesToSend
from chatbot_cli.terminal.folding_away import FoldingAway
from chatbot_cli.terminal.input.interrupts import is_leaving, on_interrupt
from chatbot_cli.terminal.input.prompt import Prompt
from chatbot_cli.terminal.pending_draft import NOTHING, WHOLE_RESULTS, PendingDraft, has_hidden_results, next_step
from chatbot_cli.terminal.screen import ReplyView, Screen, show_turn
from chatbot_cli.terminal.server_guard import may_go_to_its_server
from chatbot_cli.terminal.waiting_for_servers import WaitingForServers


class Played(NamedTuple):
    """A turn to be played, which `begin` begins. If it fails, the next prompt begins with `line`.

    It continues `reply_so_far`. If there are `setups`, these are compared.
    """

    line: str
    begin: Callable[[], AsyncGenerator[TurnEvent, None]]
    after_exchange: int | None = None
    reply_so_far: str = ""
    setups: Sequence[Setup] = ()


class Player:
    """Plays the turns of a conversation, one at a time. `screen` returns the screen, which may be opened by that."""

    def __init__(
        self,
        conversation: Conversation,
        prompt: Prompt,
        screen: Callable[[], Screen],
        servers: WaitingForServers,
        files: FilesToSend,
        folding: FoldingAway,
    ) -> None:
        self._conversation, self._prompt, self._open_screen = conversation, prompt, screen
        self._servers, self._files, self._folding = servers, files, folding
        self._told_of_results = False

    async def play(self, played: Played) -> PendingDraft:
        """Show a turn, and return what the next prompt begins with."""
        if not (played.setups or await may_go_to_its_server(self._conversation, self._prompt, self._screen)):
            return PendingDraft(played.line, played.after_exchange)
        self._folding.stop()
        before, pending, costly = self._conversation.exchanges, NOTHING, None
        waiting = self._servers.waiting(self._open_screen, self._conversation.setup.tools)
        turn = asyncio.ensure_future(show_turn(played.begin(), self._view(played), None if played.setups else waiting))
        with self._prompt.while_streaming(stop := self._servers.stopping(turn)) as typed, on_interrupt(stop):
            try:
                self._screen.notify(*await turn)
            except (CostLimitReached, PriceUnknown) as error:
                costly = error
            except ChatError as error:
                if self._conversation.exchanges is before or not is_in_the_footer(error, self._conversation):
                    fail_on(self._screen, error)
                pending = PendingDraft(played.line, reminder=str(error))
            except asyncio.CancelledError:
                if not turn.cancelled() or is_leaving():
                    raise
        self._folding.begin()
        if costly and await self._may_cost(costly, played):
            pending = await self.play(played)
        elif self._conversation.exchanges is before:
            pending = PendingDraft(played.line, played.after_exchange, pending.reminder)
            if turn.cancelled():
                self._screen.say("Stopped before an answer came.")
        else:
            pending = self._next_step(pending, played)
        line = "\n".join(part for part in (pending.line, self._files.take_typed() + typed.text) if part)
        return pending._replace(line=line)

    @property
    def _screen(self) -> Screen:
        return self._open_screen()

    def _view(self, played: Played) -> AbstractAsyncContextManager[ReplyView]:
        setup = self._conversation.setup
        if played.setups:
            return self._screen.side_by_side(told_apart([one.model for one in played.setups]), setup.shape)
        return self._screen.reply(setup.speaker, played.reply_so_far, setup.shape)

    async def _may_cost(self, costly: CostLimitReached | PriceUnknown, played: Played) -> bool:
        setups = played.setups or (self._conversation.setup,)
        return await may_cost(costly, self._conversation, self._prompt, self._screen, setups)

    def _next_step(self, pending: PendingDraft, played: Played) -> PendingDraft:
        """Say what the user can do about a reply that is not whole. A question whose reply was cut is in the prompt."""
        last = self._conversation.exchanges[-1]
        if played.setups:
            from chatbot_cli.terminal.comparing.at_prompt import what_can_be_picked  # here: most chats compare nothing

            self._screen.say(what_can_be_picked(self._conversation))
        elif step := next_step(last, shows_drafts=self._prompt.shows_drafts):
            hint, draft = step
            self._screen.say(hint)
            return pending._replace(line=draft)
        elif not self._told_of_results and has_hidden_results(last):
            self._screen.say(WHOLE_RESULTS)
            self._told_of_results = True
        return pending
