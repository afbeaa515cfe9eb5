"""Reads a reply in Chat Completions: chunks -> events."""

from collections.abc import Collection, Iterator

from chatbot_cli.chat.events import ModelEvent
from chatbot_cli.providers.wire.reply_reader import ReplyReader
from chatbot_cli.providers.wire.usage import tokens_used


class ChunkReader(ReplyReader):
    """Turns chunks into events."""

    def __init__(self, offered: Collection[str] = (), salt: str = "") -> None:
        super().__init__(offered, salt)
        self._comes_in_lists = False  # as `tool_calls`; some servers repeat a call as `function_call`
        self._timings: object = None

    def _read(self, piece: object) -> Iterator[ModelEvent]:
        self._note_usage(getattr(piece, "usage", None), getattr(piece, "timings", None))
        choices = getattr(piece, "choices", None)
        choice = choices[0] if isinstance(choices, list) and choices else None
        delta = getattr(choice, "delta", None)
        extra = getattr(delta, "model_extra", None) or {}
        yield from self._reasoning_events(extra.get("reasoning_content") or extra.get("reasoning"))
        for part in _parts_of(getattr(delta, "content", None)):
            yield from self._events_of_part(part)
        if refusal := getattr(delta, "refusal", None):
            self.refused = True
            yield from self._text_events(refusal)
        self._note_calls(delta)
        yield from self._ends(getattr(choice, "finish_reason", None))

    def _events_of_part(self, part: object) -> Iterator[ModelEvent]:
        """What a text says, or a part of content: a text, or what was thought, as Mistral sends it."""
        if not isinstance(part, dict):
            yield from self._text_events(part)
            return
        yield from self._text_events(part.get("text"))
        for thought in _parts_of(part.get("thinking")):
            yield from self._reasoning_events(thought.get("text") if isinstance(thought, dict) else thought)

    def _note_calls(self, delta: object) -> None:
        deltas, old = getattr(delta, "tool_calls", None), getattr(delta, "function_call", None)
        if not (isinstance(deltas, list) and deltas):
            if not old or self._comes_in_lists:
                return
            deltas = [{"index": 0, "function": old}]
        else:
            self._comes_in_lists = True
        self._add_calls(deltas)

    def _note_usage(self, usage: object, timings: object) -> None:
        self._timings = self._timings if timings is None else timings
        if usage is not None or timings is not None:
            self.usage = tokens_used(usage, self._timings) or self.usage


def _parts_of(content: object) -> Iterator[object]:
    """The parts of content, which some servers send in a list; else the content itself."""
    if isinstance(content, list):
        yield from (part for part in content if isinstance(part, dict))
    else:
        yield content
