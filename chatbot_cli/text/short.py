"""Text cut to a length that fits into a sentence, a title or a list, with "…" where something is left out. Pure."""

LONGEST_NAME = 80  # characters of a model's or a persona's name in a sentence


def shorten(text: str, width: int) -> str:
    """The text on one line, white space folded; at most `width` characters, the last one "…" if it was longer."""
    line = " ".join(text.split())
    return line if len(line) <= width else line[: width - 1].rstrip() + "…"


def shorten_foreign(text: str, width: int) -> str:
    """The same for text from a server or a file: what cannot be printed is a blank, and only the beginning is read."""
    beginning = text[: 4 * width]
    return shorten("".join(character if character.isprintable() else " " for character in beginning), width)


def as_written(text: str, width: int = 40) -> str:
    """The text with the blanks that its author typed, and "�" for what cannot be printed; cut like the others."""
    line = "".join(character if character.isprintable() else "�" for character in text)
    return line if len(line) <= width else line[: width - 1] + "…"
