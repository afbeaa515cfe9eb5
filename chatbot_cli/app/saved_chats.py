"""Which saved conversation a chat goes on with, and where a new one is kept. The database is opened when needed."""

import time
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, NoReturn

from chatbot_cli.app.setups import AvailableSetups
from chatbot_cli.chat.journal import Archive, Journal, Opened, Unsaved
from chatbot_cli.chat.state import State
from chatbot_cli.errors import SessionError, UsageError
from chatbot_cli.sessions.deferred_journal import DeferredJournal

if TYPE_CHECKING:
    from chatbot_cli.sessions.resuming import ResumableSessions


LONGEST_NAME = 60


@dataclass(frozen=True, slots=True)
class Which:
    """Which conversation is meant: the `last` one, the one of a number or title, that of a `name`, or a new one.

    Raises UsageError for a name that could not be listed, or would be taken for a number.
    """

    last: bool = False
    wanted: str | None = None
    name: str | None = None

    def __post_init__(self) -> None:
        name = self.name
        if name is not None and (len(name) > LONGEST_NAME or not name.isprintable() or name.strip().isdigit()):
            sentence = f"--session takes a name of at most {LONGEST_NAME} characters that is no number."
            raise UsageError(sentence, "For example: chat --session thesis")


class SavedChats:
    """The saved conversations of this user, for one chat; `which` is None for a chat that is not saved."""

    def __init__(self, folder: Path, setups: AvailableSetups, which: Which | None) -> None:
        self._folder = folder
        self._setups = setups
        self._which = which
        self._archive: ResumableSessions | None = None

    @property
    def kept(self) -> bool:
        """Whether this chat may be kept on disk."""
        return self._which is not None

    def archive(self) -> Archive:
        """All saved conversations. Raises SessionError."""
        return self._opened()

    def new_journal(self) -> Journal:
        """A journal for a new conversation."""
        which = self._which
        return Unsaved() if which is None else DeferredJournal(lambda: self._opened().begin(which.name or ""))

    def resumed(self) -> Opened | None:
        """The conversation to go on with, with what the command line says; None for a new one. Raises SessionError."""
        session = self._session()
        if session is None:
            return None
        said = self._setups.said_now()
        opened = self._opened().open(session, said)
        if said:
            opened.journal.changed("the settings of the command line", opened.state)
        return opened

    def warm_up(self) -> None:
        """Load the database's code, in the background."""
        if self._which is not None:
            # Here, because a prompt is drawn before it is needed.
            import chatbot_cli.sessions.resuming  # noqa: F401  loading it is all that is wanted

    def _session(self) -> int | None:
        which = self._which
        if which is None or which == Which():
            return None
        if which.last:
            return self._opened().last()
        if which.wanted is not None:
            return self._opened().find(which.wanted).id
        return self._opened().named(which.name or "")

    def _opened(self) -> "ResumableSessions":
        if self._which is None:
            return nothing_saved()
        if self._archive is None:
            # Here, because the first prompt needs no database.
            from chatbot_cli.sessions.resuming import ResumableSessions

            self._archive = ResumableSessions(self._folder, self._setups.revived, self._setups.changes_of)
        return self._archive


def export_unsaved(state: State, form: str) -> str:
    """What is saved nowhere as text, in one of the formats of the archive. Raises SessionError."""
    # Here, because few conversations are exported, and most starts do without.
    from chatbot_cli.sessions.exporting.unsaved import export_unsaved

    return export_unsaved(state, form, time.time())


def nothing_saved() -> NoReturn:
    """The archive of a chat that is not saved."""
    raise SessionError(
        "Nothing is saved in this chat.", "It was started with --no-save, or with save = no in the settings."
    )
