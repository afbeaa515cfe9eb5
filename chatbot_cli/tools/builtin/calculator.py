"""The tool `calculate`: arithmetic, exact where it can be. Nothing of an expression is run as Python."""

import ast
import operator
from collections.abc import Callable
from fractions import Fraction
from typing import Annotated

from chatbot_cli.text.short import as_written
from chatbot_cli.tools.builtin.functions import CONSTANTS, call, power
from chatbot_cli.tools.builtin.numbers import Number, read, written
from chatbot_cli.tools.python.marks import tool
from chatbot_cli.tools.result_text import ToolFailed

LONGEST = 1000  # characters of an expression
DEEPEST = 250  # expressions inside each other

_SIGNS = str.maketrans({"×": "*", "·": "*", "÷": "/", "−": "-", "–": "-", "π": "(pi)", "^": "**"})
_OPERATORS: dict[type[ast.operator], Callable[[Fraction, Fraction], Fraction | int]] = {
    ast.Add: operator.add,
    ast.Sub: operator.sub,
    ast.Mult: operator.mul,
    ast.Div: operator.truediv,
    ast.FloorDiv: operator.floordiv,
    ast.Mod: operator.mod,
}


@tool(read_only=True, parallel=True)
def calculate(
    expression: Annotated[str, "for example (3 + 4) * 2^10 / 7, sqrt(2), round(19.99 * 1.25, 2); % is the remainder"],
) -> str:
    """Arithmetic without mistakes. Fractions and decimals are exact; angles are in radians; round takes halves up."""
    if len(expression) > LONGEST:
        raise ToolFailed(f"The expression has {len(expression):,} characters; at most {LONGEST:,} are taken.")
    text = expression.translate(_SIGNS).strip()
    try:
        tree = ast.parse(text, mode="eval")
    except (SyntaxError, ValueError, MemoryError, RecursionError):
        shown = as_written(expression)
        raise ToolFailed(f"{shown} is no arithmetic: write it like 2 * (3 + 4.5). A percent is 15 / 100.") from None
    return written(_value(tree.body, text, DEEPEST))


def _value(node: ast.expr, text: str, depth: int) -> Number:
    """The number that a part of an expression stands for. Raises ToolFailed."""
    if depth == 0:
        raise ToolFailed(f"The expression is nested too deep: {DEEPEST} levels at most.")

    def of(part: ast.expr) -> Number:
        return _value(part, text, depth - 1)

    match node:
        case ast.Constant(value=int() | float() as value) if not isinstance(value, bool):
            return read(ast.get_source_segment(text, node) or repr(value))
        case ast.UnaryOp(op=ast.USub() | ast.UAdd() as sign, operand=part):
            number = of(part)
            return Number(-number.value, number.exact) if isinstance(sign, ast.USub) else number
        case ast.BinOp(left=left, op=operation, right=right):
            return _combined(operation, of(left), of(right))
        case ast.Call(func=ast.Name(id=name), args=parts, keywords=[]):
            return call(name.lower(), [of(part) for part in _listed(parts)])
        case ast.Name(id=name) if name.lower() in CONSTANTS:
            return CONSTANTS[name.lower()]
    raise ToolFailed(_no_arithmetic(node))


def _no_arithmetic(node: ast.expr) -> str:
    match node:
        case ast.Tuple():
            return "A comma stands between numbers: write 1,000 as 1000."
        case ast.Name(id=name):
            return f"{name} is not known here; there are {', '.join(CONSTANTS)} and functions."
    return f"{as_written(ast.unparse(node))} is no arithmetic."


def _listed(parts: list[ast.expr]) -> list[ast.expr]:
    """The arguments of a function; those of sum([1, 2]) are in a list."""
    match parts:
        case [ast.List(elts=inner) | ast.Tuple(elts=inner)]:
            return inner
    return parts


def _combined(operation: ast.operator, left: Number, right: Number) -> Number:
    if isinstance(operation, ast.Pow):
        return power(left, right)
    if type(operation) not in _OPERATORS:
        raise ToolFailed("It takes + - * / // % and ^.")
    try:
        value = _OPERATORS[type(operation)](left.value, right.value)
    except ZeroDivisionError:
        raise ToolFailed("It divides by zero.") from None
    return Number(Fraction(value), left.exact and right.exact)
