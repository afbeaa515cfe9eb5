"""The keyboard while a reply streams: Ctrl-C and Esc stop it, all else waits for the next prompt."""

import asyncio
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from itertools import zip_longest

from prompt_toolkit.input import Input
from prompt_toolkit.input.typeahead import get_typeahead
from prompt_toolkit.key_binding.key_processor import KeyPress
from prompt_toolkit.keys import Keys

ESCAPE_SECONDS = 0.1  # a lone Esc is told from the beginning of a key's sequence by the pause behind it
ENTER = (Keys.ControlM, Keys.ControlJ)


class Typeahead:
    """What was typed and not yet read by a prompt."""

    def __init__(self) -> None:
        self.text = ""

    def take(self, key: KeyPress) -> None:
        """Add a key to the text, as the simplest of editors would."""
        if key.key in ENTER:
            self.text += "\n"
        elif key.key in (Keys.ControlH, Keys.Backspace):
            self.text = self.text[:-1]
        elif key.key == Keys.ControlU:
            self.text = ""
        elif key.key == Keys.BracketedPaste:
            self.text += key.data.replace("\r\n", "\n").replace("\r", "\n")
        elif not isinstance(key.key, Keys):
            self.text += key.data


@contextmanager
def keys_while_streaming(source: Input, stop: Callable[[], object]) -> Iterator[Typeahead]:
    """Read the keyboard silently for as long as the context lasts; needs a running event loop."""
    typed = Typeahead()
    loop = asyncio.get_running_loop()
    lone_escape: asyncio.TimerHandle | None = None

    def take(keys: list[KeyPress]) -> None:
        for key, behind in zip_longest(keys, keys[1:]):
            # Alt-Enter and Shift-Enter are read as Esc with Enter right behind it: they begin a new line.
            is_escape = key.key == Keys.Escape and (behind is None or behind.key not in ENTER)
            if key.key == Keys.ControlC or is_escape:
                stop()
            else:
                typed.take(key)

    def read() -> None:
        nonlocal lone_escape
        take(source.read_keys())
        if lone_escape is not None:
            lone_escape.cancel()
        lone_escape = loop.call_later(ESCAPE_SECONDS, lambda: take(source.flush_keys()))

    with source.raw_mode(), source.attach(read):
        take(get_typeahead(source))  # keys that came along with Enter, and that the prompt has put aside
        try:
            yield typed
        finally:
            if lone_escape is not None:
                lone_escape.cancel()
            take(source.flush_keys())
