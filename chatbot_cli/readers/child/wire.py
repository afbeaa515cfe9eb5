"""What parent and child say to each other: a length, and a message.

The child answers in JSON, and in no pickle: a file that has taken over the child must not reach the parent.
"""

import json
from dataclasses import asdict
from typing import Any

from chatbot_cli.chat.passages import Unit
from chatbot_cli.readers.document import Form, ReadDocument, Unreadable
from chatbot_cli.readers.formats import Format

LENGTH = 8  # bytes in front of a message that tell its length
MOST_BYTES = 200_000_000  # of a message


def framed(payload: bytes) -> bytes:
    """A message as it is written."""
    return len(payload).to_bytes(LENGTH, "big") + payload


def request(format_: Format, content: bytes) -> bytes:
    """What the child is asked: to read a file with this content."""
    return format_.name.encode() + b"\n" + content


def parse_request(payload: bytes) -> tuple[Format, bytes]:
    """The format and the content of a file to be read."""
    name, _, content = payload.partition(b"\n")
    return Format[name.decode()], content


def reply(outcome: ReadDocument | Unreadable) -> bytes:
    """What came of it."""
    if isinstance(outcome, Unreadable):
        return json.dumps({"reason": outcome.reason, "failed": outcome.failed}).encode()
    fields = asdict(outcome) | {"form": outcome.form.name, "unit": outcome.unit.name}
    return json.dumps(fields).encode()


def parse_reply(payload: bytes) -> ReadDocument | Unreadable:
    """What came of it. Raises ValueError for what no child of ours says."""
    try:
        return _parsed(payload)
    except (KeyError, TypeError, AttributeError, RecursionError) as error:
        raise ValueError("no answer of a child") from error


def _parsed(payload: bytes) -> ReadDocument | Unreadable:
    fields: dict[str, Any] = json.loads(payload)
    if "reason" in fields:
        return Unreadable(str(fields["reason"]), failed=fields["failed"] is True)
    places = tuple(int(place) for place in fields["places"])
    if places and len(places) != fields["text"].count("\n") + 1:
        raise ValueError("each line has one place")
    return ReadDocument(
        str(fields["text"]),
        Form[fields["form"]],
        str(fields["kind"]),
        Unit[fields["unit"]],
        places,
        str(fields["language"]),
        str(fields["encoding"]),
        tuple(map(str, fields["notes"])),
    )
