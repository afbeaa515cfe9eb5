"""Saved conversations in words."""

from chatbot_cli.chat.journal import SessionSummary
from chatbot_cli.commands.window_report import exchanges_in_words
from chatbot_cli.text.ages import age_in_words


def about_session(summary: SessionSummary, now: float) -> str:
    """One line about a saved conversation."""
    parts = (f"“{summary.title}”", age_in_words(now - summary.active), size_in_words(summary))
    line = " · ".join((*parts, *filter(None, (summary.persona, summary.model))))
    return " ".join(line.split())  # a name from an import may hold newlines, and must not look like a line of ours


def size_in_words(summary: SessionSummary) -> str:
    """How many exchanges a saved conversation has; that it is damaged, if it is."""
    return "damaged" if summary.problem else exchanges_in_words(summary.exchanges)


def how_to_resume(session: int, *, saving: bool) -> str:
    """What to type to go on with a conversation. `saving` is false if the last messages were not saved."""
    command = f"To go on with this conversation: chat --resume {session}"
    return f"{command}, or chat -c while it is the last one." if saving else f"Not all of it is saved. {command}"
