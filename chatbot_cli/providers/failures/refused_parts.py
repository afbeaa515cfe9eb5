"""What a server says that refuses a request which may be sent again without one of its parts. Pure."""

from collections.abc import Iterator, Mapping, Sequence
from typing import NamedTuple

from chatbot_cli.providers.failures.context_limit import is_too_long
from chatbot_cli.providers.failures.refusals import message_in
from chatbot_cli.providers.failures.wire_errors import StatusError, WireError, shown_id
from chatbot_cli.providers.route.endpoint import Endpoint

STATUSES = (None, 400, 404, 415, 422, 500, 501)  # None is an error event in the stream that names none
READ = 4096  # characters of each text in the error's body


class RefusedPart(NamedTuple):
    """A refusal: the server's message in one line, and all texts of its body; the status as it stands in a sentence."""

    message: str
    said: Sequence[str]
    number: str
    request_id: str
    body: object


def refused_part(error: Exception, endpoint: Endpoint) -> RefusedPart | None:
    """The refusal that an error is, if a part of the request may be its cause; None if its length is, or another."""
    if not isinstance(error, WireError):
        return None
    status = error.status_code if isinstance(error, StatusError) else None
    message = message_in(error, endpoint)
    if status not in STATUSES or is_too_long(status or 500, error.code, error.type, message):
        return None
    said = [text[:READ] for text in texts_in(error.body)]
    request_id = shown_id(getattr(error, "request_id", None), endpoint)
    return RefusedPart(message, said, f" ({status})" if status else "", request_id, error.body)


def texts_in(body: object, depth: int = 0) -> Iterator[str]:
    """All that an error's body says, but not what it repeats of the request."""
    if isinstance(body, str):
        yield body
    elif depth < 6 and isinstance(body, Mapping):
        for key, value in body.items():
            if key not in ("input", "request", "body"):
                yield from texts_in(value, depth + 1)
    elif depth < 6 and isinstance(body, list):
        for value in body[:20]:
            yield from texts_in(value, depth + 1)
