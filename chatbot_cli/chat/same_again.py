"""The word to a model that a call has brought the same result again. Pure."""

import re

SAME = "The same call has brought the same result {count} times. Do something else, or answer with what you have."

_NOTED = re.compile(rf"\n\({re.escape(SAME).replace(re.escape('{count}'), '([0-9]+)')}\)\Z")


def noted(result: str, times: int) -> str:
    """A result, and the word to the model."""
    return f"{result}\n({SAME.format(count=times)})"


def as_it_came(result: str) -> tuple[str, int]:
    """A result without the word to the model, and how many times it was the same in a row, if that was told; else 0."""
    found = _NOTED.search(result)
    return (result[: found.start()], int(found[1])) if found else (result, 0)
