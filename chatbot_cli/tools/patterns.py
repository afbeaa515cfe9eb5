"""The patterns that name tools: "time", "files.*", "files", "*.delete_*". Pure."""

import re
from fnmatch import fnmatchcase

from chatbot_cli.chat.tools import Tool


def names(pattern: str, tool: Tool, source: str) -> bool:
    """Whether a pattern names a tool of a source: by its label, or all of the source."""
    return is_named(pattern, tool.label, source)


def is_named(pattern: str, label: str, source: str) -> bool:
    """The same for a tool that is known by its label alone."""
    return pattern == source or fnmatchcase(label, pattern)


def may_name(pattern: str, source: str) -> bool:
    """Whether a pattern may name a tool of a source whose tools are not known yet."""
    labels = f"{source}."
    beginning = re.split(r"[*?[]", pattern, maxsplit=1)[0]
    if beginning == pattern:
        return pattern == source or pattern.startswith(labels)
    return labels.startswith(beginning) or beginning.startswith(labels)
