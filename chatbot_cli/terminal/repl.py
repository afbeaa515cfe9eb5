"""Read, act, show: the loop of an interactive chat."""

import asyncio
from collections.abc import AsyncGenerator, Callable
from typing import assert_never

from chatbot_cli.chat.conversation import Conversation
from chatbot_cli.chat.events import TurnEvent
from chatbot_cli.commands.outcomes import (
    Choose,
    Continue,
    Copy,
    Draft,
    Outcome,
    Quit,
    Recall,
    Restart,
    Resume,
    Retry,
    Save,
    Say,
    Send,
    Show,
)
from chatbot_cli.commands.registry import Commands
from chatbot_cli.commands.typed_lines import line_that_sends
from chatbot_cli.errors import ChatError, CostLimitReached, PriceUnknown
from chatbot_cli.terminal.clipboard import Clipboard
from chatbot_cli.terminal.cost_guard import may_cost
from chatbot_cli.terminal.failing import fail_on, is_in_the_footer
from chatbot_cli.terminal.folding_away import FoldingAway
from chatbot_cli.terminal.input.interrupts import is_leaving, on_interrupt
from chatbot_cli.terminal.input.prompt import Prompt
from chatbot_cli.terminal.pending_draft import NOTHING, WHOLE_RESULTS, PendingDraft, has_hidden_results, next_step
from chatbot_cli.terminal.saving_news import SavingNews
from chatbot_cli.terminal.saving_replies import save, to_copy
from chatbot_cli.terminal.screen import Screen, show_turn
from chatbot_cli.terminal.secret_guard import SecretGuard
from chatbot_cli.terminal.server_guard import may_go_to_its_server
from chatbot_cli.terminal.waiting_for_servers import WaitingForServers


class Repl:
    """An interactive chat. `open_screen` is called when something is first shown, `warm_up` when a prompt is drawn."""

    def __init__(
        self,
        conversation: Conversation,
        commands: Commands,
        prompt: Prompt,
        open_screen: Callable[[], Screen],
        warm_up: Callable[[], None],
        clipboard: Clipboard,
        guard: SecretGuard,
        servers: WaitingForServers,
    ) -> None:
        self._conversation = conversation
        self._commands = commands
        self._prompt = prompt
        self._open_screen = open_screen
        self._warm_up = warm_up
        self._clipboard = clipboard
        self._guard = guard
        self._servers = servers
        self._opened: Screen | None = None
        self._pending = NOTHING
        self._told_of_results = False
        self._saving_news = SavingNews()
        self._folding = FoldingAway(conversation)

    async def run(self, first: str | None = None, resumed: Resume | None = None) -> None:
        """Chat until the user leaves.

        `first` is a question from the command line. Of a `resumed` conversation, the last exchange is shown before it.
        """
        with self._prompt.quiet_keyboard(), self._folding.until_the_end():
            if resumed is not None:
                self._resume(resumed)
            if first is not None:
                await self._send(first)
            while await self._take_line():
                pass

    async def _take_line(self) -> bool:
        """Read a line and act on it. Returns whether the chat goes on."""
        self._saving_news.tell(self._conversation.journal, lambda: self._screen)
        self._folding.tell(lambda: self._screen)
        self._servers.tell(lambda: self._screen)
        pending, self._pending = self._pending, NOTHING
        try:
            line = await self._prompt.read(pending.line, self._warm_up, pending.reminder)
        except EOFError:
            return False
        self._folding.tell(lambda: self._screen)
        after_exchange = None if self._prompt.emptied else pending.after_exchange
        if command := self._commands.command_after(pending.line, line):
            line, self._pending = command, pending._replace(after_exchange=after_exchange)  # the draft stays
        return not line.strip() or await self._act(line, after_exchange)

    @property
    def _screen(self) -> Screen:
        if self._opened is None:
            self._opened = self._open_screen()
        return self._opened

    async def _act(self, line: str, after_exchange: int | None) -> bool:
        """Act on a line. Returns whether the chat goes on."""
        if not await self._may_be_sent(self._commands.argument_sent(line), PendingDraft(line)):
            return True
        try:
            outcome = self._commands.run(line, self._conversation)
            if isinstance(outcome, Send):
                await self._send(outcome.text, after_exchange)
            else:
                await self._show(outcome)
        except ChatError as error:
            fail_on(self._screen, error)
            return True
        return not isinstance(outcome, Quit)

    async def _show(self, outcome: Outcome) -> None:
        match outcome:
            case Send(text):
                await self._send(text)
            case Retry(message):
                if message:
                    self._screen.say(message)
                exchanges = self._conversation.exchanges
                question = line_that_sends(exchanges[-1].user)
                await self._play(question, self._conversation.retry, len(exchanges) - 1)
            case Continue():
                reply_so_far = self._conversation.exchanges[-1].assistant
                await self._play("/continue", self._conversation.continue_reply, reply_so_far=reply_so_far)
            case Save():
                await save(outcome, self._prompt.confirm, self._screen.say)
            case Restart(server):
                from chatbot_cli.terminal.restarting import restart  # imported here: most chats have no servers

                await restart(server, self._conversation, self._screen)
            case Choose(question, options):
                if (line := await self._prompt.choose(question, options)) is not None:
                    await self._show(self._commands.run(line, self._conversation))
            case Quit():
                pass
            case _:
                self._say(outcome)

    def _say(self, outcome: Say | Show | Recall | Copy | Draft | Resume) -> None:
        match outcome:
            case Say(text):
                self._screen.say(text)
            case Show(chart):
                self._screen.show(chart)
            case Recall(exchanges, message):
                self._screen.recall(exchanges, self._conversation.setup.shape)
                if message:
                    self._screen.say(message)
            case Copy():
                text, replaced = to_copy(outcome)
                self._screen.say(f"{self._clipboard.copy(text)} {replaced}".rstrip())
            case Draft(line, message, after_exchange):
                self._pending = PendingDraft(line, after_exchange)
                self._screen.say(message)
            case Resume():
                self._resume(outcome)
            case _:
                assert_never(outcome)

    def _resume(self, resumed: Resume) -> None:
        self._screen.recall((resumed.last,) if resumed.last else (), self._conversation.setup.shape)
        self._screen.say(resumed.about)
        self._screen.notify(*resumed.notices)
        last = resumed.last.exchange if resumed.last else None
        if last and last.rounds and (step := next_step(last, shows_drafts=False)):
            self._screen.say(step[0])
        self._pending = PendingDraft(line_that_sends(resumed.draft))

    async def _send(self, text: str, after_exchange: int | None = None) -> None:
        """Take a turn with a text. If it may not be sent, the next prompt begins with it."""
        line = line_that_sends(text)
        # A question that is asked again has been checked for secrets before.
        asks_again = self._conversation.asks_again(text, after_exchange)
        if asks_again or await self._may_be_sent(text, PendingDraft(line, after_exchange)):
            await self._play(line, lambda: self._conversation.take_turn(text, after_exchange), after_exchange)

    async def _may_be_sent(self, text: str, else_pending: PendingDraft) -> bool:
        try:
            if await self._guard.may_be_sent(text, lambda message: self._screen.say(message)):
                return True
        except ChatError as error:
            self._screen.fail(error)
            else_pending = else_pending._replace(reminder=str(error))
        self._pending = else_pending
        return False

    async def _play(
        self,
        line: str,
        begin: Callable[[], AsyncGenerator[TurnEvent, None]],
        after_exchange: int | None = None,
        reply_so_far: str = "",
    ) -> None:
        """Show a turn, which continues `reply_so_far`. If it fails, the next prompt begins with `line`."""
        if not await may_go_to_its_server(self._conversation, self._prompt, self._screen):
            self._pending = PendingDraft(line, after_exchange)
            return
        self._folding.stop()
        before, self._pending, costly = self._conversation.exchanges, NOTHING, None
        setup = self._conversation.setup
        view = self._screen.reply(setup.speaker, reply_so_far, setup.shape)
        waiting = self._servers.waiting(lambda: self._screen, setup.tools)
        turn = asyncio.ensure_future(show_turn(begin(), view, waiting))
        with self._prompt.while_streaming(stop := self._servers.stopping(turn)) as typed, on_interrupt(stop):
            try:
                self._screen.notify(*await turn)
            except (CostLimitReached, PriceUnknown) as error:
                costly = error
            except ChatError as error:
                if self._conversation.exchanges is before or not is_in_the_footer(error, self._conversation):
                    fail_on(self._screen, error)
                self._pending = PendingDraft(line, reminder=str(error))
            except asyncio.CancelledError:
                if not turn.cancelled() or is_leaving():
                    raise
        self._folding.begin()
        if costly and await may_cost(costly, self._conversation, self._prompt, self._screen):
            await self._play(line, begin, after_exchange, reply_so_far)
        elif self._conversation.exchanges is before:
            self._pending = PendingDraft(line, after_exchange, self._pending.reminder)
            if turn.cancelled():
                self._screen.say("Stopped before an answer came.")
        else:
            self._suggest_next_step()
        line = "\n".join(part for part in (self._pending.line, typed.text) if part)
        self._pending = self._pending._replace(line=line)

    def _suggest_next_step(self) -> None:
        """Say what the user can do about a reply that is not whole. A question whose reply was cut is in the prompt."""
        if step := next_step(self._conversation.exchanges[-1], shows_drafts=self._prompt.shows_drafts):
            hint, draft = step
            self._screen.say(hint)
            self._pending = self._pending._replace(line=draft)
        elif not self._told_of_results and has_hidden_results(self._conversation.exchanges[-1]):
            self._screen.say(WHOLE_RESULTS)
            self._told_of_results = True
