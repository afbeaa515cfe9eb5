"""References of a schema, each judging a value once.

A schema that contains itself by way of a choice, as an expression of expressions does, is asked about the same values
again and again: without a memory twice as long for each level of brackets, which is for ever at twenty of them.
"""

import threading
from collections.abc import Callable, Iterator
from typing import Any

from jsonschema import ValidationError

MOST_EXPLAINED = 300  # values of which is told what is wrong inside; of the others only that they do not fit
MOST_JUDGED = 200_000  # by references that depend on the way to them, of which nothing can be remembered

Judge = Callable[[Any, Any, Any, Any], Iterator[ValidationError]]


class TooMuchToJudge(Exception):
    """Judging would take too long."""


class JudgedOnce(threading.local):
    """The keyword `$ref`, and those like it, for the values of one document at a time. Each thread has its own."""

    def __init__(self, judge: Judge, remembers: bool) -> None:
        """`judge` is the keyword of jsonschema; `remembers` if what it says depends on schema and value alone."""
        self._judge, self._remembers = judge, remembers
        self.begin(explains=False)

    def begin(self, explains: bool) -> None:
        """Begin with another document. If it is not to be explained what is wrong, one error tells as much as all."""
        self._failed: dict[tuple[int, int], tuple[bool, Any]] = {}  # by identities; the value is held for its own
        self._to_explain = MOST_EXPLAINED if explains else 0
        self._judged = 0

    def keyword(self, validator: Any, reference: str, instance: Any, schema: Any) -> Iterator[ValidationError]:
        """As a keyword of jsonschema. Raises TooMuchToJudge."""
        if not self._remembers:
            self._judged += 1
            if self._judged > MOST_JUDGED:
                raise TooMuchToJudge
            yield from self._judge(validator, reference, instance, schema)
        elif self._fails(validator, reference, instance, schema):
            if self._to_explain:
                self._to_explain -= 1
                yield from self._judge(validator, reference, instance, schema)
            else:
                yield ValidationError("does not fit")

    def _fails(self, validator: Any, reference: str, instance: Any, schema: Any) -> bool:
        key = id(instance), id(schema)
        if key not in self._failed:
            to_explain, self._to_explain = self._to_explain, 0
            error = next(iter(self._judge(validator, reference, instance, schema)), None)
            self._to_explain = to_explain
            self._failed[key] = error is not None, instance
        return self._failed[key][0]
