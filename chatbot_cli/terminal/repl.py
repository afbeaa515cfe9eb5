"""Read, act, show: the loop of an interactive chat."""

import asyncio
import logging
from collections.abc import AsyncGenerator, Callable

from chatbot_cli.chat.conversation import Conversation
from chatbot_cli.chat.events import TurnEvent
from chatbot_cli.chat.messages import Ending
from chatbot_cli.commands.registry import (
    Choose,
    Commands,
    Continue,
    Copy,
    Draft,
    Outcome,
    Quit,
    Recall,
    Resume,
    Retry,
    Save,
    Say,
    Send,
)
from chatbot_cli.errors import ChatError
from chatbot_cli.secrets.finding import Find, Named, Policy, find_secrets, refusal, what_is_held
from chatbot_cli.terminal.clipboard import Clipboard
from chatbot_cli.terminal.input.interrupts import on_interrupt
from chatbot_cli.terminal.input.prompt import Prompt
from chatbot_cli.terminal.saving_replies import chosen, write
from chatbot_cli.terminal.screen import Screen, show_turn

_log = logging.getLogger(__name__)

WHAT_NEXT = {  # what can be done about a reply that is not whole, with the question in the prompt and without
    (Ending.LOST, True): "What came is kept. Enter asks again, in its place; /continue asks for the rest.",
    (Ending.LOST, False): "What came is kept. /retry asks again, in its place; /continue asks for the rest.",
    **dict.fromkeys(((Ending.LENGTH, True), (Ending.LENGTH, False)), "/continue asks for the rest."),
}


class Repl:
    """An interactive chat. `open_screen` is called when there is first something to show, `warm_up` while one types."""

    def __init__(
        self,
        chat: Conversation,
        commands: Commands,
        prompt: Prompt,
        open_screen: Callable[[], Screen],
        warm_up: Callable[[], None],
        clipboard: Clipboard,
        secrets: Policy = "ask",
        find: Find = find_secrets,
    ) -> None:
        self._chat = chat
        self._commands = commands
        self._prompt = prompt
        self._open_screen = open_screen
        self._warm_up = warm_up
        self._clipboard = clipboard
        self._secrets: Policy = secrets
        self._named = Named(find)
        self._opened: Screen | None = None
        self._draft = ""
        self._behind: int | None = None  # the draft is an edited message: it goes behind so many exchanges
        self._reminder = ""  # why the draft stands in the prompt again
        self._told: ChatError | None = None  # what the user knows to have gone wrong with saving

    async def run(self, first: str | None = None, resumed: Resume | None = None) -> None:
        """Chat until the user leaves; `first` is a question that came with the command line.

        `resumed` is shown before it, of a conversation that goes on.
        """
        with self._prompt.quiet_keyboard():
            await self._run(first, resumed)

    async def _run(self, first: str | None, resumed: Resume | None) -> None:
        if resumed is not None:
            self._resume(resumed)
        if first is not None:
            await self._take_turn(first)
        while True:
            self._tell_what_is_not_saved()
            draft, self._draft = self._draft, ""
            try:
                line = await self._prompt.read(draft, self._warm_up, self._reminder)
            except EOFError:
                return
            behind, self._behind = None if self._prompt.emptied else self._behind, None
            if command := self._commands.command_behind(draft, line):
                line, self._draft, self._behind = command, draft, behind  # the draft waits on
            if line.strip() and await self._act(line, behind):
                return

    @property
    def _screen(self) -> Screen:
        if self._opened is None:
            self._opened = self._open_screen()
        return self._opened

    def _fail(self, error: ChatError) -> None:
        _log.debug("shown to the user", exc_info=error)
        self._screen.fail(error)

    async def _act(self, line: str, behind: int | None) -> bool:
        """Do what a line says, and whether it said to leave."""
        if not await self._may_be_sent(self._commands.argument_sent(line)):
            self._draft = line
            return False
        try:
            outcome = self._commands.run(line, self._chat)
            if isinstance(outcome, Send):
                await self._take_turn(outcome.text, behind)
            else:
                await self._show(outcome)
        except ChatError as error:
            self._fail(error)
            return False
        return isinstance(outcome, Quit)

    async def _show(self, outcome: Outcome) -> None:
        match outcome:
            case Send(text):
                await self._take_turn(text)
            case Retry():
                await self._play(self._chat.exchanges[-1].user, self._chat.retry())
            case Continue():
                begun = self._chat.exchanges[-1].assistant
                await self._play("/continue", self._chat.continue_reply(), begun=begun)
            case Save(reply, code, path):
                await self._save(chosen(reply, code), path)
            case Choose(question, options):
                if (line := await self._prompt.choose(question, options)) is not None:
                    await self._show(self._commands.run(line, self._chat))
            case Quit():
                pass
            case _:
                self._say(outcome)

    def _say(self, outcome: Say | Recall | Copy | Draft | Resume) -> None:
        match outcome:
            case Say(text):
                self._screen.say(text)
            case Recall(exchanges, said):
                self._screen.recall(exchanges)
                if said:
                    self._screen.say(said)
            case Copy(reply, code):
                self._screen.say(self._clipboard.copy(chosen(reply, code)))
            case Draft(text, said, behind):
                self._draft, self._behind = text, behind
                self._screen.say(said)
            case Resume():
                self._resume(outcome)

    def _resume(self, resumed: Resume) -> None:
        if resumed.last is not None:
            self._screen.recall((resumed.last,))
        self._screen.say(resumed.about)
        self._draft = resumed.draft

    def _tell_what_is_not_saved(self) -> None:
        problem = self._chat.journal.problem
        if problem is not None and problem is not self._told:
            self._screen.fail(problem)
        self._told = problem

    async def _save(self, text: str, path: str) -> None:
        try:
            said = write(text, path)
        except FileExistsError:
            if not await self._prompt.confirm(f"{path} exists. Overwrite it?"):
                self._screen.say("Nothing was saved.")
                return
            said = write(text, path, overwrite=True)
        self._screen.say(said)

    async def _take_turn(self, text: str, behind: int | None = None) -> None:
        # What is asked again was looked at when it was asked first.
        if self._chat.asks_again(text, behind) or await self._may_be_sent(text):
            await self._play(text, self._chat.take_turn(text, behind), behind)
        else:
            self._draft, self._behind = text, behind

    async def _may_be_sent(self, text: str) -> bool:
        """Name the secrets in a message, each once; whether it is sent all the same."""
        secrets = self._named.new_in(text)
        if not secrets:
            return True
        if self._secrets == "refuse":
            error = refusal(secrets)
            self._screen.fail(error)
            self._reminder = str(error)
            return False
        self._screen.say(what_is_held(secrets))
        if self._secrets == "ask" and not await self._prompt.confirm("Send it?"):
            self._screen.say("Nothing was sent.")
            return False
        self._named.add(secrets)
        return True

    async def _play(
        self, question: str, events: AsyncGenerator[TurnEvent, None], behind: int | None = None, begun: str = ""
    ) -> None:
        """Show a turn that goes on from what was `begun`. A question that failed stands in the next prompt again."""
        before, self._reminder, self._draft, self._behind = self._chat.exchanges, "", "", None
        turn = asyncio.ensure_future(show_turn(events, self._screen.reply(self._chat.setup.speaker, begun)))
        with self._prompt.while_streaming(turn.cancel) as typed, on_interrupt(turn.cancel):
            try:
                await turn
            except ChatError as error:
                if self._chat.exchanges is before:  # else the reply that was cut says so itself
                    self._fail(error)
                self._draft, self._reminder = question, str(error)
            except asyncio.CancelledError:
                if not turn.cancelled() or _is_leaving():
                    raise
        after = self._chat.exchanges
        if after is before:
            self._draft, self._behind = question, behind
            if turn.cancelled():
                self._screen.say("Stopped before anything came.")
        elif hint := WHAT_NEXT.get((after[-1].ending, self._prompt.shows_drafts)):
            self._screen.say(hint)
            is_cut = after[-1].ending is Ending.LOST
            self._draft = after[-1].user if is_cut and self._prompt.shows_drafts else ""
        self._draft = "\n".join(part for part in (self._draft, typed.text) if part)


def _is_leaving() -> bool:
    """Whether the whole chat is being stopped, rather than one reply."""
    task = asyncio.current_task()
    return task is not None and task.cancelling() > 0
