"""The HTTP client below an SDK: its proxy and certificates, and what looks at each request and each response."""

from collections.abc import Awaitable, Callable, Mapping
from contextlib import suppress
from pathlib import Path

import httpx2

from chatbot_cli.errors import SettingsError
from chatbot_cli.providers.entries.provider import MESSAGES
from chatbot_cli.providers.route.endpoint import CERTIFICATES, Endpoint, no_web_address
from chatbot_cli.providers.route.proxy_in_force import proxy_in_force, unusable_proxy
from chatbot_cli.providers.route.redirects import LeadsElsewhere, is_same_server
from chatbot_cli.providers.wire.observed_body import observe
from chatbot_cli.providers.wire.reply_body import OnlyChunks, note_question
from chatbot_cli.providers.wire.unpacked_body import ask_unpacked, unpack
from chatbot_cli.system.regular_files import NotRegular, TooLarge, in_words, open_regular_file

KEEP_ALIVE = 120.0  # seconds; people think longer than the usual 5, and a new TLS handshake would delay every turn
MOST_CERTIFICATES = 16 << 20  # bytes; all of the web's take 0.3 MB
PLAIN_HEADERS = ("accept", "connection", "content-", "host", "transfer-encoding", "user-agent", "x-stainless-")
RequestHook = Callable[[httpx2.Request], Awaitable[None]]
VERSION_OF_MESSAGES = {"anthropic-version": "2023-06-01"}
LOOPBACK = ("all://localhost", "all://127.0.0.1", "all://[::1]")


def http_client(
    endpoint: Endpoint,
    make: Callable[..., httpx2.AsyncClient],
    replies: OnlyChunks | None = None,
    headers: Mapping[str, str] | None = None,
) -> httpx2.AsyncClient:
    """A client that an SDK `make`s; it limits only the time to connect.

    With `replies`, an SDK sees nothing of a reply but what these pass on. Without, whoever reads a reply limits it.
    If `headers` are given, they are all that is sent beside plain ones: others that an SDK makes are taken out.
    Raises SettingsError if the environment names a proxy or certificates that cannot be used.
    """
    proxy = proxy_in_force(endpoint.base_url, endpoint.environ)
    if proxy and not proxy.usable and not proxy.bypassed_by:
        raise _no_proxy(proxy.variable)
    try:
        _check_certificates(endpoint)
        return make(
            timeout=timeout_of(endpoint),
            limits=httpx2.Limits(keepalive_expiry=KEEP_ALIVE),
            mounts=dict.fromkeys(LOOPBACK),  # no proxy between us and a server on this computer
            event_hooks=_hooks(url_of(endpoint), replies, headers),
        )
    except (ImportError, ValueError, httpx2.InvalidURL) as error:
        raise _no_proxy(unusable_proxy(endpoint.environ) or "A proxy of the environment") from error
    except OSError as error:
        raise _no_certificates(endpoint, error) from error


def timeout_of(endpoint: Endpoint) -> httpx2.Timeout:
    """The time to connect is limited; all else is by those who read a reply."""
    return httpx2.Timeout(None, connect=endpoint.timeouts.connect)


def url_of(endpoint: Endpoint) -> httpx2.URL:
    """The base URL. Raises SettingsError if it is none."""
    try:
        return httpx2.URL(endpoint.base_url)
    except httpx2.InvalidURL as error:
        raise no_web_address() from error


def headers_of(endpoint: Endpoint) -> dict[str, str]:
    """The header that has the key, if the server wants one, and what its protocol wants besides."""
    version = VERSION_OF_MESSAGES if endpoint.dialect.speaks == MESSAGES else {}
    return {**endpoint.key_header, **version}


def _hooks(
    home: httpx2.URL, replies: OnlyChunks | None, headers: Mapping[str, str] | None
) -> dict[str, list[Callable[..., object]]]:
    """What looks at each request and each response."""
    requests: list[Callable[..., object]] = [_stay_at(home), ask_unpacked]
    if replies:
        requests.append(note_question)
    if headers is not None:
        requests.append(_only(headers))
    return {"request": requests, "response": [unpack, observe, replies] if replies else [unpack, _observe_refusal]}


async def _observe_refusal(response: httpx2.Response) -> None:
    if not response.is_success:
        await observe(response)


def _check_certificates(endpoint: Endpoint) -> None:
    """Raise OSError for what only claims to be a file of certificates: OpenSSL would wait for a pipe."""
    if path := endpoint.environ.get("SSL_CERT_FILE"):
        with suppress(FileNotFoundError, IsADirectoryError), open_regular_file(Path(path), MOST_CERTIFICATES):
            pass  # what is wrong with a file, OpenSSL says


def _no_certificates(endpoint: Endpoint, error: OSError) -> SettingsError:
    variable = next((name for name in CERTIFICATES if endpoint.environ.get(name)), CERTIFICATES[0])
    reason = f": {in_words(error)}" if isinstance(error, NotRegular | TooLarge) else ""
    sentence = f"The certificates of {variable} cannot be read{reason}."
    return SettingsError(sentence, "Correct it to a file of certificates, or unset it.")


def _no_proxy(variable: str) -> SettingsError:
    return SettingsError(
        f"{variable} cannot be used as a proxy.", "Give it an address like http://proxy:3128, or unset it."
    )


def _stay_at(home: httpx2.URL) -> RequestHook:
    """A hook that refuses a redirect to another server than the one at `home`, before anything is sent there."""

    async def refuse(request: httpx2.Request) -> None:
        url = request.url
        if url.scheme not in ("http", "https") or not 0 < (url.port or 1) < 65_536:  # the layers below would crash
            raise httpx2.UnsupportedProtocol("no address of the web", request=request)
        if not is_same_server(url, home):
            raise LeadsElsewhere(request)

    return refuse


def _only(headers: Mapping[str, str]) -> RequestHook:
    """A hook that removes the headers that an SDK makes from the environment, and sets these.

    OpenAI's are made from OPENAI_ORG_ID, OPENAI_PROJECT_ID and OPENAI_CUSTOM_HEADERS, which may even replace the key;
    Anthropic's from ANTHROPIC_CUSTOM_HEADERS.
    """

    async def strip(request: httpx2.Request) -> None:
        for name in [name for name in request.headers if not name.startswith(PLAIN_HEADERS)]:
            del request.headers[name]
        request.headers.update(headers)

    return strip
