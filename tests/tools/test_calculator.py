"""The tool `calculate`: exact where it can be, and nothing but arithmetic."""

import ast
import math
from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st

from chatbot_cli.tools.builtin.calculator import calculate
from chatbot_cli.tools.result_text import ToolFailed


@pytest.mark.parametrize(
    ("expression", "result"),
    [
        ("0.1 + 0.2", "0.3"),
        ("2 + 3 * 4", "14"),
        ("(2 + 3) × 4 ÷ 10", "2"),
        ("1/3", "1/3, which is about 0.333333333333333"),
        ("2/7*14", "4"),
        ("2^10", "1024"),
        ("-2^2", "-4"),
        ("-7 // 2", "-4"),
        ("17 % 5", "2"),
        ("19.99 * 1.25", "24.9875"),
        ("round(2.675, 2)", "2.68"),
        ("round(-2.5)", "-3"),
        ("round(1234, -2)", "1200"),
        ("1.0", "1"),
        ("-0.5", "-0.5"),
        ("1_000 + 0xff", "1255"),
        ("1e400 * 1e-400", "1"),
        ("sqrt(16/9)", "4/3, which is about 1.33333333333333"),
        ("2 ** 0.5", "1.4142135623731"),
        ("sqrt(4)^0.5 + 0", "1.4142135623731"),
        ("sin(pi)", "0"),
        ("cos(PI / 3)", "0.5"),
        ("ln(e)", "1"),
        ("log(8, 2)", "3"),
        ("exp(50)", "5.18470552858707e+21"),
        ("factorial(20)", "2432902008176640000"),
        ("comb(49, 6)", "13983816"),
        ("gcd(12, 18) + lcm(4, 6)", "18"),
        ("sum([1, 2, 3.5]) + mean(1, 2) + max(1, 5, 2)", "13"),
        ("median(3, 1, 2)", "2"),
        ("0 ^ 0", "1"),
        ("(-1) ^ 99999999", "-1"),
        ("0 ^ 99999999", "0"),
        ("2 ^ -2", "0.25"),
        ("+".join(["1.5"] * 200), "300"),
    ],
)
def test_what_it_reckons(expression: str, result: str) -> None:
    assert calculate(expression) == result


@pytest.mark.parametrize(
    ("expression", "words"),
    [
        ("9**9**9**9", "too large"),
        ("10 ^ 1000000", "too large"),
        ("2 ^ 10000 * 2 ^ 10000", "too large"),
        ("1e99999999999999999999", "too large"),
        ("1e9999", "too large"),
        ("factorial(100000)", "up to 1,000"),
        ("factorial(-1)", "no negative"),
        ("factorial(0.5)", "0.5 is no whole number"),
        ("1 / 0", "divides by zero"),
        ("0 ^ -1", "divides by zero"),
        ("5 % 0", "divides by zero"),
        ("sqrt(-1)", "no square root"),
        ("ln(0)", "no value there"),
        ("exp(10000)", "too large"),
        ("1,000 + 2", "write 1,000 as 1000"),
        ("15%", "A percent is 15 / 100"),
        ("x + 1", "x is not known here"),
        ("nonsense(1)", "There is no function nonsense"),
        ("max()", "does not take 0 numbers"),
        ("2 & 3", "It takes"),
        ("'a' * 9", "'a' is no arithmetic"),
        ("True", "no arithmetic"),
        ("1j", "no arithmetic"),
        ("", "no arithmetic"),
        ("a\nb", "no arithmetic"),
        ("\0", "no arithmetic"),
        ("__import__('os').system('true')", "no arithmetic"),
        ("(1).__class__", "no arithmetic"),
        ("[x for x in (1,)]", "no arithmetic"),
        ("lambda: 1", "no arithmetic"),
        ("round(ndigits=2)", "no arithmetic"),
        ("(" * 400 + "1" + ")" * 400, "no arithmetic"),
        ("-" * 900 + "1", "nested too deep"),
        ("1" * 1001, "at most 1,000"),
    ],
)
def test_what_it_refuses_and_why(expression: str, words: str) -> None:
    with pytest.raises(ToolFailed) as refused:
        calculate(expression)
    assert words in str(refused.value)
    assert "\n" not in str(refused.value)


_NUMBERS = st.fractions(min_value=-1000, max_value=1000, max_denominator=1000)
_OF_NUMBERS = _NUMBERS.map(lambda number: f"({number})")
_EXPRESSIONS = st.recursive(
    _OF_NUMBERS,
    lambda inner: st.builds(lambda a, sign, b: f"({a} {sign} {b})", inner, st.sampled_from("+-*"), inner),
    max_leaves=6,
)


@given(_EXPRESSIONS)
def test_it_reckons_as_fractions_do(expression: str) -> None:
    result = calculate(expression).partition(", which is about ")[0]
    exact = _reckoned(ast.parse(expression, mode="eval").body)
    if result.startswith("about "):  # the fraction is too long to be told
        assert math.isclose(float(result.removeprefix("about ")), exact, rel_tol=1e-14)
    else:
        assert Fraction(result) == exact


def _reckoned(node: ast.expr) -> Fraction:
    match node:
        case ast.Constant(value=int(value)):
            return Fraction(value)
        case ast.UnaryOp(operand=part):
            return -_reckoned(part)
        case ast.BinOp(left=left, op=sign, right=right):
            a, b = _reckoned(left), _reckoned(right)
            return {ast.Add: a + b, ast.Sub: a - b, ast.Mult: a * b, ast.Div: a / b if b else a}[type(sign)]
    raise AssertionError(ast.dump(node))


@given(st.text(alphabet="0123456789.+-*/%^()e,abs sqrtx[]'", max_size=30))
def test_any_text_is_reckoned_or_refused(expression: str) -> None:
    try:
        result = calculate(expression)
    except ToolFailed as refused:
        result = str(refused)
    assert result
