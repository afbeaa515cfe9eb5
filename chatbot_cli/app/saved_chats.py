"""The saved conversation that a chat goes on with, or the journal of a new one."""

import time
from pathlib import Path
from typing import TYPE_CHECKING, NoReturn

from chatbot_cli.app.setups import AvailableSetups
from chatbot_cli.chat.ports import Archive, Exported, Journal, Opened
from chatbot_cli.chat.state import State
from chatbot_cli.chat.unsaved import Unsaved
from chatbot_cli.errors import SessionError, UsageError
from chatbot_cli.frozen import frozen
from chatbot_cli.sessions.deferred_journal import DeferredJournal

if TYPE_CHECKING:
    from chatbot_cli.sessions.resuming import ResumableSessions

LONGEST_NAME = 60


@frozen
class WhichConversation:
    """Which conversation a chat goes on with: the `last` one, the `wanted` one, the one called `name`, or a new one.

    `wanted` is a number, a name or the beginning of a title. If no conversation is called `name`, a new one gets that
    name. Raises UsageError for a name that could not be listed, or would be taken for a number.
    """

    last: bool = False
    wanted: str | None = None
    name: str | None = None

    def __post_init__(self) -> None:
        name = self.name
        if name is not None and (len(name) > LONGEST_NAME or not name.isprintable() or name.strip().isdigit()):
            sentence = f"--session takes a name of at most {LONGEST_NAME} characters that is no number."
            raise UsageError(sentence, "For example: chat --session thesis")


class ChatSessions:
    """The saved conversations as one chat uses them. The database is opened when it is first needed.

    `which` is None for a chat that is not saved. If they stay `untouched`, nothing is written.
    """

    def __init__(
        self, folder: Path, setups: AvailableSetups, which: WhichConversation | None, *, untouched: bool = False
    ) -> None:
        self._untouched = untouched
        self._folder = folder
        self._setups = setups
        self._which = which
        self._opened: ResumableSessions | None = None

    @property
    def saving(self) -> bool:
        """Whether this chat may write to the disk."""
        return self._which is not None

    def archive(self) -> Archive:
        """All saved conversations. Raises SessionError."""
        return self._sessions()

    def new_journal(self) -> Journal:
        """The journal of a new conversation."""
        which = self._which
        return (
            Unsaved()
            if which is None or self._untouched
            else DeferredJournal(lambda: self._sessions().begin(which.name or ""))
        )

    def resumed(self) -> Opened | None:
        """The conversation to go on with, changed as the command line says; None for a new one. Raises SessionError."""
        session = self._number()
        return None if session is None else self._sessions().open(session, self._setups.given_by_flags())

    def warm_up(self) -> None:
        """Import the code of the database, in the background."""
        if self._which is not None:
            # Imported here, because the prompt is drawn before it is needed.
            import chatbot_cli.sessions.resuming  # noqa: F401  importing it is all that is wanted

    def _number(self) -> int | None:
        """The number of the conversation to go on with; None for a new one."""
        which = self._which
        if which is None or which == WhichConversation():
            return None
        if which.last:
            return self._sessions().last()
        if which.wanted is not None:
            return self._sessions().find(which.wanted).id
        return self._sessions().named(which.name or "")

    def _sessions(self) -> "ResumableSessions":
        if self._which is None:
            return no_archive()
        if self._opened is None:
            # Imported here, because the first prompt needs no database.
            from chatbot_cli.sessions.resuming import ResumableSessions
            from chatbot_cli.sessions.untouched import UntouchedSessions

            sessions = UntouchedSessions if self._untouched else ResumableSessions
            self._opened = sessions(self._folder, self._setups.revived, self._setups.changes_of)
        return self._opened


def export_unsaved(state: State, form: str, raw: bool) -> Exported:
    """A conversation that is not saved, in one of the FORMATS. Raises SessionError for another format."""
    # Imported here, because few conversations are exported.
    from chatbot_cli.sessions.exporting.unsaved import export_unsaved

    return export_unsaved(state, form, time.time(), raw)


def no_archive() -> NoReturn:
    """Refuse the archive to a chat that is not saved. Raises SessionError."""
    raise SessionError(
        "Nothing is saved in this chat.", "It was started with --no-save, or with save = no in the settings."
    )
