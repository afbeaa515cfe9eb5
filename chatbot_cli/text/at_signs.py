"""Where an @ begins the path of a file. Pure."""

import re

# Not in the middle of a word, so that an address such as ada@example.com is none, nor after a backslash. Letters of
# scripts that are written without blanks are no part of a word here.
BEGINS = r"""(?:(?<![!-~¡-ʯ])|(?<=[(\[{<"',;:]))@"""


def may_name_files(text: str) -> bool:
    """Whether a text has an @ that may begin a path."""
    return "@" in text and re.search(BEGINS, text) is not None
