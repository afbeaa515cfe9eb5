"""Makes the summary of what left the window while nobody waits for it: after a reply, until the next turn."""

import asyncio
from collections.abc import Callable, Iterator
from contextlib import contextmanager

from chatbot_cli.chat.conversation import Conversation
from chatbot_cli.chat.folding import Folded, due_now, fold
from chatbot_cli.chat.options import SUMMARIZE
from chatbot_cli.chat.summaries import Due, tokens_as_sent
from chatbot_cli.commands.window_report import tokens_in_words
from chatbot_cli.errors import ENDS, ChatError
from chatbot_cli.terminal.screen import Screen
from chatbot_cli.text.counts import counted, dollars


class FoldingAway:
    """One summary at a time. A turn stops it, and it is begun anew after that turn: no question waits for a summary.

    What failed is not tried again, until more leaves the window.
    """

    def __init__(self, conversation: Conversation) -> None:
        self._conversation = conversation
        self._task: asyncio.Task[None] | None = None
        self._due: Due | None = None
        self._failed: Due | None = None
        self._news: list[str] = []

    def begin(self) -> None:
        """Begin a summary, if one is due: a turn has ended."""
        self.stop()
        if self._conversation.setup.overflow == SUMMARIZE:
            self._task = asyncio.create_task(self._make())

    def stop(self) -> None:
        """Stop it: a turn begins, or the user leaves."""
        if self._task is not None:
            self._task.cancel()
        self._task = self._due = None

    @contextmanager
    def until_the_end(self) -> Iterator[None]:
        """Stop it when the context is left."""
        try:
            yield
        finally:
            self.stop()

    def tell(self, screen: Callable[[], Screen]) -> None:
        """Show what came of it, once. It is stopped if the conversation is not what it was: nobody wants it."""
        if self._task is not None and self._task.done():
            self._task.result()  # a defect is raised
            self._task = None
        elif self._due is not None and not self._due.holds_in(self._conversation.state):
            self.stop()
        news, self._news = self._news, []
        for sentence in news:
            screen().say(sentence)

    async def _make(self) -> None:
        due: Due | None = None
        try:
            due = self._due = await due_now(self._conversation)
            if due is None or _is_same(due, self._failed):
                return
            if folded := await fold(self._conversation, due):
                self._news.append(what_was_folded(folded, self._conversation))
        except ChatError as error:
            self._failed = due
            if due is not None:  # else the exchanges cannot be read, and the next turn reports the same
                self._news.append(_what_failed(error, len(due.numbers)))
        finally:
            if self._due is due:
                self._due = None


def _is_same(due: Due, failed: Due | None) -> bool:
    return failed is not None and failed.exchanges == due.exchanges and failed.holds_in(due.state)


def what_was_folded(folded: Folded, conversation: Conversation) -> str:
    """A sentence about a new summary: how many exchanges it is of, its length and its cost."""
    summary = conversation.state.marks.summary
    tokens = tokens_as_sent(summary.text if summary else "", conversation.setup.count)
    length = tokens_in_words(conversation, tokens)
    cost = f", {dollars(folded.used.cost)}" if folded.used and folded.used.cost else ""
    was = "was" if folded.exchanges == 1 else "were"
    oldest = "The oldest of them" if folded.unread == 1 else f"The oldest {folded.unread:,}"
    unread = f" {oldest if folded.exchanges > 1 else 'It'} did not fit whole." if folded.unread else ""
    exchanges = counted(folded.exchanges, "exchange")
    return f"{exchanges} {was} folded into a summary: {length} tokens{cost}.{unread} /summary shows it."


def _what_failed(error: ChatError, count: int) -> str:
    left_out = "the oldest exchange is" if count == 1 else f"the {count:,} exchanges are"
    return f"The summary could not be made: {str(error).rstrip(ENDS)}; {left_out} left out."
