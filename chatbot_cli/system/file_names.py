"""The name of a file to write, as somebody types it."""

import os
from pathlib import Path
from urllib.parse import quote

from chatbot_cli.errors import UsageError

_CLOSING = {'"': '"', "'": "'", "“": "”", "‘": "’", "„": "“"}


def unquoted(typed: str) -> str:
    """The name without quotation marks around it, for a shell would take them off. Raises UsageError for a lone one."""
    typed = typed.strip()
    closing = _CLOSING.get(typed[:1])
    if closing is None:
        return typed
    if len(typed) > 1 and typed.endswith(closing) and closing not in typed[1:-1]:
        return typed[1:-1].strip()
    if closing not in typed[1:]:
        raise UsageError(f"In {typed} a quotation mark is never closed.", "Take it out, or write one at the end.")
    return typed


def file_to_write(typed: str, example: str) -> Path:
    """The path of a file to write, with `~` expanded. Raises UsageError for a folder, or in one that is not there.

    `example` is the name of a file, for a hint.
    """
    path = Path(os.path.expanduser(typed))
    try:
        if path.is_dir() or typed.endswith(("/", os.sep)) or typed in ("~", ".", ".."):
            named = typed if typed.endswith(("/", os.sep)) else f"{typed}/"
            raise UsageError(
                f"{typed} cannot be written: it is a folder, not a file.", f"Name a file in it: {named}{example}"
            )
        if not path.parent.is_dir():
            raise UsageError(f"{typed} cannot be written: there is no folder {path.parent}.", "Name another file.")
    except (OSError, ValueError):  # what cannot even be looked at is named when it is written
        return path
    return path


def as_link(path: str) -> str:
    """The address of a file, for a terminal that opens links: nothing in it can act on one. Empty if it has none."""
    try:
        named = Path(path)
        if not named.is_absolute():
            return ""
        return f"file://{'/' if named.drive else ''}{quote(os.fsencode(named.as_posix()))}"
    except (UnicodeError, ValueError):
        return ""
