"""A process that has everything loaded, and forks for each `chat` that is asked for.

Most of what a start of `chat` costs is loading the SDK and our own modules, the same each time. All the rest is real:
each is a process with its own surroundings, terminal, signals and end. Modules are only loaded beforehand, and nothing
in them is run: that none of ours looks at its surroundings when it is loaded, test_fork_server.py shows.

It is started with the number of a socket. A request holds a message in JSON, and the descriptors for stdin, stdout,
stderr and for how it ends: there its process id is written, and its exit code later. It ends when the socket is closed.
"""

import asyncio
import fcntl
import gc
import importlib
import json
import os
import signal
import socket
import sys
import termios
import time
from contextlib import suppress

import anyio.lowlevel
import openai

from chatbot_cli.__main__ import main as chat
from chatbot_cli.providers.demo import model as demo

LARGEST_MESSAGE = 200_000  # bytes
STREAMS = 3

LIBRARIES = (
    "markdown_it",
    "prompt_toolkit.input.vt100",
    "prompt_toolkit.shortcuts",
    "pygments.lexers.python",
    "rich.live",
    "rich.markdown",
    "sqlite3",
    "tiktoken",
    "typer.rich_utils",
    "yaml",
)
# With what each of these loads, that is nearly all of a conversation.
OURS = (
    "chatbot_cli.cli.chat",
    "chatbot_cli.app.interactive",
    "chatbot_cli.app.one_answer",
    "chatbot_cli.app.data_answer",
    "chatbot_cli.cli.sessions",
    "chatbot_cli.providers.chat_completions.openai_chat",
    "chatbot_cli.sessions.archive",
    "chatbot_cli.sessions.resuming",
    "chatbot_cli.terminal.asking",
    "chatbot_cli.terminal.repl",
    "chatbot_cli.terminal.rich_screen",
    "chatbot_cli.tools.python.source",
)


def main() -> None:
    """Serve, and in each new process run the command line."""
    load_libraries()
    message, streams = serve(socket.socket(fileno=int(sys.argv[1])))
    become(streams, **json.loads(message))
    chat()


def load_libraries() -> None:
    """Load whatever a conversation loads."""
    for name in (*LIBRARIES, *OURS):
        importlib.import_module(name)
    assert openai.AsyncOpenAI(api_key="none", base_url="http://127.0.0.1").chat.completions  # loaded at their first use
    asyncio.run(anyio.lowlevel.checkpoint())
    gc.freeze()  # otherwise each process copies all of it, when it looks for what can be thrown away


def serve(requests: socket.socket) -> tuple[bytes, list[int]]:
    """Fork for each request. Returns in the new process, with what it is to become."""
    while True:
        message, descriptors, _, _ = socket.recv_fds(requests, LARGEST_MESSAGE, STREAMS + 1)
        if not message:
            wait_for_all()
            sys.exit()
        if b'"--mcp"' in message:
            importlib.import_module("mcp")  # the first time: few tests need it
        if os.fork() == 0:
            requests.close()
            *streams, end = descriptors
            watch(end, streams)
            return message, streams
        for descriptor in descriptors:
            os.close(descriptor)
        with suppress(ChildProcessError):
            os.waitpid(-1, os.WNOHANG)


def watch(end: int, streams: list[int]) -> None:
    """Fork, and write down the new process and how it ends. Returns in the new process."""
    process = os.fork()
    if process == 0:
        os.close(end)
        return
    for descriptor in streams:
        os.close(descriptor)
    os.write(end, b"%d\n" % process)
    _, status = os.waitpid(process, 0)
    os.write(end, b"%d\n" % os.waitstatus_to_exitcode(status))
    os._exit(0)


def wait_for_all() -> None:
    """Wait for the processes that are left."""
    with suppress(ChildProcessError):
        while True:
            os.wait()


def become(
    streams: list[int], arguments: list[str], environ: dict[str, str], folder: str, *, has_terminal: bool, hurry: bool
) -> None:
    """Make this process what a new one is with these arguments. In a `hurry` the demo model answers at once."""
    if hurry:
        demo.THINKING_SECONDS, demo.WORDS_PER_SECOND = 0.01, 1000
    os.setsid()
    for number, descriptor in enumerate(streams):
        os.dup2(descriptor, number)
        os.close(descriptor)
    if has_terminal:
        fcntl.ioctl(sys.stderr.fileno(), termios.TIOCSCTTY, 0)
    os.chdir(folder)
    os.environ.clear()
    os.environ.update(environ)
    time.tzset()
    signal.signal(signal.SIGINT, signal.default_int_handler)
    sys.argv[:] = arguments
    sys.path[0] = os.path.dirname(arguments[0])
    reopen_streams()


def reopen_streams() -> None:
    """Python's own streams, buffered as they are when it is started with these descriptors."""
    encoding, errors = sys.stdin.encoding, sys.stdin.errors
    sys.stdin = os.fdopen(0, encoding=encoding, errors=errors, newline="\n", closefd=False)
    sys.stdout = os.fdopen(1, "w", encoding=encoding, errors=errors, newline="\n", closefd=False)
    sys.stderr = os.fdopen(2, "w", encoding=encoding, errors="backslashreplace", newline="\n", closefd=False)
    sys.stderr.reconfigure(line_buffering=True)
    vars(sys).update(__stdin__=sys.stdin, __stdout__=sys.stdout, __stderr__=sys.stderr)


if __name__ == "__main__":
    main()
