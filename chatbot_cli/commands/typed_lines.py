"""A typed line, and the text that it sends: with one slash in front a line is a command, with two it is sent with one.

What is put back into the prompt comes from a failed turn, a file or a stranger. It must never become a command.
"""


def text_sent_by(line: str) -> str | None:
    """The text that a typed line sends; None for a command."""
    blanks, words = _blanks_and_words(line)
    if not words.startswith("/"):
        return line
    return f"{blanks}{words[1:]}" if words.startswith("//") else None


def line_that_sends(text: str) -> str:
    """The line that sends exactly this text."""
    blanks, words = _blanks_and_words(text)
    return f"{blanks}/{words}" if words.startswith("/") else text


def command_in(line: str) -> str:
    """The command in a typed line, without the blanks before it; empty if the line sends a text."""
    return _blanks_and_words(line)[1] if text_sent_by(line) is None else ""


def _blanks_and_words(line: str) -> tuple[str, str]:
    """The blanks before the first word, a slip of the finger, and all after them. A text of several lines has none."""
    words = line if "\n" in line else line.lstrip()
    return line[: len(line) - len(words)], words
