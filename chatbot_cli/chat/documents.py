"""What a turn is sent of the user's documents: looked for, and cut to the room that there is."""

from collections.abc import Sequence
from dataclasses import replace

from chatbot_cli.chat.asking import limits_of
from chatbot_cli.chat.composing import as_sent
from chatbot_cli.chat.document_ports import Library
from chatbot_cli.chat.limits import REPLY_FRAMING_TOKENS
from chatbot_cli.chat.messages import Exchange, Message
from chatbot_cli.chat.passages import Passage, Retrieved, Search
from chatbot_cli.chat.setup import Setup
from chatbot_cli.frozen import frozen

MOST_TOKENS = 3_000  # of the passages of a turn, by default
MOST_PASSAGES = 8
WHOLE = 4  # a collection that has at most this part of the window goes whole
CHARACTERS_OF_A_TOKEN = 5  # few texts have more, so what has more characters than that does not fit


@frozen
class Documents:
    """The documents that a conversation can answer from, and how much of them a turn is sent."""

    library: Library
    most_tokens: int = MOST_TOKENS
    most_passages: int = MOST_PASSAGES

    async def find(self, question: str, setup: Setup, before: Exchange | None, cited: Sequence[Passage]) -> Retrieved:
        """What is sent with a question: the best passages, as many as there is room for; all, if they are few.

        `before` is the exchange before the question, and `cited` are the passages that its reply has cited.
        """
        search = Search(
            question,
            before.user if before else "",
            tuple(cited),
            self.most_passages,
            limits_of(setup).room // WHOLE * CHARACTERS_OF_A_TOKEN,
        )
        found = await self.library.search(setup.documents, search)
        await setup.model.counter.ready()
        return fit(found, question, setup, self.most_tokens)


def fit(found: Retrieved, question: str, setup: Setup, most_tokens: int) -> Retrieved:
    """The passages that have room, numbered from 1; the last ones are left out first.

    They have at most half of what the head and the question leave free, and at most `most_tokens`; all there are may
    have a quarter of the window.
    """
    room = limits_of(setup).room
    always = REPLY_FRAMING_TOKENS + sum(map(setup.count, setup.head)) + setup.count(Message("user", question))
    half = max(0, room - always) // 2
    most = min(half, room // WHOLE) if found.is_whole else min(half, most_tokens)
    numbered = tuple(replace(one, number=number) for number, one in enumerate(found.passages, 1))
    low, high = 0, len(numbered)
    while low < high:  # the most that fit
        middle = (low + high + 1) // 2
        if setup.count(Message("user", as_sent("", (), numbered[:middle]))) <= most:
            low = middle
        else:
            high = middle - 1
    left_out = len(numbered) - low
    return replace(found, passages=numbered[:low], left_out=left_out, is_whole=found.is_whole and not left_out)
