"""The values that a journal keeps, and that the archive of saved conversations gives."""

from typing import TYPE_CHECKING

from chatbot_cli.chat.events import TokensUsed
from chatbot_cli.chat.messages import Ending, Exchange
from chatbot_cli.chat.rounds import Attachment, Round
from chatbot_cli.chat.state import State
from chatbot_cli.frozen import frozen

if TYPE_CHECKING:  # the ports speak of the values here
    from chatbot_cli.chat.ports import Journal


@frozen
class Asked:
    """A question that is about to be sent.

    `label` names the step for undo. `kept_after` is the state whose exchanges come before the question. `replaces` is
    the exchange whose reply a new one shall replace. `rounds` are those that the reply begins with.
    """

    text: str
    label: str
    kept_after: State
    replaces: Exchange | None = None
    attached: tuple[Attachment, ...] = ()
    rounds: tuple[Round, ...] = ()


@frozen
class Replied:
    """A reply that came to its end, or was stopped or cut off, which `reason` explains. `seconds` from the request."""

    text: str
    ending: Ending
    seconds: float
    used: TokensUsed | None = None
    reason: str = ""
    rounds: tuple[Round, ...] = ()


@frozen
class SessionSummary:
    """One saved conversation in a list. Times are seconds since 1970; `exchanges` are those on its current branch."""

    id: int
    title: str
    created: float
    active: float
    exchanges: int
    persona: str
    model: str
    name: str = ""
    forked_from: int | None = None


@frozen
class SearchHit:
    """A message that was searched for: whose words, when, and a `snippet` of it with the hits as spans in it."""

    session: int
    title: str
    role: str
    at: float
    snippet: str
    hits: tuple[tuple[int, int], ...]


@frozen
class Opened:
    """A saved conversation that is open: where it stands, its journal, what was not sent, and what to know first."""

    about: SessionSummary
    state: State
    journal: "Journal"
    draft: str = ""
    notices: tuple[str, ...] = ()
