"""What a turn is sent of the user's documents: looked for, and cut to the room that there is."""

from collections.abc import Sequence
from dataclasses import replace
from typing import TYPE_CHECKING

from chatbot_cli.chat.asking import limits_of
from chatbot_cli.chat.context import Context
from chatbot_cli.chat.fitting_passages import beginning, fit, free_in, most_for_all, not_all
from chatbot_cli.chat.messages import Exchange
from chatbot_cli.chat.passages import Passage, Retrieved, Search, Standing
from chatbot_cli.chat.ports import Opened
from chatbot_cli.chat.setup import Setup
from chatbot_cli.chat.state import State
from chatbot_cli.chat.window import Window
from chatbot_cli.errors import ChatError, DocumentsError, NoSuchCollection, UsageError
from chatbot_cli.frozen import frozen
from chatbot_cli.hints import action, unmarked
from chatbot_cli.text.safe import one_line

if TYPE_CHECKING:
    from chatbot_cli.chat.document_ports import Library

MOST_TOKENS = 3_000  # of the passages of a turn, by default
MOST_PASSAGES = 8
CHARACTERS_OF_A_TOKEN = 5  # few texts have more: what has more characters than that does not go whole


@frozen
class Documents:
    """The documents that a conversation can answer from, and how much of them a turn is sent."""

    library: "Library"
    most_tokens: int = MOST_TOKENS
    most_passages: int = MOST_PASSAGES

    async def find(
        self, question: str, context: Context, setup: Setup, before: Exchange | None, cited: Sequence[Passage]
    ) -> Retrieved:
        """What is sent with a question: the best passages, as many as there is room for; all, if they are few.

        `context` is that of its request, without passages. `before` is the exchange before the question, and `cited`
        are the passages that its reply has cited.
        """
        limits = limits_of(setup)
        whole = most_for_all(limits) * CHARACTERS_OF_A_TOKEN
        search = Search(question, before.user if before else "", tuple(cited), self.most_passages, whole)
        found = await self.library.search(setup.documents, search)
        await setup.model.counter.ready()
        fitted = self.fit(found, context, setup)
        if found.is_whole and not fitted.is_whole:
            best = await self.library.search(setup.documents, replace(search, whole=0))
            notes = tuple(dict.fromkeys((*found.notes, *best.notes)))  # what is told once was told the first time
            fitted = self.fit(replace(best, is_whole=False, notes=notes), context, setup)
        return fitted

    def found_again(self, passages: tuple[Passage, ...], context: Context, setup: Setup) -> Retrieved:
        """What is sent of the passages that a question had before: those that may be sent, and have room."""
        found = self.library.sendable(Retrieved(passages, len({one.path for one in passages})))
        fitted = self.fit(found, context, setup)
        return replace(fitted, notes=(*fitted.notes, *not_all(len(fitted.passages), len(found.passages))))

    def check_rest(self, passages: tuple[Passage, ...]) -> None:
        """Raise UsageError if passages, with which a reply began, may not go to the model that is to end it."""
        if passages and len(self.library.sendable(Retrieved(passages)).passages) < len(passages):
            sentence = "Passages of this reply hold what looks like a key or a password, and would go to another model."
            raise UsageError(sentence, f"{action('retry')} asks again, without them.")

    def fit(self, found: Retrieved, context: Context, setup: Setup) -> Retrieved:
        """As many of the passages as there is room for beside the question of a context, which has none.

        If there is none for a whole one, the first lines of the best.
        """
        limits = limits_of(setup)
        fitted = fit(found, context, limits, setup.count, self.most_tokens)
        if fitted.passages or found.is_whole or not found.passages:
            return fitted
        return beginning(found, context, limits, setup.count, self.most_tokens)

    def most_beside(self, window: Window) -> int:
        """The most tokens that passages have with the next question. A collection that goes whole may have others."""
        return min(self.most_tokens, max(0, free_in(window)) // 2)

    def without_lost(self, opened: Opened) -> Opened:
        """A saved conversation without the collections that are not there any more, and a notice of that."""
        state, notices = self.left_of(opened.state)
        return replace(opened, state=state, notices=(*opened.notices, *notices)) if notices else opened

    def left_of(self, state: State) -> tuple[State, Sequence[str]]:
        """A state without the collections that are not there any more, and a sentence if there are such.

        One that cannot be looked for is not lost.
        """
        setup = state.setup
        if not (lost := tuple(filter(self._is_lost, setup.documents))):
            return state, ()
        named = ", ".join(f"“{unmarked(one_line(name))}”" for name in lost)
        are = "The collection {} is" if len(lost) == 1 else "The collections {} are"
        notice = f"{are.format(named)} not there any more: this conversation goes on without."
        left = tuple(name for name in setup.documents if name not in lost)
        return replace(state, setup=replace(setup, documents=left)), (notice,)

    def _is_lost(self, name: str) -> bool:
        try:
            self.library.check([name])
        except NoSuchCollection:
            return True
        except ChatError:
            return False
        return False

    def standing(self, passages: Sequence[Passage]) -> tuple[Standing, ...]:
        """What has become of the document of each passage since it was read, as far as that can be told."""
        try:
            return tuple(self.library.standing(passages))
        except DocumentsError:
            return (Standing.UNKNOWN,) * len(passages)
