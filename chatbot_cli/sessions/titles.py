"""Titles of conversations."""

from chatbot_cli.text.short import shorten

LONGEST_TITLE = 60
LONGEST_GIVEN_TITLE = 120


def title_of(question: str) -> str:
    """The title of a conversation that begins with this question: the question on one line, shortened."""
    return shorten(question, LONGEST_TITLE)


def given_title(title: str) -> str:
    """The title that the user chose, on one line and shortened if it is very long."""
    return shorten(title, LONGEST_GIVEN_TITLE)
