"""Reads a reply as its pieces arrive: pieces -> events. What a piece looks like, each protocol says."""

import logging
from abc import ABC, abstractmethod
from collections.abc import Collection, Iterator, Sequence
from typing import TYPE_CHECKING, Any

from chatbot_cli.chat.events import Finished, ModelEvent, ReasoningDelta, TextDelta, TokensUsed
from chatbot_cli.chat.finish_reasons import ending_named, is_finish_reason, is_tool_call
from chatbot_cli.chat.messages import Ending
from chatbot_cli.providers.wire.mending import Mender
from chatbot_cli.providers.wire.thought_tags import ThoughtTags

if TYPE_CHECKING:
    from chatbot_cli.providers.wire.call_reader import CallReader

LOGGED = 64  # characters of a word that is not known

_log = logging.getLogger(__name__)


class ReplyReader(ABC):
    """Turns the pieces of a reply into events, and keeps what is known of the reply so far.

    No SDK checks them, and servers differ: every field may be missing, null or of another type.
    """

    def __init__(self, offered: Collection[str] = (), salt: str = "") -> None:
        """`offered` are the names of the tools that the model was told of. The `salt` is as for CallReader."""
        self.chunks = 0  # pieces that arrived
        self.request_id = ""  # by which the provider's support finds the request
        self.started = False  # something to show has arrived, text or reasoning
        self.begun = False  # text of the reply has arrived
        self.says_something = False  # that text is more than white space
        self.refused = False  # that text is a refusal
        self.finished = False
        self.tool: str | None = None  # the name of a tool that the model calls
        self.waits_for_tool = False  # the reply ends with that call
        self.gave_up = ""  # the finish reason of a reply that is not whole, in the server's word
        self.linger_until: float | None = None  # after the reply's end, the loop time until which we wait for the usage
        self.usage: TokensUsed | None = None
        self._offered = offered
        self._salt = salt
        self._calls: CallReader | None = None  # made when the first call comes
        self._ending = Ending.STOPPED
        self._called_last = False  # no text has come after the call of a tool
        self._waits_still = False  # for calls that the server says there are
        self._tags = ThoughtTags()
        self._text = Mender()
        self._reasoning = Mender()

    def read(self, piece: object) -> Iterator[ModelEvent]:
        """The events in one piece; `Finished` is yielded once in a reply."""
        self.chunks += 1
        yield from self._read(piece)

    @abstractmethod
    def _read(self, piece: object) -> Iterator[ModelEvent]:
        """What a piece says, by the methods below."""

    def _ends(self, reason: object) -> Iterator[ModelEvent]:
        """The server gives the reason for which the reply ends."""
        if isinstance(reason, str) and is_finish_reason(reason) and not self.finished:
            yield from self._finish(reason)

    def _finish(self, reason: str) -> Iterator[ModelEvent]:
        """The rest of the text, and `Finished` if the reply is whole or the model is to blame that it is not."""
        ending = self._ending = self._ending_by(reason)
        yield from self.rest(is_whole=ending is Ending.COMPLETE and not self.waits_for_tool)
        self.finished = True
        if ending is Ending.LOST:
            self.gave_up = reason
        elif self.waits_for_tool and not (self._offered and self._calls):
            self._waits_still = True
        else:
            yield Finished(ending)

    def _ending_by(self, reason: str) -> Ending:
        ending = ending_named(reason)
        if ending is None:
            _log.debug("the finish reason %r is not known, so the reply counts as complete", reason[:LOGGED])
        if ending not in (None, Ending.COMPLETE):
            return ending
        self.waits_for_tool = self._called_last or is_tool_call(reason)
        return Ending.REFUSED if self.refused else Ending.COMPLETE

    def rest(self, *, is_whole: bool = False) -> Iterator[ModelEvent]:
        """The text that was held back: half a surrogate pair, or what looked like a thought in a whole reply."""
        yield from self._text_events("", last=True)
        yield from self._noted(self._tags.finish(is_whole=is_whole))

    def _text_events(self, text: object, *, last: bool = False) -> Iterator[ModelEvent]:
        if isinstance(text, str) and (mended := self._text.mend(text, last=last)):
            yield from self._noted(self._tags.feed(mended))

    def _noted(self, pieces: Iterator[TextDelta | ReasoningDelta]) -> Iterator[ModelEvent]:
        for piece in pieces:
            self.started = True
            if isinstance(piece, TextDelta):
                self.begun = True
                if piece.text.strip():
                    self.says_something, self._called_last = True, False  # the server runs a tool called before
            yield piece

    def _reasoning_events(self, text: object) -> Iterator[ModelEvent]:
        if isinstance(text, str) and (mended := self._reasoning.mend(text)):
            yield from self._noted(iter((ReasoningDelta(mended),)))

    def events_of_calls(self) -> Iterator[ModelEvent]:
        """The calls of a reply that has ended, of tools that were offered; none if it may have ended in one of them."""
        runs = self._ending in (Ending.COMPLETE, Ending.LENGTH) and self.finished
        if not (self._calls and runs and self._offered) or (self._ending is Ending.LENGTH and self._calls.is_half):
            return
        calls = self._calls.calls()
        if not self._called_last and not any(call.name in self._offered for call in calls.calls):
            return  # the server has run a tool of its own, and the text is the answer
        if self._waits_still:
            yield Finished(self._ending)
        yield calls

    def is_whole(self, *, offers_tools: bool) -> bool:
        """Whether nothing of the reply is missing, now that the server has ended it properly."""
        if self.gave_up or not (self.begun or self.finished):
            return False
        if offers_tools:
            return not self.lacks_a_call
        return not self.waits_for_tool and (self.tool is None or self.says_something)

    @property
    def lacks_a_call(self) -> bool:
        """Whether the reply ends because of a call that never came."""
        return self.waits_for_tool and not self._calls

    def _add_calls(self, deltas: Sequence[Any]) -> None:
        """Note pieces of calls, as CallReader takes them."""
        if self._calls is None:
            # Imported here: few replies call tools.
            from chatbot_cli.providers.wire.call_reader import CallReader

            self._calls = CallReader(self._offered, self._salt)
        self._calls.add(deltas)
        if not self._calls:
            return
        self._called_last = True
        self.started = self.started or bool(self._offered)
        self.tool = self._calls.first_name
