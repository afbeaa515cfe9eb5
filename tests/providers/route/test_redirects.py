"""A server that sends us elsewhere does not take the key there."""

import socket

import pytest

from tests.providers.asking import ask, chat_at
from tests.streaming_server import StreamingServer, page

KEY_HEADER = "authorization"


@pytest.mark.parametrize("status", [301, 302, 307, 308])
async def test_the_key_stays_at_home(status: int) -> None:
    with StreamingServer() as elsewhere:
        moved = page({}, status, Location=f"{elsewhere.base_url}/chat/completions")
        with StreamingServer(moved) as server:
            await ask(chat_at(server.base_url))
    assert KEY_HEADER in server.requests[0].headers
    assert all(KEY_HEADER not in received.headers for received in elsewhere.requests)


async def test_a_redirect_to_a_server_that_is_down_names_that_server() -> None:
    with socket.create_server(("127.0.0.1", 0)) as closed:
        address = f"http://127.0.0.1:{closed.getsockname()[1]}"
    with StreamingServer(page({}, 307, Location=f"{address}/v1/chat/completions")) as server:
        answer = await ask(chat_at(server.base_url))
    assert str(answer.error).startswith(f"Nothing answers at {address}: ")
