"""A library that loads nothing, in place of the real one: the child's program is ours."""

import shutil
from collections.abc import Iterator
from pathlib import Path

import pytest

from chatbot_cli.providers.gguf import running
from chatbot_cli.providers.gguf.installed import LIBRARY

FAKE = Path(__file__).with_name("fake_library.py")


@pytest.fixture(autouse=True)
def _library(tmp_path_factory: pytest.TempPathFactory, monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    """Put it where this process and its children look first, and end all that was started."""
    folder = tmp_path_factory.mktemp("library")
    shutil.copy(FAKE, folder / f"{LIBRARY}.py")
    monkeypatch.syspath_prepend(folder)
    yield
    running.SERVERS.end()
