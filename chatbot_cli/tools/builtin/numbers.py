"""Exact numbers, and those that are only near: what `calculate` reckons with, and how it writes them. Pure."""

from decimal import Decimal, localcontext
from fractions import Fraction

from chatbot_cli.frozen import frozen
from chatbot_cli.tools.result_text import ToolFailed

MOST_BITS = 12_000  # of a numerator or denominator: some 3,600 digits
MOST_DECIMALS = 60  # of an exact number that is written as a decimal
LONGEST_FRACTION = 60  # characters
SIGNIFICANT = 15  # digits of a number that is only near

TOO_LARGE = "The numbers get too large: at most some 3,600 digits."


@frozen
class Number:
    """A number; one that is not `exact`, such as a root of 2, is the nearest that is known."""

    value: Fraction
    exact: bool = True

    def __post_init__(self) -> None:
        if max(self.value.numerator.bit_length(), self.value.denominator.bit_length()) > MOST_BITS:
            raise ToolFailed(TOO_LARGE)

    @property
    def is_whole(self) -> bool:
        return self.value.denominator == 1


def near(value: float) -> Number:
    """A number that was reckoned in floating point. Raises ToolFailed if it is none."""
    if value != value or value in (float("inf"), float("-inf")):
        raise ToolFailed("The result is too large, or no number.")
    return Number(Fraction(value), exact=False)


def whole(number: Number) -> int:
    """The number as an integer. Raises ToolFailed if it has a fraction."""
    if not number.is_whole:
        raise ToolFailed(f"{written(number)} is no whole number, and one is needed there.")
    return number.value.numerator


def read(literal: str) -> Number:
    """The number that a literal of Python says: 0.1 is a tenth, as it is meant. Raises ToolFailed."""
    text = literal.replace("_", "").lower()
    if text[:2] in ("0x", "0b", "0o"):
        return Number(Fraction(int(text, 0)))
    _, _, exponent = text.partition("e")
    if len(exponent) > 5 or (exponent and abs(int(exponent)) > MOST_BITS // 4):
        raise ToolFailed(TOO_LARGE)
    return Number(Fraction(text))


def written(number: Number) -> str:
    """The number in digits: exact as a whole number or a decimal, or as a fraction with the decimal that is near."""
    value = number.value
    if not number.exact:
        return _rounded(value)
    if value.denominator == 1:
        return str(value.numerator)
    decimals = _decimals(value.denominator)
    if decimals is not None:
        digits = f"{abs(value.numerator) * 10**decimals // value.denominator:0{decimals + 1}d}"
        return f"{'-' if value < 0 else ''}{digits[:-decimals]}.{digits[-decimals:]}"
    about = f"about {_rounded(value)}"
    fraction = f"{value.numerator}/{value.denominator}"
    return f"{fraction}, which is {about}" if len(fraction) <= LONGEST_FRACTION else about


def _decimals(denominator: int) -> int | None:
    """How many decimals a fraction has; None if they do not end, or are too many."""
    twos = fives = 0
    while denominator % 2 == 0:
        denominator, twos = denominator // 2, twos + 1
    while denominator % 5 == 0:
        denominator, fives = denominator // 5, fives + 1
    decimals = max(twos, fives)
    return decimals if denominator == 1 and decimals <= MOST_DECIMALS else None


def _rounded(value: Fraction) -> str:
    with localcontext() as context:
        context.prec = SIGNIFICANT
        rounded = (Decimal(value.numerator) / Decimal(value.denominator)).normalize()
        return f"{rounded:f}" if -7 <= rounded.adjusted() < SIGNIFICANT + 5 else f"{rounded}".lower()
