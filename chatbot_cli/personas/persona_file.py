"""What one persona file holds."""

from collections.abc import Iterable
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from chatbot_cli.errors import PersonaError


@dataclass(slots=True)
class PersonaFile:
    """One file by itself: its valid values, the line of each known key, and every problem.

    The values have the types of the fields of `Persona` and `Options`; `extends` is text. `values` has no entry for a
    key that is missing in the file, or whose value is bad.
    """

    path: Path
    values: dict[str, Any] = field(default_factory=dict)
    lines: dict[str, int] = field(default_factory=dict)
    problems: list[PersonaError] = field(default_factory=list)

    def problem(self, line: int, sentence: str, hint: str = "") -> PersonaError:
        """The error for a mistake in `line`."""
        return PersonaError(f"{self.path}, line {line}: {sentence}", hint)

    def complain(self, line: int, sentence: str, hint: str = "") -> None:
        """Add a problem; reading goes on."""
        self.problems.append(self.problem(line, sentence, hint))


def did_you_mean(word: str, known: Iterable[str]) -> str:
    """The known word most similar to `word`, ignoring case; "" if none is similar."""
    import difflib  # here because only a mistake needs it

    by_lower = {name.lower(): name for name in known}
    close = difflib.get_close_matches(word.lower(), by_lower, n=1)
    return by_lower[close[0]] if close else ""
