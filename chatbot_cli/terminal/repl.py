"""Read, act, show: the loop of an interactive chat."""

from collections.abc import Awaitable, Callable
from functools import partial
from typing import TypeVar

from chatbot_cli.chat.attachments import Attachment
from chatbot_cli.chat.conversation import Conversation
from chatbot_cli.chat.turn import asks_again
from chatbot_cli.commands.outcomes import (
    Attach,
    Choose,
    Compare,
    Continue,
    Draft,
    FindOne,
    OpenSource,
    Outcome,
    Quit,
    Restart,
    Resume,
    Retry,
    Save,
    Send,
    Shown,
    ShowThoughts,
    UpdateDocuments,
)
from chatbot_cli.commands.registry import Commands
from chatbot_cli.commands.typed_lines import line_that_sends
from chatbot_cli.errors import ChatError
from chatbot_cli.terminal.clipboard import Clipboard
from chatbot_cli.terminal.failing import fail_on
from chatbot_cli.terminal.files_to_send import FilesToSend
from chatbot_cli.terminal.folding_away import FoldingAway
from chatbot_cli.terminal.input.prompt import Prompt
from chatbot_cli.terminal.pending_draft import NOTHING, PendingDraft
from chatbot_cli.terminal.playing import Played, Player
from chatbot_cli.terminal.saving_news import SavingNews
from chatbot_cli.terminal.saving_replies import save
from chatbot_cli.terminal.screen import Screen
from chatbot_cli.terminal.showing import show_outcome, show_resumed
from chatbot_cli.terminal.waiting_for_servers import WaitingForServers

Checked = TypeVar("Checked")


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
        servers: WaitingForServers,
        files: FilesToSend,
    ) -> None:
        self._conversation, self._commands, self._prompt = conversation, commands, prompt
        self._open_screen, self._warm_up = open_screen, warm_up
        self._clipboard, self._servers, self._files = clipboard, servers, files
        files.show_on(lambda: self._screen)
        self._opened: Screen | None = None
        self._pending = NOTHING
        self._saving_news = SavingNews()
        self._folding = FoldingAway(conversation)
        self._player = Player(conversation, prompt, lambda: self._screen, servers, files, self._folding)
        self._compares: Compare | None = None  # those that get the next question

    async def run(
        self, first: str | None = None, resumed: Resume | None = None, compares: Compare | None = None
    ) -> None:
        """Chat until the user leaves.

        `first` is a question from the command line. Of a `resumed` conversation, the last exchange is shown before it.
        The first question goes to those that it `compares`.
        """
        with self._prompt.quiet_keyboard(), self._folding.until_the_end():
            if resumed is not None:
                self._resume(resumed)
            self._compares = compares
            if compares and first is None:
                self._tell_next(compares)
            if first is not None:
                await self._send(first, is_typed=False)  # the files that it names are attached already
            while await self._take_line():
                pass

    async def _take_line(self) -> bool:
        """Read a line and act on it. Returns whether the chat goes on."""
        self._saving_news.tell(self._conversation.journal, lambda: self._screen)
        self._folding.tell(lambda: self._screen)
        self._servers.tell(lambda: self._screen)
        line = "\n".join(filter(None, (self._pending.line, self._files.take_typed())))
        pending, self._pending = self._pending._replace(line=line), NOTHING
        if pending.after_exchange is None:
            self._files.leave()
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
        if not await self._checked(self._files.may_be_sent(self._commands.argument_sent(line)), PendingDraft(line)):
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
            case Retry() | Compare():
                await self._ask_again(outcome)
            case Continue():
                reply_so_far = self._conversation.exchanges[-1].assistant
                await self._play(Played("/continue", self._conversation.continue_reply, reply_so_far=reply_so_far))
            case Attach():
                await self._files.attach(outcome)
            case Save():
                await save(outcome, self._prompt.confirm, self._screen.say)
            case Restart() | OpenSource() | UpdateDocuments() | ShowThoughts():
                from chatbot_cli.terminal.acting import act_on  # imported here: most chats have none of these

                await act_on(outcome, self._conversation, self._screen)
            case Choose() | FindOne():
                if (line := await self._prompt.choose(outcome)) is not None:
                    await self._show(self._commands.run(line, self._conversation))
            case Quit():
                pass
            case _:
                self._say(outcome)

    async def _ask_again(self, outcome: Retry | Compare) -> None:
        if isinstance(outcome, Compare):
            await self._compare(outcome)
            return
        if outcome.message:
            self._screen.say(outcome.message)
        last, number = self._conversation.exchanges[-1], len(self._conversation.exchanges) - 1
        await self._play(Played(line_that_sends(last.user), self._conversation.retry, number))
        if self._pending.after_exchange is not None:
            self._files.bring(last.attached)

    def _say(self, outcome: Shown | Draft | Resume) -> None:
        match outcome:
            case Draft(line, message, after_exchange):
                self._pending = PendingDraft(self._files.draft_of(line, after_exchange), after_exchange)
                self._screen.say(message)
            case Resume():
                self._resume(outcome)
            case _:
                show_outcome(outcome, self._conversation, self._screen, self._clipboard)

    def _resume(self, resumed: Resume) -> None:
        show_resumed(resumed, self._conversation, self._screen)
        self._pending = PendingDraft(self._files.literal(line_that_sends(resumed.draft)))

    async def _send(self, text: str, after_exchange: int | None = None, *, is_typed: bool = True) -> None:
        """Take a turn with a text and its files. If it may not be sent, the next prompt begins with it."""
        line, attached = line_that_sends(text), self._conversation.attached
        line = line if is_typed else self._files.literal(line, attached)
        # A question that is asked again has been checked for secrets before.
        if not asks_again(self._conversation.state, text, after_exchange, attached):
            checked = self._files.going_with(text, is_typed=is_typed)
            if (going := await self._checked(checked, PendingDraft(line, after_exchange))) is None:
                return
            attached = going
        before = self._conversation.exchanges
        if self._compares and after_exchange is None:
            await self._play_compared(line, text, self._compares, attached)
        else:
            take = partial(self._conversation.take_turn, text, after_exchange, attached)
            await self._play(Played(line, take, after_exchange))
        if self._conversation.exchanges is not before:
            self._files.went(attached)

    async def _checked(self, check: Awaitable[Checked], else_pending: PendingDraft) -> Checked | None:
        """What a check returns; if it returns None or False, or fails, the next prompt is `else_pending`."""
        try:
            if (result := await check) is not None and result is not False:
                return result
        except ChatError as error:
            self._screen.fail(error)
            else_pending = else_pending._replace(reminder=str(error))
        self._pending = else_pending
        return None

    async def _play(self, played: Played) -> None:
        self._pending = NOTHING
        self._pending = await self._player.play(played)

    async def _compare(self, compare: Compare) -> None:
        """Ask the last question again of several; before there is one, let them have the next."""
        if self._conversation.exchanges:
            await self._play_compared(compare.line, None, compare)
        else:
            self._tell_next(compare)

    def _tell_next(self, compare: Compare) -> None:
        from chatbot_cli.terminal.comparing.at_prompt import what_comes_next  # here: most chats compare nothing

        self._compares = compare
        self._screen.say(what_comes_next(compare))

    async def _play_compared(
        self, line: str, text: str | None, compare: Compare, attached: tuple[Attachment, ...] = ()
    ) -> None:
        from chatbot_cli.terminal.comparing.at_prompt import (  # imported here, for the same reason
            begin_comparing,
            may_be_asked,
        )

        setups = await may_be_asked(compare, self._conversation, self._prompt, self._screen)
        before, self._pending = self._conversation.exchanges, PendingDraft(line)
        if setups:
            await self._play(Played(line, begin_comparing(self._conversation, setups, text, attached), setups=setups))
        if self._conversation.exchanges is not before:
            self._compares = None
