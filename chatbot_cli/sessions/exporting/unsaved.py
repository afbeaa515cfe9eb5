"""Exports a conversation that is not saved."""

from chatbot_cli.chat.state import State
from chatbot_cli.sessions.exporting.formats import export
from chatbot_cli.sessions.moving import record_of_state


def export_unsaved(state: State, form: str, at: float) -> str:
    """The exchanges of a state in one of the FORMATS; `at` is now, in seconds since 1970. Raises SessionError."""
    return export(record_of_state(state, at), form)
