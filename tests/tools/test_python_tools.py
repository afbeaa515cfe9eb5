"""Python functions as tools: what a model is told of one, how its arguments are checked, and what it returns."""

import asyncio
import functools
import json
import sys
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from enum import Enum
from pathlib import Path
from typing import Annotated, Any, Literal

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from pydantic import BaseModel, Field

from chatbot_cli.chat.rounds import CallOutcome, ToolResult
from chatbot_cli.tools.python.function import python_tool
from chatbot_cli.tools.python.marks import tool
from chatbot_cli.tools.python.signature import NotATool, WrongArguments, signature_of
from chatbot_cli.tools.result_text import MOST_KEPT


class Size(Enum):
    SMALL = "s"
    LARGE = "l"


@dataclass
class Item:
    """What is sold."""

    name: str
    count: int = 1


class Address(BaseModel):
    """Where it goes."""

    street: str = Field(min_length=1)


def schema_of(function: Callable[..., Any]) -> dict[str, Any]:
    schema: dict[str, Any] = json.loads(python_tool(function).tool.definition.parameters)
    return schema


async def run(function: Callable[..., Any], arguments: str = "{}") -> ToolResult:
    return await python_tool(function).run(arguments, lambda text, share=None: None)


def order(
    what: Annotated[str, "its name"],
    count: int = 1,
    *,
    size: Size = Size.SMALL,
    speed: Literal["slow", "fast"] = "slow",
    _note: str | None = None,
    json: bool = False,
) -> str:
    """Order something.

    It is paid at once.
    """
    return f"{count} {what} {size} {speed} {json}"


def test_the_signature_is_the_schema_and_the_whole_docstring_the_description() -> None:
    definition = python_tool(order).tool.definition
    assert (definition.name, definition.description) == ("order", "Order something.\n\nIt is paid at once.")
    schema = schema_of(order)
    assert (schema["required"], schema["additionalProperties"]) == (["what"], False)
    assert schema["properties"]["what"] == {"type": "string", "description": "its name"}
    assert schema["properties"]["count"] == {"type": "integer", "default": 1}
    assert schema["properties"]["speed"]["enum"] == ["slow", "fast"]
    assert set(schema["properties"]) == {"what", "count", "size", "speed", "_note", "json"}
    assert "title" not in json.dumps(schema)


async def test_arguments_become_values_of_their_types_and_defaults_are_those_of_the_function() -> None:
    seen: list[Any] = []

    def keep(item: Item, to: Address, when: date, size: Size, count: int, untyped, left_out: list[str] = seen) -> None:  # type: ignore[no-untyped-def]  # on purpose
        """Keep it."""
        seen.append((item, to, when, size, count, untyped, left_out is seen))

    arguments = {"item": {"name": "tea"}, "to": {"street": "Main"}, "when": "2026-11-26", "size": "l", "count": "3"}
    assert (await run(keep, json.dumps({**arguments, "untyped": [1]}))).outcome is CallOutcome.DONE
    assert seen == [(Item("tea"), Address(street="Main"), date(2026, 11, 26), Size.LARGE, 3, [1], True)]


@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        ("{}", "what is missing"),
        ('{"what": "tea", "color": "red"}', "color is no argument of this tool"),
        ('{"what": "tea", "count": "many"}', "count: Input should be a valid integer"),
        ('{"what": "tea", "size": "xl", "count": []}', "; size"),
        ('{"what": "tea", "a\\nb": 1}', "a b is no argument"),
        (json.dumps({"what": "tea", **{f"x{number}": 1 for number in range(21)}}), "; 11 more"),
        ("[]", "should be an object"),
        ("{", "Invalid JSON"),
    ],
)
async def test_arguments_that_do_not_fit_are_told_to_the_model_and_nothing_runs(arguments: str, words: str) -> None:
    result = await run(order, arguments)
    assert result.outcome is CallOutcome.INVALID
    assert words in result.text
    assert "\n" not in result.text


_JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.sampled_from(["what", "count", "size"]), inner),
)


@settings(max_examples=60)
@given(_JSON.map(json.dumps) | st.text())
def test_any_arguments_are_checked_or_refused_in_one_line(arguments: str) -> None:
    signature = signature_of(order)
    try:
        what: str = signature.checked(arguments)["what"]
    except WrongArguments as error:
        what = str(error)
    assert isinstance(what, str)


def no_docstring(x: int) -> int:
    return x


def by_position(x: int, /) -> None:
    """A tool."""


def many(*items: str) -> None:
    """A tool."""


def anything(**named: str) -> None:
    """A tool."""


def no_schema(x: Callable[[int], int]) -> None:
    """A tool."""


def unknown(x: "Nowhere") -> None:  # type: ignore[name-defined]  # noqa: F821  that is the test
    """A tool."""


def lost(x: list["Nowhere"]) -> None:  # type: ignore[name-defined]  # noqa: F821  that is the test
    """A tool."""


def with_field(x: int = Field(3, gt=1)) -> None:
    """A tool."""


def of_a_stream(x: type(sys)) -> None:  # type: ignore[valid-type]  # that is the test
    """A tool."""


def größe() -> None:
    """A tool."""


async def endless() -> Any:
    """A tool."""
    yield 1


@pytest.mark.parametrize(
    ("function", "reason"),
    [
        (no_docstring, "no docstring"),
        (by_position, "takes x by its position only"),
        (many, "takes *items"),
        (anything, "takes **named"),
        (no_schema, "no schema"),
        (unknown, "cannot be read: name 'Nowhere' is not defined"),
        (lost, "names a class that is not defined"),
        (with_field, "has a Field(…) as the default of x: write Annotated[…, Field(…)]"),
        (of_a_stream, "no schema"),
        (größe, "a name that servers refuse"),
        (endless, "return a list"),
        (Item, "is a class"),
        (functools.partial(order, "tea"), "no docstring"),
        (len, "by its position only"),
    ],
)
def test_a_function_that_cannot_be_a_tool_says_why(function: Any, reason: str) -> None:
    with pytest.raises(NotATool) as refused:
        python_tool(function, name=None if function is not len else "len")
    assert reason in str(refused.value)


def test_what_the_author_says_of_a_tool_is_known() -> None:
    @tool(read_only=True, parallel=True, timeout=5, ask=False)
    def stock() -> int:
        """How many."""
        return 1

    made = python_tool(stock, timeout=20)
    assert (made.tool.read_only, made.tool.parallel, made.tool.timeout, made.marks.ask) == (True, True, 5, False)
    assert python_tool(order, timeout=20).tool.timeout == 20
    assert stock() == 1
    assert made.tool.source.startswith("test_python_tools.py:")
    with pytest.raises(ValueError, match="more than 0"):
        tool(timeout=0)


async def test_methods_coroutines_and_wrapped_functions_are_tools_as_well() -> None:
    class Shop:
        async def stock(self, item: str) -> list[str]:
            """What there is."""
            await asyncio.sleep(0)
            return [item]

    @functools.lru_cache
    def cached(n: int) -> int:
        """Twice."""
        return 2 * n

    def hidden(n: int) -> object:
        """Thrice."""
        return later(n)

    async def later(n: int) -> int:
        await asyncio.sleep(0)
        return 3 * n

    assert (await run(hidden, '{"n": 4}')).text == "12"
    assert (await run(Shop().stock, '{"item": "tea"}')).text == '["tea"]'
    assert (await run(cached, '{"n": 4}')).text == "8"


def _endless() -> Iterator[int]:
    n = 0
    while True:
        yield n
        n += 1


_ring: list[Any] = []
_ring.append(_ring)


class _Odd:
    def __repr__(self) -> str:
        return "an odd thing"


@pytest.mark.parametrize(
    ("value", "text"),
    [
        ("a text\n", "a text\n"),
        ("", ""),
        (None, "(nothing)"),
        (3, "3"),
        ({"größe": [1, None]}, '{"größe": [1, null]}'),
        (float("nan"), "NaN"),
        ([float("inf")], "[Infinity]"),
        (b"plain text", "plain text"),
        (b"\x89PNG\r\n\x1a\n\0\0\0\0", "(12 bytes: a PNG image)"),
        (Item("tea"), '{"name": "tea", "count": 1}'),
        (Address(street="Main"), '{"street": "Main"}'),
        ({(1, 2): {3}}, '{"1,2": [3]}'),
        (date(2026, 11, 26), "2026-11-26"),
        (Decimal("1.10"), "1.10"),
        (Path("a/b"), "a/b"),
        (_Odd(), "an odd thing"),
        ({"at": _Odd()}, '{"at": "an odd thing"}'),
        ("half \ud83d of it", "half � of it"),
        ({"half": "\ud83d"}, '{"half": "�"}'),
        ("\x1b[2J", "\x1b[2J"),  # it is kept as it came; screens make it visible
        (iter("ab"), '["a", "b"]'),
        (_ring, "[[...]]"),
    ],
)
async def test_whatever_a_function_returns_is_text(value: object, text: str) -> None:
    def returning() -> object:
        """A tool."""
        return value

    assert await run(returning) == ToolResult(text)


async def test_a_result_without_end_or_of_many_megabytes_is_cut_and_says_so() -> None:
    def endless() -> object:
        """A tool."""
        return _endless()

    def large() -> str:
        """A tool."""
        return "x" * 50_000_000

    assert (await run(endless)).text.endswith("999]\n(only the first 1,000 items were taken)")
    text = (await run(large)).text
    assert text.endswith("x\n(49,000,000 more characters were not kept)")
    assert len(text) < MOST_KEPT + 100


class _Mean(Exception):
    def __str__(self) -> str:
        raise RuntimeError


@pytest.mark.parametrize("is_async", [False, True])
@pytest.mark.parametrize(
    ("error", "text"),
    [
        (ValueError("no such tea:\n  'x'"), "ValueError: no such tea: 'x'"),
        (KeyError("tea"), "KeyError: 'tea'"),
        (AssertionError(), "AssertionError"),
        (SystemExit(3), "The tool wanted to end the program: sys.exit(3)"),
        (KeyboardInterrupt(), "KeyboardInterrupt"),
        (asyncio.CancelledError(), "CancelledError"),
        (StopIteration(1), "StopIteration: 1"),
        (_Mean(), "_Mean: its message cannot be read"),
        (ExceptionGroup("two", [ValueError(), KeyError()]), "ExceptionGroup: two (2 sub-exceptions)"),
    ],
    ids=lambda value: type(value).__name__,
)
async def test_whatever_a_function_raises_is_one_line_for_the_model(
    error: BaseException, text: str, is_async: bool
) -> None:
    def failing() -> None:
        """A tool."""
        raise error

    async def failing_later() -> None:
        """A tool."""
        await asyncio.sleep(0)
        failing()

    if is_async and isinstance(error, StopIteration):
        text = "RuntimeError: coroutine raised StopIteration"
    assert await run(failing_later if is_async else failing) == ToolResult(text, CallOutcome.FAILED)
