"""Where conversations are kept: the ports to it, and what stands in when nothing is kept."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Protocol

from chatbot_cli.chat.events import TokensUsed
from chatbot_cli.chat.messages import Ending, Exchange, Key
from chatbot_cli.chat.setup import Setup
from chatbot_cli.chat.state import State, Step
from chatbot_cli.errors import ChatError


@dataclass(frozen=True, slots=True)
class Asked:
    """A question that is about to be sent.

    `what` names the step for /undo; `base` is the state with the exchanges before the question; `again` is the exchange
    whose answer a new one shall replace.
    """

    text: str
    what: str
    base: State
    again: Exchange | None = None


@dataclass(frozen=True, slots=True)
class Replied:
    """A reply that has come to its end, or was stopped or cut, which `reason` explains. `seconds` from the request."""

    text: str
    ending: Ending
    seconds: float
    used: TokensUsed | None = None
    reason: str = ""


class Journal(Protocol):
    """Keeps one conversation as it happens; each method returns when that is done.

    None raises: what cannot be kept is told by `problem`, and the conversation goes on unsaved.
    """

    @property
    def session(self) -> int | None:
        """The number of the saved conversation; None while there is nothing to save, or nothing is saved."""
        ...

    @property
    def saving(self) -> bool:
        """Whether what is said from here on is kept."""
        ...

    @property
    def problem(self) -> ChatError | None:
        """Why nothing is kept any more, if something went wrong."""
        ...

    def asked(self, asked: Asked) -> None:
        """Keep a question, before it is sent."""
        ...

    def arrived(self, piece: str) -> None:
        """Take the next piece of the reply; what has come is kept at least once a second."""
        ...

    def replied(self, replied: Replied) -> Key | None:
        """Keep the reply, whole or not, and return the exchange's key."""
        ...

    def changed(self, what: str, state: State) -> None:
        """Keep a step that is no exchange."""
        ...

    def earlier_step(self) -> Step | None:
        """The step to undo of those that were taken before the conversation was resumed. Raises ChatError."""
        ...

    def undone(self) -> None:
        """Note that the last step was taken back."""
        ...

    def answers(self, exchange: Exchange) -> Sequence[Exchange]:
        """All answers that its question has got, oldest first, this one among them."""
        ...

    def draft(self, text: str, setup: Setup) -> None:
        """Keep what stands in the prompt and is not sent."""
        ...

    def close(self) -> None:
        """Leave the conversation; what has come is kept."""
        ...


@dataclass
class Unsaved:
    """A journal that keeps nothing but the answers to each question, for as long as it lives."""

    session: int | None = None
    saving: bool = False
    problem: ChatError | None = None
    _asked: Asked | None = None
    _keys: int = 0
    _answers: dict[int, list[Exchange]] = field(default_factory=dict)

    def asked(self, asked: Asked) -> None:
        self._asked = asked

    def arrived(self, piece: str) -> None:
        pass

    def replied(self, replied: Replied) -> Key | None:
        asked = self._asked
        if asked is None:
            return None
        question = asked.again.key[0] if asked.again and asked.again.key else self._next_key()
        key = (question, self._next_key())
        exchange = Exchange(asked.text, replied.text, replied.ending, key, replied.reason)
        self._answers.setdefault(question, []).append(exchange)
        return key

    def changed(self, what: str, state: State) -> None:
        pass

    def earlier_step(self) -> Step | None:
        return None

    def undone(self) -> None:
        pass

    def answers(self, exchange: Exchange) -> Sequence[Exchange]:
        return self._answers.get(exchange.key[0], [exchange]) if exchange.key else [exchange]

    def draft(self, text: str, setup: Setup) -> None:
        pass

    def close(self) -> None:
        pass

    def _next_key(self) -> int:
        self._keys += 1
        return self._keys


@dataclass(frozen=True, slots=True)
class SessionSummary:
    """A line of a list of saved conversations. Times are seconds since 1970; `exchanges` those of where it stands."""

    id: int
    title: str
    created: float
    active: float
    exchanges: int
    persona: str
    model: str
    name: str = ""
    forked_from: int | None = None


@dataclass(frozen=True, slots=True)
class SearchHit:
    """A message that was searched for: whose words, when, and a `snippet` of it with the hits as spans in it."""

    session: int
    title: str
    role: str
    at: float
    snippet: str
    hits: tuple[tuple[int, int], ...]


@dataclass(frozen=True, slots=True)
class Opened:
    """A saved conversation that is open: where it stands, its journal, what was not sent, and what to know first."""

    about: SessionSummary
    state: State
    journal: Journal
    draft: str = ""
    notices: tuple[str, ...] = ()


class Archive(Protocol):
    """The saved conversations."""

    def sessions(self) -> Sequence[SessionSummary]:
        """All of them, the last active first. Raises SessionError."""
        ...

    def search(self, words: str) -> Sequence[SearchHit]:
        """The messages in which all the words are, the best first. Raises SessionError."""
        ...

    def find(self, wanted: str) -> SessionSummary:
        """One of them, by its number, name or the beginning of its title. Raises SessionError or SessionNotFound."""
        ...

    def open(self, session: int) -> Opened:
        """Go on with one, or with a fork of it while it is open elsewhere. Raises SessionError or SettingsError."""
        ...

    def fork(self, chat: State, journal: Journal) -> Opened:
        """Make another one that goes on from here. Raises SessionError."""
        ...

    def summary(self, session: int) -> SessionSummary:
        """One of them. Raises SessionError."""
        ...

    def rename(self, session: int, title: str) -> None:
        """Give one another title. Raises SessionError."""
        ...

    def export(self, session: int, form: str) -> str:
        """One of them as text: md, json, jsonl or html. Raises SessionError."""
        ...
