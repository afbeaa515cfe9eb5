"""A lock that is held elsewhere is waited for, and not for ever; where there can be none, things go on."""

import threading
import time
from pathlib import Path

import pytest

from chatbot_cli.system import file_locks
from chatbot_cli.system.file_locks import locked


def test_a_lock_is_waited_for_until_it_is_free(tmp_path: Path) -> None:
    path, order = tmp_path / "a.lock", []

    def other() -> None:
        with locked(path):
            order.append("second")

    thread = threading.Thread(target=other)
    with locked(path):
        thread.start()
        time.sleep(0.05)
        order.append("first")
    thread.join()
    assert order == ["first", "second"]


def test_a_lock_that_is_never_free_or_cannot_be_made_holds_nobody_up(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(file_locks, "PATIENCE", 0.0)
    (tmp_path / "b.lock").mkdir()
    with locked(tmp_path / "a.lock"), locked(tmp_path / "a.lock"), locked(tmp_path / "b.lock"):
        pass
