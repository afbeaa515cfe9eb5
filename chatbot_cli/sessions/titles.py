"""What a conversation is called."""

LONGEST_TITLE = 60
LONGEST_GIVEN_TITLE = 120


def title_of(question: str) -> str:
    """A question as the title of its conversation: its words, shortened, on one line."""
    return _shortened(question, LONGEST_TITLE)


def given_title(title: str) -> str:
    """A title that somebody chose, on one line of bearable length."""
    return _shortened(title, LONGEST_GIVEN_TITLE)


def _shortened(text: str, length: int) -> str:
    words = " ".join(text.split())
    return words if len(words) <= length else words[: length - 1].rstrip() + "…"
