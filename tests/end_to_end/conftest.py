"""What every test here begins with."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.end_to_end.installed_chat import InstalledChat
from tests.streaming_server import StreamingServer


@pytest.fixture
def chat(tmp_path: Path) -> Iterator[InstalledChat]:
    """The program without a key."""
    installed = InstalledChat(tmp_path)
    yield installed
    installed.close()


@pytest.fixture
def server() -> Iterator[StreamingServer]:
    """A server that says “Hello!” to everything; its replies can be set."""
    with StreamingServer() as running:
        yield running


@pytest.fixture
def online(chat: InstalledChat, server: StreamingServer) -> InstalledChat:
    """The program with a key for the server."""
    return chat.at(server)
