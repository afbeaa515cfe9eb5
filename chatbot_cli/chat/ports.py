"""What the core asks of the outside, on one page."""

from collections.abc import AsyncGenerator, Sequence
from typing import Protocol

from chatbot_cli.chat.events import ModelEvent
from chatbot_cli.chat.journal import Asked, Opened, Replied, SearchHit, SessionSummary
from chatbot_cli.chat.messages import Exchange, Key, Message, Request
from chatbot_cli.chat.rounds import ToolCall, ToolResult
from chatbot_cli.chat.setup import Model, PersonaSummary, Setup
from chatbot_cli.chat.state import State, Step
from chatbot_cli.errors import ChatError


class ChatModel(Protocol):
    """Anything that answers a request, piece by piece.

    A proper reply has exactly one `Finished`; `TokensUsed` may come before or after it. Every expected failure is a
    `ChatError`. Closing the iterator ends the request.
    """

    def stream(self, request: Request) -> AsyncGenerator[ModelEvent, None]: ...


class TokenCounter(Protocol):
    """Counts tokens as one model's tokenizer does; an estimate while `exact` is false."""

    @property
    def exact(self) -> bool: ...

    def count(self, message: Message) -> int:
        """Tokens of the message with its role and framing. Each text is encoded once, however often it is asked."""
        ...

    async def ready(self) -> None:
        """Return when the counter is as exact as it can be."""
        ...


class Setups(Protocol):
    """Makes the setups and models that a conversation can switch to."""

    def personas(self) -> Sequence[PersonaSummary]: ...

    def models(self) -> Sequence[str]:
        """Model specs worth offering; others may work too."""
        ...

    def persona(self, name: str) -> Setup:
        """The setup for a persona, by name or path. Raises PersonaError or SettingsError."""
        ...

    def model(self, spec: str) -> Model:
        """Open a model. Raises SettingsError."""
        ...


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

    def calling(self, calls: Sequence[ToolCall], text: str = "", reasoning: str = "") -> None:
        """Keep calls that are about to run, with the text and reasoning before them: a new round of the reply."""
        ...

    def called(self, results: Sequence[ToolResult]) -> None:
        """Keep the results of the newest round, one for each of its calls."""
        ...

    def replied(self, replied: Replied) -> Key | None:
        """Keep the reply, whole or not, and return the exchange's key."""
        ...

    def changed(self, label: str, state: State) -> None:
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
