"""The memory that a long reply takes, beside the text itself: in a pipe and on a terminal, saved and not.

    python -m benchmarks.memory [--megabytes N]

A server of our own sends one reply in pieces of some words. Each run is a process of its own; its peak is what the
system reports at its end. The last column is the growth against a reply of one token, as a multiple of the text.
"""

import argparse
import os
import pty
import subprocess
import sys
import tempfile
import threading
from collections.abc import Mapping, Sequence
from pathlib import Path

from tests.streaming_server import STOP, Reply, StreamingServer, stream, text

ROOT = Path(__file__).resolve().parent.parent
PIECES = ("word after word after word, ", "and no end of it is near, ", "so it goes on.\n\n")
EVENTS = 1_500  # of the server in one write
MEGABYTE = 1_000_000
KIB = 1 if sys.platform == "darwin" else 1024  # bytes in the unit of ru_maxrss
ROWS = (("a pipe", False, False), ("a pipe, saved", False, True), ("a terminal", True, False), ("both", True, True))


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--megabytes", type=float, default=10.0, help="size of the reply")
    megabytes = parser.parse_args().megabytes
    print(f"{'':16} {'MB, one token':>14} {f'MB, {megabytes:g} MB':>12} {'× the text':>11}")
    for name, terminal, saved in ROWS:
        short, long = (_peak(_reply(size), terminal=terminal, saved=saved) for size in (1e-6, megabytes))
        print(f"{name:16} {short:14.1f} {long:12.1f} {(long - short) / megabytes:11.2f}", flush=True)


def _reply(megabytes: float) -> Reply:
    """A reply of about this size in short paragraphs."""
    repeated = EVENTS // len(PIECES)
    block = text(*PIECES * repeated)
    blocks = int(megabytes * MEGABYTE / (len("".join(PIECES)) * repeated))
    return stream(*[block] * blocks, text("The end."), STOP)


def _peak(reply: Reply, *, terminal: bool, saved: bool) -> float:
    """The peak memory of a one-shot run that shows this reply, in MB."""
    with tempfile.TemporaryDirectory() as home, StreamingServer(reply) as server:
        environ = {"HOME": home, "PATH": os.environ["PATH"], "TERM": "xterm-256color", "OPENAI_API_KEY": "none"}
        environ |= {"OPENAI_BASE_URL": server.base_url, "CHAT_SAVE": "yes" if saved else "no"}
        command = (sys.executable, "-m", "chatbot_cli", "--model", "openai/served", "Say it all.")
        return _run(command, environ, terminal=terminal)


def _run(command: Sequence[str], environ: Mapping[str, str], *, terminal: bool) -> float:
    reader, writer = pty.openpty() if terminal else os.pipe()
    process = subprocess.Popen(
        command, stdin=subprocess.DEVNULL, stdout=writer, stderr=writer, env=dict(environ), cwd=ROOT
    )
    os.close(writer)
    drain = threading.Thread(target=_drain, args=(reader,))
    drain.start()
    _, status, used = os.wait4(process.pid, 0)
    process.returncode = os.waitstatus_to_exitcode(status)
    drain.join()
    os.close(reader)
    if process.returncode:
        raise SystemExit(f"{command} failed")
    return used.ru_maxrss * KIB / MEGABYTE


def _drain(descriptor: int) -> None:
    try:
        while os.read(descriptor, 65536):
            pass
    except OSError:  # Linux's way to say that the program has closed the terminal
        return


if __name__ == "__main__":
    main()
