"""A saved conversation as values without a database: what is exported and imported."""

from collections.abc import Mapping

from chatbot_cli.chat.attachments import Attachment
from chatbot_cli.chat.marks import NO_MARKS, Marks
from chatbot_cli.chat.messages import Ending
from chatbot_cli.chat.passages import Passage
from chatbot_cli.chat.rounds import Round
from chatbot_cli.chat.thoughts import Thoughts
from chatbot_cli.frozen import frozen


@frozen
class ReplyRecord:
    """Everything about a reply except its text. `ending` is None while it streams.

    Of the tokens sent, some were cached, and some were written into the provider's cache; of those received, some are
    reasoning. `cost` is in US dollars, and so is what the cache `saved`, less than 0 if it cost more.
    `sources` are the passages of documents that it was sent.
    """

    ending: Ending | None
    reason: str = ""
    model: str = ""
    persona: str = ""
    seconds: float | None = None
    tokens_sent: int | None = None
    tokens_received: int | None = None
    cost: float | None = None
    tokens_cached: int | None = None
    tokens_written: int | None = None
    tokens_reasoning: int | None = None
    saved: float | None = None
    rounds: tuple[Round, ...] = ()
    sources: tuple[Passage, ...] = ()
    thoughts: Thoughts | None = None


@frozen
class MessageRecord:
    """A reply if it has `reply`, else a question. `parent` is the id of the message before it, None for the first.

    `created` is in seconds since 1970.
    """

    id: int
    parent: int | None
    content: str
    created: float
    reply: ReplyRecord | None = None
    attached: tuple[Attachment, ...] = ()

    @property
    def role(self) -> str:
        return "assistant" if self.reply else "user"

    def stand_in(self, chosen: str) -> str:
        """The name of the model that gave the reply, if it is not the `chosen` one; else empty."""
        model = self.reply.model if self.reply else ""
        return "" if f"/{chosen}".endswith(f"/{model}") else model


@frozen
class StepRecord:
    """What /undo can take back, called `label`: `head` is the last message after it, None before the first one.

    `at` is in seconds since 1970, for the rest see SessionRecord.
    """

    label: str
    head: int | None
    trimmed: int
    setup: Mapping[str, object]
    at: float
    marks: Marks = NO_MARKS


@frozen
class SessionRecord:
    """A conversation with all its branches. Times are seconds since 1970.

    `setup` is a JSON object of `setup_json`. In `messages` each message comes after its parent. `head` is the last
    message of the current branch, None before the first message. The oldest `trimmed` exchanges of the current branch
    are no longer sent; `marks` are on exchanges of it, too.
    """

    title: str
    created: float
    active: float
    setup: Mapping[str, object]
    messages: tuple[MessageRecord, ...] = ()
    head: int | None = None
    trimmed: int = 0
    draft: str = ""
    name: str = ""
    marks: Marks = NO_MARKS

    @property
    def thread(self) -> tuple[MessageRecord, ...]:
        """The messages of the current branch, from the first to the head."""
        by_id = {message.id: message for message in self.messages}
        newest_first = []
        number = self.head
        while number is not None:
            newest_first.append(by_id[number])
            number = by_id[number].parent
        return tuple(reversed(newest_first))
