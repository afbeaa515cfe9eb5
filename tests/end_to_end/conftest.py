"""What every test here begins with."""

import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.end_to_end.forked_process import ForkServer
from tests.end_to_end.installed_chat import InstalledChat
from tests.streaming_server import StreamingServer


@pytest.fixture(scope="session")
def fork_server(request: pytest.FixtureRequest) -> Iterator[ForkServer | None]:
    """Where processes come from; None where each is started anew: with `--start-anew`, and where forks are not safe."""
    if request.config.getoption("start_anew") or sys.platform != "linux":
        yield None
        return
    server = ForkServer()
    yield server
    server.close()


@pytest.fixture
def in_a_hurry(fork_server: ForkServer | None) -> Iterator[None]:
    """The demo model answers at once, for tests of a conversation that do not look at how an answer comes."""
    if fork_server is not None:
        fork_server.hurry = True
    yield
    if fork_server is not None:
        fork_server.hurry = False


@pytest.fixture
def chat(tmp_path: Path, fork_server: ForkServer | None) -> Iterator[InstalledChat]:
    """The program without a key."""
    installed = InstalledChat(tmp_path, fork_server=fork_server)
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
