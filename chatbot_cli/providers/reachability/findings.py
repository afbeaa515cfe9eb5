"""Judges the outcome of asking a server for its list of models: sentences, each with the setting to change. Pure."""

import socket
from dataclasses import field, replace
from typing import Literal

import httpx2

from chatbot_cli.errors import RequestRefused, SettingsError
from chatbot_cli.frozen import frozen
from chatbot_cli.hints import setting, unmarked
from chatbot_cli.providers.entries.provider import Dialect, Provider, fetching
from chatbot_cli.providers.entries.registry import built_in
from chatbot_cli.providers.failures.causes import cause_of
from chatbot_cli.providers.failures.explain import explain
from chatbot_cli.providers.failures.proxy_failures import proxy_failure
from chatbot_cli.providers.failures.tls_failures import is_about_trust, tls_failure
from chatbot_cli.providers.failures.wire_errors import ConnectTimedOut, NotConnected, StatusError, WireError
from chatbot_cli.providers.reachability.model_list import ModelList, read_model_list
from chatbot_cli.providers.route.endpoint import PLACEHOLDER_KEY, Endpoint
from chatbot_cli.providers.route.redirects import LeadsElsewhere, base_of, shown
from chatbot_cli.text.counts import counted

PATIENCE = 10.0  # seconds for the answer, added to those for the connection
LARGEST_LIST = 4_000_000  # bytes that are read of a list
WITHOUT_LIST = (404, 405, 501)  # the statuses of a server that cannot list its models

Grade = Literal["ok", "warn", "fail"]


@frozen
class Finding:
    """One thing that was checked. `fix` is a hint with marked settings, empty if all is well."""

    grade: Grade
    name: str
    value: str
    fix: str = ""


@frozen
class Answer:
    """A response with a status of success."""

    content_type: str
    body: bytes


Outcome = Answer | WireError | httpx2.HTTPError | TimeoutError | SettingsError


@frozen
class ModelServer:
    """A model's server as a chat would reach it. `address_setting` names the setting that holds its address.

    `spec_prefix` is the part of the spec before the model's name, such as "ollama/". The `dialect` is as its
    entry says, also where another one is spoken here.
    """

    endpoint: Endpoint
    provider: Provider = field(default_factory=lambda: built_in().default)
    spec_prefix: str = ""
    address_setting: str = "base_url"
    dialect: Dialect = Dialect()


def judge(server: ModelServer, outcome: Outcome, seconds: float = 0.0, elsewhere: str | None = None) -> list[Finding]:
    """The findings for an outcome. `elsewhere` is another address, at which the list was found."""
    if elsewhere:
        there = f"There is no API at {server.endpoint.address}, but there is at {elsewhere}."
        return [_failed(there, f"Set {_address_setting(server)} to {elsewhere}")]
    if isinstance(outcome, WireError) and (failure := proxy_failure(outcome, server.endpoint)):
        return [_failed(str(failure), failure.marked_hint)]
    match outcome:
        case Answer():
            return _answered(server, outcome, seconds)
        case StatusError():
            return [_refused(server, outcome)]
        case ConnectTimedOut() | TimeoutError():
            return [_too_slow(server, outcome)]
        case NotConnected():
            return [_not_reached(server, outcome)]
        case SettingsError():
            return [_failed(str(outcome), outcome.marked_hint)]
    if isinstance(outcome, httpx2.DecodingError):
        return [_failed(f"The list of models of {server.endpoint.address} cannot be read.", _check_address(server))]
    return [_failed("The connection was lost in the middle of the list of models.", _check_address(server))]


def _answered(server: ModelServer, answer: Answer, seconds: float) -> list[Finding]:
    address = server.endpoint.address
    models = read_model_list(answer.body, server.dialect)
    if models is not None:
        reached = Finding("ok", "server", f"reached in {seconds:.2f} s, {counted(len(models.names), 'model')}")
        return [reached, _model(server, models)]
    if len(answer.body) > LARGEST_LIST:
        return [Finding("warn", "server", "reached; its list of models is endless", _check_address(server))]
    if answer.content_type.startswith("text/html") or answer.body.lstrip()[:1] == b"<":
        return [_failed(f"{address} sends a web page, no API.", _check_address(server))]
    if not answer.body.strip():
        return [_failed(f"{address} sends nothing.", _check_address(server))]
    return [_failed(f"What {address} sends is no list of models.", _check_address(server))]


def _model(server: ModelServer, models: ModelList) -> Finding:
    name = server.endpoint.model
    if server.endpoint.dialect.own_names:
        return Finding("warn", "listed", f"the server's list does not tell whether it has {name}", _try_it(server))
    if models.has(name):
        return Finding("ok", "listed", f"{name} is in the server's list")
    if models.serves_any:
        return Finding("ok", "listed", f"the server answers with {models.names[0]}, whatever the name")
    nearest = [server.spec_prefix + near for near in models.nearest(name)]
    fix = f"Set {setting('model')} to {unmarked(' or '.join(nearest)) or 'another'}"
    if server.provider.fetch_command and not nearest:
        fix = f"Run: {unmarked(fetching(server.provider.fetch_command, name))}"
    if not models.is_complete:
        return Finding("warn", "listed", f"{name} is not in the part of the list that the server shows", fix)
    return Finding("fail", "listed", f"The server has no model {name}.", fix)


def _refused(server: ModelServer, error: StatusError) -> Finding:
    endpoint, status = server.endpoint, error.status_code
    if status in WITHOUT_LIST:
        fix = _check_address(server) if endpoint.dialect.lists_models else _try_it(server)
        return Finding("warn", "server", f"reached; it does not list its models ({status})", fix)
    if not endpoint.dialect.lists_models and status in (400, 401):
        return Finding("warn", "server", "reached; it does not list its models for this key", _try_it(server))
    without_key = endpoint.api_key == PLACEHOLDER_KEY
    failure = explain(
        error, replace(endpoint, key_variable=None, key_command=()) if without_key else endpoint, begun=False
    )
    grade: Grade = "warn" if status == 429 and failure.retryable else "fail"
    # The hint of RequestRefused is about the messages of a request; this request had none.
    fix = _check_address(server) if type(failure) is RequestRefused else failure.marked_hint
    return Finding(grade, "server", str(failure), fix or _check_address(server))


def _try_it(server: ModelServer) -> str:
    return f"Try it with: chat {setting('model', server.spec_prefix + server.endpoint.model)} Hello"


def _too_slow(server: ModelServer, error: Exception) -> Finding:
    connect = server.endpoint.timeouts.connect
    to_connect = isinstance(error, ConnectTimedOut)
    seconds = connect if to_connect else connect + PATIENCE
    missing = "No connection to" if to_connect else "No answer from"
    fix = f"See whether it is busy, or set {_address_setting(server)} to another"
    if to_connect:
        fix = f"Set {setting('connect_timeout')} higher (it is {connect:g} s), or another {_address_setting(server)}"
    return _failed(f"{missing} {server.endpoint.address} within {seconds:g} s.", fix)


def _not_reached(server: ModelServer, error: NotConnected) -> Finding:
    endpoint, base_url = server.endpoint, _address_setting(server)
    if isinstance(error.__cause__, LeadsElsewhere):
        return _led_elsewhere(server, error.__cause__.request.url)
    failure = explain(error, endpoint, begun=False)
    sentence = str(failure)
    if is_about_trust(error):
        certificates = endpoint.environ.get("SSL_CERT_FILE", "")
        now = f", now {certificates}" if certificates else ""
        return _failed(sentence, f"Set SSL_CERT_FILE to a file with the certificate that it needs{now}")
    if tls := tls_failure(error, endpoint):
        if tls.hint:
            return _failed(sentence, tls.hint)
        plain = endpoint.address.replace("https://", "http://", 1)
        return _failed(sentence, f"If it speaks no TLS, set {base_url} to {plain}")
    if cause_of(error, socket.gaierror):
        return _failed(sentence, f"See that the network is up, or set {base_url} to its right name")
    if isinstance(error.__cause__, httpx2.ConnectError):
        return _failed(sentence, f"Start the server, or set {base_url} to where it is")
    return _failed(sentence, _check_address(server))


def _led_elsewhere(server: ModelServer, url: httpx2.URL) -> Finding:
    other = shown(base_of(url, "/models"), server.endpoint)
    kept = "nothing is sent" if server.endpoint.api_key == PLACEHOLDER_KEY else "a key is not taken"
    sentence = f"{server.endpoint.address} redirects to {other}, and {kept} there."
    return _failed(sentence, f"If that is right, set {_address_setting(server)} to {unmarked(other)}")


def _failed(sentence: str, fix: str) -> Finding:
    return Finding("fail", "server", sentence, fix)


def _address_setting(server: ModelServer) -> str:
    return setting(server.address_setting)


def _check_address(server: ModelServer) -> str:
    return f"Check {_address_setting(server)}, now {server.endpoint.address}"
