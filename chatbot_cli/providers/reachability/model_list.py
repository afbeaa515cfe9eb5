"""Reads a server's list of models, and looks a model up in it. Pure."""

import json
import re
from collections.abc import Iterator, Sequence
from difflib import get_close_matches
from itertools import islice

from chatbot_cli.frozen import frozen
from chatbot_cli.providers.entries.provider import Dialect
from chatbot_cli.providers.entries.registry import built_in

NEAREST = 3  # names that are offered for a model that is not listed
MOST_COMPARED, LONGEST_NAME = 2_000, 200  # a hostile list must not keep us busy
PLAIN = Dialect()
_VERSION_OF_IT = re.compile(r"[-:](?:latest|\d{8}|\d{4}-\d{2}-\d{2})")


@frozen
class ModelList:
    """The `names` a server lists. A server that `serves_any` answers to every name with the model it has loaded."""

    names: Sequence[str]
    is_complete: bool = True
    serves_any: bool = False

    def has(self, model: str) -> bool:
        """Whether the list holds a model: under its name, with a version appended, or as a pattern `gpt-*`."""
        return any(_means(listed, model) for listed in self.names)

    def nearest(self, model: str) -> list[str]:
        """The listed names that are most similar to `model`, the best first."""
        short = (name for name in self.names if len(name) <= LONGEST_NAME)
        plain = {name.lower(): name for name in islice(short, MOST_COMPARED)}
        close = get_close_matches(model.lower()[:LONGEST_NAME], list(plain), NEAREST, cutoff=0.5)
        return [plain[name] for name in close]


def read_model_list(body: bytes, dialect: Dialect = PLAIN) -> ModelList | None:
    """The list in a JSON body of a server with this dialect; None if the body holds no list."""
    try:
        data = json.loads(body)
    except (ValueError, RecursionError):  # not JSON, not UTF-8, endless digits; thousands of brackets
        return None
    entries = data.get("data") if isinstance(data, dict) else data
    if not isinstance(entries, list):
        return None
    models = [entry for entry in entries if isinstance(entry, dict) and isinstance(entry.get("id"), str)]
    if entries and not models:
        return None
    owners = [one.any_name_owner for one in _all_with(dialect) if one.any_name_owner]
    return ModelList(
        [_without_prefix(entry["id"], dialect) for entry in models],
        is_complete=not (isinstance(data, dict) and data.get("has_more")),
        serves_any=any(entry.get("owned_by") in owners for entry in models),
    )


def _all_with(dialect: Dialect) -> Iterator[Dialect]:
    """The dialect, and those of all providers, whose lists a gateway may pass on."""
    yield dialect
    yield from (row.dialect for row in built_in())


def _without_prefix(listed: str, dialect: Dialect) -> str:
    """The name as a request uses it."""
    prefixes = (one.list_prefix for one in _all_with(dialect) if one.list_prefix)
    return next((listed.removeprefix(prefix) for prefix in prefixes if listed.startswith(prefix)), listed)


def _means(listed: str, model: str) -> bool:
    if listed.endswith("*"):
        return model.startswith(listed[:-1])
    return listed == model or (listed.startswith(model) and _VERSION_OF_IT.fullmatch(listed, len(model)) is not None)
