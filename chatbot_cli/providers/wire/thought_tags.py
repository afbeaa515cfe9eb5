"""Divides what a model thought, in `<think>…</think>` at the very beginning of a reply, from what it says. Pure."""

from collections.abc import Iterator
from string import ascii_lowercase, ascii_uppercase

from chatbot_cli.chat.events import ReasoningDelta, TextDelta

_NAMES = ("think", "thinking", "thought")
_OPENING = tuple(f"<{name}>" for name in _NAMES)
_LOWER = str.maketrans(ascii_uppercase, ascii_lowercase)  # str.lower can make a text longer
LONGEST_TAG = max(map(len, _OPENING))
MOST_BLANK = 256  # characters of white space before the first word that are held back

Piece = TextDelta | ReasoningDelta


class ThoughtTags:
    """Turns the pieces of a reply's text into events. Several thoughts in a row are all at the beginning.

    Nothing is held back but white space before the first word, and the beginning of what may still become a tag.
    """

    def __init__(self) -> None:
        self._held = ""
        self._closing = ""  # the tag that ends the thought; empty outside one
        self._is_after_thought = False
        self._says = False  # the text has begun, so that every tag is text
        self._thought: list[str] = []  # since its tag, and with it
        self._thinks = False  # the thought has begun

    def feed(self, text: str) -> Iterator[Piece]:
        """The events of the next piece."""
        if self._says:
            yield from _text(text)
            return
        self._held += text
        while self._held and not self._says:
            before = len(self._held)
            yield from self._think() if self._closing else self._begin()
            if len(self._held) == before:
                return

    def finish(self, *, is_whole: bool) -> Iterator[Piece]:
        """What was held back. In a whole reply, a thought without an end was none: it is text, with its tag."""
        held, self._held, self._says = self._held, "", True
        if not self._closing:
            yield from _text("" if self._is_after_thought and held.isspace() else held)
        elif is_whole:
            yield from _text("".join(self._thought) + held)
        elif self._thinks or held.strip():
            yield from _reasoning(held)

    def _begin(self) -> Iterator[Piece]:
        """Open a thought, begin the text, or wait for what decides."""
        start = self._held.lstrip()
        blank, low = self._held[: len(self._held) - len(start)], start[:LONGEST_TAG].translate(_LOWER)
        may_be_tag = len(blank) <= MOST_BLANK
        if may_be_tag and any(tag.startswith(low) for tag in _OPENING if tag != low):
            return
        if may_be_tag and (tag := next((tag for tag in _OPENING if low.startswith(tag)), "")):
            self._thought, self._thinks = [blank + start[: len(tag)]], False
            self._closing, self._held = f"</{tag[1:]}", start[len(tag) :]
            return
        if self._is_after_thought:  # blank lines are dropped, the indentation of the first line with text is not
            _, line_end, indentation = blank.rpartition("\n")
            blank = indentation if line_end else ""
        self._says, self._held = True, ""
        yield from _text(blank + start)

    def _think(self) -> Iterator[Piece]:
        """Give out the thought up to its end, or up to what may be the beginning of that."""
        low = self._held.translate(_LOWER)
        end = low.find(self._closing)
        sure = end if end >= 0 else len(low) - _overlap(low, self._closing)
        thought, self._held = self._held[:sure], self._held[sure:]
        self._thought.append(thought)
        if not self._thinks:
            thought = thought.lstrip()
        self._thinks = self._thinks or bool(thought)
        yield from _reasoning(thought)
        if end >= 0:
            self._held = self._held[len(self._closing) :]
            self._closing, self._is_after_thought, self._thought = "", True, []


def _overlap(text: str, tag: str) -> int:
    """The most characters at the end of a text that a tag begins with."""
    return next((size for size in range(min(len(tag) - 1, len(text)), 0, -1) if text.endswith(tag[:size])), 0)


def _text(text: str) -> Iterator[TextDelta]:
    if text:
        yield TextDelta(text)


def _reasoning(text: str) -> Iterator[ReasoningDelta]:
    if text:
        yield ReasoningDelta(text)
