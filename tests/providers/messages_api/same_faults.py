"""The faults of the table in Messages' own words: the events of Chat Completions become those of Messages.

What is no chunk of a reply stays as it is: pages, refusals, broken JSON, silence.
"""

import gzip
import json
from collections.abc import Iterator
from dataclasses import replace
from typing import Any

from tests.messages_events import STOP, begins, ends, error_event, thinking, told, tool_use
from tests.streaming_server import Received, Reply, Script, Step

STOP_REASONS = {"stop": "end_turn", "length": "max_tokens", "tool_calls": "tool_use"}
GZIP = "Content-Encoding"


def in_messages(script: Script) -> Script:
    """A reply of the table, or what makes one, as a server of Messages would send it."""
    if isinstance(script, Reply):
        return _reply(script)

    def made(received: Received) -> Reply:
        return _reply(script(received))

    return made


def _reply(reply: Reply) -> Reply:
    if reply.headers.get(GZIP) == "gzip" and reply.status == 200:
        try:
            whole = gzip.decompress(b"".join(step for step in reply.steps if isinstance(step, bytes)))
        except (EOFError, OSError):
            return reply
        return replace(reply, steps=(gzip.compress(b"".join(_Translator().of(whole))),))
    if reply.status != 200 or reply.headers.get("Content-Type") != "text/event-stream" or reply.bare:
        return reply
    translate = _Translator()
    return replace(reply, steps=tuple(made for step in reply.steps for made in translate.step(step)))


class _Translator:
    """Turns the events of one reply. Bytes that do not end an event wait for their rest."""

    def __init__(self) -> None:
        self._begun = self._refuses = self._speaks = False
        self._index = -1
        self._rest = b""

    def step(self, step: Step) -> Iterator[Step]:
        if isinstance(step, bytes):
            yield b"".join(self.of(step))
        else:
            yield step

    def of(self, sent: bytes) -> Iterator[bytes]:
        end = b"\r\n\r\n" if b"\r\n" in sent else b"\n\n"
        *events, self._rest = (self._rest + sent).split(end)
        for event in events:
            yield from self._event(event + end)
        if len(self._rest) > 1_000 or not self._rest.startswith((b"d", b"\xef")):  # no event: it is to be met as it is
            yield self._rest
            self._rest = b""

    def _event(self, event: bytes) -> Iterator[bytes]:
        data = event.strip().removeprefix(b"\xef\xbb\xbf").removeprefix(b"data:").strip()
        if data == b"[DONE]":
            yield STOP
            return
        try:
            chunk = json.loads(data)
        except (ValueError, RecursionError):
            chunk = None
        if not isinstance(chunk, dict):
            yield event
        elif error := chunk.get("error"):
            kinds = {429: "rate_limit_error"}
            kind = str(kinds.get(error.get("code"), error.get("code") or "of_another_kind"))
            yield error_event(kind, error["message"])
        else:
            yield from self._chunk(chunk)

    def _chunk(self, chunk: Any) -> Iterator[bytes]:
        if not self._begun:
            self._begun = True
            yield begins()
        usage = chunk.get("usage") or {}
        counts = {"input_tokens": usage["prompt_tokens"], "output_tokens": usage["completion_tokens"]} if usage else {}
        choice = (chunk.get("choices") or [{}])[0]
        yield from self._delta(choice.get("delta") or {})
        if reason := choice.get("finish_reason"):
            yield ends("refusal" if self._refuses else STOP_REASONS.get(reason, reason), counts)
        elif counts:
            yield ends(None, counts)

    def _delta(self, delta: Any) -> Iterator[bytes]:
        if not self._speaks:
            self._index += 1
        if thought := delta.get("reasoning") or delta.get("reasoning_content"):
            yield thinking(thought, index=self._index)
        content = delta.get("content") or ""
        said = content if isinstance(content, str) else "".join(part["text"] for part in content)
        if refusal := delta.get("refusal"):
            said, self._refuses = refusal, True
        if said:
            yield from self._says(said)
        for call in delta.get("tool_calls", ()):
            self._index, self._speaks = self._index + 1, False
            yield tool_use(call["id"], call["function"]["name"], call["function"]["arguments"], index=self._index)

    def _says(self, said: str) -> Iterator[bytes]:
        """A piece of the block of text, which does not end: nobody waits for that."""
        if not self._speaks:
            yield told("content_block_start", index=self._index, content_block={"type": "text", "text": ""})
        self._speaks = True
        yield told("content_block_delta", index=self._index, delta={"type": "text_delta", "text": said})
