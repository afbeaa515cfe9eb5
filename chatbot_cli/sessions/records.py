"""A saved conversation as values, apart from any database: what is exported, and what is imported."""

from collections.abc import Mapping
from dataclasses import dataclass

from chatbot_cli.chat.messages import Ending


@dataclass(frozen=True, slots=True)
class ReplyRecord:
    """What is known of a reply besides its text. `ending` is None while it is being written; `cost` in US dollars."""

    ending: Ending | None
    reason: str = ""
    model: str = ""
    persona: str = ""
    seconds: float | None = None
    tokens_sent: int | None = None
    tokens_received: int | None = None
    cost: float | None = None


@dataclass(frozen=True, slots=True)
class MessageRecord:
    """A question, or with `reply` an answer. `parent` is the message it follows; `created` in seconds since 1970."""

    id: int
    parent: int | None
    content: str
    created: float
    reply: ReplyRecord | None = None

    @property
    def role(self) -> str:
        return "assistant" if self.reply else "user"


@dataclass(frozen=True, slots=True)
class SessionRecord:
    """A conversation with all its branches.

    `setup` is the JSON object of `setup_json`; `head` the last message of where it stands, None before the first;
    the oldest `trimmed` exchanges up to there are not sent any more; `messages` are parents first.
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

    @property
    def path(self) -> tuple[MessageRecord, ...]:
        """The messages from the first to the head."""
        by_id = {message.id: message for message in self.messages}
        found = []
        at = self.head
        while at is not None:
            found.append(by_id[at])
            at = by_id[at].parent
        return tuple(reversed(found))
