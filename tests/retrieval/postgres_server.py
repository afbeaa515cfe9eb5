"""A PostgreSQL of our own for the tests, without a network: or the one that CHAT_TEST_POSTGRES names."""

import os
import shutil
import subprocess
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

OTHER_USER = "postgres"
VARIABLE = "CHAT_TEST_POSTGRES"
_CONFIG = """
listen_addresses = ''
unix_socket_directories = '{folder}'
fsync = off
full_page_writes = off
shared_buffers = 16MB
max_connections = 20
"""


@contextmanager
def postgres() -> Iterator[str]:
    """The URL of a server that keeps nothing. Skips the test, with the reason, where there is none."""
    if url := os.environ.get(VARIABLE):
        yield url
        return
    programs = _programs()
    folder = Path(tempfile.mkdtemp(prefix="chat-pg-"))
    try:
        user = _owner_of(folder)
        data = folder / "data"
        _run([programs / "initdb", "-D", data, "-U", "ada", "-A", "trust", "-E", "UTF8", "--locale=C", "-N"], user)
        with (data / "postgresql.conf").open("a") as config:
            config.write(_CONFIG.format(folder=folder))
        log = folder / "log"
        _run([programs / "pg_ctl", "-D", data, "-l", log, "-w", "-t", "60", "start"], user)
        try:
            yield f"postgresql://ada@/postgres?host={folder}"
        finally:
            _run([programs / "pg_ctl", "-D", data, "-m", "immediate", "stop"], user)
    finally:
        shutil.rmtree(folder, ignore_errors=True)


def _programs() -> Path:
    """Where the programs of PostgreSQL are."""
    found = shutil.which("postgres")
    folder = Path(found).resolve().parent if found else None
    if folder is None or not (folder / "initdb").exists():
        pytest.skip(f"there is no PostgreSQL here, and {VARIABLE} names none")
    return folder


def _owner_of(folder: Path) -> str | None:
    """Give the folder to somebody who is not root, as PostgreSQL wants it; None if that is whoever runs this."""
    if not hasattr(os, "geteuid") or os.geteuid() != 0:
        return None
    try:
        shutil.chown(folder, OTHER_USER)
    except LookupError:
        pytest.skip(f"PostgreSQL does not run as root, and there is no user {OTHER_USER}")
    return OTHER_USER


def _run(command: list[str | Path], user: str | None) -> None:
    subprocess.run(command, user=user, cwd="/", check=True, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
