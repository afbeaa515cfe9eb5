"""A server that sends us elsewhere does not take the key there."""

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
