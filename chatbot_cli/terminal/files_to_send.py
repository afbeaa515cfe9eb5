"""The files of the next message: attached, named in its text, brought back with a message that is edited."""

import asyncio
from collections.abc import Callable, Sequence
from typing import TYPE_CHECKING, TextIO

from chatbot_cli.chat.attachments import Attachment
from chatbot_cli.chat.conversation import Conversation
from chatbot_cli.chat.ports import Files
from chatbot_cli.commands.outcomes import Attach
from chatbot_cli.terminal.screen import Screen

if TYPE_CHECKING:
    from chatbot_cli.terminal.input.prompt import Prompt
    from chatbot_cli.terminal.secret_guard import SecretGuard

Attached = tuple[Attachment, ...]


class FilesToSend:
    """Decides what goes with a message of the `conversation`; the `guard` is asked about all that is sent.

    What waits is in `Conversation.attached`, until an exchange is kept that has it.
    """

    def __init__(
        self,
        conversation: Conversation,
        files: Files,
        prompt: "Prompt",
        guard: "SecretGuard",
        terminal: TextIO | None = None,
    ) -> None:
        """What takes long to read is shown in a line of the `terminal`, if there is one."""
        self._conversation, self._files, self._prompt = conversation, files, prompt
        self._guard, self._terminal = guard, terminal
        self._open_screen: Callable[[], Screen] | None = None
        self._brought: Attached = ()  # by a message that is edited
        self._typed = ""
        prompt.when_emptied = self.leave

    def show_on(self, open_screen: Callable[[], Screen]) -> None:
        """Say what there is to say on this screen, which is opened when something is first shown."""
        self._open_screen = open_screen

    async def attach(self, wanted: Attach) -> None:
        """Let files go with the next message. Raises ChatError; then none of them does."""
        read = await self._read(wanted.paths, clipboard=wanted.clipboard)
        if not read:
            self._say("Stopped: nothing was attached." if read is None else "There is nothing to attach.")
            return
        # Imported here, and below: most chats have no files.
        from chatbot_cli.chat.attaching import ready_to_count
        from chatbot_cli.commands.attachment_report import what_was_attached

        conversation, before = self._conversation, self._conversation.attached
        conversation.attached = _without(before, read)  # a file that has changed is read anew
        try:
            await ready_to_count(read, conversation.setup)
            conversation.attach(read)
        except BaseException:  # whatever it is, what waited before waits again
            conversation.attached = before
            raise
        self._say(what_was_attached(read, conversation))

    async def may_be_sent(self, text: str) -> bool:
        """Whether a text may be sent that is no message. Raises SecretRefused."""
        return await self._guard.may_be_sent(text, self._say)

    async def going_with(self, text: str, *, is_typed: bool = True) -> Attached | None:
        """All that goes with a message, which is said; None if the message may not be sent. Raises ChatError.

        One that was not `is_typed` here names no files.
        """
        if not await self.may_be_sent(text):
            return None
        waiting = self._conversation.attached
        named = [path for path in self._files.named_in(text) if is_typed and path not in _names(waiting)]
        read = await self._read(named) if named else ()
        if read is None:
            self._say("Stopped: nothing was sent.")
            return None
        attached = (*_without(waiting, read), *read)
        if not attached:
            return ()
        # Imported here: most messages have no files.
        from chatbot_cli.chat.attaching import check_attached, ready_to_count
        from chatbot_cli.commands.attachment_report import shown_name, what_goes_along

        setup = self._conversation.setup
        await ready_to_count(attached, setup)
        check_attached(attached, setup)
        for one in attached:
            if not await self._guard.may_be_sent(one.text, self._say, shown_name(one)):
                return None
        self._say(await asyncio.to_thread(what_goes_along, attached, setup))
        return attached

    def went(self, attached: Attached) -> None:
        """Note that these were sent with an exchange that is kept: they wait no more."""
        self._conversation.attached = _without(self._conversation.attached, attached)
        self._brought = ()

    def draft_of(self, line: str, after_exchange: int | None) -> str:
        """A line that comes back into the prompt, and names no file but those that the exchange after these had.

        They go along again. The text may be a stranger's, who would have a file sent that nobody named.
        """
        if after_exchange is None:
            return line
        attached = self._conversation.exchanges[after_exchange].attached
        self.bring(attached)
        return self.literal(line, attached)

    def literal(self, line: str, attached: Attached = ()) -> str:
        """A line that names no file but those that are attached."""
        return self._files.literal(line, _names(attached))

    def bring(self, attached: Attached) -> None:
        """Let the files of an earlier message go along again, as long as that is edited."""
        self.leave()
        self._brought = _without(attached, self._conversation.attached)
        self._conversation.attached = (*self._brought, *self._conversation.attached)

    def leave(self) -> None:
        """Forget what an earlier message brought: it is not edited any more."""
        if self._brought:
            self.went(self._brought)

    def take_typed(self) -> str:
        """What was typed while files were read."""
        typed, self._typed = self._typed, ""
        return typed

    def _say(self, text: str) -> None:
        if self._open_screen:
            self._open_screen().say(text)

    async def _read(self, paths: Sequence[str], *, clipboard: bool = False) -> Sequence[Attachment] | None:
        from chatbot_cli.terminal.reading_files import ReadingFiles  # imported here: most chats have no files

        reading = ReadingFiles(self._files, self._prompt, self._terminal)
        self._files.take_notices()  # those of a reading that was stopped
        try:
            read = await reading.read(paths, clipboard=clipboard)
        finally:
            self._typed += reading.typed
        for notice in self._files.take_notices() if read else ():
            self._say(notice)
        return read


def _without(attached: Attached, others: Sequence[Attachment]) -> Attached:
    """Those that have not the name of one of the others."""
    names = _names(others)
    return tuple(one for one in attached if one.name not in names)


def _names(attached: Sequence[Attachment]) -> frozenset[str]:
    return frozenset(one.name for one in attached)
