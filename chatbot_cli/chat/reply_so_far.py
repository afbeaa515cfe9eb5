"""A reply as it arrives: its text, its end, and what it took, also if it is asked for more than once."""

import time
from collections.abc import Callable
from dataclasses import replace

from chatbot_cli.chat.events import CallsArrived, Finished, ModelEvent, TextDelta, TokensUsed
from chatbot_cli.chat.growing_text import GrowingText
from chatbot_cli.chat.learning import Counts
from chatbot_cli.chat.messages import Ending
from chatbot_cli.chat.rounds import Round, ToolCall
from chatbot_cli.chat.shape import Level
from chatbot_cli.chat.thoughts import MadeBy, Thoughts
from chatbot_cli.chat.thoughts_so_far import ThoughtsSoFar
from chatbot_cli.chat.tools import ToolDefinition
from chatbot_cli.errors import EmptyReply, ProviderError, ReplyCut
from chatbot_cli.hints import setting

_EMPTY = {  # sentence and hint for a reply that ended properly without a text
    Ending.LENGTH: (
        "The tokens were used up before the reply began.",
        f"Raise {setting('max_reply_tokens')}, or ask for less.",
    ),
    Ending.FILTERED: ("The provider's content filter let nothing of the reply through.", "Put it in other words."),
}


class ReplySoFar:
    """A reply as it arrives.

    `text` begins with the cut reply that is being continued. `has_news` tells whether the journal has not been given
    all of it. `learned_tokens` is the server's limit, after it has refused a request as too long, and `count_factor`
    the correction that its count has taught, and `learned_level` the level at which it takes a shape, after it has
    refused a surer one or not kept to it; all hold once a reply comes. `counts` are those of the request before,
    and when the reply is whole, those of its own. `used` are the tokens of one request, `used_in_all` those of all
    `tries`: a reply that is not the data that was asked for is asked for again.

    `calls` are those that the model makes now, with what is `unreadable` of them by their ids, `rounds` those that have
    results; then `text` is what comes after them. `called_tools` are the definitions of the tools in these rounds. It
    `takes_tools` unless the server refused them. Its thoughts are made `by` the model that answers; those of a reply
    that is continued come first. `clock` measures them, in seconds.
    """

    def __init__(
        self,
        text: GrowingText | None = None,
        counts: Counts | None = None,
        *,
        by: MadeBy | None = None,
        thoughts: Thoughts | None = None,
        clock: Callable[[], float] = time.monotonic,
    ) -> None:
        self.text = GrowingText() if text is None else text
        self.by = by
        self._thinking = ThoughtsSoFar(clock, thoughts)
        self._thinking_before: ThoughtsSoFar | None = None
        self.says_something: bool = False
        self.has_news: bool = False
        self.ending: Ending = Ending.STOPPED
        self.finished: bool = False
        self.reason: str = ""
        self.used: TokensUsed | None = None
        self.learned_tokens: int | None = None
        self.count_factor: float | None = None
        self.learned_level: Level | None = None
        self.counts = counts
        self.tries: int = 1
        self.calls: tuple[ToolCall, ...] = ()
        self.unreadable: dict[str, str] = {}
        self.rounds: tuple[Round, ...] = ()
        self.called_tools: tuple[ToolDefinition, ...] = ()
        self.takes_tools: bool = True
        self._is_unreported: bool = False
        self._used_before: TokensUsed | None = None
        self._text_before: GrowingText | None = None
        self._reason_before: str = ""

    @property
    def thoughts(self) -> Thoughts | None:
        """What the model has thought since the reply, or its last calls, began; None if nothing."""
        return self._thinking.made(self.by)

    @property
    def used_in_all(self) -> TokensUsed | None:
        """The tokens of all tries. The cost is unknown if a later one came and nobody said what it took."""
        if self._used_before is None:
            used = self.used
        else:
            used = self._used_before if self.used is None else self._used_before + self.used
        is_partial = self._is_unreported or (self._used_before is not None and self._comes_unreported)
        return replace(used, cost=None, saved=None) if used and is_partial else used

    @property
    def _comes_unreported(self) -> bool:
        """Whether something comes, and nobody has said what it took."""
        comes = bool(self.calls) or (self.says_something and self.text is not self._text_before)
        return self.used is None and comes

    @property
    def is_to_keep(self) -> bool:
        """Whether it says something, or tools were called: the model must know what these have done."""
        return self.says_something or bool(self.rounds)

    def end_round(self, one: Round) -> None:
        """The calls have results. What comes from now on is the reply to these."""
        self._is_unreported = self._is_unreported or self._comes_unreported
        self._used_before, self.used = self.used_in_all, None
        self.rounds, self.calls = (*self.rounds, one), ()
        self.text, self._text_before, self._reason_before = GrowingText(), None, ""
        self._thinking, self._thinking_before = self._thinking.again(), None
        self.says_something = self.has_news = False
        self.tries = 1
        self.forget_its_end()

    def drop_calls(self) -> None:
        """The calls do not run, and are not kept. What the request took counts all the same."""
        self._is_unreported = self._is_unreported or self._comes_unreported
        self.calls = ()

    def stop_at_limit(self, why: str) -> None:
        """It ends here, whatever the model goes on to call."""
        self.drop_calls()
        self.ending, self.reason = Ending.LIMIT, why

    @property
    def text_before(self) -> str:
        """The reply in whose place this one comes; empty if there was none."""
        return "" if self._text_before is None else str(self._text_before)

    def begin_again(self) -> None:
        """Another reply to the same question comes, in place of this one."""
        self._used_before, self.used = self.used_in_all, None
        self._text_before, self._reason_before, self.text = self.text, self.reason, GrowingText()
        self._thinking, self._thinking_before = self._thinking.again(), self._thinking
        self.says_something = self.has_news = False
        self.tries += 1
        self.forget_its_end()

    def forget_its_end(self) -> None:
        """It comes after all, so nothing is known of its end: the server refused it, and is asked in another way."""
        self.ending, self.reason, self.finished = Ending.STOPPED, "", False

    def fall_back(self, *, keeps_all: bool = False) -> None:
        """It is no document. Without a word since it began again, it is what it was; unjudged, it counts as stopped.

        If it `keeps_all`, what came before it began again stays, too.
        """
        if self._text_before is not None and not self.says_something:
            self.text, self.says_something = self._text_before, True
            self._thinking = self._thinking_before or self._thinking
            self.ending, self.reason = Ending.INVALID, self._reason_before
        if self._text_before not in (None, self.text) and keeps_all:
            self.become(f"{self._text_before}\n{self.text}")
        if self.ending is Ending.COMPLETE:
            self.ending = Ending.STOPPED

    def become(self, document: str) -> None:
        """The reply is this text, from now on."""
        if str(self.text) != document:
            self.text, self.has_news = GrowingText(document), True

    def note(self, event: ModelEvent) -> None:
        """Add an event of the model."""
        self._thinking.note(event)
        match event:
            case TextDelta(text):
                self.text.append(text)
                self.has_news = True
                self.says_something = self.says_something or bool(text.strip())
            case Finished(ending):
                self.ending, self.finished = ending, True
            case CallsArrived(calls, unreadable):
                self.calls, self.unreadable = calls, dict(unreadable)
            case TokensUsed():
                self.used = event
            case _:
                pass

    def take_news(self) -> bool:
        """Whether there is new text to save. Not while there is only white space: servers reject such a message."""
        news = self.says_something and self.has_news
        self.has_news = self.has_news and not news
        return news

    def broke_off(self, error: ProviderError) -> None:
        """Note why the rest of the reply will not arrive. Calls in it do not count: there may have been more."""
        self.drop_calls()
        self.ending = Ending.LOST
        self.reason = error.reason if isinstance(error, ReplyCut) else str(error)

    def check(self) -> None:
        """Check the reply after the stream. Raises ReplyCut if it has no end, EmptyReply if it has no text."""
        if not self.finished:
            raise ReplyCut("the connection ended before the model had finished")
        if not (self.says_something or self.calls):
            sentence, hint = _EMPTY.get(self.ending, ("The model sent an empty reply.", "Ask again."))
            raise EmptyReply(sentence, hint, falls_back=self.ending not in _EMPTY)
