"""The ids of calls that every server takes, and the marks of the server from which they came. Pure."""

import json
import re
from collections.abc import Mapping
from typing import Any

from chatbot_cli.providers.wire.call_reader import OF_AN_ID, short_id

_AN_ID = re.compile(f"[A-Za-z0-9]{{{OF_AN_ID}}}")


class WireIds:
    """The ids of the calls in one request: nine letters and digits, as Mistral wants them, and none of them twice.

    The same messages always get the same ids, so a provider finds the beginning of a request in its cache.
    """

    def __init__(self) -> None:
        self._taken: set[str] = set()
        self._sent: dict[str, str] = {}  # of the newest call with an id

    def of_call(self, own: str, *, keep: bool = False) -> str:
        """The id that a call is sent with: its own, if that is short, or to `keep` since this server made it."""
        sent, again = own if keep or _AN_ID.fullmatch(own) else short_id(own), 0
        while sent in self._taken:
            again += 1
            sent = short_id(f"{own}:{again}")
        self._taken.add(sent)
        self._sent[own] = sent
        return sent

    def of_result(self, own: str) -> str:
        """The id that the newest call with this id was sent with."""
        return self._sent.get(own) or self.of_call(own)


def stamped(extra: str, address: str) -> str:
    """What a server sent along with a call, with the mark of its address; empty if it is nothing."""
    return json.dumps({"from": short_id(address), "fields": json.loads(extra)}) if extra else ""


def fields_from(extra: str, address: str) -> Mapping[str, Any]:
    """The fields that are for this server; none if they came from another one, or nobody knows from where."""
    try:
        kept = json.loads(extra or "null")
    except (ValueError, RecursionError):
        return {}
    match kept:
        case {"from": mark, "fields": dict(fields)} if mark == short_id(address):
            return fields
    return {}
