"""The proxy that stands in the way is the one that the client uses, and no password of it is shown."""

import httpx2
import pytest

from chatbot_cli.providers.chat_completions.sdk_client import build_client
from chatbot_cli.providers.route.endpoint import Endpoint
from chatbot_cli.providers.route.proxy_in_force import Proxy, proxy_in_force, unusable_proxy

PROXY = "http://proxy.example:3128"
ADDRESSES = (
    *("https://api.example.com/v1", "http://api.example.com/v1", "https://example.com:8443/v1"),
    *("http://localhost:1/v1", "http://127.0.0.1:1/v1", "http://[::1]:1/v1"),
    *("http://10.1.2.3:8080/v1", "https://[fd00::1]/v1"),
)
ENVIRONMENTS: tuple[dict[str, str], ...] = (
    {},
    {"HTTPS_PROXY": PROXY},
    {"https_proxy": PROXY, "HTTPS_PROXY": ""},
    {"HTTPS_PROXY": PROXY, "https_proxy": ""},
    {"HTTP_PROXY": PROXY},
    {"HTTP_PROXY": PROXY, "REQUEST_METHOD": "GET"},
    {"ALL_PROXY": PROXY},
    {"ALL_PROXY": "proxy.example:3128"},
    *(
        {"ALL_PROXY": PROXY, "NO_PROXY": names}
        for names in (
            *("example.com", ".example.com", "*.example.com", "api.example.com", "ample.com", "EXAMPLE.com", "*"),
            *("other.com, example.com", "example.com:8443", "https://example.com:8443", "http://api.example.com"),
            *("10.0.0.0/8", "10.1.2.3", "10.1.2.4", "fd00::/8", "[fd00::1]", "localhost", "", ",", "a/b", "http://"),
        )
    ),
)


@pytest.mark.parametrize("environ", ENVIRONMENTS, ids=lambda environ: "&".join(map("=".join, environ.items())))
async def test_the_proxy_is_the_one_that_the_client_uses(
    environ: dict[str, str], monkeypatch: pytest.MonkeyPatch
) -> None:
    for name in ("http_proxy", "https_proxy", "all_proxy", "no_proxy"):
        monkeypatch.delenv(name, raising=False)
        monkeypatch.delenv(name.upper(), raising=False)
    for name, value in environ.items():
        monkeypatch.setenv(name, value)
    async with build_client(Endpoint("https://chat.example/v1", "m", "sk-0123456789")) as client:
        http = client._client
        assert isinstance(http, httpx2.AsyncClient)
        for address in ADDRESSES:
            used = http._transport_for_url(httpx2.URL(address)) is not http._transport  # it tells nobody else
            proxy = proxy_in_force(address, environ)
            assert (proxy is not None and not proxy.bypassed_by) == used, address


@pytest.mark.parametrize(
    ("value", "shown"),
    [
        ("http://me:secret@proxy.example:3128/?x=secret", "http://proxy.example:3128"),
        ("me:secret@proxy.example", "http://proxy.example"),
        ("socks5://me:se@cret@[fd00::1]:1080", "socks5://[fd00::1]:1080"),
        ("http://me:secret@[broken", "http://[broken"),
    ],
)
def test_the_proxy_is_shown_without_user_and_password(value: str, shown: str) -> None:
    proxy = proxy_in_force("https://chat.example/v1", {"HTTPS_PROXY": value})
    assert proxy is not None
    assert (proxy.variable, proxy.address) == ("HTTPS_PROXY", shown)


@pytest.mark.parametrize("value", ["http://h:70000", "h:-1", "http://[broken", "http://", "ftp://h:1", "http://h:0"])
def test_what_can_be_no_proxy_is_known(value: str) -> None:
    proxy = proxy_in_force("https://chat.example/v1", {"HTTPS_PROXY": value})
    assert proxy is not None
    assert not proxy.usable
    assert unusable_proxy({"HTTPS_PROXY": value}) == "HTTPS_PROXY"


def test_a_proxy_that_may_be_spoken_to_another_way_is_named_when_it_fails() -> None:
    environ = {"HTTP_PROXY": "http://h:1", "ALL_PROXY": "socks5://h:1"}
    proxy = proxy_in_force("https://chat.example/v1", environ)
    assert proxy is not None
    assert proxy.usable
    assert unusable_proxy(environ) == "ALL_PROXY"


def test_the_variable_that_lets_a_server_by_is_named() -> None:
    environ = {"https_proxy": PROXY, "NO_PROXY": "chat.example"}
    assert proxy_in_force("https://chat.example/v1", environ) == Proxy("https_proxy", PROXY, "NO_PROXY")
