"""The values that a journal keeps and that the archive of saved conversations returns."""

from chatbot_cli.chat.attachments import Attachment
from chatbot_cli.chat.events import TokensUsed
from chatbot_cli.chat.messages import Ending, Exchange
from chatbot_cli.chat.model import Model
from chatbot_cli.chat.passages import Passage
from chatbot_cli.chat.rounds import Round, ToolCall
from chatbot_cli.chat.setup import Setup
from chatbot_cli.chat.state import State
from chatbot_cli.chat.thoughts import Thoughts
from chatbot_cli.frozen import frozen


@frozen
class Asked:
    """A question that is about to be sent.

    `label` names the step for undo. `kept_after` is the state whose exchanges come before the question. `replaces` is
    the exchange whose reply the new one replaces. `rounds` are those that the reply begins with. `counted` are
    exchanges before it whose `token_counts` were made for this request, and are not kept yet as far as they tell.
    `sources` are the passages of documents that are sent with it; they are kept with the reply. `answerer` is the model
    that is asked, if it is another than that of the state's setup.
    """

    text: str
    label: str
    kept_after: State
    replaces: Exchange | None = None
    attached: tuple[Attachment, ...] = ()
    rounds: tuple[Round, ...] = ()
    counted: tuple[Exchange, ...] = ()
    sources: tuple[Passage, ...] = ()
    answerer: Model | None = None

    @property
    def model(self) -> Model:
        """The model that is asked."""
        return self.answerer or self.kept_after.setup.model


@frozen
class Calling:
    """Calls that are about to run: a new round of the reply, with the text and the thoughts before them.

    `learned` is the setup with the definitions of the tools, if it did not have them when the question was asked.
    """

    calls: tuple[ToolCall, ...]
    text: str = ""
    thoughts: Thoughts | None = None
    learned: Setup | None = None


@frozen
class Replied:
    """A reply that ended, was stopped or cut off; `reason` explains a cut. `seconds` runs from the request.

    `text` is all of it; empty if the conversation keeps none, and the journal has what has arrived. `learned` is the
    setup with what the reply has taught of its server, if it is another one than that of the question.
    """

    text: str
    ending: Ending
    seconds: float
    used: TokensUsed | None = None
    reason: str = ""
    rounds: tuple[Round, ...] = ()
    learned: Setup | None = None
    thoughts: Thoughts | None = None


def spent_with(used: TokensUsed | None, spent: float | None) -> float | None:
    """US dollars for what was used and all before it; None if no price is known."""
    cost = used.cost if used else None
    return spent if cost is None else (spent or 0.0) + cost


@frozen
class SessionSummary:
    """One saved conversation in a list. Times are seconds since 1970; `exchanges` are those on its current branch.

    `problem` is what is wrong with it, in a clause, as far as a list needs to know it; empty if it is sound.
    """

    id: int
    title: str
    created: float
    active: float
    exchanges: int
    persona: str
    model: str
    name: str = ""
    forked_from: int | None = None
    problem: str = ""


@frozen
class SearchHit:
    """A message that a search found.

    `at` is in seconds since 1970. `snippet` is a part of the text; `hits` are the spans in it, (start, end).
    """

    session: int
    title: str
    role: str
    at: float
    snippet: str
    hits: tuple[tuple[int, int], ...]
