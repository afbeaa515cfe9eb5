"""Why TLS fails, in words: what a real handshake ends with, as servers of all ages send it."""

import ssl

import httpx2
import pytest
import trustme

from chatbot_cli.errors import ConnectionFailed
from chatbot_cli.providers.failures.explain import explain
from chatbot_cli.providers.failures.wire_errors import NotConnected
from chatbot_cli.providers.reachability.asking import ask_server
from chatbot_cli.providers.reachability.findings import ModelServer
from chatbot_cli.providers.route.endpoint import Endpoint
from tests.providers.asking import KEY, ask, chat_at
from tests.streaming_server import BAD_REQUEST, TLS_TOO_NEW, StreamingServer

TOO_OLD = "it speaks only TLS 1.1 or older"
OLD_HELLO = b"\x03\x01" + b"\1" * 32 + b"\0\0\x2f\0"  # a server's greeting in TLS 1.0


def alert(number: int) -> bytes:
    return b"\x15\x03\x03\x00\x02\x02" + bytes([number])


ANSWERS = {
    "the alert of TLS 1.0": (TLS_TOO_NEW, TOO_OLD),
    "the alert of TLS 1.1": (alert(70), TOO_OLD),
    "the alert of SSL 3": (b"\x15\x03\x00\x00\x02\x02\x46", TOO_OLD),
    "an old greeting": (b"\x16\x03\x01\x00\x2a\x02\x00\x00\x26" + OLD_HELLO, TOO_OLD),
    "no common cipher": (alert(40), "it offers no encryption that is safe"),
    "too little security": (alert(71), "it offers no encryption that is safe"),
    "an unknown name": (alert(112), "it does not know itself by this name"),
    "an error of its own": (alert(80), "it refuses to agree on one"),
    "nothing": (b"", "it hung up instead of agreeing on one"),
    "HTTP": (BAD_REQUEST, "it does not speak TLS"),
    "SSH": (b"SSH-2.0-OpenSSH_9.2\r\n", "it does not speak TLS"),
}


@pytest.mark.parametrize("name", ANSWERS)
async def test_the_cause_is_named(name: str) -> None:
    sent, reason = ANSWERS[name]
    with StreamingServer(no_tls=sent) as server:
        secure = server.base_url.replace("http:", "https:")
        error = (await ask(chat_at(secure))).error
        (finding,) = await ask_server(ModelServer(Endpoint(secure, "m", KEY)))
    assert isinstance(error, ConnectionFailed)
    assert str(error) == finding.value == f"There is no secure connection to {secure}: {reason}."
    assert not error.retryable
    assert ("http://" in finding.fix) == (reason == "it does not speak TLS")


async def test_a_certificate_for_another_name_is_not_a_matter_of_trust(
    monkeypatch: pytest.MonkeyPatch, tmp_path: object
) -> None:
    authority = trustme.CA()
    authority.cert_pem.write_to_path(f"{tmp_path}/ca.pem")
    monkeypatch.setenv("SSL_CERT_FILE", f"{tmp_path}/ca.pem")
    context = ssl.create_default_context(ssl.Purpose.CLIENT_AUTH)
    authority.issue_cert("other.example").configure_cert(context)
    with StreamingServer(tls=context) as server:
        error = (await ask(chat_at(server.base_url))).error
        (finding,) = await ask_server(ModelServer(Endpoint(server.base_url, "m", KEY)))
    assert error is not None
    assert error.hint == finding.fix == "Is the name in the base URL right?"


@pytest.mark.parametrize(
    ("cause", "sentence"),
    [
        (ssl.SSLEOFError(8, "EOF occurred"), "The connection to https://chat.example/v1 was lost before the reply."),
        (
            ssl.SSLError(1, "[SSL: TLSV13_ALERT_CERTIFICATE_REQUIRED] tlsv13 alert"),
            "There is no secure connection to https://chat.example/v1: it wants a certificate of yours.",
        ),
    ],
)
def test_what_fails_after_the_handshake(cause: ssl.SSLError, sentence: str) -> None:
    cause.reason = "TLSV13_ALERT_CERTIFICATE_REQUIRED"
    read = httpx2.ReadError("failed")
    read.__cause__ = cause
    error = NotConnected()
    error.__cause__ = read
    assert str(explain(error, Endpoint("https://chat.example/v1", "m", KEY), begun=False)) == sentence
