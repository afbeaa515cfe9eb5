"""A company's network: its proxy lets the chat through, and its authority vouches for the server."""

import ssl
from pathlib import Path

import pytest
import trustme

from tests.end_to_end.installed_chat import KEY, InstalledChat
from tests.streaming_server import StreamingServer
from tests.tunnel import Tunnel

HOST = "model.invalid"  # nobody's: it can be reached through a proxy alone


@pytest.mark.parametrize("variable", ["HTTP_PROXY", "ALL_PROXY", "http_proxy"])
def test_a_proxy_gets_the_request_as_it_is(chat: InstalledChat, variable: str) -> None:
    with StreamingServer() as proxy:
        chat.environ |= {"OPENAI_API_KEY": KEY, "OPENAI_BASE_URL": f"http://{HOST}/v1"}
        chat.environ[variable] = proxy.base_url.removesuffix("/v1")
        run = chat.run("Why?")
    assert (run.exit_code, run.out, run.err) == (0, "Hello!\n", "")
    assert [request.path for request in proxy.requests] == [f"http://{HOST}/v1/chat/completions"]


@pytest.mark.parametrize("variable", ["HTTPS_PROXY", "ALL_PROXY"])
def test_through_a_proxy_the_server_is_spoken_to_in_secret(chat: InstalledChat, tmp_path: Path, variable: str) -> None:
    authority, tls = trustme.CA(), ssl.create_default_context(ssl.Purpose.CLIENT_AUTH)
    authority.issue_cert(HOST).configure_cert(tls)
    authority.cert_pem.write_to_path(str(tmp_path / "ca.pem"))
    with StreamingServer(tls=tls) as server, Tunnel(to=server.base_url) as proxy:
        chat.environ |= {"OPENAI_API_KEY": KEY, "OPENAI_BASE_URL": f"https://{HOST}/v1"}
        chat.environ |= {variable: proxy.address, "SSL_CERT_FILE": str(tmp_path / "ca.pem")}
        run = chat.run("Why?")
        assert (run.exit_code, run.out, run.err) == (0, "Hello!\n", "")
        assert proxy.asked_for == [f"{HOST}:443"]
        chat.environ["SSL_CERT_FILE"] = ""
        run = chat.run("Why?")
        assert run.exit_code == 1
        assert "There is no secure connection to https://model.invalid/v1: " in run.err
        assert "SSL_CERT_FILE" in run.err


def test_a_server_on_this_machine_needs_no_proxy(online: InstalledChat) -> None:
    online.environ |= {"HTTP_PROXY": "http://127.0.0.1:9", "ALL_PROXY": "http://127.0.0.1:9"}
    assert online.run("Why?").out == "Hello!\n"
