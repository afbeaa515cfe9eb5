"""Regular expressions of a schema, against texts of a model: no pattern may keep the program busy for ever.

A pattern runs in pydantic's engine, whose time is linear in the text, as long as it has the pattern's syntax. It has
none for looking ahead or behind and for references back. What is looked for ahead at the very beginning is a question
of its own, and most patterns that look ahead do so there. All others run in Python's engine, whose time may double with
each character: on short texts only, on very short ones if they repeat what repeats, and not at all if they do so much.
"""

import re
from collections.abc import Callable, Iterator
from functools import lru_cache

LONGEST_FOR_PYTHON = 200  # characters
LONGEST_FOR_REPEATS = 12  # characters
MOST_CHOICES = 3  # one after another they take the length to the power of their number
MOST_IN_SHORT_TEXTS = 8
_TOKEN = re.compile(r"\\.|\[\^?\]?(?:\\.|[^\]\\])*\]|.", re.DOTALL)
Search = Callable[[str], bool]


class TooLong(Exception):
    """A text is too long for a pattern that only Python's engine has."""


@lru_cache(maxsize=256)
def search_of(pattern: str) -> Search:
    """A function that says whether the pattern is found in a text. It raises TooLong."""
    if search := _linear(pattern):
        return search
    parts = [(wanted, _linear(part)) for wanted, part in _looks_ahead(pattern)]
    if all(search for _, search in parts):
        return lambda text: all(search is not None and search(text) == wanted for wanted, search in parts)
    return _in_python(pattern)


def _linear(pattern: str) -> Search | None:
    """The search of pydantic's engine; None if it does not have the pattern."""
    # Imported here because few schemas have patterns, and a start has no time for it.
    from pydantic_core import SchemaError, SchemaValidator, core_schema

    try:
        return SchemaValidator(core_schema.str_schema(pattern=pattern, regex_engine="rust-regex")).isinstance_python
    except SchemaError:
        return None


def _looks_ahead(pattern: str) -> Iterator[tuple[bool, str]]:
    """What a pattern that begins with `^` asks of a text, each with whether it is to be found; at least one.

    `^(?=.*\\\\d)(?!x).+$` asks for `^(?:.*\\\\d)`, not for `^(?:x)`, and for `^.+$`.
    """
    rest = pattern.removeprefix("^")
    has_choice = "|" in _outside_groups(rest)  # `^(?=a)b|c` looks ahead in its first half alone
    while rest != pattern and not has_choice and rest.startswith(("(?=", "(?!")) and (end := _end_of_group(rest)):
        yield rest[2] == "=", f"^(?:{rest[3 : end - 1]})"
        rest = rest[end:]
    yield True, pattern if has_choice or rest == pattern else f"^{rest}"


def _end_of_group(text: str) -> int:
    """Where the group ends with which a text begins, if nothing repeats it; else 0."""
    depth = 0
    for token in _TOKEN.finditer(text):
        depth += (token[0] == "(") - (token[0] == ")")
        if not depth:
            return 0 if text[token.end() :].startswith(("*", "+", "?", "{")) else token.end()
    return 0


def _outside_groups(text: str) -> str:
    found, depth = [], 0
    for token in _TOKEN.finditer(text):
        depth += (token[0] == "(") - (token[0] == ")")
        if not depth and len(token[0]) == 1:
            found.append(token[0])
    return "".join(found)


def _in_python(pattern: str) -> Search:
    compiled, longest = re.compile(pattern), _longest(pattern)

    def search(text: str) -> bool:
        if len(text) > longest:
            raise TooLong
        return compiled.search(text) is not None

    return search


def is_judged(pattern: str) -> bool:
    """Whether texts can be judged by a pattern, be it short ones only."""
    try:
        search_of(pattern)("")
    except TooLong:
        return False
    return True


def _longest(pattern: str) -> int:
    """The characters of a text that Python's engine may search; -1 if none."""
    choices, groups = _choices(pattern)
    if choices <= MOST_CHOICES:
        return LONGEST_FOR_REPEATS if groups else LONGEST_FOR_PYTHON
    return LONGEST_FOR_REPEATS if choices <= MOST_IN_SHORT_TEXTS and not groups else -1


def _choices(pattern: str) -> tuple[int, int]:
    """How many repeats, optional parts and alternatives a pattern has, and how many groups it repeats.

    If it repeats none, the alternatives of a group count as one.
    """
    choices, groups, bars, last = 0, 0, 0, "("
    has_bars = [False]
    for sign in (found[0] for found in _TOKEN.finditer(pattern)):
        if sign in ("*", "+", "{"):
            choices, groups = choices + 1, groups + (last == ")")
        elif sign == "?" and last not in ("(", "*", "+", "?", "}"):
            choices += 1
        elif sign == "(":
            has_bars.append(False)
        elif sign == "|":
            bars, has_bars[-1] = bars + 1, True
        elif sign == ")" and len(has_bars) > 1:
            choices += has_bars.pop()
        last = sign
    return choices + (bars if groups else 0), groups
