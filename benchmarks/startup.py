"""From start to a drawn prompt, in a pseudo terminal: `chat --persona tutor` against a bare prompt_toolkit session.

    python benchmarks/startup.py [RUNS]

Both are started in turn, so that a busy machine slows both; the ratio of the medians is what counts (aim: at most 2.0).
Everything is compiled first, since a machine that compiles at every start measures the compiler.
"""

import compileall
import fcntl
import os
import pty
import select
import statistics
import struct
import subprocess
import sys
import sysconfig
import tempfile
import termios
import time
from collections.abc import Mapping, Sequence
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
MARK = "›".encode()
BARE = [sys.executable, "-c", "from prompt_toolkit import PromptSession; PromptSession('› ').prompt()"]
CHAT = [str(Path(sys.executable).with_name("chat")), "--persona", "tutor"]
HELP = [str(Path(sys.executable).with_name("chat")), "--help"]
PATIENCE = 20.0


def main() -> None:
    """Print the medians and their ratios."""
    runs = int(sys.argv[1]) if len(sys.argv) > 1 else 15
    for folder in (ROOT / "chatbot_cli", Path(sysconfig.get_path("purelib"))):
        compileall.compile_dir(folder, quiet=2)
    with tempfile.TemporaryDirectory() as home:
        environ = {"HOME": home, "PATH": os.environ["PATH"], "TERM": "xterm-256color", "OPENAI_API_KEY": "none"}
        bare: list[float] = []
        chat: list[float] = []
        help_: list[float] = []
        for run in range(runs + 1):  # the first is a rehearsal
            times = (
                until_prompt(BARE, environ, home),
                until_prompt(CHAT, environ, home),
                until_exit(HELP, environ, home),
            )
            if run:
                for column, seconds in zip((bare, chat, help_), times, strict=True):
                    column.append(seconds)
    base = statistics.median(bare)
    print(f"{'median of ' + str(runs):36} {'ms':>6} {'ratio':>6}")
    for name, column in (
        ("bare PromptSession, to the prompt", bare),
        ("chat --persona tutor, to the prompt", chat),
        ("chat --help, to the end", help_),
    ):
        print(f"{name:36} {1000 * statistics.median(column):6.0f} {statistics.median(column) / base:6.2f}")


def until_prompt(command: Sequence[str], environ: Mapping[str, str], cwd: str) -> float:
    """Seconds from the start of the process until the prompt has been written to its terminal."""
    master, slave = pty.openpty()
    fcntl.ioctl(slave, termios.TIOCSWINSZ, struct.pack("HHHH", 24, 80, 0, 0))
    start = time.perf_counter()
    process = subprocess.Popen(
        command, stdin=slave, stdout=slave, stderr=slave, env=dict(environ), cwd=cwd, start_new_session=True
    )
    os.close(slave)
    try:
        written = b""
        while MARK not in written:
            ready, _, _ = select.select([master], [], [], PATIENCE)
            if not ready:
                raise SystemExit(f"no prompt from {command}: {written!r}")
            written += os.read(master, 65536)
        return time.perf_counter() - start
    finally:
        process.kill()
        process.wait()
        os.close(master)


def until_exit(command: Sequence[str], environ: Mapping[str, str], cwd: str) -> float:
    """Seconds a command takes from start to end."""
    start = time.perf_counter()
    subprocess.run(command, env=dict(environ), cwd=cwd, check=True, stdout=subprocess.DEVNULL)
    return time.perf_counter() - start


if __name__ == "__main__":
    main()
