"""From start to a drawn prompt, in a pseudo terminal, and one question from start to end.

    python -m benchmarks.startup [RUNS]

`chat --persona tutor` is measured against a bare prompt_toolkit session: at most 1.5 times its time is the aim.
`chat "hi"` is measured against ten lines of Python with the SDK, both with a server on this machine: at most 1.2 times.
All are started in turn, so that a busy machine slows all of them: compare the ratios of the medians. Everything
is compiled first, since a machine that compiles at every start measures the compiler.
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
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path

from tests.streaming_server import StreamingServer

ROOT = Path(__file__).resolve().parent.parent
MARK = "›".encode()
CHAT = str(Path(sys.executable).with_name("chat"))
TEN_LINES = """
import asyncio
from openai import AsyncOpenAI

async def main():
    client = AsyncOpenAI()
    question = [{"role": "user", "content": "hi"}]
    async for chunk in await client.chat.completions.create(model="m", messages=question, stream=True):
        if chunk.choices:
            print(chunk.choices[0].delta.content or "", end="", flush=True)
    print()

asyncio.run(main())
"""
BARE = [sys.executable, "-c", "from prompt_toolkit import PromptSession; PromptSession('› ').prompt()"]
PATIENCE = 20.0

THREE_SERVERS = "\n".join(f'[mcp.servers.{name}]\ncommand = "cat"\n' for name in ("one", "two", "three"))
WITH_CONFIG = ["sh", "-c", 'XDG_CONFIG_HOME="$HOME/config" exec "$@"', "sh"]
WITH_SERVERS = ["sh", "-c", 'XDG_CONFIG_HOME="$HOME/servers" exec "$@"', "sh"]

Measure = Callable[[Sequence[str], Mapping[str, str], str], float]


def main() -> None:
    """Print the medians and their ratios."""
    runs = int(sys.argv[1]) if len(sys.argv) > 1 else 15
    for folder in (ROOT / "chatbot_cli", Path(sysconfig.get_path("purelib"))):
        compileall.compile_dir(folder, quiet=2)
    to_prompt = (
        ("bare PromptSession, to the prompt", BARE, until_prompt),
        ("chat --persona tutor, to the prompt", [CHAT, "--persona", "tutor"], until_prompt),
        ("the same with a config.toml", [*WITH_CONFIG, CHAT, "--persona", "tutor"], until_prompt),
        ("… and with three MCP servers in it", [*WITH_SERVERS, CHAT, "--persona", "tutor"], until_prompt),
        ("chat --help, to the end", [CHAT, "--help"], until_exit),
    )
    one_question = (
        ("ten lines with the SDK, to the end", [sys.executable, "-c", TEN_LINES], until_exit),
        ('chat "hi", to the end', [CHAT, "hi"], until_exit),
        ('chat --no-save "hi", to the end', [CHAT, "--no-save", "hi"], until_exit),
    )
    print(f"{'median of ' + str(runs):36} {'ms':>6} {'ratio':>6}")
    with tempfile.TemporaryDirectory() as home, StreamingServer() as server:
        environ = {"HOME": home, "PATH": os.environ["PATH"], "TERM": "xterm-256color", "OPENAI_API_KEY": "none"}
        for name, content in (("config", "plain = false\n"), ("servers", THREE_SERVERS)):
            folder = Path(home, name, "chatbot-cli")
            folder.mkdir(parents=True)
            folder.joinpath("config.toml").write_text(content)
        compare(to_prompt, environ, home, runs)
        compare(one_question, {**environ, "OPENAI_BASE_URL": server.base_url}, home, runs)


def compare(
    rows: Sequence[tuple[str, Sequence[str], Measure]], environ: Mapping[str, str], cwd: str, runs: int
) -> None:
    """Measure the commands in turn and print their medians, and the ratios to the first."""
    seconds: dict[str, list[float]] = {name: [] for name, _, _ in rows}
    for run in range(runs + 1):  # the first is a rehearsal
        for name, command, measure in rows:
            taken = measure(command, environ, cwd)
            if run:
                seconds[name].append(taken)
    base = statistics.median(seconds[rows[0][0]])
    for name, column in seconds.items():
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
