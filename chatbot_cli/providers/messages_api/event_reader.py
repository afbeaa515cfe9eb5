"""Reads a reply in Messages: events -> our events."""

from collections.abc import Collection, Iterator, Mapping
from typing import Any

from chatbot_cli.chat.events import ModelEvent, ThoughtsSealed
from chatbot_cli.chat.finish_reasons import ending_named
from chatbot_cli.chat.messages import Ending
from chatbot_cli.providers.messages_api.thoughts import Block, begun, seal_of
from chatbot_cli.providers.wire.reply_reader import ReplyReader
from chatbot_cli.providers.wire.usage import tokens_used

NOTHING: Mapping[str, Any] = {}


class EventReader(ReplyReader):
    """Turns events into ours. The SDK passes them on as they come: objects from JSON."""

    def __init__(self, offered: Collection[str] = (), salt: str = "") -> None:
        super().__init__(offered, salt)
        self._counts: dict[str, Any] = {}
        self._thoughts: dict[int | None, Block] = {}  # by the index of their block
        self._more: dict[tuple[int | None, str], list[str]] = {}  # pieces of their texts, by index and field
        self._text_size = 0  # characters so far, as they came

    def _read(self, piece: object) -> Iterator[ModelEvent]:
        event = _fields(piece)
        match event.get("type"):
            case "message_start":
                self._note_usage(_fields(event.get("message")).get("usage"))
            case "content_block_start":
                yield from self._begin(event.get("index"), _fields(event.get("content_block")))
            case "content_block_delta":
                yield from self._go_on(event.get("index"), _fields(event.get("delta")))
            case "message_delta":
                self._note_usage(event.get("usage"))
                yield from self._end(_fields(event.get("delta")))

    def _begin(self, index: object, block: Mapping[str, Any]) -> Iterator[ModelEvent]:
        match block.get("type"):
            case "text":
                yield from self._says(block.get("text"))
            case "thinking" | "redacted_thinking":
                self.started = True  # it may think for minutes, and not say what
                self._begin_thought(_place(index), block)
                yield from self._reasoning_events(block.get("thinking"))
            case "tool_use":
                # Arguments come in pieces; servers that send them whole do it here.
                function = {"name": block.get("name"), "arguments": block.get("input") or None}
                self._add_calls([{"index": index, "id": block.get("id"), "function": function}])

    def _go_on(self, index: object, delta: Mapping[str, Any]) -> Iterator[ModelEvent]:
        match delta.get("type"):
            case "text_delta":
                yield from self._says(delta.get("text"))
            case "thinking_delta":
                self._think_on(index, "thinking", delta.get("thinking"))
                yield from self._reasoning_events(delta.get("thinking"))
            case "signature_delta":
                self._think_on(index, "signature", delta.get("signature"))
            case "input_json_delta" if isinstance(pieces := delta.get("partial_json"), str):
                self._add_calls([{"index": index, "function": {"arguments": pieces}}])

    def _says(self, text: object) -> Iterator[ModelEvent]:
        self._text_size += len(text) if isinstance(text, str) else 0
        yield from self._text_events(text)

    def _begin_thought(self, place: int | None, block: Mapping[str, Any]) -> None:
        self._thoughts[place] = started = begun(block, self._text_size) or {}
        self._more |= {(place, name): [text] for name, text in started.items() if isinstance(text, str)}

    def _think_on(self, index: object, name: str, text: object) -> None:
        if isinstance(text, str) and name in self._thoughts.get(place := _place(index), {}):
            self._more[place, name].append(text)  # joined at the end: a text that grows is copied with each piece

    def _whole_thoughts(self) -> Iterator[Block]:
        for place, block in self._thoughts.items():
            yield block | {name: "".join(self._more[place, name]) for name in block if (place, name) in self._more}

    def _end(self, delta: Mapping[str, Any]) -> Iterator[ModelEvent]:
        reason = delta.get("stop_reason")
        if isinstance(reason, str) and ending_named(reason) is Ending.REFUSED and not self.begun:
            self.refused = True
            yield from self._says(_fields(delta.get("stop_details")).get("explanation"))
        if self.tool is not None and self._thoughts and isinstance(reason, str):
            yield ThoughtsSealed(seal_of(self._whole_thoughts()))
            self._thoughts = {}
        yield from self._ends(reason)

    def _note_usage(self, usage: object) -> None:
        """Counts only grow, and each event names those that it likes."""
        for name, count in _fields(usage).items():
            before = self._counts.get(name)
            if isinstance(count, int) and isinstance(before, int):
                count = max(count, before)
            self._counts[name] = before if count is None else count
        self.usage = tokens_used(self._counts, None) or self.usage


def _place(index: object) -> int | None:
    return index if isinstance(index, int) else None


def _fields(value: object) -> Mapping[str, Any]:
    return value if isinstance(value, Mapping) else NOTHING
