"""The word to a model that a call has brought the same result again. Pure."""

SAME = "The same call has brought the same result {count} times. Do something else, or answer with what you have."

_BEFORE, _, _AFTER = f"\n({SAME})".partition("{count}")


def noted(result: str, times: int) -> str:
    """A result, and the word to the model."""
    return f"{result}\n({SAME.format(count=times)})"


def as_it_came(result: str) -> tuple[str, int]:
    """A result without the word to the model, and how many times it was the same in a row, if that was told; else 0."""
    before, _, count = result.removesuffix(_AFTER).rpartition(_BEFORE)
    is_noted = result.endswith(_AFTER) and count.isascii() and count.isdecimal()
    return (before, int(count)) if is_noted else (result, 0)
