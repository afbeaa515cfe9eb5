"""Builds clients of the openai SDK, and keeps one for each event loop until that loop closes."""

import asyncio
from collections.abc import AsyncGenerator, Awaitable, Callable
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path

import httpx2
from openai import AsyncOpenAI, DefaultAsyncHttpx2Client

from chatbot_cli.errors import SettingsError
from chatbot_cli.providers.chat_completions.observed_body import observe
from chatbot_cli.providers.chat_completions.reply_body import note_question, only_chunks
from chatbot_cli.providers.chat_completions.unpacked_body import ask_unpacked, unpack
from chatbot_cli.providers.entries.provider import BEARER
from chatbot_cli.providers.route.endpoint import CERTIFICATES, Endpoint, no_web_address
from chatbot_cli.providers.route.proxy_in_force import proxy_in_force, unusable_proxy
from chatbot_cli.providers.route.redirects import LeadsElsewhere, is_same_server
from chatbot_cli.system.regular_files import NotRegular, TooLarge, in_words, open_regular_file

KEEP_ALIVE = 120.0  # seconds; people think longer than the usual 5, and a new TLS handshake would delay every turn
MOST_CERTIFICATES = 16 << 20  # bytes; all of the web's take 0.3 MB
PLAIN_HEADERS = ("accept", "connection", "content-", "host", "transfer-encoding", "user-agent", "x-stainless-")
RequestHook = Callable[[httpx2.Request], Awaitable[None]]
LOOPBACK = ("all://localhost", "all://127.0.0.1", "all://[::1]")


def build_client(endpoint: Endpoint, *, for_chats: bool = True) -> AsyncOpenAI:
    """A client that never retries, and limits only the time to connect.

    One that is `for_chats` sees nothing of a reply but its chunks. Others limit the replies that they read themselves.
    Raises SettingsError if the environment names a proxy or certificates that cannot be used.
    """
    timeout = httpx2.Timeout(None, connect=endpoint.timeouts.connect)
    proxy = proxy_in_force(endpoint.base_url, endpoint.environ)
    if proxy and not proxy.usable and not proxy.bypassed_by:
        raise _no_proxy(proxy.variable)
    try:
        home = httpx2.URL(endpoint.base_url)
    except httpx2.InvalidURL as error:
        raise no_web_address() from error
    try:
        _check_certificates(endpoint)
        http = DefaultAsyncHttpx2Client(
            timeout=timeout,
            limits=httpx2.Limits(keepalive_expiry=KEEP_ALIVE),
            mounts=dict.fromkeys(LOOPBACK),  # no proxy between us and a server on this computer
            event_hooks=_hooks(endpoint, home, for_chats=for_chats),
        )
    except (ImportError, ValueError, httpx2.InvalidURL) as error:
        raise _no_proxy(unusable_proxy(endpoint.environ) or "A proxy of the environment") from error
    except OSError as error:
        raise _no_certificates(endpoint, error) from error
    client = AsyncOpenAI(
        api_key=endpoint.api_key,
        base_url=home.copy_with(query=None),
        default_query=dict(home.params),  # gateways want the query after the SDK's path
        timeout=timeout,
        max_retries=0,
        http_client=http,
    )
    _ = (
        client.chat.completions if for_chats else client.embeddings
    )  # the SDK imports its resources on first use: now, not while the user waits
    return client


def _hooks(endpoint: Endpoint, home: httpx2.URL, *, for_chats: bool) -> dict[str, list[Callable[..., object]]]:
    """What looks at each request and each response."""
    requests: list[Callable[..., object]] = [_stay_at(home), ask_unpacked]
    if for_chats:
        requests.append(note_question)
    if not endpoint.dialect.takes_sdk_headers:
        requests.append(_only_key(*_key_header(endpoint)))
    return {
        "request": requests,
        "response": [unpack, observe, only_chunks] if for_chats else [unpack, _observe_refusal],
    }


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


def _key_header(endpoint: Endpoint) -> tuple[str, str]:
    """The header that has the key, and its value; no name if the server wants none."""
    kind, _, name = endpoint.dialect.auth.partition(":")
    if kind == BEARER:
        return "Authorization", f"Bearer {endpoint.api_key}"
    return name, endpoint.api_key


def _only_key(name: str, value: str) -> RequestHook:
    """A hook that removes the headers that the SDK makes from the environment: only OpenAI may see them.

    They are made from OPENAI_ORG_ID, OPENAI_PROJECT_ID and OPENAI_CUSTOM_HEADERS, which may even replace the key.
    """

    async def strip(request: httpx2.Request) -> None:
        for other in [other for other in request.headers if not other.startswith(PLAIN_HEADERS)]:
            del request.headers[other]
        if name:
            request.headers[name] = value

    return strip


@dataclass(slots=True)
class Line:
    """A client in use. After it has `answered`, it may hold connections that the server has closed."""

    client: AsyncOpenAI
    answered: bool = False


class ClientPerLoop:
    """A client for each running event loop, because a kept connection belongs to the loop that opened it.

    The first client is built by the constructor, in any thread; each further one when a new loop needs it.
    """

    def __init__(self, build: Callable[[], AsyncOpenAI]) -> None:
        self._build = build
        self._first: AsyncOpenAI | None = build()
        self._open: dict[asyncio.AbstractEventLoop, tuple[Line, AsyncGenerator[None, None]]] = {}

    async def line(self) -> Line:
        """The client of the running loop."""
        loop = asyncio.get_running_loop()
        if loop not in self._open:
            line, self._first = Line(self._first or self._build()), None
            keeper = self._keep(loop, line.client)
            self._open[loop] = line, keeper
            await anext(keeper)
        return self._open[loop][0]

    async def _keep(self, loop: asyncio.AbstractEventLoop, client: AsyncOpenAI) -> AsyncGenerator[None, None]:
        # A loop closes its open generators before it ends: this is the last moment to close the connections.
        _IN_USE.add(self)
        try:
            yield
        finally:
            del self._open[loop]
            if not self._open:
                _IN_USE.discard(self)
            await client.close()


_IN_USE: set[ClientPerLoop] = set()  # a loop refers to its generators only weakly: this keeps them alive
