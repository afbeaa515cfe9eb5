"""The parts of a text that are each a row of a list: its lines, or its sentences. Pure."""

import re

from chatbot_cli.providers.demo.facts import sentences_of

_TASK = re.compile(
    r"(?:please |now )?(?:extract|list|find|give|make|turn|get|read|convert|parse|take|collect|show|return)\b"
    r"|(?:who|what|which)\b|.*:$",
    re.IGNORECASE | re.DOTALL,
)
_CLAUSES = re.compile(r";\s+|,? and (?=[^\W\d_a-z])|, (?=[^\W\d_a-z]\w+ (?:is|was|has)\b)")
_TELLS_OF_ONE = re.compile(r"[^\W\d_a-z]\w+.*\d", re.DOTALL)


def rows_of(text: str) -> list[str]:
    """The rows of a text: its lines if it has some, else its sentences, or the clauses that tell of one thing each.

    A task that stands above them, or before a colon, is no row.
    """
    task, blank, rest = text.partition("\n\n")
    if blank and rest.strip() and "\n" not in task.strip() and _TASK.match(task.strip()):
        text = rest
    lines = [line.strip() for line in text.splitlines() if line.strip()]
    if len(lines) > 1:
        return lines[1:] if len(lines) > 2 and _TASK.match(lines[0]) and lines[0].endswith(":") else lines
    if lines and (said := re.match(r"([^:]{3,60}):\s+(\S.*)", lines[0])) and _TASK.match(said[1]):
        lines = [said[2]]
    return [row for sentence in sentences_of("\n".join(lines)) for row in _clauses(sentence)]


def _clauses(sentence: str) -> list[str]:
    parts = [part.strip() for part in _CLAUSES.split(sentence) if part.strip()]
    return parts if len(parts) > 1 and all(map(_TELLS_OF_ONE.match, parts)) else [sentence]
