"""The answers of a comparison, as values, and which of them counts. Pure."""

from collections.abc import Sequence
from dataclasses import replace

from chatbot_cli.chat.messages import Ending, Exchange
from chatbot_cli.chat.model import Model
from chatbot_cli.chat.setup import Setup
from chatbot_cli.errors import ChatError, TransientError
from chatbot_cli.frozen import frozen

MOST_AT_ONCE = 4
NOT_WHOLE = 3  # exit code of a reply that was cut


@frozen
class Compared:
    """One answer of a comparison: who was asked, what came of it if anything did, and how it failed if it did."""

    setup: Setup
    exchange: Exchange | None = None
    error: ChatError | None = None

    @property
    def name(self) -> str:
        """The name of the model."""
        return self.setup.model.name

    @property
    def is_whole(self) -> bool:
        """Whether it came whole."""
        return self.exchange is not None and self.exchange.ending is Ending.COMPLETE

    @property
    def exit_code(self) -> int:
        """What a program ends with whose only answer this is."""
        if self.error:
            return self.error.exit_code
        return 0 if self.is_whole else NOT_WHOLE


def best_of(compared: Sequence[Compared]) -> Compared:
    """The one that counts as the reply: the first whole one, else the first of which something came.

    If nothing came of any, the first for which another try may help, else the first.
    """
    return min(compared, key=rank)


def rank(one: Compared) -> tuple[bool, bool, bool]:
    """Less is better."""
    helps = isinstance(one.error, TransientError) and one.error.exit_code == TransientError.exit_code
    return not one.is_whole, one.exchange is None, one.exchange is None and not helps


@frozen
class Rival:
    """A model that is to be compared. It `is_named` if the user, who asks for it, thereby names its server."""

    model: Model
    is_named: bool = True

    def answering(self, setup: Setup) -> Setup:
        """The setup of a conversation in which it answers once."""
        return answered_by(setup, self.model, is_named=self.is_named)


def answered_by(setup: Setup, model: Model, *, is_named: bool) -> Setup:
    """The setup of a conversation as another model answers once. `is_named` if the user names its server so."""
    other = replace(setup, model=model, fallback=()).having_learned_of(setup)
    return other.at_its_server() if is_named else other
