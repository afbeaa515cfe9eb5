"""`data:` addresses in a text, such as those of images in a request. Pure."""

import re

_KEPT = 40  # characters of the data
_LONG = rf"(data:[\w./+-]{{1,100}};base64,[\w+/]{{{_KEPT}}})([\w+/=]{{{5 * _KEPT},}})"  # compiled when it is needed


def shortened_data(text: str) -> str:
    """The text with only the beginning of long data, and how many characters are left out."""
    if ";base64," not in text:
        return text
    return re.sub(_LONG, lambda found: f"{found[1]}… {len(found[2]):,} more characters", text)
