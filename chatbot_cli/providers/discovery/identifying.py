"""Tells by its answers what a local server is, whatever port it is at. Pure.

An entry says in `known_by` what its program alone answers: a word of `owned_by` in the list of models, or a path at
which it sends an object of JSON.
"""

import json
from collections.abc import Callable, Iterable

from chatbot_cli.providers.discovery.served import ServedList
from chatbot_cli.providers.entries.provider import Provider


def what_it_is(listed: ServedList, local: Iterable[Provider], ask: Callable[[str], bytes | None]) -> Provider | None:
    """The entry of the program that answers; None if it is none of them.

    First its list is looked at. If that says nothing, paths are asked for: `ask` returns the body of a successful
    answer, else None.
    """
    entries = list(local)
    by_owner = {owner: entry for entry in entries for owner in entry.known_by if not owner.startswith("/")}
    if owner := next((owner for owner in sorted(listed.owners) if owner in by_owner), None):
        return by_owner[owner]
    paths = ((path, entry) for entry in entries for path in entry.known_by if path.startswith("/"))
    return next((entry for path, entry in paths if _is_object(ask(path))), None)


def _is_object(body: bytes | None) -> bool:
    try:
        return body is not None and isinstance(json.loads(body), dict)
    except (ValueError, RecursionError):
        return False
