"""Exports a conversation that is not saved."""

from chatbot_cli.chat.ports import Exported
from chatbot_cli.chat.state import State
from chatbot_cli.sessions.exporting.formats import exported
from chatbot_cli.sessions.exporting.visible_text import writable
from chatbot_cli.sessions.moving import record_of_state
from chatbot_cli.text.safe import safe_in_file


def export_unsaved(state: State, form: str, at: float, raw: bool = False) -> Exported:
    """The exchanges of a state, as Archive.export; `at` is now, in seconds since 1970. Raises SessionError."""
    return exported(record_of_state(state, at), form, writable if raw else safe_in_file)
