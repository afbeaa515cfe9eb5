"""The references in a JSON Schema: each must lead to a schema inside it. Nothing is ever fetched."""

from collections.abc import Mapping
from graphlib import CycleError, TopologicalSorter
from typing import Any, Protocol

from chatbot_cli.structured.schemas.faults import QUOTED, refuse
from chatbot_cli.structured.schemas.subschemas import IN_PLACE, Path, children
from chatbot_cli.text.short import shorten_foreign

ON_THE_WAY = ("$dynamicRef", "$recursiveRef")  # where they lead depends on the way to them
KEYWORDS = ("$ref", *ON_THE_WAY)


def check_references(schema: Any, label: str) -> None:
    """Raise SchemaError for a reference that leads out, nowhere, or around in a circle.

    A schema may contain itself, as a tree does. In a circle there is no value between, and judging would never end.
    """
    # Imported here because only a conversation with a schema needs them, and a start has no time for them.
    from referencing import Registry
    from referencing.jsonschema import DRAFT202012, specification_with

    if not isinstance(schema, Mapping):
        return
    dialect = specification_with(str(schema.get("$schema", "")), default=DRAFT202012)
    registry: Registry[Any] = Registry()
    references = _References(label)
    references.follow(schema, registry.resolver_with_root(dialect.create_resource(schema)), dialect.create_resource)
    references.refuse_circles()


class _Resolver(Protocol):
    """What referencing resolves by; it has no public name for it."""

    def lookup(self, ref: str) -> Any: ...

    def in_subresource(self, subresource: Any) -> "_Resolver": ...


class _References:
    """All schemas that are reached from one, and which of them judge the same value."""

    def __init__(self, label: str) -> None:
        self._label = label
        self._paths: dict[int, Path] = {}  # by the identity of a schema
        self._judge_with: dict[int, set[int]] = {}

    def follow(self, schema: Mapping[str, Any], resolver: "_Resolver", as_resource: Any) -> None:
        """Visit every schema once, with the resolver that knows where it stands."""
        waiting: list[tuple[Path, Mapping[str, Any], _Resolver]] = [((), schema, resolver)]
        while waiting:
            path, schema, resolver = waiting.pop()
            if id(schema) in self._paths:
                continue
            self._paths[id(schema)] = path
            resolver = resolver.in_subresource(as_resource(schema))
            with_it = self._judge_with[id(schema)] = set()
            for steps, inner in children(schema):
                if isinstance(inner, Mapping):
                    waiting.append(((*path, *steps), inner, resolver))
                    with_it |= {id(inner)} if steps[0] in IN_PLACE else set()
            for keyword in KEYWORDS:
                if isinstance(reference := schema.get(keyword), str):
                    target, there = self._target((*path, keyword), reference, resolver)
                    if isinstance(target, Mapping):
                        waiting.append(((*path, keyword), target, there))
                        with_it.add(id(target))

    def _target(self, path: Path, reference: str, resolver: "_Resolver") -> tuple[Any, "_Resolver"]:
        from referencing.exceptions import Unresolvable  # for the same reason as above

        quoted = f'"{shorten_foreign(reference, QUOTED)}"'
        if not reference.startswith("#"):
            hint = "A reference begins with #, as #/$defs/Person does. Nothing is fetched."
            refuse(self._label, path, f"the reference {quoted} leads out of the schema", hint)
        try:
            found = resolver.lookup(reference)
        except (Unresolvable, ValueError, TypeError, KeyError, IndexError, AttributeError):  # odd pointers raise these
            refuse(self._label, path, f"the reference {quoted} leads to nothing")
        if not isinstance(found.contents, Mapping | bool):
            refuse(self._label, path, f"the reference {quoted} leads to something that is no schema")
        return found.contents, found.resolver

    def refuse_circles(self) -> None:
        try:
            TopologicalSorter(self._judge_with).prepare()
        except CycleError as error:
            path = self._paths[error.args[1][0]]
            refuse(self._label, path, "it refers to itself with no value between, so that judging would never end")
