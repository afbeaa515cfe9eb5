"""Asks a server on this machine for a small answer: without a proxy, without redirects, within a limit of time."""

import http.client
import socket
import time
from collections.abc import Mapping
from contextlib import closing, suppress
from copy import copy
from urllib.parse import urlsplit

LARGEST = 4_000_000  # bytes of an answer
PIECE = 65_536
LOOPBACK = ("127.0.0.1", "::1")  # in place of `localhost`: some systems wait for seconds at the one that is closed


class Asked:
    """A server at an address, asked until `deadline`, a moment of time.monotonic()."""

    def __init__(self, base_url: str, headers: Mapping[str, str], deadline: float) -> None:
        parts = urlsplit(base_url)
        self._base, self._headers, self._deadline = parts.path.rstrip("/"), dict(headers), deadline
        self._is_tls, self._port = parts.scheme == "https", parts.port
        self._host = parts.hostname or ""
        self.answers_at = ""  # the host that was reached
        self.has_answered = False  # whether it has begun to answer: a port may be open and say nothing

    def models(self) -> bytes | None:
        """The list of models; None if there is none."""
        return self._get(f"{self._base}/models")

    def in_a_part_of_the_time(self, share: float) -> "Asked":
        """The same server, asked until this share of the time that is left has passed."""
        now = time.monotonic()
        hurried = copy(self)
        hurried._deadline = now + share * max(0.0, self._deadline - now)
        return hurried

    def beside(self, path: str, content: bytes = b"") -> bytes | None:
        """What is at a path of the server, beside its API. If there is `content`, which is JSON, it is sent there."""
        return self._get(f"{self._base.removesuffix('/v1')}{path}", content)

    def _get(self, path: str, content: bytes = b"") -> bytes | None:
        hosts = (self.answers_at,) if self.answers_at else LOOPBACK if self._host == "localhost" else (self._host,)
        for host in hosts:
            # ValueError and HTTPException: whatever is at the port need not speak HTTP.
            with suppress(OSError, ValueError, http.client.HTTPException):
                return self._get_at(host, path, content)
        return None

    def _get_at(self, host: str, path: str, content: bytes) -> bytes | None:
        kind = http.client.HTTPSConnection if self._is_tls else http.client.HTTPConnection
        with closing(kind(host, self._port, timeout=self._seconds_left())) as connection:
            connection.connect()
            self.answers_at = host
            headers = {"Accept": "application/json", **self._headers}
            if content:
                connection.request("POST", path, content, {"Content-Type": "application/json", **headers})
            else:
                connection.request("GET", path, headers=headers)
            answer = connection.getresponse()
            self.has_answered = True
            if answer.status != http.HTTPStatus.OK:
                return None
            return self._body(answer, connection)

    def _body(self, answer: http.client.HTTPResponse, connection: http.client.HTTPConnection) -> bytes | None:
        body = bytearray()
        while piece := answer.read1(PIECE):
            body += piece
            if len(body) > LARGEST:
                return None
            left = self._seconds_left()  # also of one that sends a little, again and again
            if isinstance(connection.sock, socket.socket):  # None once all has come, and of a body without a length
                connection.sock.settimeout(left)
        return bytes(body)

    def _seconds_left(self) -> float:
        left = self._deadline - time.monotonic()
        if left <= 0:
            raise TimeoutError
        return left
