"""A redirect is followed within its origin: scheme, host and port. Nothing is sent elsewhere."""

import asyncio
import ssl

import pytest
import trustme

from chatbot_cli.chat.prices import UnknownPrices
from chatbot_cli.errors import RequestRefused, Unauthorized
from chatbot_cli.providers.chat_completions.openai_chat import OpenAIChat
from chatbot_cli.providers.entries.provider import Dialect
from chatbot_cli.providers.reachability.asking import ask_server
from chatbot_cli.providers.reachability.findings import ModelServer
from chatbot_cli.providers.route.endpoint import PLACEHOLDER_KEY, Endpoint
from tests.providers.asking import KEY, ask, chat_at
from tests.streaming_server import StreamingServer, page

STATUSES = [301, 302, 303, 307, 308]


@pytest.mark.parametrize("status", STATUSES)
async def test_nothing_is_sent_to_another_origin(status: int) -> None:
    with StreamingServer() as elsewhere:
        moved = page({}, status, Location=f"{elsewhere.base_url}/chat/completions")
        with StreamingServer(moved, moved) as server:
            answer = await ask(chat_at(server.base_url))
            (finding,) = await ask_server(ModelServer(Endpoint(server.base_url, "m", KEY)))
    other = elsewhere.base_url.removesuffix("/v1")
    assert isinstance(answer.error, Unauthorized)
    assert str(answer.error) == f"{server.base_url} redirects to {other}, and the key is not taken there."
    assert answer.error.hint == f"If that is right, make it the base URL: {other}/v1"
    assert finding.grade == "fail"
    assert finding.value.endswith("and a key is not taken there.")
    assert elsewhere.requests == []


@pytest.mark.parametrize(
    "location",
    [
        "http://localhost:{port}/v1/chat/completions",  # the same computer, and another name
        "https://127.0.0.1:{port}/v1/chat/completions",  # https is another origin: that address is named
        "//other.example/v1/chat/completions",
        "http://127.0.0.1/v1/chat/completions",
        "http://127.0.0.1:{port}@other.example/v1/chat/completions",
        "http://127.0.0.1.:{port}/v1/chat/completions",
        "http:\\\\other.example\\v1",
        "HTTP://OTHER.example/v1/chat/completions",
        "http://[::1]:{port}/v1/chat/completions",
        "http://other.example/" + "x" * 5_000,
        f"http://{KEY}.example/{KEY}/chat/completions",
    ],
)
async def test_what_looks_like_home_and_is_not_is_refused(location: str) -> None:
    with StreamingServer() as server:
        port = server.base_url.partition("127.0.0.1:")[2].removesuffix("/v1")
        server.answer_with(page({}, 307, Location=location.replace("{port}", port)))
        answer = await ask(chat_at(server.base_url))
    assert answer.error is not None
    assert " redirects to " in str(answer.error)
    assert KEY not in f"{answer.error} {answer.error.hint}"
    assert len(answer.error.hint) < 300
    assert len(server.requests) == 1


async def test_the_address_of_https_is_named() -> None:
    with StreamingServer() as server:
        secure = server.base_url.replace("http:", "https:")
        server.answer_with(page({}, 308, Location=f"{secure}/chat/completions"))
        answer = await ask(chat_at(server.base_url))
    assert answer.error is not None
    assert answer.error.hint == f"If that is right, make it the base URL: {secure}"


async def test_without_a_key_nothing_goes_elsewhere_either() -> None:
    with StreamingServer() as elsewhere:
        moved = page({}, 307, Location=f"{elsewhere.base_url}/chat/completions")
        with StreamingServer(moved, moved) as server:
            endpoint = Endpoint(server.base_url, "m", PLACEHOLDER_KEY)
            answer = await ask(OpenAIChat(endpoint, dialect=Dialect("max_tokens"), prices=UnknownPrices()))
            (finding,) = await ask_server(ModelServer(endpoint))
    assert isinstance(answer.error, RequestRefused)
    assert str(answer.error).endswith("and nothing is sent there.")
    assert finding.value.endswith("and nothing is sent there.")
    assert elsewhere.requests == []


@pytest.mark.parametrize("status", [307, 308])
@pytest.mark.parametrize("location", ["/v2", "{base}/v2?x=1", "other", "../up", "?again", "//{host}/v2", "{upper}/v2"])
async def test_within_the_origin_a_redirect_is_followed(status: int, location: str) -> None:
    with StreamingServer() as server:
        host = server.base_url.removeprefix("http://").removesuffix("/v1")
        place = location.format(base=server.base_url, host=host, upper=f"HTTP://{host}")
        server.answer_with(page({}, status, Location=place))
        answer = await ask(chat_at(server.base_url))
    assert (answer.text, answer.error) == ("Hello!", None)
    first, second = server.requests
    assert second.body == first.body
    assert second.headers["authorization"] == f"Bearer {KEY}"


@pytest.mark.parametrize("base", ["https://chat.example:443/v1", "https://chat.example/v1"])
async def test_a_default_port_is_the_same_port(base: str, monkeypatch: pytest.MonkeyPatch) -> None:
    """A proxy stands for chat.example: that the second request is sent there shows that the redirect is followed."""
    plain = base.replace("https:", "http:").replace(":443", ":80")
    moved = page({}, 307, Location="http://chat.example:80/v2" if ":80" not in plain else "http://chat.example/v2")
    with StreamingServer(moved) as proxy:
        monkeypatch.setenv("HTTP_PROXY", proxy.base_url.removesuffix("/v1"))
        answer = await ask(chat_at(plain))
    assert (answer.text, len(proxy.requests)) == ("Hello!", 2)


@pytest.mark.parametrize("status", [301, 302, 303])
async def test_a_login_page_that_is_shown_instead_is_described(status: int) -> None:
    with StreamingServer(page({}, status, Location="/login"), page("<title>Log in</title>")) as server:
        answer = await ask(chat_at(server.base_url))
    assert str(answer.error) == "The server sent a web page, not a reply: Log in."


def test_https_redirects_within_itself(monkeypatch: pytest.MonkeyPatch, tmp_path: object) -> None:
    authority = trustme.CA()
    authority.cert_pem.write_to_path(f"{tmp_path}/ca.pem")
    monkeypatch.setenv("SSL_CERT_FILE", f"{tmp_path}/ca.pem")
    context = ssl.create_default_context(ssl.Purpose.CLIENT_AUTH)
    authority.issue_cert("127.0.0.1").configure_cert(context)
    with StreamingServer(tls=context) as server:
        server.answer_with(page({}, 308, Location=f"{server.base_url}/v2"))
        plain = page({}, 308, Location=server.base_url.replace("https:", "http:"))
        server.answer_with(plain)
        answer = asyncio.run(ask(chat_at(server.base_url)))  # which closes its connection, too
    assert " redirects to http://127.0.0.1:" in str(answer.error)
    assert len(server.requests) == 2
