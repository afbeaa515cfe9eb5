"""The keyboard while a reply streams: Ctrl-C and Esc stop it, Ctrl-Z the process; the next prompt gets other keys."""

import asyncio
from collections.abc import AsyncIterator, Callable, Iterator, Sequence
from contextlib import asynccontextmanager, contextmanager
from itertools import zip_longest

from prompt_toolkit.input import Input
from prompt_toolkit.input.typeahead import get_typeahead
from prompt_toolkit.key_binding.key_processor import KeyPress
from prompt_toolkit.keys import Keys

from chatbot_cli.system.suspending import gives_back, suspend

ESCAPE_SECONDS = 0.1  # a pause this long after Esc tells the key Esc from the start of an escape sequence
ENTER_KEYS = (Keys.ControlM, Keys.ControlJ)


def _with_newlines(paste: str, before: str) -> str:
    return paste.replace("\r\n", "\n").replace("\r", "\n")


class Typeahead:
    """The text that was typed and that no prompt has read yet.

    While a question is asked, `first` gets the keys that come together, and returns those that are for the text.
    While a prompt asks it, the keys are read `elsewhere`. `text_of` makes the text of a paste.
    """

    def __init__(self, text_of: Callable[[str, str], str] = _with_newlines) -> None:
        self._text_of = text_of
        self.text = ""
        self.elsewhere = False
        self.first: Callable[[Sequence[KeyPress]], Sequence[KeyPress]] | None = None

    @contextmanager
    def read_elsewhere(self) -> Iterator[None]:
        """Leave the keyboard to a prompt while the context lasts."""
        self.elsewhere = True
        try:
            yield
        finally:
            self.elsewhere = False

    def flushed(self, keyboard: Input) -> list[KeyPress]:
        """What may be the start of an escape sequence, and is none, since nothing followed; if it is for this text."""
        return [] if self.elsewhere else keyboard.flush_keys()

    def take_all(self, keys: Sequence[KeyPress]) -> None:
        """Apply keys that come together."""
        for key in self.first(keys) if self.first and keys else keys:
            self.take(key)

    def take(self, key: KeyPress) -> None:
        """Apply a key to the text: characters, Enter, Backspace, Ctrl-U and a paste; other keys do nothing."""
        if key.key in ENTER_KEYS:
            self.text += "\n" if self.text else ""
        elif key.key in (Keys.ControlH, Keys.Backspace):
            self.text = self.text[:-1]
        elif key.key == Keys.ControlU:
            self.text = ""
        elif key.key == Keys.BracketedPaste:
            self.text += self._text_of(key.data, self.text)
        elif not isinstance(key.key, Keys):
            self.text += key.data


@contextmanager
def keys_while_streaming(
    keyboard: Input, stop: Callable[[], object], text_of: Callable[[str, str], str] = _with_newlines
) -> Iterator[Typeahead]:
    """Read the keyboard without echo while the context lasts; pastes as `text_of` says. Needs a running event loop."""
    typed, loop = Typeahead(text_of), asyncio.get_running_loop()
    lone_escape: asyncio.TimerHandle | None = None

    def take(keys: list[KeyPress]) -> None:
        typed_together = []
        for key, following in zip_longest(keys, keys[1:]):
            # Alt-Enter and Shift-Enter are read as Esc followed by Enter: they begin a new line.
            is_escape = key.key == Keys.Escape and (following is None or following.key not in ENTER_KEYS)
            if key.key == Keys.ControlC or is_escape:
                stop()
            elif key.key == Keys.ControlZ:
                suspend()
            else:
                typed_together.append(key)
        typed.take_all(typed_together)

    def read() -> None:
        nonlocal lone_escape
        take(keyboard.read_keys())
        if lone_escape is not None:
            lone_escape.cancel()
        lone_escape = loop.call_later(ESCAPE_SECONDS, lambda: take(typed.flushed(keyboard)))

    @asynccontextmanager
    async def all_read() -> AsyncIterator[None]:
        read()  # else the shell reads what was typed for us
        yield

    with keyboard.raw_mode(), keyboard.attach(read), gives_back(all_read):
        take(get_typeahead(keyboard))  # keys that arrived together with Enter, and that the prompt did not read
        try:
            yield typed
        finally:
            if lone_escape is not None:
                lone_escape.cancel()
            take(keyboard.flush_keys())
