"""The functions and constants that `calculate` knows. Pure."""

import math
from collections.abc import Callable, Sequence
from fractions import Fraction
from statistics import mean, median

from chatbot_cli.tools.builtin.numbers import MOST_BITS, TOO_LARGE, Number, near, whole
from chatbot_cli.tools.result_text import ToolFailed

MOST_STEPS = 1000  # of factorial and its like: 1000! has 2,568 digits
ALMOST_NOTHING = 1e-15  # what is left of sin(pi) in floating point

Function = Callable[[Sequence[Number]], Number]

CONSTANTS = {"pi": near(math.pi), "e": near(math.e), "tau": near(math.tau)}


def power(base: Number, exponent: Number) -> Number:
    """A power: exact if the exponent is whole. Raises ToolFailed."""
    if not exponent.is_whole:
        if exponent.value == Fraction(1, 2):
            return _root(base)
        return _near(math.pow, base, exponent)
    times = exponent.value.numerator
    if base.value == 0 and times < 0:
        raise ToolFailed("It divides by zero.")
    bits = max(base.value.numerator.bit_length(), base.value.denominator.bit_length())
    if bits > 1 and bits * abs(times) > 2 * MOST_BITS:
        raise ToolFailed(TOO_LARGE)
    times = times if bits > 1 else (2 - times % 2) * (1 if times >= 0 else -1)  # of 0, 1 and -1
    return Number(base.value**times if exponent.value else Fraction(1), base.exact and exponent.exact)


def call(name: str, numbers: Sequence[Number]) -> Number:
    """What a function says of numbers. Raises ToolFailed."""
    if name not in FUNCTIONS:
        raise ToolFailed(f"There is no function {name}. There are {', '.join(sorted(FUNCTIONS))}.")
    fewest, most, function = FUNCTIONS[name]
    if not fewest <= len(numbers) <= most:
        raise ToolFailed(f"{name} does not take {len(numbers)} numbers.")
    return function(numbers)


def _near(function: Callable[..., float], *numbers: Number) -> Number:
    """What a function of floating point says. Raises ToolFailed."""
    try:
        value = function(*(float(number.value) for number in numbers))
    except OverflowError:
        raise ToolFailed("A number is too large for that.") from None
    except (ValueError, ZeroDivisionError):
        raise ToolFailed(f"{function.__name__} has no value there.") from None
    return near(value)


def _floating(function: Callable[..., float]) -> Function:
    def of(numbers: Sequence[Number]) -> Number:
        result = _near(function, *numbers)
        return near(0.0) if abs(result.value) < ALMOST_NOTHING and function in _WAVES else result

    return of


def _exact(function: Callable[..., Fraction | int]) -> Function:
    """A function that leaves exact numbers exact."""

    def of(numbers: Sequence[Number]) -> Number:
        value = Fraction(function(*(number.value for number in numbers)))
        return Number(value, all(number.exact for number in numbers))

    return of


def _of_wholes(function: Callable[..., int]) -> Function:
    def of(numbers: Sequence[Number]) -> Number:
        values = [whole(number) for number in numbers]
        if function in (math.factorial, math.comb, math.perm) and max(values) > MOST_STEPS:
            raise ToolFailed(f"{function.__name__} takes numbers up to {MOST_STEPS:,}.")
        try:
            return Number(Fraction(function(*values)))
        except ValueError:
            raise ToolFailed(f"{function.__name__} takes no negative numbers.") from None

    return of


def _root(number: Number) -> Number:
    """The square root, exact if there is one."""
    value = number.value
    if value < 0:
        raise ToolFailed("A negative number has no square root.")
    root = Fraction(math.isqrt(value.numerator), math.isqrt(value.denominator))
    return Number(root, number.exact) if root * root == value else _near(math.sqrt, number)


def _rounded(numbers: Sequence[Number]) -> Number:
    """Rounded to a number of decimals, halves away from zero."""
    number, places = numbers[0], whole(numbers[1]) if len(numbers) > 1 else 0
    if abs(places) > MOST_STEPS:
        raise ToolFailed(f"round takes up to {MOST_STEPS:,} decimals.")
    scaled = abs(number.value) * Fraction(10) ** places
    size = Fraction(math.floor(scaled + Fraction(1, 2))) / Fraction(10) ** places
    return Number(-size if number.value < 0 else size)


def _log(numbers: Sequence[Number]) -> Number:
    return _near(math.log, *numbers)


_WAVES = (math.sin, math.cos, math.tan)
_OTHERS = (math.asin, math.acos, math.atan, math.exp, math.log10, math.log2, math.degrees, math.radians)
_ANY = 1000
FUNCTIONS: dict[str, tuple[int, int, Function]] = {  # the fewest and the most numbers that each takes
    **{one.__name__: (1, 1, _floating(one)) for one in (*_WAVES, *_OTHERS)},
    "ln": (1, 1, _log),
    "log": (1, 2, _log),
    "sqrt": (1, 1, lambda numbers: _root(numbers[0])),
    "round": (1, 2, _rounded),
    "abs": (1, 1, _exact(abs)),
    "floor": (1, 1, _exact(math.floor)),
    "ceil": (1, 1, _exact(math.ceil)),
    "min": (1, _ANY, _exact(lambda *values: min(values))),
    "max": (1, _ANY, _exact(lambda *values: max(values))),
    "sum": (1, _ANY, _exact(lambda *values: sum(values, Fraction(0)))),
    "mean": (1, _ANY, _exact(lambda *values: mean(values))),
    "median": (1, _ANY, _exact(lambda *values: median(values))),
    "factorial": (1, 1, _of_wholes(math.factorial)),
    "comb": (2, 2, _of_wholes(math.comb)),
    "perm": (2, 2, _of_wholes(math.perm)),
    "gcd": (1, _ANY, _of_wholes(math.gcd)),
    "lcm": (1, _ANY, _of_wholes(math.lcm)),
}
