"""Single keys that answer a question while a turn runs. What is typed for the next message answers nothing."""

import asyncio
from collections.abc import Iterator, Sequence
from contextlib import contextmanager

from prompt_toolkit.key_binding.key_processor import KeyPress
from prompt_toolkit.keys import Keys

from chatbot_cli.terminal.input.typeahead import ENTER_KEYS, Typeahead

LOOK = 0.1  # seconds between two looks at what else may have changed


class AnswerKeys:
    """The keys for one question, which has just been shown.

    Whatever is typed goes to the draft until the question has `settled`, and so does what is no key of its: a pasted
    text, several keys at once. Whoever types on is no reader yet, so that the question has to settle again.
    """

    def __init__(self, typed: Typeahead, known: str, settling: float) -> None:
        """`known` are all its keys; one that does not count at the moment does nothing.

        It has settled when it has stood there for `settling` seconds, and no key was pressed in them.
        """
        self._typed, self._known, self._settling = typed, known, settling
        self._keys = ""
        self._pressed: asyncio.Future[str] | None = None
        self._settles_at = asyncio.get_running_loop().time() + settling

    @contextmanager
    def listening(self) -> Iterator[None]:
        """Take the keys before the draft does."""
        self._typed.first = self._take
        try:
            yield
        finally:
            self._typed.first = None

    async def one_of(self, keys: str, seconds: float | None = None) -> str:
        """Wait until one of these keys is pressed, at most so many seconds: then it is empty. Enter is "\\r"."""
        self._keys, self._pressed = keys, asyncio.get_running_loop().create_future()
        try:
            await asyncio.wait([self._pressed], timeout=seconds)
            return self._pressed.result() if self._pressed.done() else ""
        finally:
            self._keys = ""

    def _take(self, keys: Sequence[KeyPress]) -> Sequence[KeyPress]:
        """Take keys that came together. Returns those for the draft."""
        now = asyncio.get_running_loop().time()
        is_pasted = any(key.key == Keys.BracketedPaste for key in keys)
        characters = {key.data.lower() for key in keys if not isinstance(key.key, Keys)}
        characters -= set(self._known) - set(self._keys) if now >= self._settles_at and not is_pasted else set()
        (pressed,) = characters if len(characters) == 1 else {"\r" if any(map(_is_enter, keys)) else ""}
        if now < self._settles_at or is_pasted or len(characters) > 1:
            self._settles_at = now + self._settling
            return keys
        if pressed and pressed in self._keys and self._pressed and not self._pressed.done():
            self._pressed.set_result(pressed)
            return ()
        if characters and pressed not in self._known:
            self._settles_at = now + self._settling
            return keys
        return [key for key in keys if isinstance(key.key, Keys) and not _is_enter(key)]


def _is_enter(key: KeyPress) -> bool:
    return key.key in ENTER_KEYS
