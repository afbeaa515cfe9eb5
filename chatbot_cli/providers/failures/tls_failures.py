"""Tells why TLS fails, in a clause for users and with a hint. Pure."""

import ssl

import httpx2

from chatbot_cli.frozen import frozen
from chatbot_cli.providers.failures.causes import cause_of
from chatbot_cli.providers.route.endpoint import CERTIFICATES, Endpoint


@frozen
class TlsFailure:
    """`reason` is a clause about the server. `hint` is empty if it speaks no TLS at all: the address is to blame."""

    reason: str
    hint: str


TOO_OLD = TlsFailure(
    "it speaks only TLS 1.1 or older", "TLS 1.2 is the oldest that is safe: the server needs an update."
)
NO_CIPHER = TlsFailure("it offers no encryption that is safe", "The TLS settings of the server need an update.")
WANTS_CERTIFICATE = TlsFailure("it wants a certificate of yours", "This chat has none: set another base URL.")
WRONG_NAME = TlsFailure("it does not know itself by this name", "Is the name in the base URL right?")
REFUSED = TlsFailure("it refuses to agree on one", "Is the name in the base URL right, and its TLS up to date?")
HUNG_UP = TlsFailure(
    "it hung up instead of agreeing on one", "It may know only a TLS older than 1.2, or no TLS at all."
)
NO_TLS = TlsFailure("it does not speak TLS", "")

# Words in OpenSSL's names for what went wrong, the first that fits counts. Many servers only close, or send an alert.
_BY_WORD = {
    "UNSUPPORTED_PROTOCOL": TOO_OLD,
    "ALERT_PROTOCOL_VERSION": TOO_OLD,
    "VERSION_TOO_LOW": TOO_OLD,
    "WRONG_SSL_VERSION": TOO_OLD,
    "NO_PROTOCOLS_AVAILABLE": TOO_OLD,
    "INAPPROPRIATE_FALLBACK": TOO_OLD,
    "LEGACY": TOO_OLD,
    "HANDSHAKE_FAILURE": NO_CIPHER,
    "INSUFFICIENT_SECURITY": NO_CIPHER,
    "CIPHER": NO_CIPHER,
    "TOO_SMALL": NO_CIPHER,
    "TOO_WEAK": NO_CIPHER,
    "SIGNATURE": NO_CIPHER,
    "CERTIFICATE": WANTS_CERTIFICATE,
    "UNKNOWN_CA": WANTS_CERTIFICATE,
    "UNRECOGNIZED_NAME": WRONG_NAME,
    "ALERT": REFUSED,
}
_HINTS = {  # by OpenSSL's number for what is wrong with a certificate
    9: "Is the clock of this computer right?",
    10: "The server needs a new one, unless the clock of this computer is wrong.",
    62: WRONG_NAME.hint,
    64: WRONG_NAME.hint,
}


def tls_failure(error: BaseException, endpoint: Endpoint) -> TlsFailure | None:
    """Why there is no secure connection; None if TLS is not to blame."""
    if untrusted := cause_of(error, ssl.SSLCertVerificationError):
        hint = _HINTS.get(getattr(untrusted, "verify_code", 0)) or _certificates_hint(endpoint)
        return TlsFailure(untrusted.verify_message, hint)
    failed = cause_of(error, ssl.SSLError)
    if failed is None:
        return None
    failure = _failure(failed)
    # A server can ask for a certificate after the handshake. All else then is a connection lost.
    return failure if cause_of(error, httpx2.ConnectError) or failure is WANTS_CERTIFICATE else None


def is_about_trust(error: BaseException) -> bool:
    """Whether a certificate of the server is not trusted, and a file of certificates may help."""
    untrusted = cause_of(error, ssl.SSLCertVerificationError)
    return untrusted is not None and getattr(untrusted, "verify_code", 0) not in _HINTS


def _failure(failed: ssl.SSLError) -> TlsFailure:
    if isinstance(failed, ssl.SSLEOFError | ssl.SSLZeroReturnError):
        return HUNG_UP
    name = getattr(failed, "reason", None) or ""  # only an error of OpenSSL has it
    return next((failure for word, failure in _BY_WORD.items() if word in name), NO_TLS)


def _certificates_hint(endpoint: Endpoint) -> str:
    for variable in CERTIFICATES:
        if path := endpoint.environ.get(variable):
            return f"{variable} must hold the certificate that it needs; it is {path}."
    return "SSL_CERT_FILE can name a file of certificates to trust."
