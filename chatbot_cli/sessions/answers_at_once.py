"""Saves several answers to one question while they come: one step has the reply, the others are its siblings."""

from collections.abc import Callable, Mapping

from chatbot_cli.chat.growing_text import GrowingText
from chatbot_cli.chat.journal import Asked, Replied
from chatbot_cli.chat.messages import Key
from chatbot_cli.chat.setup import Setup
from chatbot_cli.chat.thoughts import Thoughts
from chatbot_cli.sessions.reply_in_progress import ReplyInProgress


class AnswersAtOnce:
    """Several answers in progress, by number, to the question that `first` is a reply to.

    The first of which something comes takes the step, so that a process that is killed leaves nothing to repair. When
    all have ended, one of them is `chosen` for it. `begin` and `end` are those of the journal.
    """

    def __init__(
        self,
        first: ReplyInProgress,
        each: Mapping[int, Asked],
        begin: Callable[[ReplyInProgress], ReplyInProgress],
        end: Callable[[ReplyInProgress, Replied], Key],
    ) -> None:
        self._replies = {number: first.beside(asked) for number, asked in each.items()}
        self._begin, self._end = begin, end

    def asked_again(self, number: int, asked: Asked) -> None:
        if not self._replies[number].begun:
            self._replies[number].asked = asked

    def arrived(self, number: int, reply: GrowingText, thoughts: Thoughts | None = None) -> None:
        self._begun(number).arrived(reply, thoughts)

    def replied(self, number: int, replied: Replied) -> Key | None:
        return self._end(self._begun(number), replied)

    def chosen(self, number: int, setup: Setup) -> None:
        self._replies[number].take_its_step(setup)

    def _begun(self, number: int) -> ReplyInProgress:
        reply = self._replies[number]
        if not reply.begun:
            reply.takes_step = not any(other.begun for other in self._replies.values())
            self._begin(reply)
        return reply
