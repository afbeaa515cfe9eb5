"""Messages of other programs -> questions and replies that alternate, as a conversation is saved here."""

from collections.abc import Sequence
from dataclasses import dataclass, field, replace

from chatbot_cli.chat.rounds import Attachment
from chatbot_cli.frozen import frozen
from chatbot_cli.sessions.records import MessageRecord, ReplyRecord, SessionRecord
from chatbot_cli.sessions.titles import title_of

OPENING = "(the conversation began with the assistant)"
MOST_COPIES = 8  # how often a text may stand in what is imported, on average
BETWEEN = "\n\n"


class Unreadable(ValueError):
    """Why a file cannot be imported, as the end of a sentence."""

    def __init__(self, why: str, hint: str = "") -> None:
        super().__init__(why)
        self.hint = hint


@frozen
class Said:
    """A message of another program, a reply if it has one. `after` is the place in the list of what it follows."""

    text: str
    after: int | None
    created: float
    reply: ReplyRecord | None = None
    attached: tuple[Attachment, ...] = ()


@dataclass(slots=True)
class Turns:
    """A tree of messages in which questions and replies alternate, and where it stands."""

    messages: list[MessageRecord] = field(default_factory=list)
    head: int | None = None
    draft: str = ""


def turns_of(said: Sequence[Said], end: int | None) -> Turns:
    """The tree of what was said, parents first; `end` is the place of the message where the conversation stands.

    Messages of one side in a row become one, with an empty line in between. A reply that nothing was asked before gets
    OPENING as its question. A last question without a reply becomes the draft.
    """
    return _Alternation(said, end).turns()


def record_of(turns: Turns, title: str, created: float, active: float, setup: dict[str, object]) -> SessionRecord:
    """The conversation; without a title its first question is the title."""
    first = next((message.content for message in turns.messages), turns.draft)
    return SessionRecord(
        title=title.strip() or title_of(first),
        created=created,
        active=active,
        setup=setup,
        messages=tuple(turns.messages),
        head=turns.head,
        draft=turns.draft,
    )


class _Alternation:
    """Joins what one side said in a row; each loop goes once through all messages."""

    def __init__(self, said: Sequence[Said], end: int | None) -> None:
        self._said = said
        self._end = end
        self._followed, self._answered = bytearray(len(said)), bytearray(len(said))
        self._before: list[int | None] = []  # the last message of the other side
        self._size: list[int] = []  # characters of all that is joined, up to here
        for place, message in enumerate(said):
            joined = self._joined(place)
            if message.after is not None:
                self._followed[message.after] = True
                self._answered[message.after] |= not joined
            self._before.append(self._before[joined] if joined is not None else message.after)
            self._size.append(len(message.text) + (self._size[joined] + len(BETWEEN) if joined is not None else 0))
        self._room = MOST_COPIES * (sum(len(message.text) + len(BETWEEN) for message in said))
        self._ids: dict[int, int] = {}
        self._turns = Turns()

    def turns(self) -> Turns:
        for place, message in enumerate(self._said):
            if place == self._end and not message.reply and not self._followed[place]:
                continue  # the draft
            if self._answered[place] or not self._followed[place] or place == self._end:
                self._add(place)
        self._find_head()
        return self._turns

    def _joined(self, place: int) -> int | None:
        """The message before, if the same side said it."""
        after = self._said[place].after
        if after is None or (self._said[after].reply is None) != (self._said[place].reply is None):
            return None
        return after

    def _row(self, place: int) -> list[Said]:
        """The messages that are joined into this one, the first one first.

        One that others continue on several branches would be copied into each. When a file does so beyond all reason
        its messages are no longer joined.
        """
        if self._size[place] > self._room:
            return [self._said[place]]
        self._room -= self._size[place]
        row = []
        at: int | None = place
        while at is not None:
            row.append(self._said[at])
            at = self._joined(at)
        return row[::-1]

    def _add(self, place: int) -> None:
        row = self._row(place)
        before = self._before[place]
        parent = None if before is None else self._ids[before]
        reply = self._said[place].reply
        if reply and parent is None:
            parent = self._append(MessageRecord(0, None, OPENING, row[0].created))
        text = BETWEEN.join(message.text for message in row if message.text)
        if reply:
            reply = replace(
                reply, rounds=tuple(one for message in row if message.reply for one in message.reply.rounds)
            )
        attached = tuple(attachment for message in row for attachment in message.attached)
        self._ids[place] = self._append(MessageRecord(0, parent, text, row[0].created, reply, attached))

    def _append(self, message: MessageRecord) -> int:
        """Add a message and return its number."""
        number = len(self._turns.messages) + 1
        self._turns.messages.append(replace(message, id=number))
        return number

    def _find_head(self) -> None:
        end = self._end
        if end is not None and not self._said[end].reply:
            self._turns.draft = BETWEEN.join(message.text for message in self._row(end))
            end = self._before[end]
        self._turns.head = None if end is None else self._ids[end]
