"""Texts that can be shown in a line."""

import re

QUOTED = 40  # characters of a quotation in a sentence
UNFIT_FOR_A_LINE = "[\x00-\x1f\x7f-\x9f\u2028-\u202e\u2066-\u2069]"  # breaks and controls


def is_one_line(text: str) -> bool:
    """Whether the text can be shown as a name: visible, without line breaks and control characters."""
    return bool(text.strip()) and not (re.search(UNFIT_FOR_A_LINE, text) or has_half_character(text))


def has_half_character(text: str) -> bool:
    """Whether a text holds half of a surrogate pair. Only an escape can bring one in; it could not be sent."""
    try:
        text.encode()
    except UnicodeEncodeError:
        return True
    return False
