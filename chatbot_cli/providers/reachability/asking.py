"""Asks a model's server for its list of models. If there is none, asks at similar addresses too."""

import asyncio
import time
from dataclasses import replace
from urllib.parse import urlsplit, urlunsplit

import httpx2

from chatbot_cli.errors import SettingsError
from chatbot_cli.providers.chat_completions.sdk_client import build_client, wire_errors
from chatbot_cli.providers.failures.wire_errors import StatusError, WireError
from chatbot_cli.providers.reachability.findings import (
    LARGEST_LIST,
    PATIENCE,
    WITHOUT_LIST,
    Answer,
    Finding,
    ModelServer,
    Outcome,
    judge,
)
from chatbot_cli.providers.reachability.model_list import read_model_list
from chatbot_cli.providers.route.endpoint import Access, Endpoint, no_web_address
from chatbot_cli.providers.route.key_command import with_key
from chatbot_cli.providers.route.spec import route_to

TOO_FAR = ("/chat/completions", "/completions", "/responses", "/models")  # endings that a base URL does not have


def server_of(spec: str, access: Access) -> ModelServer | None:
    """The server of a model, as a chat would reach it; None for a model that needs no server.

    Raises SettingsError, and MissingKey if the provider wants a key that is not in `access`.
    """
    route = route_to(spec, access)
    if route is None:
        return None
    prefix = spec.strip().removesuffix(route.endpoint.model)
    return ModelServer(route.endpoint, route.provider, prefix, route.address_setting, route.dialect)


async def ask_server(server: ModelServer) -> list[Finding]:
    """Ask the server for its list. If its address has none, ask at `other_addresses` too."""
    began = time.monotonic()
    outcome = await _models_at(server.endpoint)
    seconds = time.monotonic() - began
    if _is_list(outcome) or not _may_be_elsewhere(outcome):
        return judge(server, outcome, seconds)
    for address in other_addresses(server.endpoint.base_url):
        elsewhere = replace(server.endpoint, base_url=address)
        if _is_list(await _models_at(elsewhere)):
            return judge(server, outcome, seconds, elsewhere.address)
    return judge(server, outcome, seconds)


async def told_by(server: ModelServer) -> bytes | str:
    """What the server sends when it is asked for its models; a sentence if it sends nothing of use."""
    outcome = await _models_at(server.endpoint)
    return outcome.body if isinstance(outcome, Answer) else judge(server, outcome)[0].value


async def _models_at(endpoint: Endpoint) -> Outcome:
    """The outcome of `GET {base}/models`, sent as a chat would send it."""
    try:
        httpx2.URL(endpoint.base_url)
    except httpx2.InvalidURL:
        return no_web_address()
    try:
        with wire_errors():
            return await _asked(endpoint)
    except (WireError, httpx2.HTTPError, TimeoutError, SettingsError) as error:
        return error


async def _asked(endpoint: Endpoint) -> Answer:
    """The beginning of what the server says of its models."""
    async with (
        asyncio.timeout(endpoint.timeouts.connect + PATIENCE),
        build_client(await asyncio.to_thread(with_key, endpoint)) as client,
        client.models.with_streaming_response.list() as response,
    ):
        body = bytearray()
        async for piece in response.iter_bytes():
            body += piece
            if len(body) > LARGEST_LIST:
                break
        return Answer(response.headers.get("content-type", ""), bytes(body))


def other_addresses(base_url: str) -> list[str]:
    """The addresses to try if this one has no API: without an ending of `TOO_FAR`, and with /v1 appended."""
    parts = urlsplit(base_url)
    path = parts.path.rstrip("/")
    shorter = next((path.removesuffix(end) for end in TOO_FAR if path.endswith(end)), path)
    paths = ([shorter] if shorter != path else []) + ([] if "v1" in shorter.split("/") else [f"{shorter}/v1"])
    return [urlunsplit(parts._replace(path=other)) for other in paths]


def _is_list(outcome: Outcome) -> bool:
    return isinstance(outcome, Answer) and read_model_list(outcome.body) is not None


def _may_be_elsewhere(outcome: Outcome) -> bool:
    return isinstance(outcome, Answer) or (isinstance(outcome, StatusError) and outcome.status_code in WITHOUT_LIST)
