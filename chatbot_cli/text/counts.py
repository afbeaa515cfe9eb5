"""Counts and amounts in words. Pure."""

REPLACED, LEFT_OUT = "replaced", "left out"


def counted(count: float, noun: str) -> str:
    """A count with its noun: "1 line", "2 lines", "1,200 lines", "0.5 seconds"."""
    number = f"{count:,}" if isinstance(count, int) else f"{count:,g}"
    return f"{number} {noun}{'' if count == 1 else 's'}"


def dollars(amount: float) -> str:
    """An amount of US dollars in whole cents, or below ten cents with two significant digits: $1.25, $0.0042."""
    if amount == 0 or amount >= 0.1:
        return f"${amount:,.2f}"
    return f"${amount:.2g}" if amount >= 0.0001 else f"${amount:.6f}".rstrip("0")


def controls_in_words(count: int, what_was_done: str, keeping: str) -> str:
    """A sentence about control characters that are not as they were, and what keeps them; empty if there are none."""
    verb = "was" if count == 1 else "were"
    return f"{counted(count, 'control character')} {verb} {what_was_done}; {keeping} keeps them." if count else ""


def short_number(number: int) -> str:
    """A count in a few characters: 950, 8.2k, 128k, 1.05M."""
    if number < 1000:
        return str(number)
    unit, factor = ("k", 1000) if number < 999_500 else ("M", 1_000_000)
    return f"{number / factor:.3g}{unit}"
