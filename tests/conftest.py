"""What the whole suite stands on."""

import os
import shutil
import signal
from collections.abc import Iterator

import pytest
from hypothesis import settings

from chatbot_cli.app.servers_here import ServersHere
from chatbot_cli.providers.entries.registry import built_in

# A run has the same examples as the one before, and no example is too slow beside other work. To look for new ones:
# pytest --hypothesis-profile search
settings.register_profile("same", derandomize=True, deadline=None)
settings.register_profile("search", deadline=None, print_blob=True)
settings.load_profile("same")

MEMORY = "/dev/shm"  # pytest makes a folder there that is ours alone
ENOUGH = 2 * 10**9  # bytes


def pytest_addoption(parser: pytest.Parser) -> None:
    parser.addoption("--start-anew", action="store_true", help="start each chat with all its libraries, and fork none")


def pytest_configure() -> None:
    """Keep the folders of the tests in memory where there is room: hundreds of databases wait for no disk."""
    if not os.path.isdir(MEMORY) or shutil.disk_usage(MEMORY).free < ENOUGH:
        return
    if not os.statvfs(MEMORY).f_flag & os.ST_NOEXEC:  # tests run programs that they write
        os.environ.setdefault("PYTEST_DEBUG_TEMPROOT", MEMORY)


@pytest.hookimpl(optionalhook=True)
def pytest_xdist_auto_num_workers() -> int:
    """Three workers for two cores: the tests on a terminal wait for half of their time."""
    return max(1, (os.cpu_count() or 1) * 3 // 2)


@pytest.fixture(autouse=True, scope="session")
def _ctrl_c_works() -> Iterator[None]:
    """Let SIGINT be heard here and in the programs the tests start: a suite in the background has it ignored."""
    before = signal.signal(signal.SIGINT, signal.default_int_handler)
    yield
    signal.signal(signal.SIGINT, before)


@pytest.fixture(autouse=True)
def _no_server_of_the_developers_is_found(monkeypatch: pytest.MonkeyPatch) -> None:
    """Let no test look at the ports where a model may really be served on this machine."""
    places = ServersHere.places
    usual = {row.base_url for row in built_in() if row.local}
    monkeypatch.setattr(ServersHere, "places", lambda self: [one for one in places(self) if one.base_url not in usual])
