"""Counts in words. Pure."""


def counted(count: float, noun: str) -> str:
    """A count with its noun: "1 line", "2 lines", "1,200 lines", "0.5 seconds"."""
    number = f"{count:,}" if isinstance(count, int) else f"{count:,g}"
    return f"{number} {noun}{'' if count == 1 else 's'}"
