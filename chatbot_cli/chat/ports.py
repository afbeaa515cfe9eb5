"""The ports: all that the core asks of other rooms, beside models, tools and documents, which have pages."""

from collections.abc import Container, Mapping, Sequence
from typing import Protocol

from chatbot_cli.chat.answer_ports import Answers
from chatbot_cli.chat.attachments import Attachment
from chatbot_cli.chat.events import TokensUsed
from chatbot_cli.chat.growing_text import GrowingText
from chatbot_cli.chat.journal import Asked, Calling, Replied, SearchHit, SessionSummary
from chatbot_cli.chat.marks import Marks
from chatbot_cli.chat.messages import Exchange, Key
from chatbot_cli.chat.model import Model
from chatbot_cli.chat.rounds import ToolResult
from chatbot_cli.chat.setup import PersonaSummary, Setup
from chatbot_cli.chat.shape import Shape
from chatbot_cli.chat.state import State, Step
from chatbot_cli.chat.thoughts import Thoughts
from chatbot_cli.chat.usage_sums import PaidBeside, UsageReport
from chatbot_cli.errors import ChatError
from chatbot_cli.frozen import frozen


class Setups(Protocol):
    """Makes the setups and models that a conversation can switch to."""

    def personas(self) -> Sequence[PersonaSummary]: ...

    def models(self) -> Sequence[str]:
        """Model specs worth offering; others may work too."""
        ...

    def described_models(self) -> Sequence[tuple[str, str]]:
        """The models that can be opened, each as its spec and a line about it. Servers on this machine are asked."""
        ...

    def persona(self, name: str) -> Setup:
        """The setup for a persona, by name or path. Raises PersonaError or SettingsError."""
        ...

    def model(self, spec: str) -> Model:
        """Open a model, by its spec or by a word. Raises SettingsError: ModelAmbiguous, if several are meant."""
        ...

    def shape(self, what: str, *, many: bool = False) -> Shape:
        """The shape that is meant by `what`, or a list of it if there are `many`. Raises SchemaError."""
        ...

    def is_named(self, model: Model) -> bool:
        """Whether the user, who asks for a model, thereby names its server: the provider's, or that of the settings."""
        ...


class Journal(Protocol):
    """Keeps one conversation as it happens. A method returns when the data is kept.

    Only `earlier_step` raises. What cannot be kept now is kept with the next question; until then `problem` says why.
    """

    @property
    def session(self) -> int | None:
        """The number of the saved conversation; None while there is nothing to save, or nothing is saved."""
        ...

    @property
    def saving(self) -> bool:
        """Whether all exchanges are kept, and the next ones will be."""
        ...

    @property
    def problem(self) -> ChatError | None:
        """The failure since which nothing is kept; None if there was none, or all has been kept after it."""
        ...

    @property
    def spent(self) -> float | None:
        """US dollars for all that was paid so far, whatever was undone, as far as prices are known; None if none is."""
        ...

    def take_notices(self) -> Sequence[str]:
        """What the user should know about where the conversation is kept, in sentences; each is returned once."""
        ...

    async def asked(self, asked: Asked) -> None:
        """Keep a question, before it is sent, with all that could not be kept before. Waits if that takes long."""
        ...

    async def asked_at_once(self, each: Mapping[int, Asked]) -> Answers:
        """As `asked`, of a question that several are asked at once, by number. All their answers are one step."""
        ...

    def arrived(self, reply: GrowingText, thoughts: Thoughts | None = None) -> None:
        """Note that more of the reply has arrived; `reply` is all of it, and goes on growing. It has these `thoughts`.

        It is kept at least once a second. The journal lets go of what is kept (`GrowingText.let_go`).
        """
        ...

    def calling(self, calling: Calling) -> None:
        """Keep calls before they run: a new round of the reply. Its text so far is a part of the round from now on."""
        ...

    async def until_kept(self) -> None:
        """Wait until all is kept that could not be at once, such as calls before they run; but no more than a while."""
        ...

    def called(self, number: int, result: ToolResult) -> None:
        """Keep the result of a call of the newest round; they are numbered from 0."""
        ...

    def replied(self, replied: Replied) -> Key | None:
        """Keep the reply, whole or not, and return the exchange's key."""
        ...

    def changed(self, label: str, state: State) -> None:
        """Keep a step that is not an exchange, such as /reset."""
        ...

    def noted(self, marks: Marks) -> None:
        """Keep marks that have changed without a step, with the step that was taken last."""
        ...

    def paid(self, used: TokensUsed, model: str, what: PaidBeside = PaidBeside.SUMMARY) -> None:
        """Keep what a request took whose answer is no reply, by the model of this name; `spent` includes it.

        The conversation may have been left meanwhile.
        """
        ...

    def earlier_step(self) -> Step | None:
        """The next step to undo that was taken before the conversation was resumed. Raises ChatError."""
        ...

    def undone(self) -> None:
        """Note that the last step was taken back."""
        ...

    def answers(self, exchange: Exchange) -> Sequence[Exchange]:
        """All answers to the question of an exchange, oldest first, its own among them."""
        ...

    def draft(self, text: str, setup: Setup) -> None:
        """Keep the text in the prompt that was not sent."""
        ...

    def close(self) -> None:
        """Leave the conversation. All that has arrived is kept."""
        ...


class Files(Protocol):
    """Files that can be attached to a message."""

    async def read(self, path: str) -> Sequence[Attachment]:
        """The file at a path as it would be typed, checked and ready to be sent; those of a folder, in order.

        Raises AttachmentRefused, which says why in numbers.
        """
        ...

    async def from_clipboard(self) -> Attachment:
        """The image on the clipboard. Raises AttachmentRefused."""
        ...

    def take_notices(self) -> Sequence[str]:
        """What there is to say of the files read since the last call, in sentences: what of a folder is left out."""
        ...

    def named_in(self, text: str) -> Sequence[str]:
        """The paths of files that a text names with an @, each once: only what is there counts."""
        ...

    def literal(self, text: str, but: Container[str] = ()) -> str:
        r"""The text with \@ wherever it would name a file, but for these paths."""
        ...

    def paths_in(self, argument: str) -> Sequence[str]:
        """The paths in a line that holds nothing else. Raises UsageError for a quotation mark that is never closed."""
        ...

    def mention_of(self, paste: str) -> str:
        """What is pasted, as @ paths, if it is nothing but paths of what is there, as when a file is dragged."""
        ...

    def completions(self, begun: str) -> Sequence[str]:
        """What a path that was begun after an @ may become, as it is typed there: only what is there."""
        ...


@frozen
class Opened:
    """An open saved conversation. `draft` is its unsent text, `notices` are lines to show first, marked as hints."""

    about: SessionSummary
    state: State
    journal: Journal
    draft: str = ""
    notices: tuple[str, ...] = ()


@frozen
class Exported:
    """A conversation as a document; `replaced` is how many control characters of its messages it does not hold."""

    text: str
    replaced: int = 0


class Archive(Protocol):
    """The saved conversations."""

    def sessions(self) -> Sequence[SessionSummary]:
        """All conversations, the last active first. Raises SessionError."""
        ...

    def search(self, words: str) -> Sequence[SearchHit]:
        """The messages that contain all the words, the best match first. Raises SessionError."""
        ...

    def find(self, wanted: str) -> SessionSummary:
        """A conversation, by its number, name or the beginning of its title. Raises SessionError or SessionNotFound."""
        ...

    def open(self, session: int) -> Opened:
        """Open a conversation; if it is open elsewhere, open a fork of it. Raises SessionError or SettingsError."""
        ...

    def fork(self, state: State, journal: Journal) -> Opened:
        """Save a new conversation that goes on from `state`, which `journal` keeps. Raises SessionError."""
        ...

    def summary(self, session: int) -> SessionSummary:
        """A conversation as in the list. Raises SessionError."""
        ...

    def rename(self, session: int, title: str) -> None:
        """Give a conversation another title. Raises SessionError."""
        ...

    def export(self, session: int, form: str, raw: bool = False) -> Exported:
        """A conversation as md, json, jsonl or html; with `raw`, md keeps control characters. Raises SessionError."""
        ...

    def usage(self, session: int | None = None) -> UsageReport:
        """What all replies took, also those of the conversation `session` by itself. Raises SessionError."""
        ...
