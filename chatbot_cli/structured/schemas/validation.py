"""Whether a value is valid by a schema, and what is wrong with it, in clauses with their places.

$.items[2].age: 'old' is not an integer
"""

from collections.abc import Iterator, Mapping
from functools import cached_property
from itertools import islice
from typing import TYPE_CHECKING, Any

from chatbot_cli.structured.schemas.places import place
from chatbot_cli.structured.schemas.problem_words import in_words
from chatbot_cli.structured.schemas.references import KEYWORDS, ON_THE_WAY
from chatbot_cli.structured.schemas.subschemas import Path, every

if TYPE_CHECKING:
    from jsonschema import ValidationError
    from jsonschema.protocols import Validator

MOST_PROBLEMS = 10
_MOST_LOOKED_AT = 1000  # of which the best are told
_WEAK = ("anyOf", "oneOf", *KEYWORDS)


class Validation:
    """Judges values by a schema; by JSON Schema 2020-12 unless the schema names another. It fetches nothing."""

    def __init__(self, schema: Mapping[str, Any] | bool) -> None:
        self._schema = schema

    def is_valid(self, value: Any) -> bool:
        """Whether the value is valid. One that cannot be judged is not."""
        return next(self._errors(value, (), explains=False), None) is None

    def problems(self, value: Any, under: Path = ()) -> tuple[str, ...]:
        """What is wrong with a value that stands at the place `under`; the most telling first, and not all of many."""
        found = sorted(islice(self._errors(value, under, explains=True), _MOST_LOOKED_AT))
        return tuple(dict.fromkeys(clause for *_, clause in found))[:MOST_PROBLEMS]

    def _errors(
        self, value: Any, under: Path, explains: bool
    ) -> Iterator[tuple[int, int, list[tuple[int, int, str]], str]]:
        """The errors in an order that is the same each time: near the root before what is inside, then by place."""
        # Imported here because only a conversation with a schema needs them, and a start has no time for them.
        from referencing.exceptions import Unresolvable

        from chatbot_cli.structured.schemas.judged_once import TooMuchToJudge

        try:
            for error in self._judge.errors(value, explains):
                weak = error.validator in _WEAK
                said = _most_telling(error)
                path = (*under, *said.absolute_path)
                yield len(error.path), weak, [_sortable(step) for step in path], f"{place(path)}: {in_words(said)}"
        except RecursionError:
            yield 0, 0, [], f"{place(under)}: it is nested too deep to be checked"
        except TooMuchToJudge:
            yield 0, 0, [], f"{place(under)}: it takes too long to be checked"
        except Unresolvable as error:
            yield 0, 0, [], f"{place(under)}: the schema refers to {getattr(error, 'ref', '')!r}, which is not there"

    @cached_property
    def _judge(self) -> "Judge":
        from referencing import Registry  # for the same reason as above

        registry: Registry[Any] = Registry()
        schema = self._schema
        if isinstance(schema, Mapping):  # where a reference meets the name again, jsonschema would take its own class
            schema = {key: value for key, value in schema.items() if key != "$schema"}
        return Judge(self._schema, schema, registry)


class Judge:
    """Judges values by a schema in the dialect of `root`, and comes to an end whatever a model wrote."""

    def __init__(self, root: Mapping[str, Any] | bool, schema: Mapping[str, Any] | bool, registry: Any) -> None:
        # Imported here for the same reason as above.
        from jsonschema import Draft202012Validator
        from jsonschema.validators import extend, validator_for

        from chatbot_cli.structured.schemas import keywords
        from chatbot_cli.structured.schemas.judged_once import JudgedOnce

        named = validator_for(root, default=Draft202012Validator)
        remembers = not any(isinstance(one, Mapping) and one.keys() & set(ON_THE_WAY) for _, one in every(root))
        self._references = {
            key: JudgedOnce(named.VALIDATORS[key], remembers) for key in KEYWORDS if key in named.VALIDATORS
        }
        ours = {key: judged.keyword for key, judged in self._references.items()} | keywords.OURS
        made = extend(named, ours)  # type: ignore[no-untyped-call]  # its stub has no types
        self._validator: Validator = made(schema, registry=registry)

    def is_valid(self, value: Any) -> bool:
        """Whether the value is valid. Raises what `errors` does."""
        return next(self.errors(value, explains=False), None) is None

    def errors(self, value: Any, explains: bool) -> "Iterator[ValidationError]":
        """What is wrong. Raises RecursionError, TooMuchToJudge, and Unresolvable of referencing."""
        for judged in self._references.values():
            judged.begin(explains)
        yield from self._validator.iter_errors(value)


def _most_telling(error: "ValidationError") -> "ValidationError":
    """Of an error that comes from alternatives the one inside that says most, as jsonschema sees it."""
    from jsonschema.exceptions import best_match  # for the same reason as above

    inside = error.context or ()
    if not inside or all(not one.path and one.validator == "type" for one in inside):
        return error
    best: ValidationError = best_match([error])
    return best


def _sortable(step: str | int) -> tuple[int, int, str]:
    return (0, step, "") if isinstance(step, int) else (1, 0, step)
