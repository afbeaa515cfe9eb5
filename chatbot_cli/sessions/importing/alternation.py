"""Turns messages of other programs into questions and replies that alternate, as every saved conversation has them."""

from collections.abc import Sequence
from dataclasses import dataclass, field, replace

from chatbot_cli.chat.attachments import Attachment
from chatbot_cli.frozen import frozen
from chatbot_cli.sessions.records import MessageRecord, ReplyRecord, SessionRecord
from chatbot_cli.sessions.titles import title_of

OPENING = "(the conversation began with the assistant)"
MOST_COPIES = 8  # how often a text may be copied into different branches, on average
BETWEEN = "\n\n"


class Unreadable(ValueError):
    """A file cannot be imported. The message is the end of a sentence."""

    def __init__(self, why: str, hint: str = "") -> None:
        super().__init__(why)
        self.hint = hint


@frozen
class ForeignMessage:
    """A message of another program: a reply if it has `reply`, else a question.

    `parent` is the index of the message before it in the list of all messages, None for the first.
    """

    text: str
    parent: int | None
    created: float
    reply: ReplyRecord | None = None
    attached: tuple[Attachment, ...] = ()


@dataclass(slots=True)
class MessageTree:
    """A tree in which questions and replies alternate. `head` and `draft` are those of a SessionRecord."""

    messages: list[MessageRecord] = field(default_factory=list)
    head: int | None = None
    draft: str = ""


def alternating(messages: Sequence[ForeignMessage], end: int | None) -> MessageTree:
    """The tree of the messages, in which each comes after its parent, as in `messages`.

    `end` is the index of the last message of the current branch. Messages in a row by the same side are joined, with an
    empty line between them. A reply without a question gets OPENING as its question. If the branch ends with a
    question, that becomes the draft.
    """
    return _Alternation(messages, end).tree()


def record_of(tree: MessageTree, title: str, created: float, active: float, setup: dict[str, object]) -> SessionRecord:
    """The conversation. If its title is empty, its first question becomes the title."""
    first = next((message.content for message in tree.messages), tree.draft)
    return SessionRecord(
        title=title.strip() or title_of(first),
        created=created,
        active=active,
        setup=setup,
        messages=tuple(tree.messages),
        head=tree.head,
        draft=tree.draft,
    )


class _Alternation:
    """Joins messages in a row by the same side. Each loop visits every message once."""

    def __init__(self, messages: Sequence[ForeignMessage], end: int | None) -> None:
        self._messages = messages
        self._end = end
        self._has_children, self._is_answered = bytearray(len(messages)), bytearray(len(messages))
        self._other_side: list[int | None] = []  # index of the last message before by the other side
        self._length: list[int] = []  # characters of all messages that are joined into this one
        for index, message in enumerate(messages):
            joined = self._joined_to(index)
            if message.parent is not None:
                self._has_children[message.parent] = True
                self._is_answered[message.parent] |= joined is None
            self._other_side.append(message.parent if joined is None else self._other_side[joined])
            before = 0 if joined is None else self._length[joined] + len(BETWEEN)
            self._length.append(before + len(message.text))
        self._room = MOST_COPIES * sum(len(message.text) + len(BETWEEN) for message in messages)
        self._ids: dict[int, int] = {}  # index of a message -> its id in the tree
        self._tree = MessageTree()

    def tree(self) -> MessageTree:
        for index, message in enumerate(self._messages):
            if index == self._end and not message.reply and not self._has_children[index]:
                continue  # the draft
            if self._is_answered[index] or not self._has_children[index] or index == self._end:
                self._add(index)
        self._set_head()
        return self._tree

    def _joined_to(self, index: int) -> int | None:
        """The index of the message before, if it is by the same side."""
        parent = self._messages[index].parent
        if parent is None or (self._messages[parent].reply is None) != (self._messages[index].reply is None):
            return None
        return parent

    def _run(self, index: int) -> list[ForeignMessage]:
        """The messages in a row by the same side that end with this one, the first one first.

        A message that is continued on several branches would be copied into each. If a file does that beyond all
        reason, its messages are no longer joined.
        """
        if self._length[index] > self._room:
            return [self._messages[index]]
        self._room -= self._length[index]
        newest_first = []
        current: int | None = index
        while current is not None:
            newest_first.append(self._messages[current])
            current = self._joined_to(current)
        return newest_first[::-1]

    def _add(self, index: int) -> None:
        run = self._run(index)
        before = self._other_side[index]
        parent = None if before is None else self._ids[before]
        reply = self._messages[index].reply
        if reply and parent is None:
            parent = self._append(MessageRecord(0, None, OPENING, run[0].created))
        text = BETWEEN.join(message.text for message in run if message.text)
        if reply:
            rounds = tuple(one for message in run if message.reply for one in message.reply.rounds)
            reply = replace(reply, rounds=rounds)
        attached = tuple(attachment for message in run for attachment in message.attached)
        self._ids[index] = self._append(MessageRecord(0, parent, text, run[0].created, reply, attached))

    def _append(self, message: MessageRecord) -> int:
        """Add a message to the tree, and return its number."""
        number = len(self._tree.messages) + 1
        self._tree.messages.append(replace(message, id=number))
        return number

    def _set_head(self) -> None:
        end = self._end
        if end is not None and not self._messages[end].reply:
            self._tree.draft = BETWEEN.join(message.text for message in self._run(end))
            end = self._other_side[end]
        self._tree.head = None if end is None else self._ids[end]
