"""The names that a model calls the tools of servers by: "files__read_file". Pure."""

import re
from hashlib import sha256

LONGEST, HASHED = 64, 6  # characters
_OTHERS = re.compile(r"[^A-Za-z0-9_-]")


def wire_name(server: str, tool: str) -> str:
    """The name of a tool on the wire. One that had to be changed or cut ends in letters that no other name has."""
    plain = f"{server}__{tool}"
    name = _OTHERS.sub("_", plain)
    if name == plain and len(name) <= LONGEST:
        return name
    letters = sha256(plain.encode("utf-8", "replace")).hexdigest()[:HASHED]
    return f"{name[: LONGEST - HASHED - 1]}_{letters}"
