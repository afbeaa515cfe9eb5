"""Reads the text of a persona file, up to a limit. What cannot be read is a PersonaError."""

from pathlib import Path

from chatbot_cli.errors import PersonaError
from chatbot_cli.system.regular_files import TooLarge, in_words, read_regular_file
from chatbot_cli.text.short import as_written

MAX_BYTES = 256 * 1024  # some 40,000 words: longer than any prompt, and still parsed in an instant
LONGEST_PATH = 200  # characters of a path in a sentence


def read_text(path: Path) -> str:
    """The file's text, without a byte order mark. Raises PersonaError if it is no file, too large or not UTF-8."""
    try:
        raw = read_regular_file(path, MAX_BYTES)
    except TooLarge as error:
        raise PersonaError(f"{path} is too large: a persona file may have {MAX_BYTES // 1024} KB.") from error
    except OSError as error:
        raise unreadable(path, error) from error
    try:
        if b"\0" in raw[:2]:  # half of a letter, as some shells of Windows write a file
            raise UnicodeDecodeError("utf-8", raw, 0, 1, "UTF-16")
        return raw.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        line = raw.count(b"\n", 0, error.start) + 1
        raise PersonaError(f"{path}, line {line}: the text is not UTF-8.", "Save the file as UTF-8.") from error


def unreadable(path: Path, error: OSError | ValueError) -> PersonaError:
    """The PersonaError for a failure to find or open `path`."""
    named = as_written(str(path), LONGEST_PATH)
    match error:
        case FileNotFoundError():
            return PersonaError(f"There is no file {named}.", "A persona's name has no folder and no suffix.")
        case IsADirectoryError():
            return PersonaError(f"{named} is a folder, not a persona file.")
        case OSError():
            return PersonaError(f"{named} cannot be read: {in_words(error)}.")
        case _:
            return PersonaError(f"{named} cannot be the path of a file.")
