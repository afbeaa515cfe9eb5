"""Titles of conversations."""

LONGEST_TITLE = 60
LONGEST_GIVEN_TITLE = 120


def title_of(question: str) -> str:
    """The title of a conversation that begins with this question: the question on one line, shortened."""
    return _shortened(question, LONGEST_TITLE)


def given_title(title: str) -> str:
    """The title that the user chose, on one line and shortened if it is very long."""
    return _shortened(title, LONGEST_GIVEN_TITLE)


def _shortened(text: str, length: int) -> str:
    words = " ".join(text.split())
    return words if len(words) <= length else words[: length - 1].rstrip() + "…"
