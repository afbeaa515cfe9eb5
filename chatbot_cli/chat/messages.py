"""The frozen values that all rooms share: message, exchange, persona, request."""

from dataclasses import field, replace
from enum import Enum
from typing import Literal

from chatbot_cli.chat.attachments import Attachment
from chatbot_cli.chat.composing import as_sent, sent_beside
from chatbot_cli.chat.options import Options
from chatbot_cli.chat.passages import Passage
from chatbot_cli.chat.rounds import NO_RESULT, CallId, CallOutcome, Part, Reasoning, Round, ToolCall, ToolResult
from chatbot_cli.chat.shape import Demand, Shape
from chatbot_cli.chat.thoughts import Thoughts, Told
from chatbot_cli.chat.tools import ToolDefinition
from chatbot_cli.frozen import frozen

Role = Literal["system", "user", "assistant", "tool"]
LONGEST_RESULT = 16_000  # characters of a result that are sent as long as it is not answered
LONGEST_EARLIER_RESULT = 2_000  # and afterwards
CALL_FRAMING = 16  # bytes written around a call; it has no more tokens than bytes
Key = tuple[int, int]  # the numbers under which a journal keeps a question and its reply


class Ending(Enum):
    """How a reply ended."""

    COMPLETE = "complete"
    LENGTH = "cut at its token limit"
    FILTERED = "cut by the provider's content filter"
    REFUSED = "a refusal"
    STOPPED = "stopped"
    LOST = "cut off"
    INVALID = "not the data that was asked for"
    LIMIT = "stopped at a limit"

    def in_words(self, reason: str = "") -> str:
        """The ending in words, with the reason if it is known; empty for a complete reply."""
        if self is Ending.COMPLETE:
            return ""
        return f"{self.value}: {reason}" if reason else self.value


@frozen
class TokenCount:
    """How many tokens a message has by this vocabulary, framing included."""

    tokens: int
    vocabulary: str


TokenCounts = tuple[TokenCount | None, TokenCount | None]  # of an exchange: of its question, and of its reply
NOT_COUNTED: TokenCounts = (None, None)


@frozen
class Message:
    """One message as a model sees it. `content` is its text; all else that it holds is in `parts`.

    The assistant's parts are the tool calls it makes and its reasoning before them, a tool's part is the id of the call
    it answers, the user's parts are attachments. `token_count` is kept with a saved message, so that it is not counted
    again.
    """

    role: Role
    content: str
    parts: tuple[Part, ...] = ()
    token_count: TokenCount | None = field(default=None, compare=False)

    @property
    def size(self) -> int | None:
        """Bytes of all of it in UTF-8; None for a message with attachments, whose bytes are no text."""
        if any(isinstance(part, Attachment) for part in self.parts):
            return None
        parts = sum(part.size + CALL_FRAMING for part in self.parts if isinstance(part, ToolCall | Reasoning))
        return len(self.content.encode("utf-8", "replace")) + parts


@frozen
class Exchange:
    """A user's message, what is attached to it, the rounds of tool calls, and the assistant's reply.

    They are kept, sent and dropped together. `key` identifies the exchange in its journal; it does not count when two
    exchanges are compared, nor do the kept `token_counts`. `reason` explains why the reply was cut off. `sources` are
    the passages that were sent with the message in its own turn; they are not sent again. An exchange that no longer
    `shows_images` names them. `thoughts` are the model's before the reply, after all rounds; they are sent with it only
    if the exchange `tells_thoughts`.
    """

    user: str
    assistant: str
    ending: Ending = Ending.COMPLETE
    key: Key | None = field(default=None, compare=False)
    reason: str = field(default="", compare=False)
    rounds: tuple[Round, ...] = ()
    attached: tuple[Attachment, ...] = ()
    token_counts: TokenCounts = field(default=NOT_COUNTED, compare=False)
    sources: tuple[Passage, ...] = ()
    shows_images: bool = True
    thoughts: Thoughts | None = None
    tells_thoughts: bool = False

    @property
    def question(self) -> Message:
        """The user's message as it is sent in later turns."""
        if not self.attached:
            return Message("user", self.user, token_count=self.token_counts[0])
        text = as_sent(self.user, self.attached, shows_images=self.shows_images)
        return Message("user", text, sent_beside(self.attached, shows_images=self.shows_images))

    @property
    def messages(self) -> tuple[Message, ...]:
        """Its messages, in an order that every server accepts, with long results cut.

        The user's message is first, the assistant's last. In between, each round is the assistant's message with the
        calls, then a tool's message for each of them. No message is empty.
        """
        return self._messages(LONGEST_EARLIER_RESULT)

    @property
    def messages_of_its_turn(self) -> tuple[Message, ...]:
        """The same as they are sent while its turn goes on: with the passages, and nothing cut."""
        question = question_message(self.user, self.attached, self.sources)
        return question, *self._messages(None)[1:]

    @property
    def reply_as_sent(self) -> str:
        """The text of its last message: in words how the reply ended, if tools were called and no word came."""
        if self.assistant.strip() or not self.rounds:
            return self.assistant
        return f"({self.ending.in_words(self.reason) or Ending.STOPPED.value})"

    def as_told(self, told: Told | None) -> "Exchange":
        """The same as it is sent to a model, with no thoughts but those that it is told of."""
        is_told = told is not None and told.always and told.includes(self.thoughts)
        others = [one for one in self.rounds if one.thoughts and not (told and told.includes(one.thoughts))]
        if not (is_told or others):
            return self
        rounds = tuple(replace(one, thoughts=None) if one in others else one for one in self.rounds)
        return replace(self, rounds=rounds, tells_thoughts=is_told)

    def _messages(self, longest: int | None) -> tuple[Message, ...]:
        question, of_reply = self.question, self.token_counts[1]
        parts = _as_parts(self.thoughts if self.tells_thoughts else None)
        if not self.rounds:
            return question, Message("assistant", self.assistant, parts, of_reply)
        in_between = (message for one in self.rounds for message in messages_of_round(one, longest))
        reply = self.reply_as_sent
        return (
            question,
            *in_between,
            Message("assistant", reply, parts, of_reply if reply is self.assistant else None),
        )


def question_message(text: str, attached: tuple[Attachment, ...], sources: tuple[Passage, ...] = ()) -> Message:
    """A user's message as it is sent in its own turn."""
    return Message("user", as_sent(text, attached, sources), sent_beside(attached))


def calls_of(exchange: Exchange) -> list[tuple[ToolCall, ToolResult]]:
    """All calls of an exchange with their results, in order."""
    return [pair for one in exchange.rounds for pair in zip(one.calls, one.results, strict=True)]


def calls_that_ran(exchange: Exchange) -> list[ToolCall]:
    """The calls of an exchange that have run, or may have."""
    return [call for call, result in calls_of(exchange) if result.may_have_run]


def messages_of_round(one: Round, longest: int | None = None) -> tuple[Message, ...]:
    """The assistant's message with the calls of a round, then a tool's message for each of them.

    Results that have more than the `longest` characters are cut.
    """
    answers = zip(one.calls, one.results, strict=True)
    return (
        Message("assistant", one.text if one.text.strip() else "", (*one.calls, *_as_parts(one.thoughts))),
        *(
            Message("tool", result_as_sent(result, longest), (CallId(call.id, result.outcome is not CallOutcome.DONE),))
            for call, result in answers
        ),
    )


def _as_parts(thoughts: Thoughts | None) -> tuple[Part, ...]:
    return (Reasoning(thoughts.text, thoughts.seal),) if thoughts else ()


def result_as_sent(result: ToolResult, longest: int | None) -> str:
    """The text of a result, cut if it has more than the `longest` characters; never empty."""
    text = result.text if longest is None else cut(result.text, longest)
    return text if text.strip() else NO_RESULT


def cut(text: str, longest: int) -> str:
    """The beginning and the end of a text, with a word in between about what is left out; all of it if it fits."""
    if len(text) <= longest:
        return text
    head, tail = text[: longest * 3 // 4], text[len(text) - longest // 4 :]
    return f"{head}\n… {len(text) - len(head) - len(tail):,} characters left out; ask for a part …\n{tail}"


@frozen
class Persona:
    """A personality: a system prompt with the settings that suit it. `None` means the persona does not say.

    `max_turns` and `slide` count exchanges, `max_context_tokens` the tokens of a request and its reply; `max_cost` is
    in US dollars. `shape` is the data that its replies are. `tools` are names of tools that it asks for, `documents` of
    collections. `fallback` are the models that answer, in this order, if its own cannot.
    """

    name: str
    system_prompt: str
    description: str = ""
    model: str | None = None
    options: Options = Options()
    max_turns: int | None = None
    slide: int | None = None
    max_context_tokens: int | None = None
    overflow: str | None = None
    max_cost: float | None = None
    greeting: str = ""
    examples: tuple[Exchange, ...] = ()
    shape: Shape | None = None
    tools: tuple[str, ...] = ()
    documents: tuple[str, ...] = ()
    fallback: tuple[str, ...] = ()

    def stated(self) -> dict[str, object]:
        """The model, the options and the limits that the persona sets, by the setting's name."""
        names = ("model", "max_turns", "slide", "max_context_tokens", "overflow", "max_cost")
        stated = {name: value for name in names if (value := getattr(self, name)) is not None}
        others = {"fallback": self.fallback} if self.fallback else {}
        return self.options.given() | stated | others


@frozen
class Request:
    """The messages that a turn sends to a model, the system message first, and the options.

    `cache_key` is the same for all requests of a conversation; empty if it has none. `demand` is the shape that the
    reply is to have, if any. `tools` are all that the model is told of, in an order that does not change.
    """

    messages: tuple[Message, ...]
    options: Options = Options()
    cache_key: str = ""
    demand: Demand | None = None
    tools: tuple[ToolDefinition, ...] = ()
