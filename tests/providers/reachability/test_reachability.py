"""Whether a model's server is reached, what it says of its models, and which setting mends what does not work."""

import errno
import socket
import ssl
from dataclasses import replace

import httpx2
import pytest
from hypothesis import given
from hypothesis import strategies as st

from chatbot_cli.app.spelling import in_a_script
from chatbot_cli.errors import MissingKey, SettingsError
from chatbot_cli.hints import spelled
from chatbot_cli.providers.entries.provider import Provider
from chatbot_cli.providers.failures.wire_errors import ConnectTimedOut, NotConnected, StatusError
from chatbot_cli.providers.reachability.asking import ask_server, other_addresses, server_of
from chatbot_cli.providers.reachability.findings import LARGEST_LIST, Answer, Finding, ModelServer, Outcome, judge
from chatbot_cli.providers.route.endpoint import PLACEHOLDER_KEY, Access, Endpoint, Timeouts
from tests.entries import provider_called
from tests.providers.asking import KEY
from tests.streaming_server import HANG_UP, RESET, SILENCE, Received, Reply, StreamingServer, page

PROXIES = ("HTTP_PROXY", "HTTPS_PROXY", "ALL_PROXY", "NO_PROXY")
MODELS = ("gpt-6-luna", "gpt-6-sol", "text-embedding-9")
ELSEWHERE = "http://model.invalid/v1"


@pytest.fixture(autouse=True)
def _no_proxies(monkeypatch: pytest.MonkeyPatch) -> None:
    for variable in PROXIES:
        monkeypatch.delenv(variable, raising=False)
        monkeypatch.delenv(variable.lower(), raising=False)


def models(*names: str, **more: object) -> Reply:
    return page({"object": "list", "data": [{"id": name, "object": "model"} for name in names], **more})


def place_at(base_url: str, model: str = "gpt-6-luna", **environ: str) -> ModelServer:
    return ModelServer(Endpoint(base_url, model, KEY, "OPENAI_API_KEY", environ=environ))


async def asked(*script: Reply, model: str = "gpt-6-luna", below: str = "") -> tuple[list[Finding], StreamingServer]:
    """What is found at a server that answers like this; `below` takes the place of /v1 in its address."""
    with StreamingServer(*script, otherwise=page({"detail": "Not Found"}, 404)) as server:
        address = server.base_url if not below else server.base_url.replace("/v1", below)
        return await found_at(place_at(address.rstrip("/"), model)), server


async def found_at(place: ModelServer) -> list[Finding]:
    """What is found there, in the words for a script."""
    return list(map(in_words, await ask_server(place)))


def in_words(finding: Finding) -> Finding:
    return replace(finding, fix=spelled(finding.fix, in_a_script))


def provider(name: str) -> Provider:
    row = provider_called(name)
    assert row is not None
    return row


def fails(place: ModelServer, outcome: Outcome) -> tuple[str, str]:
    """The sentence of a failure, and what mends it."""
    (finding,) = map(in_words, judge(place, outcome))
    assert finding.grade == "fail"
    return finding.value, finding.fix


async def test_a_server_is_reached_and_has_the_model() -> None:
    (server, listed), at = await asked(models(*MODELS))
    assert (server.grade, listed.grade) == ("ok", "ok")
    assert server.value.startswith("reached in ")
    assert server.value.endswith(" s, 3 models")
    assert listed.value == "gpt-6-luna is in the server's list"
    assert [request.path for request in at.requests] == ["/v1/models"]


async def test_the_key_is_sent_as_a_chat_sends_it_and_nothing_else_of_the_environment(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setenv("OPENAI_ORG_ID", "org-secret")
    _, at = await asked(models(*MODELS))
    headers = at.requests[0].headers
    assert headers["authorization"] == f"Bearer {KEY}"
    assert "org-secret" not in headers.values()


async def test_a_model_that_is_not_there_is_answered_with_the_nearest_names() -> None:
    (_, listed), _ = await asked(models(*MODELS, "gpt-6-lunar", "gpt-6.1-luna"), model="gpt6-luna")
    assert (listed.grade, listed.value) == ("fail", "The server has no model gpt6-luna.")
    names = listed.fix.removeprefix("Set --model to ").split(" or ")
    assert names[0] == "gpt-6-luna"
    assert len(names) == 3


async def test_names_that_are_offered_can_be_given_to_the_flag() -> None:
    with StreamingServer(models("models/gemini-3.8-flash")) as server:
        endpoint = Endpoint(server.base_url, "gemini-3.8-flsh", KEY)
        (_, listed) = await ask_server(ModelServer(endpoint, provider("gemini"), "gemini/"))
    told = spelled(listed.fix, lambda name, value: {"model": "CHAT_MODEL in .env"}[name])
    assert told == "Set CHAT_MODEL in .env to gemini/gemini-3.8-flash"


async def test_ollama_is_told_to_fetch_a_model() -> None:
    with StreamingServer(models()) as server:
        place = ModelServer(Endpoint(server.base_url, "llama3.3", PLACEHOLDER_KEY), provider("ollama"), "ollama/")
        assert (await found_at(place))[1].fix == "Run: ollama pull llama3.3"


async def test_a_part_of_a_list_proves_nothing() -> None:
    (_, listed), _ = await asked(models("other", has_more=True))
    assert listed.grade == "warn"


async def test_llama_cpp_answers_to_every_name() -> None:
    (_, listed), _ = await asked(page({"data": [{"id": "/models/qwen.gguf", "owned_by": "llamacpp"}]}))
    assert (listed.grade, listed.value) == ("ok", "the server answers with /models/qwen.gguf, whatever the name")


@pytest.mark.parametrize(
    "first", [page({"detail": "Not Found"}, 404), page("<html>Home</html>"), page({"status": "up"}), page([], 405)]
)
async def test_an_address_without_v1_is_mended(first: Reply) -> None:
    def reply(request: Received) -> Reply:
        return models(*MODELS) if request.path == "/v1/models" else first

    with StreamingServer(otherwise=reply) as server:
        address = server.base_url.removesuffix("/v1")
        place = replace(place_at(address), address_setting="openai_base_url")
        (finding,) = await found_at(place)
    assert finding.grade == "fail"
    assert finding.fix == f"Set OPENAI_BASE_URL to {address}/v1"


async def test_an_address_that_goes_too_far_is_mended() -> None:
    def reply(request: Received) -> Reply:
        return models(*MODELS) if request.path == "/v1/models" else page({}, 404)

    with StreamingServer(otherwise=reply) as server:
        (finding,) = await found_at(place_at(f"{server.base_url}/chat/completions"))
        assert finding.fix == f"Set --base-url to {server.base_url}"


async def test_a_server_that_lists_no_models_anywhere_is_no_failure() -> None:
    (finding,), at = await asked(below="/api")
    assert (finding.grade, finding.value) == ("warn", "reached; it does not list its models (404)")
    assert [request.path for request in at.requests] == ["/api/models", "/api/v1/models"]


@pytest.mark.parametrize(
    ("base_url", "others"),
    [
        ("http://h/v1", []),
        ("http://h/v1/", []),
        ("http://h", ["http://h/v1"]),
        ("http://h/api/?version=2", ["http://h/api/v1?version=2"]),
        ("http://h/v1/models", ["http://h/v1"]),
        ("http://h/chat/completions", ["http://h", "http://h/v1"]),
    ],
)
def test_where_an_api_may_be_instead(base_url: str, others: list[str]) -> None:
    assert other_addresses(base_url) == others


@pytest.mark.parametrize(
    ("reply", "value", "fix"),
    [
        (
            page({"error": {"message": f"Incorrect API key: {KEY}"}}, 401),
            "The server does not accept the API key: Incorrect API key: [key].",
            "Check OPENAI_API_KEY, in the environment or in .env.",
        ),
        (
            page({"error": {"message": "Not in your country"}}, 403),
            "The server does not allow this with the API key: Not in your country.",
            "Check OPENAI_API_KEY, in the environment or in .env.",
        ),
        (page("<html><title>Welcome</title></html>"), "{url} sends a web page, no API.", "Check --base-url, now {url}"),
        (page({"models": []}), "What {url} sends is no list of models.", "Check --base-url, now {url}"),
        (page({"data": [1, None]}), "What {url} sends is no list of models.", "Check --base-url, now {url}"),
        (Reply((b"",)), "{url} sends nothing.", "Check --base-url, now {url}"),
        (Reply((b"\xff\x00",)), "What {url} sends is no list of models.", "Check --base-url, now {url}"),
        (Reply((b"[" * 100_000,)), "What {url} sends is no list of models.", "Check --base-url, now {url}"),
        (page({"error": "Oops"}, 500), "The server failed (500): Oops.", "Try again in a moment."),
        (
            Reply((HANG_UP,)),
            "The connection to {url} was lost before the reply.",
            "Check --base-url, now {url}",
        ),
        (
            Reply((b'{"data": [', RESET)),
            "The connection was lost in the middle of the list of models.",
            "Check --base-url, now {url}",
        ),
        (
            Reply((b"no gzip",), headers={"Content-Encoding": "gzip", "Content-Type": "application/json"}),
            "The list of models of {url} cannot be read.",
            "Check --base-url, now {url}",
        ),
    ],
)
async def test_what_is_wrong_with_an_answer_is_said_with_the_setting(reply: Reply, value: str, fix: str) -> None:
    (finding,), at = await asked(reply)
    assert finding.grade == "fail"
    assert (finding.value, finding.fix) == (value.format(url=at.base_url), fix.format(url=at.base_url))


async def test_a_server_that_wants_a_key_where_there_is_none_says_how_to_give_it_one() -> None:
    with StreamingServer(page({"error": {"message": "Who are you?"}}, 401)) as server:
        endpoint = Endpoint(server.base_url, "m", PLACEHOLDER_KEY, "OPENAI_API_KEY")
        (finding,) = await found_at(ModelServer(endpoint))
        assert finding.value == "The server wants an API key: Who are you?"
        assert finding.fix == f"Set OPENAI_API_KEY, and use it with --base-url {server.base_url}."


async def test_too_many_requests_are_no_failure_but_a_used_up_quota_is() -> None:
    (busy,), _ = await asked(page({"error": {"message": "Slow down"}}, 429))
    (used_up,), _ = await asked(page({"error": {"message": "Pay", "type": "insufficient_quota"}}, 429))
    assert (busy.grade, used_up.grade) == ("warn", "fail")


async def test_anthropic_lists_its_models_for_another_header() -> None:
    request = httpx2.Request("GET", "https://api.anthropic.com/v1/models")
    without_its_library = provider("anthropic").dialect.instead
    assert without_its_library
    place = ModelServer(
        Endpoint("https://api.anthropic.com/v1", "claude-opus-5-5", KEY, dialect=without_its_library),
        provider("anthropic"),
        "anthropic/",
    )
    body = {"error": {"message": "x-api-key header is required"}}
    error = _status_error(httpx2.Response(401, json=body, request=request))
    (finding,) = map(in_words, judge(place, error))
    assert (finding.grade, finding.fix) == ("warn", "Try it with: chat --model anthropic/claude-opus-5-5 Hello")


def _at_own(name: str) -> ModelServer:
    own = provider(name)
    return ModelServer(Endpoint("https://own.example/v1", "mine", KEY, dialect=own.dialect), own, f"{name}/")


def test_a_deployment_is_in_no_list_and_that_is_no_failure() -> None:
    place, request = _at_own("azure"), httpx2.Request("GET", "https://own.example/v1/models")
    reached, listed = map(in_words, judge(place, Answer("application/json", b'{"data": [{"id": "gpt-4o"}]}')))
    assert (reached.grade, listed.grade) == ("ok", "warn")
    assert listed.value == "the server's list does not tell whether it has mine"
    assert listed.fix == "Try it with: chat --model azure/mine Hello"
    (finding,) = judge(place, _status_error(httpx2.Response(401, json={"error": "no"}, request=request)))
    assert finding.grade == "fail"


def test_a_provider_without_a_list_is_tried_with_a_message() -> None:
    request = httpx2.Request("GET", "https://own.example/v1/models")
    (finding,) = map(in_words, judge(_at_own("github"), _status_error(httpx2.Response(404, json={}, request=request))))
    assert (finding.grade, finding.fix) == ("warn", "Try it with: chat --model github/mine Hello")


def _status_error(response: httpx2.Response) -> Outcome:
    return StatusError("", response.json(), response.status_code, response.headers)


async def test_a_list_is_asked_for_as_anthropic_wants_it() -> None:
    models = {"data": [{"type": "model", "id": "claude-opus-5-5"}], "has_more": False}
    with StreamingServer(page(models)) as server:
        endpoint = Endpoint(server.base_url, "claude-opus-5-5", KEY, dialect=provider("anthropic").dialect)
        findings = await ask_server(ModelServer(endpoint, provider("anthropic"), "anthropic/"))
        headers = server.requests[0].headers
    assert [one.grade for one in findings] == ["ok", "ok"]
    assert (headers["x-api-key"], headers["anthropic-version"]) == (KEY, "2023-06-01")
    assert "authorization" not in headers


async def test_nobody_listens() -> None:
    with socket.create_server(("127.0.0.1", 0)) as taken:
        address = f"http://127.0.0.1:{taken.getsockname()[1]}/v1"
    (finding,) = await found_at(place_at(address))
    assert finding.value == f"Nothing answers at {address}: connection refused."
    assert finding.fix == "Start the server, or set --base-url to where it is"


async def test_a_silent_server_is_given_up(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("chatbot_cli.providers.reachability.asking.PATIENCE", 0.1)
    with StreamingServer(Reply((SILENCE,))) as server:
        endpoint = Endpoint(server.base_url, "m", KEY, timeouts=Timeouts(connect=0.1))
        (finding,) = await found_at(ModelServer(endpoint))
    assert finding.value.startswith(f"No answer from {server.base_url} within ")
    assert finding.fix == "See whether it is busy, or set --base-url to another"


async def test_a_server_that_sends_elsewhere_is_no_place_for_a_key() -> None:
    with StreamingServer(otherwise=models(*MODELS)) as other:
        moved = page({}, 307, Location=f"{other.base_url}/models")
        (finding,), at = await asked(moved)
        assert finding.value == f"{at.base_url} redirects to {other.base_url}, and a key is not taken there."
        assert finding.fix == f"If that is right, set --base-url to {other.base_url}"


async def test_a_list_that_is_refused_is_no_fault_of_the_model() -> None:
    (finding,), at = await asked(page({"error": {"message": "No"}}, 400))
    assert (finding.value, finding.fix) == (
        "The server refused the request (400): No.",
        f"Check --base-url, now {at.base_url}",
    )


async def test_an_endless_list_is_not_read_to_its_end() -> None:
    endless = Reply((b" " * (LARGEST_LIST + 1), SILENCE))
    with StreamingServer(endless) as server:
        (finding,) = await found_at(place_at(server.base_url))
    assert (finding.grade, finding.value) == ("warn", "reached; its list of models is endless")


async def test_an_address_that_is_none_is_not_blamed_on_a_proxy() -> None:
    (finding,) = await found_at(place_at("http://ü..de/v1"))
    assert finding.value == "The base URL is no web address."


def failed_to_connect(*causes: BaseException) -> NotConnected:
    """The SDK's error for a connection that was not made, with all it came from."""
    error = NotConnected()
    link: BaseException = error
    for cause in (httpx2.ConnectError("no"), *causes):
        link.__cause__ = cause
        link = cause
    return error


NOT_TRUSTED = ssl.SSLCertVerificationError(1, "certificate verify failed")
NOT_TRUSTED.verify_message = "self-signed certificate"
CHAT = place_at("https://chat.example/v1")


@pytest.mark.parametrize(
    ("cause", "value", "fix"),
    [
        (
            socket.gaierror(-2, "Name or service not known"),
            "The server chat.example cannot be found.",
            "See that the network is up, or set --base-url to its right name",
        ),
        (
            NOT_TRUSTED,
            "There is no secure connection to https://chat.example/v1: self-signed certificate.",
            "Set SSL_CERT_FILE to a file with the certificate that it needs",
        ),
        (
            ssl.SSLError(1, "wrong version"),
            "There is no secure connection to https://chat.example/v1: it does not speak TLS.",
            "If it speaks no TLS, set --base-url to http://chat.example/v1",
        ),
        (
            OSError(errno.ENETUNREACH, "unreachable"),
            "Nothing answers at https://chat.example/v1: network is unreachable.",
            "Start the server, or set --base-url to where it is",
        ),
    ],
)
def test_why_there_is_no_connection(cause: BaseException, value: str, fix: str) -> None:
    assert fails(CHAT, failed_to_connect(cause)) == (value, fix)


def test_the_file_of_certificates_that_does_not_help_is_named() -> None:
    place = place_at("https://chat.example/v1", SSL_CERT_FILE="/etc/ca.pem")
    assert fails(place, failed_to_connect(NOT_TRUSTED))[1].endswith(" that it needs, now /etc/ca.pem")


def test_certificates_that_cannot_be_read_are_named() -> None:
    value, fix = fails(CHAT, SettingsError("The certificates cannot be read.", "Check or unset SSL_CERT_FILE."))
    assert (value, fix) == ("The certificates cannot be read.", "Check or unset SSL_CERT_FILE.")


def test_no_connection_in_time() -> None:
    error = ConnectTimedOut()
    value, fix = fails(CHAT, error)
    assert value == "No connection to https://chat.example/v1 within 10 s."
    assert fix == "Set CHAT_CONNECT_TIMEOUT higher (it is 10 s), or another --base-url"
    behind = place_at("https://chat.example/v1", https_proxy="http://me:secret@proxy.example:3128")
    value, fix = fails(behind, error)
    assert value == "The proxy http://proxy.example:3128 of https_proxy does not answer within 10 s."
    assert fix == "Correct or unset https_proxy, or put chat.example into NO_PROXY."


async def test_a_proxy_that_is_not_reached_is_named(monkeypatch: pytest.MonkeyPatch) -> None:
    with socket.create_server(("127.0.0.1", 0)) as taken:
        proxy = f"http://127.0.0.1:{taken.getsockname()[1]}"
    monkeypatch.setenv("ALL_PROXY", proxy)
    (finding,) = await found_at(place_at(ELSEWHERE, ALL_PROXY=proxy))
    assert finding.value == f"The proxy {proxy} of ALL_PROXY is not reached: connection refused."
    assert finding.fix == "Correct or unset ALL_PROXY, or put model.invalid into NO_PROXY."


async def test_a_proxy_lets_us_through(monkeypatch: pytest.MonkeyPatch) -> None:
    with StreamingServer(models(*MODELS)) as proxy:
        address = proxy.base_url.removesuffix("/v1")
        monkeypatch.setenv("HTTP_PROXY", address)
        findings = await found_at(place_at(ELSEWHERE, HTTP_PROXY=address))
        assert [finding.grade for finding in findings] == ["ok", "ok"]
        assert proxy.requests[0].path == f"{ELSEWHERE}/models"


@pytest.mark.parametrize("scheme", ["http", "https"])
async def test_a_proxy_that_wants_a_password(scheme: str, monkeypatch: pytest.MonkeyPatch) -> None:
    variable = f"{scheme.upper()}_PROXY"
    with StreamingServer(page("<html>", 407)) as proxy:
        address = proxy.base_url.removesuffix("/v1")
        monkeypatch.setenv(variable, address)
        (finding,) = await found_at(place_at(ELSEWHERE.replace("http", scheme), **{variable: address}))
        assert finding.value.startswith(f"The proxy {address} of {variable} ")
        assert finding.fix == f"Set {variable} with user and password: http://USER:PASSWORD@HOST:PORT"


async def test_a_proxy_that_refuses(monkeypatch: pytest.MonkeyPatch) -> None:
    with StreamingServer(page("<html>", 403)) as proxy:
        address = proxy.base_url.removesuffix("/v1")
        monkeypatch.setenv("HTTPS_PROXY", address)
        (finding,) = await found_at(place_at("https://model.invalid/v1", HTTPS_PROXY=address))
        assert finding.value == f"The proxy {address} of HTTPS_PROXY does not let us through: 403 Forbidden."


def test_the_server_of_a_spec_is_that_of_a_chat() -> None:
    access = Access({"OPENAI_API_KEY": KEY}, openai_base_url="http://h/v1")
    own = server_of("gpt-6-luna", access)
    local = server_of("ollama/llama3.3", access)
    assert own is not None
    assert local is not None
    assert (own.endpoint.address, own.endpoint.api_key, own.address_setting) == ("http://h/v1", KEY, "openai_base_url")
    assert (local.endpoint.address, local.spec_prefix) == ("http://localhost:11434/v1", "ollama/")
    assert local.endpoint.api_key == PLACEHOLDER_KEY
    assert server_of("demo", access) is None


def test_a_routers_name_is_looked_for_whole() -> None:
    router = server_of("anthropic/claude-x", Access({"OPENAI_API_KEY": KEY}, "http://router/v1"))
    assert router is not None
    assert (router.endpoint.model, router.endpoint.api_key, router.spec_prefix) == ("anthropic/claude-x", KEY, "")


def test_without_its_key_no_server_is_asked() -> None:
    with pytest.raises(MissingKey):
        server_of("gpt-6-luna", Access({}))


@given(st.text(), st.binary())
def test_whatever_comes_is_said_and_mended(content_type: str, body: bytes) -> None:
    for finding in judge(CHAT, Answer(content_type, body)):
        assert finding.value
        assert finding.fix or finding.grade == "ok"
