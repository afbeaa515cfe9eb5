"""Fixtures of the tests at a keyboard."""

from collections.abc import Iterator
from pathlib import Path

import pytest
from prompt_toolkit.input import PipeInput, create_pipe_input


@pytest.fixture
def keyboard() -> Iterator[PipeInput]:
    with create_pipe_input() as keys:
        yield keys


@pytest.fixture
def history(tmp_path: Path) -> Path:
    return tmp_path / "state" / "chatbot-cli" / "history"
