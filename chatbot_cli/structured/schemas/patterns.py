"""Regular expressions of a schema, against texts of a model: no pattern may keep the program busy for ever.

A pattern runs in pydantic's engine, whose time is linear in the text, as long as it has the pattern's syntax. It has
none for looking ahead or behind and for references back: those run in Python's engine, on short texts only.
"""

import re
from collections.abc import Callable
from functools import lru_cache

LONGEST_FOR_PYTHON = 200  # characters
Search = Callable[[str], bool]


class TooLong(Exception):
    """A text is too long for a pattern that only Python's engine has."""


@lru_cache(maxsize=256)
def search_of(pattern: str) -> Search:
    """A function that says whether the pattern is found in a text. It raises TooLong."""
    # Imported here because few schemas have patterns, and a start has no time for it.
    from pydantic_core import SchemaError, SchemaValidator, core_schema

    try:
        return SchemaValidator(core_schema.str_schema(pattern=pattern, regex_engine="rust-regex")).isinstance_python
    except SchemaError:
        return _in_python(pattern)


def _in_python(pattern: str) -> Search:
    compiled = re.compile(pattern)

    def search(text: str) -> bool:
        if len(text) > LONGEST_FOR_PYTHON:
            raise TooLong
        return compiled.search(text) is not None

    return search
