"""Counts and amounts in words. Pure."""

REPLACED, LEFT_OUT = "replaced", "left out"


def counted(count: float, noun: str) -> str:
    """A count with its noun: "1 line", "2 lines", "1,200 lines", "0.5 seconds"."""
    number = f"{count:,}" if isinstance(count, int) else f"{count:,g}"
    return f"{number} {noun}{'' if count == 1 else 's'}"


def replies_and_summaries(replies: int, summaries: int, unanswered: int = 0) -> str:
    """How many there are of each: "1 reply", "4 replies and 1 summary"; empty if there are none."""
    kinds = (
        (replies, "reply", "replies"),
        (summaries, "summary", "summaries"),
        (unanswered, "request without a reply", "requests without a reply"),
    )
    *most, last = [f"{count:,} {one if count == 1 else more}" for count, one, more in kinds if count] or [""]
    return f"{', '.join(most)} and {last}" if most else last


def dollars(amount: float) -> str:
    """An amount of US dollars in whole cents, or below ten cents with two significant digits: $1.25, $0.0042."""
    from decimal import Decimal  # here because a prompt is drawn without a price

    sign, size = ("-" if amount < 0 else ""), abs(amount)
    if size and (small := Decimal(f"{size:.2g}")) < Decimal("0.1"):
        return f"{sign}${small:f}"
    return f"{sign}${size:,.2f}"


def dollars_as_stated(amount: float) -> str:
    """An amount of US dollars that the user stated: whole cents, and all that he wrote behind them."""
    from decimal import Decimal  # here for the same reason

    stated = Decimal(str(amount))
    return f"${stated:,.2f}" if stated == round(stated, 2) else f"${stated:,f}"


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


def megabytes(size: int) -> str:
    """A number of bytes in megabytes, as people say it: "0.4 MB", "6.2 MB", "20 MB"."""
    return f"{f'{max(size, 50_000) / 1e6:,.1f}'.removesuffix('.0')} MB"
