"""One answer as data: the document alone is on stdout; all that is said about it is on stderr."""

import asyncio
from collections.abc import AsyncGenerator, Callable
from contextlib import AbstractAsyncContextManager
from dataclasses import replace
from functools import partial
from types import TracebackType
from typing import Self, TextIO

from chatbot_cli.app.assembly import ReadyChat
from chatbot_cli.app.data_output import DataWriter
from chatbot_cli.app.screens import open_notes, print_table
from chatbot_cli.app.shapes import JSONL
from chatbot_cli.chat.document_events import SourcesCited
from chatbot_cli.chat.events import (
    AskedAgain,
    CallsArrived,
    DocumentArrived,
    ReplyEnded,
    RowsArrived,
    TextDelta,
    TurnEvent,
)
from chatbot_cli.chat.messages import Ending
from chatbot_cli.chat.shape import Shape, Table
from chatbot_cli.errors import InvalidReply, ProviderError
from chatbot_cli.secrets.striking import struck
from chatbot_cli.settings.precedence import Settings
from chatbot_cli.system.surroundings import Surroundings
from chatbot_cli.terminal.figures import figures_in_a_sentence
from chatbot_cli.terminal.messages import tell
from chatbot_cli.terminal.plain_sources import sources_in_words
from chatbot_cli.terminal.screen import ReplyView, Screen, show_turn
from chatbot_cli.text.counts import counted

LONGEST = 10_000  # characters of a reply that is not valid on stderr


async def show_data(
    events: AsyncGenerator[TurnEvent, None],
    shape: Shape,
    ready: ReadyChat,
    surroundings: Surroundings,
    *,
    output: str,
    raw: bool,
    begun: str = "",
) -> None:
    """Show the data of a turn. Its reply may be the rest of one that has `begun`. Raises ChatError."""
    plain = ready.settings.plain
    notes = open_notes(surroundings, plain=plain, live=output != JSONL, thoughts=ready.settings.thoughts)
    draw = partial(_draw, notes=notes, surroundings=surroundings, plain=plain)
    earlier = len(shape.reading().arrived(begun)) if begun else 0
    writer = DataWriter(shape, output, surroundings.stdout, draw, earlier)
    strike = partial(_struck, ready.settings)
    reply = _DataReply(notes.reply(""), writer, strike, begun)
    try:
        notices = await show_turn(events, reply)
    except asyncio.CancelledError:
        if reply.has_begun:
            notes.say(f"(The reply was {Ending.STOPPED.in_words()}.)")
        raise
    except ProviderError:
        _tell_why(strike(reply.text), (), writer.written, surroundings.stderr)
        raise
    except InvalidReply as error:
        if raw:
            writer.raw(error.text)
        text = "" if raw else reply.text if writer.written else error.text
        problems = tuple(map(strike, error.problems))
        _tell_why(strike(text), problems, writer.written, surroundings.stderr)
        raise InvalidReply(error.text, problems, error.tries, ended=error.ended, hint=error.marked_hint) from error
    if reply.document is not None:
        writer.document(reply.document)
    notes.notify(*notices)
    if reply.cited:
        notes.say("\n".join(sources_in_words(reply.cited)))
    _tell_ending(reply.ended, notes, figures=surroundings.stdout.isatty())


class _DataReply:
    """Shows a reply that is data: `inner` all but its text, and `writer` the rows that it completes."""

    def __init__(
        self,
        inner: AbstractAsyncContextManager[ReplyView],
        writer: DataWriter,
        strike: Callable[[str], str],
        begun: str,
    ) -> None:
        self._inner, self._writer, self._strike = inner, writer, strike
        self._view: ReplyView | None = None
        self._pieces = [begun]
        self.has_begun = False
        self.document: str | None = None
        self.ended: ReplyEnded | None = None
        self.cited: SourcesCited | None = None

    @property
    def text(self) -> str:
        """The last reply, as far as it came, without the rows that are printed."""
        return "".join(self._pieces)

    async def __aenter__(self) -> Self:
        self._view = await self._inner.__aenter__()
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, traceback: TracebackType | None
    ) -> None:
        await self._inner.__aexit__(kind, error, traceback)

    def show(self, event: TurnEvent) -> None:
        match event:
            case TextDelta(text):
                self.has_begun = True
                return self._pieces.append(text)
            case RowsArrived(rows):
                self._writer.rows(rows)
                if self._writer.written:
                    del self._pieces[:-1]  # what is printed need not be held
                return None
            case DocumentArrived(document):
                self.document = document
                return None
            case CallsArrived():
                self._pieces.clear()  # it was said before the calls, and is no part of the data
            case AskedAgain(problems=problems):
                self._pieces.clear()
                event = replace(event, problems=tuple(map(self._strike, problems)))
            case SourcesCited():
                self.cited = event
                return None
            case ReplyEnded():
                self.ended = event
                return None  # the view has shown no text whose end it could tell
            case _:
                pass
        return self._view.show(event) if self._view else None


def _draw(table: Table, notes: Screen, surroundings: Surroundings, *, plain: bool) -> None:
    if not table.rows:
        notes.say("There are no rows.")
    if table.columns:
        print_table(table, surroundings, plain=plain)


def _struck(settings: Settings, text: str) -> str:
    """A text of a model without the keys that the settings hold."""
    return struck(text, *settings.keys.values())


def _tell_why(text: str, problems: tuple[str, ...], written: int, stderr: TextIO) -> None:
    """Say on stderr what came in place of data, and all reasons if there are several: the first is in the failure.

    `written` rows have been printed; they stay.
    """
    text = text.strip()
    if len(text) > LONGEST:
        text = f"{text[:LONGEST]}…\n({counted(len(text) - LONGEST, 'character')} more; --raw prints all of it.)"
    label = "The reply ends with:" if written else "The reply:"
    reasons = "\n".join(f"- {problem}" for problem in problems[1:] and problems)
    stays = f"{counted(written, 'row')} {'is' if written == 1 else 'are'} valid and printed."
    for part in (text and f"{label}\n{text}", reasons, stays if written else ""):
        if part:
            tell(part, stderr)


def _tell_ending(ended: ReplyEnded | None, notes: Screen, *, figures: bool) -> None:
    if ended is None:
        return
    if ended.ending is not Ending.COMPLETE and (explanation := ended.ending.in_words(ended.reason)):
        notes.say(f"(The reply was {explanation}.)")
    if figures and (sentence := figures_in_a_sentence(ended)):
        notes.say(f"{sentence}.")
