"""Turns the failures of a proxy into sentences that name the variable it is set in. Pure."""

import os
import socket
import ssl

import httpx2

from chatbot_cli.errors import ConnectionFailed
from chatbot_cli.providers.failures.causes import cause_of, system_error
from chatbot_cli.providers.failures.refusals import WANTS_A_PASSWORD
from chatbot_cli.providers.failures.server_message import message_of
from chatbot_cli.providers.failures.tls_failures import tls_failure
from chatbot_cli.providers.failures.wire_errors import ConnectTimedOut, NotConnected, StatusError, WireError
from chatbot_cli.providers.route.endpoint import Endpoint
from chatbot_cli.providers.route.proxy_in_force import Proxy, proxy_in_force


def proxy_failure(error: WireError, endpoint: Endpoint) -> ConnectionFailed | None:
    """The error if the proxy failed; None if no proxy is used, or the failure is not its own."""
    proxy = proxy_in_force(endpoint.base_url, endpoint.environ)
    if proxy is None or proxy.bypassed_by:
        return None
    name = f"The proxy {proxy.address} of {proxy.variable}"
    if failure := tls_failure(error, endpoint):
        if not proxy.address.startswith("https:") or cause_of(error, ssl.SSLCertVerificationError):
            return None  # the server's TLS fails, as far as one can tell
        if failure.hint:
            return ConnectionFailed(f"{name} is not reached: {failure.reason}.", failure.hint, retryable=False)
        mend = f"Let {proxy.variable} begin with http:// instead of https://"
        return ConnectionFailed(f"{name} does not speak TLS.", mend, retryable=False)
    match error:
        case StatusError(status_code=status) if status == WANTS_A_PASSWORD:
            return ConnectionFailed(f"{name} wants a password.", _let_in(proxy), retryable=False)
        case ConnectTimedOut():
            within = f"{endpoint.timeouts.connect:g} s"
            return ConnectionFailed(f"{name} does not answer within {within}.", _avoid(proxy, endpoint))
        case NotConnected():
            return _not_let_through(error, name, proxy, endpoint)
    return None


def _not_let_through(error: NotConnected, name: str, proxy: Proxy, endpoint: Endpoint) -> ConnectionFailed | None:
    cause = error.__cause__
    if isinstance(cause, httpx2.ProxyError):
        message = message_of(str(cause))
        mend = _let_in(proxy) if message.startswith(str(WANTS_A_PASSWORD)) else _avoid(proxy, endpoint)
        sentence = f"{name} does not let us through: {message or 'it hung up'}."
        return ConnectionFailed(sentence, mend, retryable=False)
    if not isinstance(cause, httpx2.ConnectError):
        return None  # a connection lost beyond the proxy is reported as one lost without a proxy
    if cause_of(error, socket.gaierror):
        return ConnectionFailed(f"{name} cannot be found.", _avoid(proxy, endpoint))
    system = system_error(error)
    reason = os.strerror(system.errno).lower() if system and system.errno else "no connection"
    return ConnectionFailed(f"{name} is not reached: {reason}.", _avoid(proxy, endpoint))


def _let_in(proxy: Proxy) -> str:
    return f"Set {proxy.variable} with user and password: http://USER:PASSWORD@HOST:PORT"


def _avoid(proxy: Proxy, endpoint: Endpoint) -> str:
    return f"Correct or unset {proxy.variable}, or put {endpoint.host} into NO_PROXY."
