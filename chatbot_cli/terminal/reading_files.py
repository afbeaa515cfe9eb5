"""Reads files while the user waits: what is read is shown, and Ctrl-C stops it."""

import asyncio
import time
from collections.abc import Sequence
from typing import TextIO

from chatbot_cli.chat.attachments import Attachment
from chatbot_cli.chat.ports import Files
from chatbot_cli.system.terminal_size import columns_of
from chatbot_cli.terminal.countdown import ERASE_LINE, ROOM, USUAL_COLUMNS
from chatbot_cli.terminal.input.interrupts import is_leaving, on_interrupt
from chatbot_cli.terminal.input.prompt import Prompt
from chatbot_cli.text.safe import one_line
from chatbot_cli.text.signs import MESSAGE
from chatbot_cli.text.width import cells, cut_inside

LOOK = 0.1  # seconds between two looks at it
SHOWN_AFTER = 0.3  # seconds; what is read sooner is not mentioned


class ReadingFiles:
    """Reads `files`; what takes long is shown in a line of the `terminal`, or nowhere without one.

    What is typed meanwhile is kept in `typed`.
    """

    def __init__(self, files: Files, prompt: Prompt, terminal: TextIO | None) -> None:
        self._files, self._prompt, self._terminal = files, prompt, terminal
        self._current = ""
        self.typed = ""

    async def read(self, paths: Sequence[str], *, clipboard: bool = False) -> Sequence[Attachment] | None:
        """The files at these paths, or the image on the clipboard; None if the user stops it.

        Raises AttachmentRefused for the first one that cannot be sent.
        """
        reading = asyncio.ensure_future(self._all(paths, clipboard=clipboard))
        began, shown = time.monotonic(), False
        with self._prompt.while_streaming(reading.cancel) as typed, on_interrupt(reading.cancel):
            try:
                while not (await asyncio.wait([reading], timeout=LOOK))[0]:
                    if self._terminal and (seconds := time.monotonic() - began) > SHOWN_AFTER:
                        shown = True
                        self._write(ERASE_LINE + reading_line(self._current, seconds, self._columns))
                return await reading
            except asyncio.CancelledError:
                if not reading.cancelled() or is_leaving():
                    reading.cancel()
                    raise
                return None
            finally:
                if shown:
                    self._write(ERASE_LINE)
                self.typed += typed.text

    async def _all(self, paths: Sequence[str], *, clipboard: bool) -> list[Attachment]:
        if clipboard:
            self._current = "the clipboard"
            return [await self._files.from_clipboard()]
        read: list[Attachment] = []
        for path in paths:
            self._current = path
            read += await self._files.read(path)
        return read

    @property
    def _columns(self) -> int:
        return (columns_of(self._terminal) if self._terminal else None) or USUAL_COLUMNS

    def _write(self, text: str) -> None:
        if self._terminal:
            self._terminal.write(text)
            self._terminal.flush()


def reading_line(path: str, seconds: float, columns: int) -> str:
    """What is read, and what Ctrl-C does: as much of it as fits so many columns."""
    begins, ends = f"{MESSAGE}reading ", f" … {seconds:.0f} s, Ctrl-C stops"
    room = columns - ROOM - cells(begins) - cells(ends)
    return f"{begins}{cut_inside(one_line(path), max(1, room))}{ends}" if room > 0 else MESSAGE
